import Inference
import PipelineSpec
import Platform

/// What the complete scan of one set of pseudo-data found.
public struct ScanToy: Equatable, Sendable {
  /// Number of the toy, from 0; with the seed it names the pseudo-data.
  public var toy: Int
  /// Largest signed root over all hypotheses; NaN where no fit was valid.
  public var largest: Double
  /// Hypothesis where it is, by its place in the scan; −1 where no fit was valid.
  public var point: Int
  /// Up-crossings of the reference level by the signed root.
  public var crossings: Int
  /// Hypotheses whose fit failed; they are left out of all else.
  public var failed: Int
  /// Candidates of the pseudo-data.
  public var candidates: Int

  /// Makes the result of a toy.
  public init(
    toy: Int, largest: Double, point: Int, crossings: Int, failed: Int, candidates: Int
  ) {
    self.toy = toy
    self.largest = largest
    self.point = point
    self.crossings = crossings
    self.failed = failed
    self.candidates = candidates
  }
}

/// Scans pseudo-data: background alone, fits with and without signal in every window, no limits.
package struct ToyScan: Sendable {
  let pseudoData: PseudoData
  let fit: WindowFitSettings
  /// Reference level of the up-crossings.
  let level: Double
  let seed: UInt64
  /// Stream of random numbers, another one for each scan.
  let task: UInt64

  /// What streams of this stage have in common: none of another stage has these numbers.
  package static let streams: UInt64 = 0x6c6f_6f6b << 32

  package init(
    _ pseudoData: PseudoData, fit: WindowFitSettings, level: Double, seed: UInt64, index: Int
  ) {
    self.pseudoData = pseudoData
    self.fit = fit
    self.level = level
    self.seed = seed
    task = Self.streams | UInt64(index)
  }

  /// Scans a range of toys on all threads, in the order of their numbers; after a stop signal those
  /// finished at its start.
  package func toys(
    _ range: Range<Int>, pool: WorkerPool, stop: StopSignal,
    advance: @Sendable (Int) -> Void = { _ in }
  ) throws -> [ScanToy] {
    let slots = Slots<[ScanToy]>(count: (range.count + Self.block - 1) / Self.block)
    let workers = Slots<ToyWorker>(count: pool.threads)
    try pool.forEach(count: (range.count + Self.block - 1) / Self.block) { worker, index in
      if stop.isSet { return }
      let own = workers.get(worker) ?? ToyWorker(self)
      workers.set(worker, own)
      let first = range.lowerBound + index * Self.block
      slots.set(index, own.toys(first..<min(range.upperBound, first + Self.block)))
      advance(min(Self.block, range.upperBound - first))
    }
    return slots.prefix().flatMap { $0 }
  }

  /// Toys that a thread scans together: the signal of a window is placed once for all of them.
  static let block = 8
}

/// Scans toys; owns the buffers of one thread.
package final class ToyWorker: @unchecked Sendable {
  private let scan: ToyScan
  private let solver = WindowSolver()
  private let drawn = ToyCandidates()
  private let problems: [ScanWindow]
  /// Candidates of each set of cuts in each toy, shape [toys][sets].
  private var values: [[[Double]]] = []
  /// Signed roots of the last toys, shape [toys][windows]; NaN where a fit failed.
  package private(set) var roots: [[Double]] = []

  package init(_ scan: ToyScan) {
    self.scan = scan
    let none = UnsafeBufferPointer<Double>(start: nil, count: 0)
    problems = scan.pseudoData.windows.map { $0.problem(scan.fit, events: none) }
  }

  /// Draws and scans some toys, window by window.
  package func toys(_ range: Range<Int>) -> [ScanToy] {
    let data = scan.pseudoData
    while values.count < range.count {
      values.append([[Double]](repeating: [], count: data.sets.count))
      roots.append([Double](repeating: .nan, count: problems.count))
    }
    var toys: [ScanToy] = []
    for (place, number) in range.enumerated() {
      data.draw(seed: scan.seed, task: scan.task, toy: UInt64(number), into: drawn)
      for set in data.sets.indices { data.select(set, from: drawn, into: &values[place][set]) }
      toys.append(
        ScanToy(
          toy: number, largest: .nan, point: -1, crossings: 0, failed: 0,
          candidates: drawn.count))
    }
    for (set, own) in data.sets.enumerated() {
      for window in own.windows { solve(window, set: set, toys: range.count) }
    }
    for place in toys.indices { finish(&toys[place], roots[place]) }
    return toys
  }

  private func solve(_ window: Int, set: Int, toys: Int) {
    var problem = problems[window]
    let range = scan.pseudoData.windows[window].range
    for place in 0..<toys {
      roots[place][window] = values[place][set].withUnsafeBufferPointer { all in
        let first = Self.place(all) { $0 >= range.lowerBound }
        let end = max(first, Self.place(all) { $0 > range.upperBound })
        problem.events = UnsafeBufferPointer(rebasing: all[first..<end])
        return solver.significance(problem, isPlaced: place > 0).signedRoot
      }
    }
  }

  private func finish(_ toy: inout ScanToy, _ roots: [Double]) {
    for (window, root) in roots.enumerated() {
      if root.isNaN {
        toy.failed += 1
      } else if !(root <= toy.largest) {
        toy.largest = root
        toy.point = scan.pseudoData.windows[window].hypothesis.index
      }
    }
    toy.crossings = GrossVitells.count(roots, level: scan.level)
  }

  /// The first place of ascending values at which something holds.
  @inline(__always)
  private static func place(
    _ values: UnsafeBufferPointer<Double>, _ holds: (Double) -> Bool
  ) -> Int {
    var low = 0
    var high = values.count
    while low < high {
      let middle = (low + high) / 2
      if holds(values[middle]) { high = middle } else { low = middle + 1 }
    }
    return low
  }
}
