import CBlosc
import CHDF5
import Columns
import Glibc
import Platform

/// Writes a PyTables table as basf2's `VariablesToHDF5` does: one compound dataset under "/".
///
/// Memory is one chunk of rows. The file appears under its name only in `finish`.
public final class PyTablesWriter {
  /// One member of the row.
  public struct Column: Equatable, Sendable {
    /// Name, any text without a slash.
    public var name: String
    /// Type of the values.
    public var number: ColumnType

    /// Describes a column.
    public init(name: String, number: ColumnType) {
      self.name = name
      self.number = number
    }
  }

  /// How chunks are compressed.
  public enum Compression: Equatable, Sendable {
    case none
    /// Blosc 1 with the given compressor, level 1 to 9.
    case blosc(Compressor, level: Int)
    /// Shuffle and deflate, level 1 to 9.
    case deflate(level: Int)
  }

  /// Compressors inside Blosc 1.
  public enum Compressor: String, Sendable, CaseIterable {
    case blosclz, lz4, lz4hc, zlib, zstd

    /// Number in Blosc's filter parameters.
    var code: UInt32 {
      switch self {
      case .blosclz: 0
      case .lz4: 1
      case .lz4hc: 2
      case .zlib: 4
      case .zstd: 5
      }
    }
  }

  /// Rows in one chunk.
  public let chunkRows: Int
  /// The columns in the order of the row's members.
  public let columns: [Column]

  let rowBytes: Int
  let offsets: [Int]
  let compression: Compression
  let title: String
  let table: String
  let path: String
  private let temporary: String
  private let writer: HDF5Writer
  private var dataset: HDF5Handle?
  private let rowType: HDF5Handle
  private var chunk: [UInt8]
  private var packed: [UInt8]
  private var rowsInChunk = 0
  /// Rows appended so far.
  public private(set) var rowCount = 0

  /// Creates a hidden file beside `path` with an empty table.
  ///
  /// - Parameters:
  ///   - path: Where the file appears at last.
  ///   - table: Name of the dataset under "/", as `Z0:dimuon`.
  ///   - columns: Members of the row in order.
  ///   - title: Title of the table.
  ///   - fileTitle: Title of the file.
  ///   - compression: How chunks are compressed.
  ///   - chunkRows: Rows in a chunk; `nil` follows PyTables' rule for 10,000 expected rows.
  /// - Throws: `HDF5Error.unwritable` or `.library`.
  public init(
    path: String, table: String, columns: [Column], title: String = "",
    fileTitle: String = "Belle2 Variables to HDF5",
    compression: Compression = .blosc(.lz4, level: 1), chunkRows: Int? = nil
  ) throws(HDF5Error) {
    guard !table.isEmpty, !table.utf8.contains(UInt8(ascii: "/")), !columns.isEmpty else {
      throw .unwritable(place: path, reason: "a table needs a name without '/', and columns")
    }
    self.path = path
    self.table = table
    self.columns = columns
    self.title = title
    self.compression = compression
    var offsets: [Int] = []
    var end = 0
    for column in columns {
      offsets.append(end)
      end += column.number.byteCount
    }
    self.offsets = offsets
    self.rowBytes = end
    self.chunkRows = max(1, chunkRows ?? Self.chunkBytes(rowBytes: end) / end)
    self.chunk = [UInt8](repeating: 0, count: self.chunkRows * end)
    self.packed = [UInt8](repeating: 0, count: self.chunkRows * end + Int(BLOSC_MAX_OVERHEAD))
    self.temporary = AtomicFile.temporaryPath(for: path)
    self.writer = try HDF5Writer(path: temporary, userBlock: 0, place: path)
    self.rowType = try Self.rowType(columns, offsets, end, path)
    try writer.setFixedText("/", "CLASS", "GROUP")
    try writer.setFixedText("/", "PYTABLES_FORMAT_VERSION", "2.1")
    try writer.setFixedText("/", "TITLE", fileTitle)
    try writer.setFixedText("/", "VERSION", "1.0")
    self.dataset = try createTable()
  }

  deinit { unlink(temporary) }

  /// PyTables' chunk size in bytes for 10,000 expected rows (`tables/leaf.py`, `calc_chunksize`).
  static func chunkBytes(rowBytes: Int) -> Int {
    // 8 KiB × 8 below 10 MiB; the base doubles with each power of ten.
    var base = 65_536
    var limit = 10 * (1 << 20)
    while rowBytes * 10_000 >= limit && limit < 10_000_000 * (1 << 20) {
      base *= 2
      limit *= 10
    }
    return base
  }

