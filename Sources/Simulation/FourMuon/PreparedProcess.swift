import NumericalMethods
import Platform

/// A process with its cross section, channel probabilities and largest weight, found once by trial.
package struct PreparedProcess: Sendable {
  /// The sampler with its final probabilities.
  package private(set) var sampler: HardSampler
  /// Cross section, fb.
  package private(set) var crossSection = 0.0
  /// Its statistical error, fb.
  package private(set) var error = 0.0
  /// Weight that a trial is kept with for sure, fb.
  package private(set) var maximum = 0.0
  /// Largest weight of the trials over `maximum`.
  package private(set) var largest = 0.0
  /// Share of the cross section above `maximum`.
  package private(set) var overweight = 0.0

  /// Mean number of events kept per trial.
  package var efficiency: Double { crossSection / maximum }

  /// Share of the cross section that may lie above the maximum in the trials at set-up.
  static let allowedOverweight = 2e-4
  /// Factor on the maximum found.
  static let safety = 1.1
  /// Steps in which the probabilities of the channels are found.
  private static let steps = 4

  /// Tries a process; `blocks` of trials decide the cross section and the maximum.
  package init(
    _ sampler: HardSampler, seed: UInt64, task: UInt64, blocks: Int, pool: WorkerPool
  ) throws {
    self.sampler = sampler
    if sampler.process == .fourMuons {
      for step in 0..<Self.steps {
        try improve(seed: seed, task: task + 1 + UInt64(step), blocks: max(1, blocks / 8), pool)
      }
    }
    let n = TrialBlock.trials
    let weights = TrialColumn(count: blocks * n)
    let workspaces = (0..<pool.threads).map { _ in TrialBlock() }
    let final = self.sampler
    try pool.forEach(count: blocks) { worker, index in
      var random = RandomStream(seed: seed, task: task, toy: UInt64(index))
      let block = workspaces[worker]
      final.fill(block, from: &random)
      (weights.values + index * n).update(from: block.weights, count: n)
    }
    let sorted = (0..<weights.count).map { weights.values[$0] }.sorted(by: >)
    let sum = FixedTreeSum.sum(sorted)
    let squares = FixedTreeSum.sum(sorted.map { $0 * $0 })
    let count = Double(sorted.count)
    crossSection = sum / count
    error = (max(0, squares / count - crossSection * crossSection) / count).squareRoot()
    // The sum above the weight of rank r is (sum of the r largest) - r (that weight).
    var above = 0.0
    var rank = 0
    while rank + 1 < sorted.count {
      let next = above + Double(rank + 1) * (sorted[rank] - sorted[rank + 1])
      if next > Self.allowedOverweight * sum { break }
      above = next
      rank += 1
    }
    maximum = Self.safety * (sorted.isEmpty ? 0 : sorted[rank])
    var over = 0.0
    for weight in sorted {
      if weight <= maximum { break }
      over += weight - maximum
    }
    overweight = sum > 0 ? over / sum : 0
    largest = maximum > 0 ? (sorted.first ?? 0) / maximum : 0
  }

  /// Moves the probabilities towards those of least variance (Kleiss and Pittau 1994): each times
  /// the square root of the mean of w² density/(mixed density); classes keep one probability.
  private mutating func improve(seed: UInt64, task: UInt64, blocks: Int, _ pool: WorkerPool) throws
  {
    let channels = BackgroundMap.channels
    let sums = TrialColumn(count: blocks * channels)
    let current = sampler
    let workspaces = (0..<pool.threads).map { _ in TrialBlock() }
    try pool.forEach(count: blocks) { worker, index in
      var random = RandomStream(seed: seed, task: task, toy: UInt64(index))
      let block = workspaces[worker]
      current.fill(block, from: &random)
      let place = sums.values + index * channels
      var densities = [Double](repeating: 0, count: channels)
      densities.withUnsafeMutableBufferPointer { densities in
        guard let base = densities.baseAddress else { return }
        for trial in 0..<TrialBlock.trials {
          current.background.densities(block, trial: trial, into: base)
          var mixed = 0.0
          for c in 0..<channels { mixed += current.background.probabilities[c] * base[c] }
          let w = block.weights[trial]
          for c in 0..<channels { place[c] += w * w * base[c] / mixed }
        }
      }
    }
    var totals = [Double](repeating: 0, count: channels)
    for index in 0..<blocks {
      for c in 0..<channels { totals[c] += sums.values[index * channels + c] }
    }
    var changed = current.background.probabilities
    for members in [0..<2, 2..<6] {
      let mean = members.reduce(0) { $0 + totals[$1] } / Double(members.count)
      for c in members { changed[c] *= mean.squareRoot() }
    }
    let sum = changed.reduce(0, +)
    sampler.background.probabilities = changed.map { $0 / sum }
  }
}

/// Numbers that workers fill at places of their own.
final class TrialColumn: @unchecked Sendable {
  let values: UnsafeMutablePointer<Double>
  let count: Int

  init(count: Int) {
    self.count = count
    values = .allocate(capacity: max(1, count))
    values.initialize(repeating: 0, count: max(1, count))
  }

  deinit { values.deallocate() }
}
