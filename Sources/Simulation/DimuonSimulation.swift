import HDF5Files
import Platform

/// Writes the demonstration ntuples.
///
/// The bytes depend on the settings alone: not on threads, block sizes or the machine.
public struct DimuonSimulation: Sendable {
  /// A file that was written.
  public struct Written: Sendable, Equatable {
    /// Path of the file.
    public let path: String
    /// What it is.
    public let file: DimuonFile
    /// Rows, that is candidates.
    public let rows: Int
  }

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
    do {
      try AtomicFile.createFolder(folder)
    } catch {
      throw .cannotCreateFolder(path: folder, reason: Self.reason(error))
    }
    var written: [Written] = []
    for file in files {
      let path = folder.hasSuffix("/") ? folder + file.name : folder + "/" + file.name
      do {
        let rows = try write(file, to: path, pool: pool, stop: stop, progress: progress)
        written.append(Written(path: path, file: file, rows: rows))
      } catch let error as SimulationError {
        throw error
      } catch {
        throw .cannotWrite(path: path, reason: Self.reason(error))
      }
    }
    return written
  }

  private func write(
    _ file: DimuonFile, to path: String, pool: WorkerPool, stop: StopSignal?,
    progress: (Int) -> Void
  ) throws -> Int {
    let sink = try DimuonSink(
      path: path, file: file, settings: settings, threads: pool.threads)
    let generator = DimuonGenerator(settings: settings, file: file)
    let wave = 16 * pool.threads
    let blocks = (0..<wave).map { _ in
      DimuonBlock(capacity: Self.blockEvents * DimuonBlock.mostCandidates)
    }
    var first = 0
    while first < file.events {
      if stop?.isSet == true { throw SimulationError.interrupted }
      let start = first
      let count = min(
        wave, (file.events - start + Self.blockEvents - 1) / Self.blockEvents)
      try pool.forEach(count: count) { _, index in
        let block = blocks[index]
        block.removeAll()
        let from = start + index * Self.blockEvents
        for event in from..<min(from + Self.blockEvents, file.events) {
          generator.append(event: event, to: block)
        }
      }
      try sink.add(blocks[..<count], pool: pool)
      first = min(file.events, start + count * Self.blockEvents)
      progress(first - start)
    }
    return try sink.finish(pool: pool)
  }

  private static func reason(_ error: any Error) -> String {
    switch error {
    case HDF5Error.unwritable(_, let reason): reason
    case HDF5Error.diskFull: "no space left on the disk"
    case PlatformError.cannotWrite(_, let reason): reason
    default: "\(error)"
    }
  }
}
