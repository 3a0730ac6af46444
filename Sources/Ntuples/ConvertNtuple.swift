import Columns
import HDF5Files
import Platform

/// Turns an ntuple of any layout into an HDF5 file with one dataset a column.
public struct ConvertNtuple {
  /// What was written.
  public struct Outcome: Equatable, Sendable {
    /// Rows.
    public var rows: Int
    /// Columns.
    public var columns: Int
    /// Columns that were left out, with the reason.
    public var leftOut: [(name: String, reason: String)]

    /// Whether two outcomes are alike.
    public static func == (left: Outcome, right: Outcome) -> Bool {
      left.rows == right.rows && left.columns == right.columns
        && left.leftOut.elementsEqual(right.leftOut, by: ==)
    }
  }

  /// Name of the group that holds the columns.
  public static let group = "events"
  /// Bytes of decoded columns that a thread holds at once.
  private static let memory = 64 << 20
  private static let chunkRows = 65_536

  private let file: NtupleFile
  private let pool: WorkerPool
  private let stop: StopSignal
  private let level: Int

  /// Prepares a conversion.
  /// - Parameters:
  ///   - file: The ntuple.
  ///   - pool: Threads that decode and compress.
  ///   - stop: Ends it early; nothing is left behind.
  ///   - level: Deflate level, 1 (fast) to 12 (small).
  public init(file: NtupleFile, pool: WorkerPool, stop: StopSignal, level: Int = 4) {
    self.file = file
    self.pool = pool
    self.stop = stop
    self.level = level
  }

  /// Writes the file, whole or not at all.
  ///
  /// - Parameters:
  ///   - path: The HDF5 file.
  ///   - advance: Told the number of values after each piece of work, from any thread.
  /// - Returns: What was written and what was left out.
  /// - Throws: `NtupleError`, `HDF5Error`; `PlatformError.stopped`.
  public func write(
    to path: String, advance: @Sendable (Int) -> Void = { _ in }
  ) throws -> Outcome {
    var leftOut = file.unreadable
    var chosen: [Int] = []
    var names: Set<String> = []
    for (index, column) in file.columns.enumerated() {
      if column.isList {
        leftOut.append((column.name, "a list in each row; HDF5 columns hold one value a row"))
      } else if column.name.contains("/") || column.name == "." || column.name.isEmpty {
        leftOut.append((column.name, "not a name of an HDF5 dataset"))
      } else if !names.insert(column.name).inserted {
        leftOut.append((column.name, "a column of this name was written before"))
      } else {
        chosen.append(index)
      }
    }
    let writer = try ChunkedColumnWriter(
      path: path, group: Self.group, columns: chosen.map { Self.described(file.columns[$0]) },
      attributes: [(name: "title", text: "\(file.place)")], chunkRows: Self.chunkRows,
      level: level)
    var first = 0
    while first < chosen.count {
      var bytes = 0
      var last = first
      while last < chosen.count, last == first || bytes < Self.memory {
        bytes += Self.chunkRows * file.columns[chosen[last]].type.byteCount
        last += 1
      }
      try write(Array(chosen[first..<last]), first: first, to: writer, advance)
      first = last
    }
    try writer.finish(rows: file.rowCount)
    return Outcome(rows: file.rowCount, columns: chosen.count, leftOut: leftOut)
  }

  private static func described(_ column: NtupleColumn) -> ChunkedColumnWriter.Column {
    var attributes: [(name: String, text: String)] = []
    if let meaning = column.longName { attributes.append(("long_name", meaning)) }
    if let unit = column.unit { attributes.append(("units", unit)) }
    return ChunkedColumnWriter.Column(
      name: column.name, number: column.type, attributes: attributes)
  }

  private func write(
    _ columns: [Int], first: Int, to writer: ChunkedColumnWriter,
    _ advance: @Sendable (Int) -> Void
  ) throws {
    let workers = try (0..<pool.threads).map { _ in try Worker(file, columns, level: level) }
    let chunks = (file.rowCount + Self.chunkRows - 1) / Self.chunkRows
    for batch in stride(from: 0, to: chunks, by: pool.threads) {
      try stop.check()
      let count = min(pool.threads, chunks - batch)
      let rowCount = file.rowCount
      try pool.forEach(count: count) { _, index in
        let start = (batch + index) * Self.chunkRows
        try workers[index].encode(start..<min(rowCount, start + Self.chunkRows))
        advance(columns.count * Self.chunkRows)
      }
      for index in 0..<count {
        for column in columns.indices {
          try writer.write(
            workers[index].encoded[column], column: first + column,
            firstRow: (batch + index) * Self.chunkRows)
        }
      }
    }
  }

  /// Reads and compresses one chunk of all columns; used by one thread at a time.
  private final class Worker: @unchecked Sendable {
    private let cursor: NtupleCursor
    private let buffers: [ColumnBuffer]
    private let encoder: ChunkEncoder
    private(set) var encoded: [[UInt8]] = []

    init(_ file: NtupleFile, _ columns: [Int], level: Int) throws {
      cursor = try NtupleCursor(file: file, columns: columns)
      buffers = cursor.makeBuffers()
      encoder = ChunkEncoder(level: level)
    }

    func encode(_ rows: Range<Int>) throws {
      try cursor.read(rows, into: buffers)
      encoded.removeAll(keepingCapacity: true)
      for buffer in buffers {
        let width = buffer.type.byteCount
        let used = rows.count * width
        let all = ConvertNtuple.chunkRows * width
        buffer.resize(to: ConvertNtuple.chunkRows)
        (buffer.bytes + used).initializeMemory(as: UInt8.self, repeating: 0, count: all - used)
        encoded.append(
          encoder.encode(UnsafeRawBufferPointer(start: buffer.bytes, count: all), width: width))
      }
    }
  }
}
