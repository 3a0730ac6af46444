import Columns
import HDF5Files
import Platform

/// Where the rows of one file go: staged column by column, stored chunk by chunk.
final class DimuonSink: @unchecked Sendable {
  /// Name of the group or table.
  static let tableName = "events"

  private enum Writer {
    case columns(ChunkedColumnWriter)
    case table(PyTablesWriter)
  }

  private let columns: [DimuonColumn]
  private let file: DimuonFile
  private let writer: Writer
  private let stages: [ColumnBuffer]
  private let encoders: [ChunkEncoder]
  private var staged = 0
  private var stored = 0

  /// Creates the file.
  init(
    path: String, file: DimuonFile, settings: DimuonSettings, threads: Int
  ) throws(HDF5Error) {
    self.file = file
    columns = DimuonColumn.all(of: file.sample)
    switch settings.layout {
    case .columns:
      encoders = (0..<threads).map { _ in ChunkEncoder(level: 1) }
      stages = columns.map { ColumnBuffer(type: $0.type) }
      writer = .columns(
        try ChunkedColumnWriter(
          path: path, group: Self.tableName, columns: columns.map(Self.described),
          attributes: Self.attributes(of: file, settings), level: 1))
    case .table:
      encoders = []
      stages = columns.map { ColumnBuffer(type: $0.tableType) }
      writer = .table(
        try PyTablesWriter(
          path: path, table: Self.tableName,
          columns: columns.map {
            PyTablesWriter.Column(name: $0.tableName, number: $0.tableType)
          },
          title: Self.title(of: file)))
    }
  }

  private static func described(_ column: DimuonColumn) -> ChunkedColumnWriter.Column {
    var attributes = [(name: "long_name", text: column.meaning)]
    if !column.unit.isEmpty { attributes.append((name: "units", text: column.unit)) }
    return ChunkedColumnWriter.Column(
      name: column.name, number: column.type, attributes: attributes)
  }

  private static func title(of file: DimuonFile) -> String {
    "simulated dimuon events, \(file.sample.rawValue) sample: not collision data"
  }

  private static func attributes(
    of file: DimuonFile, _ settings: DimuonSettings
  ) -> [(name: String, text: String)] {
    [
      (name: "title", text: title(of: file)),
      (name: "source", text: "nightjar simulate dimuon"),
      (name: "seed", text: "\(settings.seed)"),
    ]
  }

  /// Adds the rows of some blocks, in order, and stores all chunks that are full.
  func add(_ blocks: ArraySlice<DimuonBlock>, pool: WorkerPool) throws {
    let added = blocks.reduce(0) { $0 + $1.rows }
    let (start, columns, stages, file) = (staged, columns, stages, file)
    try pool.forEach(count: columns.count) { _, index in
      let stage = stages[index]
      stage.resize(to: start + added)
      var row = start
      for block in blocks {
        columns[index].fill(stage, from: row, block: block, file: file)
        row += block.rows
      }
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
