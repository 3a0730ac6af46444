import Columns
import HDF5Files
import Platform

/// Where the rows of one file go: staged column by column, stored chunk by chunk.
final class NtupleSink: @unchecked Sendable {
  /// Name of the group or table.
  static let tableName = "events"

  private enum Writer {
    case columns(ChunkedColumnWriter)
    case table(PyTablesWriter)
  }

  private let writer: Writer
  private let stages: [ColumnBuffer]
  private let encoders: [ChunkEncoder]
  private var staged = 0
  private var stored = 0

  /// Creates the file.
  ///
  /// - Parameters:
  ///   - path: Where the file appears at last.
  ///   - columns: What it holds, in order.
  ///   - layout: How rows lie in it.
  ///   - title: What is in it.
  ///   - attributes: More that is told beside the title, one dataset a column only.
  ///   - chunkRows: Rows of one chunk, one dataset a column only; files of few rows want few.
  ///   - threads: How many encode.
  /// - Throws: `HDF5Error.unwritable` or `.library`.
  init(
    path: String, columns: [SimulatedColumn], layout: DimuonSettings.Layout, title: String,
    attributes: [(name: String, text: String)], chunkRows: Int = 65_536, threads: Int
  ) throws(HDF5Error) {
    switch layout {
    case .columns:
      encoders = (0..<threads).map { _ in ChunkEncoder(level: 1) }
      stages = columns.map { ColumnBuffer(type: $0.type) }
      writer = .columns(
        try ChunkedColumnWriter(
          path: path, group: Self.tableName, columns: columns.map(Self.described),
          attributes: [(name: "title", text: title)] + attributes, chunkRows: chunkRows, level: 1))
    case .table:
      encoders = []
      stages = columns.map { ColumnBuffer(type: $0.tableType) }
      writer = .table(
        try PyTablesWriter(
          path: path, table: Self.tableName,
          columns: columns.map {
            PyTablesWriter.Column(name: $0.tableName, number: $0.tableType)
          },
          title: title))
    }
  }

  private static func described(_ column: SimulatedColumn) -> ChunkedColumnWriter.Column {
    var attributes = [(name: "long_name", text: column.meaning)]
    if !column.unit.isEmpty { attributes.append((name: "units", text: column.unit)) }
    return ChunkedColumnWriter.Column(
      name: column.name, number: column.type, attributes: attributes)
  }

  /// Adds rows and stores all chunks that are full.
  ///
  /// - Parameters:
  ///   - added: Number of rows.
  ///   - pool: Threads for copying and compression.
  ///   - fill: Copies the values of a column behind the first rows of its buffer.
  /// - Throws: `HDF5Error.unwritable`, `.diskFull` or `.library`.
  func add(
    rows added: Int, pool: WorkerPool,
    fill: @Sendable (_ column: Int, _ buffer: ColumnBuffer, _ start: Int) -> Void
  ) throws {
    let (start, stages) = (staged, stages)
    try pool.forEach(count: stages.count) { _, index in
      let stage = stages[index]
      stage.resize(to: start + added)
      fill(index, stage, start)
    }
    staged += added
    switch writer {
    case .columns(let writer):
      try store(chunks: staged / writer.chunkRows, by: writer, pool: pool)
    case .table(let writer):
      try writer.append(rows: staged, columns: stages.map { UnsafeRawPointer($0.bytes) })
      stored += staged
      staged = 0
    }
  }

  /// Stores what is left and completes the file; returns its rows.
  func finish(pool: WorkerPool) throws -> Int {
    let rows = stored + staged
    switch writer {
    case .columns(let writer):
      if staged > 0 {
        for stage in stages { stage.resize(to: writer.chunkRows) }
        let type = stages.map(\.type.byteCount)
        for (stage, width) in zip(stages, type) {
          let used = staged * width
          (stage.bytes + used).initializeMemory(
            as: UInt8.self, repeating: 0, count: writer.chunkRows * width - used)
        }
        staged = writer.chunkRows
        try store(chunks: 1, by: writer, pool: pool)
      }
      try writer.finish(rows: rows)
    case .table(let writer):
      try writer.finish()
    }
    return rows
  }

  private func store(chunks: Int, by writer: ChunkedColumnWriter, pool: WorkerPool) throws {
    guard chunks > 0 else { return }
    let (stages, rows) = (stages, writer.chunkRows)
    let slots = EncodedChunks(count: chunks * stages.count)
    try pool.forEach(count: chunks * stages.count) { worker, job in
      let (chunk, column) = (job / stages.count, job % stages.count)
      let width = stages[column].type.byteCount
      let bytes = UnsafeRawBufferPointer(
        start: stages[column].bytes + chunk * rows * width, count: rows * width)
      slots.set(job, self.encoders[worker].encode(bytes, width: width))
    }
    for job in 0..<(chunks * stages.count) {
      try writer.write(
        slots.take(job), column: job % stages.count,
        firstRow: stored + job / stages.count * rows)
    }
    stored += chunks * rows
    staged -= chunks * rows
    for stage in stages {
      let width = stage.type.byteCount
      stage.bytes.copyMemory(
        from: stage.bytes + chunks * rows * width, byteCount: staged * width)
      stage.resize(to: staged)
    }
  }
}

/// One slot a job; each is set once by one thread and taken after all are done.
private final class EncodedChunks: @unchecked Sendable {
  private let slots: UnsafeMutableBufferPointer<[UInt8]>

  init(count: Int) {
    slots = .allocate(capacity: count)
    slots.initialize(repeating: [])
  }

  deinit {
    slots.deinitialize()
    slots.deallocate()
  }

  func set(_ index: Int, _ bytes: [UInt8]) { slots[index] = bytes }

  func take(_ index: Int) -> [UInt8] {
    defer { slots[index] = [] }
    return slots[index]
  }
}
