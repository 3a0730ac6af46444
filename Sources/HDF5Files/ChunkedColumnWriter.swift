import CHDF5
import Columns
import Glibc
import Platform

/// `H5P_DEFAULT` as an identifier.
private let byDefault = hid_t(0)

/// Writes a file of shuffled, deflated columns chunk by chunk with bounded memory.
///
/// The number of rows need not be known. Chunks are encoded by the caller (`ChunkEncoder`, on any
/// thread) and stored in row order from one thread. The file appears under its name in `finish`.
public final class ChunkedColumnWriter {
  /// One column to be written.
  public struct Column: Equatable, Sendable {
    /// Name of the dataset in the group.
    public var name: String
    /// Type of the values.
    public var number: ColumnType
    /// Attributes of the dataset, in the order they are written.
    public var attributes: [(name: String, text: String)]

    /// Describes a column.
    public init(
      name: String, number: ColumnType, attributes: [(name: String, text: String)] = []
    ) {
      self.name = name
      self.number = number
      self.attributes = attributes
    }

    /// Whether two columns are described alike.
    public static func == (left: Column, right: Column) -> Bool {
      left.name == right.name && left.number == right.number
        && left.attributes.elementsEqual(right.attributes, by: ==)
    }
  }

  private let path: String
  private let temporary: String
  /// Rows of one chunk; only the last one of a file may hold fewer.
  public let chunkRows: Int
  private var file: hid_t = -1
  private var group: hid_t = -1
  private var datasets: [hid_t] = []
  private var finished = false

  /// Creates a hidden file beside `path` with empty columns in `group`.
  /// - Parameters:
  ///   - path: Name of the file when it is complete.
  ///   - group: Name of the group, without slashes.
  ///   - columns: The datasets of the group.
  ///   - attributes: Attributes of the group, in the order they are written.
  ///   - chunkRows: Rows of one chunk.
  ///   - level: Deflate level noted in the file, 1 to 9.
  /// - Throws: `HDF5Error.unwritable`.
  public init(
    path: String, group: String, columns: [Column],
    attributes: [(name: String, text: String)] = [], chunkRows: Int = 65_536, level: Int = 4
  ) throws(HDF5Error) {
    self.path = path
    self.temporary = AtomicFile.temporaryPath(for: path)
    self.chunkRows = chunkRows
    guard ch5_prepare() >= 0 else { throw failure }
    // The system says in fewer words than libhdf5 why a file cannot be made.
    let empty = open(temporary, O_WRONLY | O_CREAT | O_CLOEXEC, 0o666)
    guard empty >= 0 else { throw .unwritable(path) }
    Glibc.close(empty)
    file = H5Fcreate(temporary, ch5_acc_trunc(), byDefault, byDefault)
    guard file >= 0 else { throw failure }
    self.group = try untimed(ch5_p_group_create()) { properties in
      H5Gcreate2(file, group, byDefault, properties, byDefault)
    }
    for (name, text) in attributes { try write(text, as: name, on: self.group) }
    for column in columns { datasets.append(try create(column, level: level)) }
  }

  deinit {
    close()
    if !finished { unlink(temporary) }
  }

  /// Stores one encoded chunk of one column.
  /// - Parameters:
  ///   - encoded: What `ChunkEncoder` made of `chunkRows` values (the last chunk padded with 0).
  ///   - column: Index of the column.
  ///   - firstRow: Row of its first value, a multiple of `chunkRows`.
  /// - Throws: `HDF5Error.unwritable`.
  public func write(_ encoded: [UInt8], column: Int, firstRow: Int) throws(HDF5Error) {
    precondition(firstRow % chunkRows == 0)
    ch5_silence()
    var extent = [hsize_t(firstRow + chunkRows)]
    var offset = [hsize_t(firstRow)]
    let grown = H5Dset_extent(datasets[column], &extent)
    try check(grown)
    let stored = encoded.withUnsafeBytes { bytes in
      H5Dwrite_chunk(
        datasets[column], byDefault, 0, &offset, bytes.count, bytes.baseAddress)
    }
    try check(stored)
  }

  /// Sets the number of rows, syncs the file and gives it its name.
  /// - Throws: `HDF5Error.unwritable`.
  public func finish(rows: Int) throws(HDF5Error) {
    ch5_silence()
    for dataset in datasets {
      var extent = [hsize_t(rows)]
      try check(H5Dset_extent(dataset, &extent))
    }
    guard close() else { throw failure }
    do {
      try AtomicFile.commit(temporary: temporary, to: path)
    } catch {
      throw .unwritable(error, path)
    }
    finished = true
  }

  private func create(_ column: Column, level: Int) throws(HDF5Error) -> hid_t {
    let type = try column.number.storedType(bigEndian: false, place: path)
    var rows: [hsize_t] = [0]
    var most = [ch5_s_unlimited()]
    var chunk = [hsize_t(chunkRows)]
    let space = H5Screate_simple(1, &rows, &most)
    defer { H5Sclose(space) }
    let dataset = try untimed(ch5_p_dataset_create()) { properties in
      guard H5Pset_chunk(properties, 1, &chunk) >= 0, H5Pset_shuffle(properties) >= 0,
        H5Pset_deflate(properties, UInt32(level)) >= 0
      else { return -1 }
      return withExtendedLifetime(type) {
        H5Dcreate2(group, column.name, type.id, space, byDefault, properties, byDefault)
      }
    }
    for (name, text) in column.attributes { try write(text, as: name, on: dataset) }
    return dataset
  }

  /// Calls `make` with a creation list that stores no times.
  private func untimed(
    _ kind: hid_t, _ make: (hid_t) -> hid_t
  ) throws(HDF5Error) -> hid_t {
    let properties = H5Pcreate(kind)
    defer { H5Pclose(properties) }
    guard properties >= 0, H5Pset_obj_track_times(properties, false) >= 0 else {
      throw failure
    }
    let object = make(properties)
    guard object >= 0 else { throw failure }
    return object
  }

  /// Writes a UTF-8 attribute.
  private func write(_ text: String, as name: String, on object: hid_t) throws(HDF5Error) {
    let type = H5Tcopy(ch5_c_s1())
    defer { H5Tclose(type) }
    let space = H5Screate(H5S_SCALAR)
    defer { H5Sclose(space) }
    guard H5Tset_size(type, ch5_variable()) >= 0, H5Tset_cset(type, H5T_CSET_UTF8) >= 0 else {
      throw failure
    }
    let attribute = H5Acreate2(object, name, type, space, byDefault, byDefault)
    guard attribute >= 0 else { throw failure }
    defer { H5Aclose(attribute) }
    let status = text.withCString { characters in
      var pointer: UnsafePointer<CChar>? = characters
      return H5Awrite(attribute, type, &pointer)
    }
    try check(status)
  }

  @discardableResult
  private func close() -> Bool {
    var sound = true
    for dataset in datasets where H5Dclose(dataset) < 0 { sound = false }
    datasets = []
    if group >= 0, H5Gclose(group) < 0 { sound = false }
    group = -1
    if file >= 0, H5Fclose(file) < 0 { sound = false }
    file = -1
    return sound
  }

  /// What libhdf5 says about its last call; a full disk only in its words.
  private var failure: HDF5Error {
    let reason = HDF5Library.reason()
    let isFull = [ENOSPC, EDQUOT].contains { reason.contains("errno = \($0),") }
    return isFull ? .diskFull(place: path) : .unwritable(place: path, reason: reason)
  }

  private func check(_ status: herr_t) throws(HDF5Error) {
    guard status >= 0 else { throw failure }
  }
}
