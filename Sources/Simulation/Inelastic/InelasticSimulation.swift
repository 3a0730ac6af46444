import Columns
import HDF5Files
import Platform

/// Writes simulated ntuples of h' and inelastic dark matter.
///
/// The bytes depend on the settings alone: not on threads, block sizes or the machine.
public struct InelasticSimulation: Sendable {
  /// A file that was written.
  public struct Written: Sendable, Equatable {
    /// Path of the file.
    public let path: String
    /// What it is.
    public let file: InelasticFile
    /// Rows, that is candidates.
    public let rows: Int
  }

  /// Events made before rows are handed on; any value gives the same files.
  static let blockEvents = 2048
  /// Rows of a chunk of the files: signals have a few hundred.
  static let chunkRows = 4096

  /// What is simulated.
  public let settings: InelasticSettings

  /// Creates a simulation.
  public init(settings: InelasticSettings) { self.settings = settings }

  /// Files in the order they are written.
  public var files: [InelasticFile] { InelasticFile.plan(settings) }

  /// Writes all files into a folder, which is made if needed.
  ///
  /// - Parameters:
  ///   - folder: Where the files go; files of the same names are replaced.
  ///   - pool: Threads for generation and compression.
  ///   - stop: Ends the work between blocks; the file at hand is then removed.
  ///   - progress: Called when a file is complete.
  /// - Returns: The files in the order they were written.
  /// - Throws: `SimulationError.cannotCreateFolder`, `.cannotWrite`, `.interrupted`.
  public func run(
    into folder: String, pool: WorkerPool, stop: StopSignal? = nil,
    progress: (Written) -> Void = { _ in }
  ) throws(SimulationError) -> [Written] {
    try SimulationFolder.write(files, into: folder, name: \.name) { file, path in
      let rows = try write(file, to: path, pool: pool, stop: stop)
      let entry = Written(path: path, file: file, rows: rows)
      progress(entry)
      return entry
    }
  }

  private func write(
    _ file: InelasticFile, to path: String, pool: WorkerPool, stop: StopSignal?
  ) throws -> Int {
    let hasTruth = file.content != .data
    let columns = InelasticColumn.all(hasTruth: hasTruth)
    let bookkeeping = SimulatedColumn.bookkeeping.count
    let sink = try NtupleSink(
      path: path, columns: columns, layout: .columns,
      title: "simulated \(file.name): not collision data",
      attributes: [
        (name: "source", text: "nightjar simulate idm"), (name: "seed", text: "\(settings.seed)"),
      ], chunkRows: Self.chunkRows, threads: pool.threads)
    let generator = InelasticGenerator(file: file, seed: settings.seed)
    try sink.add(
      events: file.events, blockEvents: Self.blockEvents, pool: pool, stop: stop,
      block: {
        NumberBlock(capacity: Self.blockEvents, width: columns.count - bookkeeping)
      }, generate: { event, block in generator.append(event: event, to: block) },
      fill: { column, buffer, start, block in
        Self.fill(column, bookkeeping, buffer, start, block, file)
      })
    return try sink.finish(pool: pool)
  }

  /// Copies the values of one column behind the first `start` rows of a buffer.
  private static func fill(
    _ column: Int, _ bookkeeping: Int, _ buffer: ColumnBuffer, _ start: Int,
    _ block: NumberBlock, _ file: InelasticFile
  ) {
    let rows = block.rows
    guard column < bookkeeping else {
      let target = buffer.bytes.assumingMemoryBound(to: Float.self) + start
      target.update(from: block.column(column - bookkeeping), count: rows)
      return
    }
    SimulatedColumn.fill(
      bookkeeping: column, buffer, start, rows: rows, isData: file.content == .data,
      production: file.production, candidates: 1, event: { block.events[$0] })
  }
}
