import Inference
import NumericalMethods
import Testing

@Suite struct FeldmanCousinsTests {
  /// The published table has two decimals from a grid of 0.005; ours by brute force has steps of
  /// 0.004 in signal and background, which can miss a jump by the sum of both.
  @Test(arguments: [
    ("feldman_cousins_90.csv", 0.9, 0.0101), ("feldman_cousins_95.csv", 0.95, 0.0101),
  ])
  func intervalsAreThoseOfTheTables(file: String, level: Double, tolerance: Double) throws {
    let table = try CountingTable(file)
    #expect(table.rows.count == 11)
    for row in table.rows {
      for column in stride(from: 1, to: row.count, by: 2) {
        let found = FeldmanCousins(background: table.background(column), level: level)
          .interval(count: Int(row[0]))
        #expect(abs(found.lower - row[column]) <= tolerance, "\(row[0]) \(table.names[column])")
        #expect(abs(found.upper - row[column + 1]) <= tolerance, "\(row[0]) \(table.names[column])")
      }
    }
  }

  /// The ends against the definition: counts added by rank on a fine grid of signals.
  @Test func endsAreWhereTheOrderSumsReachTheLevel() {
    for (count, background, level) in [(0, 0.3, 0.9), (3, 0.7, 0.95), (7, 3.2, 0.68), (2, 6, 0.9)] {
      let found = FeldmanCousins(background: background, level: level)
        .interval(count: count, isAdjusted: false)
      func isAccepted(_ signal: Double) -> Bool {
        let mean = signal + background
        func probability(_ n: Int, _ mean: Double) -> Double {
          SpecialFunctions.exp(PoissonDistribution.logProbability(n, mean: mean))
        }
        let ranked = (0..<80).sorted {
          probability($0, mean) / probability($0, max(Double($0), background))
            > probability($1, mean) / probability($1, max(Double($1), background))
        }
        var sum = 0.0
        for n in ranked {
          if n == count { return true }
          sum += probability(n, mean)
          if sum >= level { return false }
        }
        return false
      }
      #expect(isAccepted(found.upper - 1e-6) && !isAccepted(found.upper + 1e-6))
      if found.lower > 0 {
        #expect(isAccepted(found.lower + 1e-6) && !isAccepted(found.lower - 1e-6))
      } else {
        #expect(isAccepted(0))
      }
      // Nothing above the upper end is accepted.
      for step in 1...2000 { #expect(!isAccepted(found.upper + 0.01 * Double(step))) }
    }
  }

  @Test func adjustedUpperEndsDoNotRiseWithTheBackground() {
    for count in 0...4 {
      var before = Double.infinity
      for step in 0...60 {
        let b = 0.1 * Double(step)
        let pair = FeldmanCousins(background: b, level: 0.9)
        let adjusted = pair.interval(count: count).upper
        #expect(adjusted <= before + 1e-9)
        #expect(adjusted >= pair.interval(count: count, isAdjusted: false).upper)
        before = adjusted
      }
    }
  }

  /// By construction each signal is accepted with at least the level.
  @Test func coverageIsNeverBelowTheLevel() throws {
    for b in [0.0, 1, 3.5] {
      let model = CountingModel(observed: 0, background: .exact(b))
      for step in 0...40 {
        let s = 0.25 * Double(step)
        let found = try model.coverage(
          of: .feldmanCousins(adjusted: false), level: 0.9, strength: s)
        #expect(found.value >= 0.9 - 1e-9)
        let adjusted = try model.coverage(
          of: .feldmanCousins(adjusted: true), level: 0.9, strength: s)
        #expect(adjusted.value >= found.value - 1e-12)
      }
    }
  }

  @Test func nuisancesAreRefused() {
    let model = CountingModel(observed: 1, background: .gaussian(mean: 1, width: 0.3))
    #expect(throws: InferenceError.self) {
      try model.limit(.feldmanCousins(adjusted: true), level: 0.9)
    }
  }
}
