import CHDF5
import Columns
import Glibc
import Platform

/// Writes a large file of contiguous columns of known length with bounded memory.
///
/// Metadata come first; the values are then written in any order, from any thread, straight to
/// their place in the file. The file appears under its name only in `finish`.
public final class ColumnFileWriter: @unchecked Sendable {
  /// One column to be written.
  public struct Column: Equatable, Sendable {
    /// Full path of the dataset, as `events/mass`.
    public var path: String
    /// Type of the values.
    public var number: ColumnType
    /// Number of values.
    public var count: Int
    /// Attributes of the dataset (`units`, `long_name`).
    public var attributes: [String: HDF5Attribute.Value]

    /// Describes a column.
    public init(
      path: String, number: ColumnType, count: Int,
      attributes: [String: HDF5Attribute.Value] = [:]
    ) {
      self.path = path
      self.number = number
      self.count = count
      self.attributes = attributes
    }
  }

  /// The columns, in the order in which they were given.
  public let columns: [Column]

  private let path: String
  private let temporary: String
  private let offsets: [Int]
  private let userBlockLength: Int
  private var file: Int32

  /// Creates a hidden file beside `path` with all metadata in place.
  ///
  /// - Parameters:
  ///   - path: Where the file appears at last.
  ///   - columns: The large datasets, with their final lengths.
  ///   - userBlock: Bytes before the HDF5 data: 0 or a power of two from 512 on.
  ///   - metadata: Adds groups, attributes and small datasets.
  /// - Throws: `HDF5Error.unwritable` or `.library`; the hidden file is then removed.
  public init(
    path: String, columns: [Column], userBlock: Int = 0,
    metadata: (HDF5Writer) throws(HDF5Error) -> Void = { _ throws(HDF5Error) in }
  ) throws(HDF5Error) {
    self.path = path
    self.columns = columns
    self.userBlockLength = userBlock
    let temporary = AtomicFile.temporaryPath(for: path)
    self.temporary = temporary
    do throws(HDF5Error) {
      let writer = try HDF5Writer(path: temporary, userBlock: userBlock, place: path)
      self.offsets = try Self.lay(columns, writer)
      try metadata(writer)
      try writer.close()
      self.file = Glibc.open(temporary, O_RDWR | O_CLOEXEC)
      guard file >= 0 else { throw Self.failure(path) }
      try reserve()
    } catch {
      unlink(temporary)
      if case .library(_, _, let reason) = error,
        reason.lowercased().contains("no space left on device")
      {
        throw .diskFull(place: path)
      }
      throw error
    }
  }

  deinit { cancel() }

  /// Takes all the space now and reads the metadata back.
  ///
  /// libhdf5 tells no one when flush and close meet a full disk; later writes alone would not show
  /// that the metadata are missing.
  private func reserve() throws(HDF5Error) {
    var length = 0
    for (column, offset) in zip(columns, offsets) {
      length = max(length, offset + column.count * column.number.byteCount)
    }
    if length > 0, ch5_reserve(file, length) != 0, errno == ENOSPC || errno == EDQUOT {
      throw .diskFull(place: path)
    }
    do throws(HDF5Error) {
      let written = try HDF5File(path: temporary)
      for column in columns {
        guard try written.dataset(column.path).count == column.count else {
          throw .diskFull(place: path)
        }
      }
    } catch .diskFull(let place) {
      throw .diskFull(place: place)
    } catch {
      throw .diskFull(place: path)
    }
  }

  /// Creates the datasets and returns where their values begin in the file.
  private static func lay(
    _ columns: [Column], _ writer: HDF5Writer
  ) throws(HDF5Error) -> [Int] {
    var offsets: [Int] = []
    for column in columns {
      let place = writer.place(column.path)
      let type = try column.number.storedType(bigEndian: false, place: place)
      let dataset = try writer.create(
        column.path, type: type, shape: [column.count], count: column.count,
        storage: HDF5Writer.Storage(), allocateEarly: true)
      try writer.setAttributes(column.path, column.attributes)
      let offset = H5Dget_offset(dataset.id)
      guard column.count == 0 || offset != ch5_haddr_undef() else {
        throw .library(place: place, operation: "H5Dget_offset", reason: HDF5Library.reason())
      }
      offsets.append(column.count == 0 ? 0 : Int(offset))
    }
    return offsets
  }

  private static func failure(_ path: String) -> HDF5Error {
    .unwritable(path)
  }

  /// Writes values of one column (an index into `columns`) from a row on; thread-safe.
  public func write(
    _ bytes: UnsafeRawBufferPointer, column: Int, row: Int
  ) throws(HDF5Error) {
    let size = columns[column].number.byteCount
    let rows = bytes.count / size
    guard bytes.count % size == 0, row >= 0, row + rows <= columns[column].count else {
      throw .outOfRange(
        place: "\(path):\(columns[column].path)", rows: row..<max(row, row + rows),
        count: columns[column].count)
    }
    try put(bytes, at: offsets[column] + row * size)
  }

  /// Writes values of one column (an index into `columns`) from a row on; thread-safe.
  public func write<T: HDF5Element>(
    _ values: [T], column: Int, row: Int
  ) throws(HDF5Error) {
    guard T.number == columns[column].number else {
      throw .unsupportedType(
        place: "\(path):\(columns[column].path)", found: T.number.rawValue,
        allowed: columns[column].number.rawValue)
    }
    let result = values.withUnsafeBytes { bytes in
      Result { () throws(HDF5Error) in try write(bytes, column: column, row: row) }
    }
    try result.get()
  }

  private func put(_ bytes: UnsafeRawBufferPointer, at offset: Int) throws(HDF5Error) {
    var done = 0
    while done < bytes.count {
      let count = pwrite(
        file, bytes.baseAddress.map { $0 + done }, bytes.count - done, offset + done)
      if count < 0 && errno == EINTR { continue }
      guard count > 0 else { throw Self.failure(path) }
      done += count
    }
  }

  /// Fills the user block, syncs the file and gives it its name.
  public func finish(userBlock: [UInt8] = []) throws(HDF5Error) {
    guard userBlock.count <= userBlockLength else {
      throw .unwritable(
        place: path,
        reason: "\(userBlock.count) bytes do not fit the user block of \(userBlockLength)")
    }
    let result = userBlock.withUnsafeBytes { bytes in
      Result { () throws(HDF5Error) in try put(bytes, at: 0) }
    }
    try result.get()
    let closed = close(file)
    file = -1
    guard closed == 0 else { throw Self.failure(path) }
    do throws(PlatformError) {
      try AtomicFile.commit(temporary: temporary, to: path)
    } catch {
      throw .unwritable(error, path)
    }
  }

  /// Removes the unfinished file.
  public func cancel() {
    guard file >= 0 else { return }
    close(file)
    file = -1
    unlink(temporary)
  }
}

extension HDF5Error {
  /// What the system says about the last failed write.
  static func unwritable(_ path: String) -> HDF5Error {
    unwritable(PlatformError.writing(path), path)
  }

  /// A failure of the floor below.
  static func unwritable(_ error: PlatformError, _ path: String) -> HDF5Error {
    switch error {
    case .cannotWrite(_, let reason), .cannotRead(_, let reason):
      .unwritable(place: path, reason: "\(reason); name a folder that takes files")
    case .diskFull: .diskFull(place: path)
    default: .unwritable(place: path, reason: error.description)
    }
  }
}
