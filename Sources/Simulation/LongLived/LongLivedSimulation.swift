import Platform

/// Writes simulated ntuples of B → K(*) S with a displaced S.
///
/// The bytes depend on the settings alone: not on threads, block sizes or the machine.
public struct LongLivedSimulation: Sendable {
  /// A file that was written.
  public typealias Written = WrittenFile<LongLivedFile>

  /// What is simulated.
  public let settings: LongLivedSettings

  /// Creates a simulation.
  public init(settings: LongLivedSettings) { self.settings = settings }

  /// Files in the order they are written.
  public var files: [LongLivedFile] { LongLivedFile.plan(settings) }

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
    try NumberFileWriter(source: "nightjar simulate bks", seed: settings.seed).write(
      files, into: folder, pool: pool, stop: stop, progress: progress,
      columns: { LongLivedColumn.all(parent: $0.channel.parent, hasTruth: $0.content != .data) },
      generator: { [seed = settings.seed] file in
        let generator = LongLivedGenerator(file: file, seed: seed)
        return { generator.append(event: $0, to: $1) }
      })
  }
}
