import Columns
import HDF5Files
import Platform

/// Simulated searches for a muon pair resonance in e+e- -> mu+mu-mu+mu-.
public struct FourMuonSimulation: Sendable {
  /// A file as it was written.
  public struct Written: Sendable, Equatable {
    /// Where it is.
    public let path: String
    /// What it is.
    public let file: FourMuonFile
    /// Generated events.
    public let generated: Int
    /// Events whose four muons were all measured; four rows each.
    public let accepted: Int
    /// How the processes in it were generated, the main one first.
    public let processes: [Process]
  }

  /// How one process in a file was generated.
  public struct Process: Sendable, Equatable {
    /// Generated events.
    public let events: Int
    /// Cross section with radiation, fb; of a signal for coupling 1, without branching fraction.
    public let crossSection: Double
    /// Its statistical error, fb.
    public let error: Double
    /// Mean number of events that one weighted point gives.
    public let unweightingEfficiency: Double
    /// Largest weight met at set-up over that of a surely kept point.
    public let largestWeight: Double
    /// Generated events above it.
    public let overweight: Int
  }

  /// What is simulated.
  public let settings: FourMuonSettings
  private let frame = BeamFrame()

  /// Creates a simulation.
  public init(settings: FourMuonSettings) { self.settings = settings }

  /// Files in the order they are written.
  public var files: [FourMuonFile] { FourMuonFile.plan(settings) }

  /// Writes all files into a folder, which is made if needed.
  ///
  /// - Parameters:
  ///   - folder: Where the files go; files of the same names are replaced.
  ///   - pool: Threads for generation.
  ///   - stop: Ends the work between blocks; the file at hand is then removed.
  ///   - progress: Called when a file is complete.
  /// - Returns: The files in the order they were written.
  /// - Throws: `SimulationError.cannotCreateFolder`, `.cannotWrite`, `.interrupted`.
  public func run(
    into folder: String, pool: WorkerPool, stop: StopSignal? = nil,
    progress: (Written) -> Void = { _ in }
  ) throws(SimulationError) -> [Written] {
    var plan: FourMuonPlan?
    return try SimulationFolder.write(files, into: folder, name: \.name) { file, path in
      if stop?.isSet == true { throw SimulationError.interrupted }
      // The set-up of the processes takes a second or two: not before the folder is there.
      var own = plan ?? FourMuonPlan(settings: settings, frame: frame, pool: pool)
      let entry = try write(file, own.parts(of: file), to: path, pool: pool, stop: stop)
      plan = own
      progress(entry)
      return entry
    }
  }

  private func write(
    _ file: FourMuonFile, _ parts: [FourMuonPlan.Part], to path: String, pool: WorkerPool,
    stop: StopSignal?
  ) throws -> Written {
    let sink = try NtupleSink(
      path: path, columns: FourMuonColumn.all(hasTruth: file.content != .data), layout: .table,
      title: "simulated four-muon events, \(file.name): not collision data", attributes: [],
      threads: pool.threads)
    var first = 1
    var processes: [Process] = []
    for part in parts {
      let overweight = try write(part, file, firstEvent: first, sink, pool: pool, stop: stop)
      first += part.events
      processes.append(
        Process(
          events: part.events, crossSection: part.process.crossSection, error: part.process.error,
          unweightingEfficiency: part.process.efficiency, largestWeight: part.process.largest,
          overweight: overweight))
    }
    let rows = try sink.finish(pool: pool)
    return Written(
      path: path, file: file, generated: first - 1, accepted: rows / FourMuonBlock.rowsOfEvent,
      processes: processes)
  }

  /// Writes the events of one process; returns how many were above the largest weight.
  private func write(
    _ part: FourMuonPlan.Part, _ file: FourMuonFile, firstEvent: Int, _ sink: NtupleSink,
    pool: WorkerPool,
    stop: StopSignal?
  ) throws -> Int {
    let generator = FourMuonGenerator(
      process: part.process, frame: frame, seed: settings.seed, task: part.task,
      total: part.events)
    let trials = (0..<pool.threads).map { _ in TrialBlock() }
    let wave = 16
    let blocks = (0..<wave).map { _ in FourMuonBlock() }
    var (done, block, overweight) = (0, 0, 0)
    while done < part.events {
      if stop?.isSet == true { throw SimulationError.interrupted }
      let start = block
      let expected = Double(TrialBlock.trials) * part.process.efficiency
      let count = min(wave, max(1, Int(Double(part.events - done) / expected) + 1))
      try pool.forEach(count: count) { worker, index in
        generator.generate(block: start + index, trials: trials[worker], into: blocks[index])
      }
      block += count
      for made in blocks[..<count] where done < part.events {
        let rows = made.rows(before: part.events - done)
        let number = firstEvent + done
        try sink.add(rows: rows, pool: WorkerPool(threads: 1)) { column, buffer, start in
          Self.fill(column, buffer, start, made, rows: rows, firstEvent: number, file)
        }
        overweight += made.overweight
        done += made.generated
      }
    }
    return overweight
  }

  /// Copies the values of one column behind the first `start` rows of a buffer.
  private static func fill(
    _ column: Int, _ buffer: ColumnBuffer, _ start: Int, _ block: FourMuonBlock, rows: Int,
    firstEvent: Int, _ file: FourMuonFile
  ) {
    let bookkeeping = SimulatedColumn.bookkeeping.count
    guard column < bookkeeping else {
      let target = buffer.bytes + start * MemoryLayout<Double>.size
      target.copyMemory(
        from: block.column(column - bookkeeping), byteCount: rows * MemoryLayout<Double>.size)
      return
    }
    SimulatedColumn.fill(
      bookkeeping: column, buffer, start, rows: rows, isData: file.content == .data,
      production: file.production, candidates: FourMuonBlock.rowsOfEvent,
      event: { UInt32(truncatingIfNeeded: firstEvent + Int(block.events[$0])) })
  }
}
