import HDF5Files
import Platform

/// Writes the demonstration ntuples.
///
/// The bytes depend on the settings alone: not on threads, block sizes or the machine.
public struct DimuonSimulation: Sendable {
  /// A file that was written.
  public typealias Written = WrittenFile<DimuonFile>

  /// Events made before rows are handed on; any value gives the same files.
  static let blockEvents = 8192

  /// What is simulated.
  public let settings: DimuonSettings

  /// Creates a simulation.
  public init(settings: DimuonSettings) { self.settings = settings }

  /// Files in the order they are written.
  public var files: [DimuonFile] { DimuonFile.plan(settings) }

  /// Integrated luminosity of a sample in fb^-1: data, or background `backgroundFactor` times.
  public func luminosity(of sample: DimuonFile.Sample) -> Double {
    let data = Double(settings.events) / DimuonProcess.eventsPerInverseFemtobarn
    return sample == .data ? data : data * Double(settings.backgroundFactor)
  }

  /// Writes all files into a folder, which is made if needed.
  ///
  /// - Parameters:
  ///   - folder: Where the files go; files of the same names are replaced.
  ///   - pool: Threads for generation and compression.
  ///   - stop: Ends the work between blocks; the file at hand is then removed.
  ///   - progress: Called with the number of events just finished.
  /// - Returns: The files in the order they were written.
  /// - Throws: `SimulationError.cannotCreateFolder`, `.cannotWrite`, `.interrupted`.
  public func run(
    into folder: String, pool: WorkerPool, stop: StopSignal? = nil,
    progress: (Int) -> Void = { _ in }
  ) throws(SimulationError) -> [Written] {
    try SimulationFolder.write(files, into: folder, name: \.name) { file, path in
      let rows = try write(file, to: path, pool: pool, stop: stop, progress: progress)
      return Written(path: path, file: file, rows: rows)
    }
  }

  private func write(
    _ file: DimuonFile, to path: String, pool: WorkerPool, stop: StopSignal?,
    progress: (Int) -> Void
  ) throws -> Int {
    let columns = DimuonColumn.all(of: file.sample)
    let sink = try NtupleSink(
      path: path, columns: columns.map(\.described), layout: settings.layout,
      title: "simulated dimuon events, \(file.sample.rawValue) sample: not collision data",
      attributes: [
        (name: "source", text: "nightjar simulate dimuon"),
        (name: "seed", text: "\(settings.seed)"),
      ], threads: pool.threads)
    let generator = DimuonGenerator(settings: settings, file: file)
    try sink.add(
      events: file.events, blockEvents: Self.blockEvents, pool: pool, stop: stop,
      block: { DimuonBlock(capacity: Self.blockEvents * DimuonBlock.mostCandidates) },
      generate: { event, block in generator.append(event: event, to: block) },
      fill: { column, buffer, start, block in
        columns[column].fill(buffer, from: start, block: block, file: file)
      }, progress: progress)
    return try sink.finish(pool: pool)
  }
}
