import Columns
import HDF5Files
import Platform

/// A file of simulated candidates of which an event has one at most.
public protocol NumberFile: Sendable, Equatable {
  /// Name of the file.
  var name: String { get }
  /// Generated events.
  var events: Int { get }
  /// Whether it stands for collision data.
  var isData: Bool { get }
  /// Production number, 0 for data.
  var production: UInt32 { get }
}

/// A file that was written.
public struct WrittenFile<File: Sendable & Equatable>: Sendable, Equatable {
  /// Path of the file.
  public let path: String
  /// What it is.
  public let file: File
  /// Rows, that is candidates.
  public let rows: Int
}

/// Writes files of single-precision numbers behind the columns that name an event.
struct NumberFileWriter: Sendable {
  /// What made the files, as in `nightjar simulate bks`.
  let source: String
  let seed: UInt64
  /// Rows of a chunk of the files.
  var chunkRows = 65_536

  /// Events made before rows are handed on; any value gives the same files.
  static let blockEvents = 2048

  /// Writes all files into a folder, in their order.
  ///
  /// `columns` gives the columns of a file, bookkeeping first; `generator` what appends the
  /// candidate of an event of a file to a block, if there is one.
  func write<File: NumberFile>(
    _ files: [File], into folder: String, pool: WorkerPool, stop: StopSignal?,
    progress: (WrittenFile<File>) -> Void, columns: (File) -> [SimulatedColumn],
    generator: (File) -> @Sendable (Int, NumberBlock) -> Void
  ) throws(SimulationError) -> [WrittenFile<File>] {
    try SimulationFolder.write(files, into: folder, name: \.name) { file, path in
      let rows = try write(
        file, to: path, columns(file), generator(file), pool: pool, stop: stop)
      let entry = WrittenFile(path: path, file: file, rows: rows)
      progress(entry)
      return entry
    }
  }

  private func write<File: NumberFile>(
    _ file: File, to path: String, _ columns: [SimulatedColumn],
    _ generate: @escaping @Sendable (Int, NumberBlock) -> Void, pool: WorkerPool, stop: StopSignal?
  ) throws -> Int {
    let bookkeeping = SimulatedColumn.bookkeeping.count
    let sink = try NtupleSink(
      path: path, columns: columns, layout: .columns,
      title: "simulated \(file.name): not collision data",
      attributes: [(name: "source", text: source), (name: "seed", text: "\(seed)")],
      chunkRows: chunkRows, threads: pool.threads)
    try sink.add(
      events: file.events, blockEvents: Self.blockEvents, pool: pool, stop: stop,
      block: {
        NumberBlock(capacity: Self.blockEvents, width: columns.count - bookkeeping)
      }, generate: generate,
      fill: { column, buffer, start, block in
        Self.fill(column, bookkeeping, buffer, start, block, file)
      })
    return try sink.finish(pool: pool)
  }

  /// Copies the values of one column behind the first `start` rows of a buffer.
  private static func fill(
    _ column: Int, _ bookkeeping: Int, _ buffer: ColumnBuffer, _ start: Int,
    _ block: NumberBlock, _ file: some NumberFile
  ) {
    let rows = block.rows
    guard column < bookkeeping else {
      let target = buffer.bytes.assumingMemoryBound(to: Float.self) + start
      target.update(from: block.column(column - bookkeeping), count: rows)
      return
    }
    SimulatedColumn.fill(
      bookkeeping: column, buffer, start, rows: rows, isData: file.isData,
      production: file.production, candidates: 1, event: { block.events[$0] })
  }
}
