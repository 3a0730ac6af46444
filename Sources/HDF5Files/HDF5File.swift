import CHDF5
import Glibc
import Platform
import Synchronization

/// An HDF5 file open for reading; safe to use from several threads.
///
/// Links into other files, external storage, virtual datasets and filter plugins are refused.
public final class HDF5File: @unchecked Sendable {
  /// Name for messages: the path, or the name given with an image.
  public let name: String
  /// Size of the file in bytes.
  public var byteCount: Int { source.byteCount }

  let handle: HDF5Handle
  let source: ByteSource
  private static let images = Atomic<Int>(0)

  /// Opens a file.
  public init(path: String) throws(HDF5Error) {
    name = path
    let descriptor = Glibc.open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw Self.unreadable(path) }
    var information = stat()
    do throws(HDF5Error) {
      guard fstat(descriptor, &information) == 0 else { throw Self.unreadable(path) }
      guard information.st_mode & S_IFMT == S_IFREG else {
        throw .unreadable(place: path, reason: "it is not a regular file")
      }
      source = .descriptor(descriptor, byteCount: Int(information.st_size))
      handle = try Self.open(path, source, image: nil, place: path)
    } catch {
      close(descriptor)
      throw error
    }
  }

  /// Opens a file held in memory; `name` is for messages.
  public init(image: [UInt8], name: String) throws(HDF5Error) {
    self.name = name
    source = .image(image)
    let number = Self.images.add(1, ordering: .relaxed).newValue
    handle = try Self.open("nightjar-read-\(number)", source, image: image, place: name)
  }

  deinit {
    if case .descriptor(let descriptor, _) = source { close(descriptor) }
  }

  private static func unreadable(_ path: String) -> HDF5Error {
    .unreadable(place: path, reason: PlatformError.systemReason())
  }

  private static func open(
    _ path: String, _ source: ByteSource, image: [UInt8]?, place: String
  ) throws(HDF5Error) -> HDF5Handle {
    try findSignature(source, place)
    try HDF5Library.enter(place)
    let access = try HDF5Library.own(H5Pcreate(ch5_p_file_access()), "H5Pcreate", place)
    try HDF5Library.check(H5Pset_file_locking(access.id, false, true), "H5Pset_file_locking", place)
    if let image {
      try HDF5Library.check(H5Pset_fapl_core(access.id, 1 << 16, false), "H5Pset_fapl_core", place)
      var copy = image
      let status = copy.withUnsafeMutableBytes {
        H5Pset_file_image(access.id, $0.baseAddress, $0.count)
      }
      try HDF5Library.check(status, "H5Pset_file_image", place)
    }
    let id = H5Fopen(path, ch5_acc_rdonly(), access.id)
    if id >= 0 { return HDF5Handle(id) }
    let reason = HDF5Library.reason()
    if let needed = number(after: "stored_eof = ", in: reason) {
      throw .truncated(place: place, needed: needed, found: source.byteCount)
    }
    throw .library(place: place, operation: "H5Fopen", reason: reason)
  }

  private static func number(after label: String, in text: String) -> Int? {
    guard text.contains("truncated file") else { return nil }
    var rest = Substring(text)
    while !rest.isEmpty && !rest.hasPrefix(label) { rest.removeFirst() }
    return Int(rest.dropFirst(label.count).prefix { $0.isNumber })
  }

  /// Whether a regular file holds an HDF5 signature: libhdf5 sees no other.
  static func isHDF5(_ path: String) -> Bool {
    let descriptor = Glibc.open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return false }
    defer { close(descriptor) }
    var information = stat()
    guard fstat(descriptor, &information) == 0, information.st_mode & S_IFMT == S_IFREG else {
      return false
    }
    do throws(HDF5Error) {
      try findSignature(.descriptor(descriptor, byteCount: Int(information.st_size)), path)
      return true
    } catch {
      return false
    }
  }

  /// The signature stands at 0 or, after a user block, at 512, 1024, 2048 and so on.
  private static func findSignature(_ source: ByteSource, _ place: String) throws(HDF5Error) {
    let signature: [UInt8] = [0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a]
    var found = [UInt8](repeating: 0, count: 8)
    var offset = 0
    while offset + 8 <= source.byteCount {
      let result = found.withUnsafeMutableBytes { bytes in
        Result { () throws(HDF5Error) in try source.read(at: offset, into: bytes, place) }
      }
      try result.get()
      if found == signature { return }
      offset = offset == 0 ? 512 : offset * 2
    }
    throw .notHDF5(place: place, byteCount: source.byteCount)
  }

  /// Place of an object for messages.
  func place(_ path: String) -> String { "\(name):\(HDF5Writer.absolute(path))" }

  /// Bytes of the user block before the HDF5 data; empty where there is none.
  public func userBlock() throws(HDF5Error) -> [UInt8] {
    try HDF5Library.enter(name)
    let creation = try HDF5Library.own(
      H5Fget_create_plist(handle.id), "H5Fget_create_plist", name)
    var size: hsize_t = 0
    try HDF5Library.check(H5Pget_userblock(creation.id, &size), "H5Pget_userblock", name)
    guard size <= hsize_t(source.byteCount) else {
      throw .damaged(place: name, what: "user block of \(size) bytes")
    }
    var bytes = [UInt8](repeating: 0, count: Int(size))
    let result = bytes.withUnsafeMutableBytes { buffer in
      Result { () throws(HDF5Error) in try source.read(at: 0, into: buffer, name) }
    }
    try result.get()
    return bytes
  }
}