  private static func rowType(
    _ columns: [Column], _ offsets: [Int], _ size: Int, _ place: String
  ) throws(HDF5Error) -> HDF5Handle {
    let type = try HDF5Library.own(H5Tcreate(H5T_COMPOUND, size), "H5Tcreate", place)
    for (column, offset) in zip(columns, offsets) {
      let member = try memberType(column.number, place)
      try HDF5Library.check(
        H5Tinsert(type.id, column.name, offset, member.id), "H5Tinsert of '\(column.name)'", place)
    }
    return type
  }

  /// PyTables stores bool as a bit field of one byte.
  private static func memberType(
    _ number: ColumnType, _ place: String
  ) throws(HDF5Error) -> HDF5Handle {
    number == .bool
      ? try HDF5Library.own(H5Tcopy(ch5_bits8()), "H5Tcopy", place)
      : try number.storedType(bigEndian: false, place: place)
  }

  private func createTable() throws(HDF5Error) -> HDF5Handle {
    let place = writer.place("/" + table)
    let id = try writer.open()
    let options = try HDF5Library.own(H5Pcreate(ch5_p_dataset_create()), "H5Pcreate", place)
    try HDF5Library.check(
      H5Pset_obj_track_times(options.id, false), "H5Pset_obj_track_times", place)
    var chunkLength = hsize_t(chunkRows)
    try HDF5Library.check(H5Pset_chunk(options.id, 1, &chunkLength), "H5Pset_chunk", place)
    switch compression {
    case .none: break
    case .blosc(let compressor, let level):
      let parameters = [
        2, 2, rowBytes > 255 ? 1 : UInt32(rowBytes), UInt32(chunk.count), UInt32(clamping: level),
        1, compressor.code,
      ]
      try HDF5Library.check(
        H5Pset_filter(
          options.id, H5Z_filter_t(FilterStep.bloscNumber), UInt32(H5Z_FLAG_OPTIONAL),
          parameters.count, parameters), "H5Pset_filter", place)
    case .deflate(let level):
      try HDF5Library.check(H5Pset_shuffle(options.id), "H5Pset_shuffle", place)
      try HDF5Library.check(
        H5Pset_deflate(options.id, UInt32(clamping: level)), "H5Pset_deflate", place)
    }
    var length = hsize_t(0)
    var limit = ch5_s_unlimited()
    let space = try HDF5Library.own(
      H5Screate_simple(1, &length, &limit), "H5Screate_simple", place)
    return try HDF5Library.own(
      H5Dcreate2(
        id, "/" + table, rowType.id, space.id, HDF5Library.byDefault, options.id,
        HDF5Library.byDefault), "H5Dcreate2", place)
  }

  /// Appends rows given column by column, native byte order, one pointer a column.
  public func append(rows: Int, columns pointers: [UnsafeRawPointer]) throws(HDF5Error) {
    guard pointers.count == columns.count else {
      throw .wrongShape(
        place: writer.place("/" + table), found: [pointers.count], allowed: "[\(columns.count)]")
    }
    var done = 0
    while done < rows {
      let part = min(rows - done, chunkRows - rowsInChunk)
      chunk.withUnsafeMutableBytes { bytes in
        guard let base = bytes.baseAddress else { return }
        for (index, pointer) in pointers.enumerated() {
          let size = columns[index].number.byteCount
          var target = base + rowsInChunk * rowBytes + offsets[index]
          var source = pointer + done * size
          for _ in 0..<part {
            target.copyMemory(from: source, byteCount: size)
            target += rowBytes
            source += size
          }
        }
      }
      done += part
      rowsInChunk += part
      if rowsInChunk == chunkRows { try flush() }
    }
  }

  private func flush() throws(HDF5Error) {
    guard rowsInChunk > 0 else { return }
    let place = writer.place("/" + table)
    _ = try writer.open()
    guard let dataset else { throw .unwritable(place: place, reason: "the writer is finished") }
    if rowsInChunk < chunkRows {
      chunk.replaceSubrange(
        (rowsInChunk * rowBytes)...,
        with: repeatElement(0, count: (chunkRows - rowsInChunk) * rowBytes))
    }
    let start = hsize_t(rowCount)
    var length = hsize_t(rowCount + rowsInChunk)
    try HDF5Library.check(H5Dset_extent(dataset.id, &length), "H5Dset_extent", place)
    if case .blosc(let compressor, let level) = compression {
      try writeCompressed(dataset, start: start, compressor, level: level, place)
    } else {
      try writeRows(dataset, start: start, place)
    }
    rowCount += rowsInChunk
    rowsInChunk = 0
  }

