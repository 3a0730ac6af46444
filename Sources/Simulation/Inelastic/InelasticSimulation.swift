import Platform

/// Writes simulated ntuples of h' and inelastic dark matter.
///
/// The bytes depend on the settings alone: not on threads, block sizes or the machine.
public struct InelasticSimulation: Sendable {
  /// A file that was written.
  public typealias Written = WrittenFile<InelasticFile>

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
    // Signals have a few hundred rows.
    try NumberFileWriter(
      source: "nightjar simulate idm", seed: settings.seed, chunkRows: 4096
    ).write(
      files, into: folder, pool: pool, stop: stop, progress: progress,
      columns: { InelasticColumn.all(hasTruth: $0.content != .data) },
      generator: { [seed = settings.seed] file in
        let generator = InelasticGenerator(file: file, seed: seed)
        return { generator.append(event: $0, to: $1) }
      })
  }
}
