import CHDF5
import Synchronization

/// Writes a small HDF5 file in memory and returns its bytes, the same for the same calls.
///
/// No times are stored. Parent groups are made as needed. Use from one thread.
public final class HDF5Writer {
  /// Options of one dataset's storage.
  public struct Storage: Equatable, Sendable {
    /// Chunk shape; `nil` is contiguous.
    public var chunk: [Int]?
    /// Deflate level 1 to 9, or `nil`; needs `chunk`.
    public var deflate: Int?
    /// Whether bytes are shuffled before compression; needs `chunk`.
    public var shuffle: Bool
    /// Whether chunks carry a Fletcher checksum; needs `chunk`.
    public var fletcher32: Bool
    /// Whether values are stored big-endian.
    public var bigEndian: Bool

    /// Creates storage options; the default is contiguous and uncompressed.
    public init(
      chunk: [Int]? = nil, deflate: Int? = nil, shuffle: Bool = false, fletcher32: Bool = false,
      bigEndian: Bool = false
    ) {
      self.chunk = chunk
      self.deflate = deflate
      self.shuffle = shuffle
      self.fletcher32 = fletcher32
      self.bigEndian = bigEndian
    }
  }

  /// The high-level dimension-scale calls are not thread-safe: one at a time.
  private static let scales = Mutex(())
  private static let images = Atomic<Int>(0)

  let place: String
  private var file: HDF5Handle?
  private let userBlockLength: Int
  private var groups: Set<String> = ["/"]

  /// Starts an empty file; `userBlock` is 0 or a power of two from 512 bytes on.
  public convenience init(userBlock: Int = 0) throws(HDF5Error) {
    let number = Self.images.add(1, ordering: .relaxed).newValue
    try self.init(
      path: "nightjar-image-\(number)", userBlock: userBlock, place: "HDF5 image", inMemory: true)
  }

  /// Starts an empty file on disk, replacing what is there.
  convenience init(path: String, userBlock: Int, place: String) throws(HDF5Error) {
    try self.init(path: path, userBlock: userBlock, place: place, inMemory: false)
  }

  private init(path: String, userBlock: Int, place: String, inMemory: Bool) throws(HDF5Error) {
    self.place = place
    self.userBlockLength = userBlock
    try HDF5Library.enter(place)
    let creation = try HDF5Library.own(H5Pcreate(ch5_p_file_create()), "H5Pcreate", place)
    try HDF5Library.check(
      H5Pset_userblock(creation.id, hsize_t(userBlock)), "H5Pset_userblock", place)
    let access = try HDF5Library.own(H5Pcreate(ch5_p_file_access()), "H5Pcreate", place)
    try HDF5Library.check(
      H5Pset_file_locking(access.id, false, true), "H5Pset_file_locking", place)
    if inMemory {
      try HDF5Library.check(H5Pset_fapl_core(access.id, 1 << 20, false), "H5Pset_fapl_core", place)
    }
    file = try HDF5Library.own(
      H5Fcreate(path, ch5_acc_trunc(), creation.id, access.id), "H5Fcreate", place)
  }

  /// The open file; throws after `finish`.
  func open() throws(HDF5Error) -> hid_t {
    try HDF5Library.enter(place)
    guard let file else { throw .unwritable(place: place, reason: "the writer is finished") }
    return file.id
  }

  /// Absolute path without a trailing slash.
  static func absolute(_ path: String) -> String {
    "/" + path.split(separator: "/").joined(separator: "/")
  }

  func place(_ path: String) -> String { "\(place):\(path)" }

  /// Creates a group and its parents; does nothing where it exists.
  public func createGroup(_ path: String) throws(HDF5Error) {
    let id = try open()
    var current = ""
    for part in path.split(separator: "/") {
      current += "/" + part
      if groups.contains(current) { continue }
      let options = try HDF5Library.own(
        H5Pcreate(ch5_p_group_create()), "H5Pcreate", place(current))
      try HDF5Library.check(
        H5Pset_obj_track_times(options.id, false), "H5Pset_obj_track_times", place(current))
      _ = try HDF5Library.own(
        H5Gcreate2(id, current, HDF5Library.byDefault, options.id, HDF5Library.byDefault),
        "H5Gcreate2",
        place(current))
      groups.insert(current)
    }
  }