  private func writeCompressed(
    _ dataset: HDF5Handle, start: hsize_t, _ compressor: Compressor, level: Int, _ place: String
  ) throws(HDF5Error) {
    let size = chunk.withUnsafeBytes { source in
      packed.withUnsafeMutableBytes { target in
        blosc_compress_ctx(
          Int32(clamping: level), 1, rowBytes > 255 ? 1 : rowBytes, source.count,
          source.baseAddress, target.baseAddress, target.count, compressor.rawValue, 0, 1)
      }
    }
    guard size >= 0 else {
      throw .library(place: place, operation: "blosc_compress_ctx", reason: "code \(size)")
    }
    var offset = start
    // As the filter does: a chunk that does not shrink is stored as it is, the filter skipped.
    let isSmaller = size > 0 && Int(size) < chunk.count
    let status = (isSmaller ? packed : chunk).withUnsafeBytes { bytes in
      H5Dwrite_chunk(
        dataset.id, HDF5Library.byDefault, isSmaller ? 0 : 1, &offset,
        isSmaller ? Int(size) : bytes.count, bytes.baseAddress)
    }
    try HDF5Library.check(status, "H5Dwrite_chunk", place)
  }

  private func writeRows(
    _ dataset: HDF5Handle, start: hsize_t, _ place: String
  ) throws(HDF5Error) {
    var offset = start
    var length = hsize_t(rowsInChunk)
    let space = try HDF5Library.own(H5Dget_space(dataset.id), "H5Dget_space", place)
    try HDF5Library.check(
      H5Sselect_hyperslab(space.id, H5S_SELECT_SET, &offset, nil, &length, nil),
      "H5Sselect_hyperslab", place)
    let memory = try HDF5Library.own(
      H5Screate_simple(1, &length, nil), "H5Screate_simple", place)
    let status = chunk.withUnsafeBytes { bytes in
      H5Dwrite(
        dataset.id, rowType.id, memory.id, space.id, HDF5Library.byDefault, bytes.baseAddress)
    }
    try HDF5Library.check(status, "H5Dwrite", place)
  }

  /// Writes the last chunk and the attributes, syncs the file and gives it its name.
  public func finish() throws(HDF5Error) {
    try flush()
    let node = "/" + table
    try writer.setFixedText(node, "CLASS", "TABLE")
    try writer.setFixedText(node, "VERSION", "2.7")
    try writer.setFixedText(node, "TITLE", title)
    for (index, column) in columns.enumerated() {
      try writer.setFixedText(node, "FIELD_\(index)_NAME", column.name)
      try writeFill(node, "FIELD_\(index)_FILL", column.number)
    }
    try writer.setNumbers(node, "NROWS", [Int64(rowCount)], isScalar: true)
    dataset = nil
    try writer.close()
    do throws(PlatformError) {
      try AtomicFile.commit(temporary: temporary, to: path)
    } catch {
      throw .unwritable(error, path)
    }
  }

  private func writeFill(
    _ node: String, _ name: String, _ number: ColumnType
  ) throws(HDF5Error) {
    switch number {
    case .int8: try writer.setNumbers(node, name, [Int8(0)], isScalar: true)
    case .int16: try writer.setNumbers(node, name, [Int16(0)], isScalar: true)
    case .int32: try writer.setNumbers(node, name, [Int32(0)], isScalar: true)
    case .int64: try writer.setNumbers(node, name, [Int64(0)], isScalar: true)
    case .uint8: try writer.setNumbers(node, name, [UInt8(0)], isScalar: true)
    case .uint16: try writer.setNumbers(node, name, [UInt16(0)], isScalar: true)
    case .uint32: try writer.setNumbers(node, name, [UInt32(0)], isScalar: true)
    case .uint64: try writer.setNumbers(node, name, [UInt64(0)], isScalar: true)
    case .float32: try writer.setNumbers(node, name, [Float(0)], isScalar: true)
    case .float64: try writer.setNumbers(node, name, [Double(0)], isScalar: true)
    case .bool: try writer.setFalse(node, name)
    }
  }
}