  /// Writes numbers as a new dataset of the given shape, row-major (default: one dimension).
  public func write<T: HDF5Element>(
    _ path: String, _ values: [T], shape: [Int]? = nil,
    attributes: [String: HDF5Attribute.Value] = [:], storage: Storage = Storage()
  ) throws(HDF5Error) {
    let stored = try T.number.storedType(bigEndian: storage.bigEndian, place: place(path))
    let memory = try T.number.memoryType(place: place(path))
    let dataset = try create(
      path, type: stored, shape: shape ?? [values.count], count: values.count, storage: storage)
    let status = values.withUnsafeBytes { bytes in
      bytes.isEmpty
        ? 0
        : H5Dwrite(
          dataset.id, memory.id, HDF5Library.all, HDF5Library.all, HDF5Library.byDefault,
          bytes.baseAddress)
    }
    try HDF5Library.check(status, "H5Dwrite", place(path))
    try setAttributes(path, attributes)
  }

  /// Writes text as a new dataset of variable-length UTF-8 strings.
  public func write(
    _ path: String, _ values: [String], shape: [Int]? = nil,
    attributes: [String: HDF5Attribute.Value] = [:]
  ) throws(HDF5Error) {
    let type = try textType(byteCount: nil, path)
    let dataset = try create(
      path, type: type, shape: shape ?? [values.count], count: values.count, storage: Storage())
    let status = try withCStrings(values, path) { pointers in
      values.isEmpty
        ? 0
        : H5Dwrite(
          dataset.id, type.id, HDF5Library.all, HDF5Library.all, HDF5Library.byDefault, pointers)
    }
    try HDF5Library.check(status, "H5Dwrite", place(path))
    try setAttributes(path, attributes)
  }

  /// Makes a dataset a dimension scale (an axis) of the given name.
  public func makeScale(_ path: String, name: String) throws(HDF5Error) {
    let id = try open()
    let path = Self.absolute(path)
    let dataset = try HDF5Library.own(
      H5Dopen2(id, path, HDF5Library.byDefault), "H5Dopen2", place(path))
    let status = Self.scales.withLock { _ in H5DSset_scale(dataset.id, name) }
    try HDF5Library.check(status, "H5DSset_scale", place(path))
  }

  /// Attaches an axis to one dimension of a dataset.
  public func attachScale(
    dataset: String, scale: String, dimension: Int = 0
  ) throws(HDF5Error) {
    let id = try open()
    let path = Self.absolute(dataset)
    let target = try HDF5Library.own(
      H5Dopen2(id, path, HDF5Library.byDefault), "H5Dopen2", place(path))
    let axis = try HDF5Library.own(
      H5Dopen2(id, Self.absolute(scale), HDF5Library.byDefault), "H5Dopen2", place(scale))
    let status = Self.scales.withLock { _ in
      H5DSattach_scale(target.id, axis.id, UInt32(clamping: dimension))
    }
    try HDF5Library.check(status, "H5DSattach_scale", place(path))
  }

  /// Closes the file and returns its bytes; the writer cannot be used afterwards.
  public func finish() throws(HDF5Error) -> [UInt8] {
    let id = try open()
    try HDF5Library.check(H5Fflush(id, H5F_SCOPE_LOCAL), "H5Fflush", place)
    let size = H5Fget_file_image(id, nil, 0)
    guard size > 0 else {
      throw .library(place: place, operation: "H5Fget_file_image", reason: HDF5Library.reason())
    }
    // The library's image begins behind the user block.
    let before = userBlockLength
    var image = [UInt8](repeating: 0, count: before + size)
    let copied = image.withUnsafeMutableBytes {
      H5Fget_file_image(id, $0.baseAddress.map { $0 + before }, size)
    }
    guard copied == size else {
      throw .library(place: place, operation: "H5Fget_file_image", reason: HDF5Library.reason())
    }
    try close()
    return image
  }

  /// Closes the file.
  func close() throws(HDF5Error) {
    let id = try open()
    try HDF5Library.check(H5Fflush(id, H5F_SCOPE_LOCAL), "H5Fflush", place)
    file = nil
  }
}
