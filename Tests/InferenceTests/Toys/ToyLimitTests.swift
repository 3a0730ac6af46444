import Foundation
import Inference
import NumericalMethods
import Testing

@Suite struct ToyLimitTests {
  /// No event: the fit has no background, toys of s events are n ~ Poisson(s), q̃ rises with s alone,
  /// so that CLs = Q(1, s) / Q(1, 0) = exp(-s): the limit is -ln(0.1), observed and expected.
  @Test func anEmptyWindowHasTheExactLimit() throws {
    try ScanWindow.with([], segments: [2...8], signal: .gaussian(mean: 5, width: 0.1)) { window in
      let limit = try ToyLimit.solve(
        window, settings: ToyLimitSettings(level: 0.9, seed: 4), solver: WindowSolver())
      #expect(limit.status == .found)
      #expect(limit.failedToys == 0)
      let exact = -SpecialFunctions.log(0.1)
      #expect(abs(limit.observed.value - exact) < 3.5 * limit.observed.error)
      #expect(limit.observed.error < 0.02 * limit.observed.value)
      for expected in limit.expected {
        #expect(abs(expected.value - exact) < 3.5 * expected.error)
      }
    }
  }

  /// An on/off problem: all signal in one of 20 bins, a flat background: -ln L depends on the counts
  /// in that bin and in the others alone, q̃ and the conditional background have closed forms, and the
  /// tails are sums over Poisson counts.
  @Test(arguments: [(3, 38), (0, 20), (6, 95), (9, 19)])
  func onOffTailsAreTheExactSums(on: Int, off: Int) throws {
    let bins = 20
    var counts = [Double](repeating: 0, count: bins)
    counts[10] = Double(on)
    for i in 0..<off { counts[i % 19 < 10 ? i % 19 : i % 19 + 1] += 1 }
    try counts.withUnsafeBufferPointer { counts in
      var window = ScanWindow(
        segments: [0...20], events: UnsafeBufferPointer(start: nil, count: 0),
        signal: .gaussian(mean: 10.5, width: 0.05), background: .polynomial(order: 0),
        likelihood: .binned(bins))
      window.counts = counts
      for s in [4.0, 8] {
        let exact = OnOff(on: on, off: off, tau: 19).tails(s)
        let toys = 20_000
        let tail = try ToyLimit.tail(
          window, strength: s, toys: toys, settings: ToyLimitSettings(level: 0.9, seed: 9),
          solver: WindowSolver())
        #expect(tail.failed == 0)
        func check(_ found: Double, _ wanted: Double) {
          let error = (max(wanted * (1 - wanted), 1e-4) / Double(toys)).squareRoot()
          #expect(abs(found - wanted) < 3.5 * error, "\(on) \(off) \(s)")
        }
        check(tail.signalTail, exact.signal)
        check(tail.backgroundTail, exact.background)
      }
    }
  }

  /// RooStats' FrequentistCalculator at three limits: 10,000 toys each.
  @Test func referenceTailsAgree() throws {
    struct File: Decodable {
      struct Window: Decodable { var window: Int, mu, cls, cls_error, clsb, clb: Double }
      var windows: [Window]
    }
    let file = try FixtureFiles.json(File.self, "toys.json")
    let limits = try FixtureFiles.json(ReferenceLimits.self, "limits.json")
    for reference in file.windows {
      let counts = try #require(limits.windows.first { $0.window == reference.window }?.counts)
      try ReferenceWindow.with(number: reference.window, counts: counts) { window in
        let solver = WindowSolver()
        let inside = WindowSolver.acceptance(
          window.signal, normalisation: .window, segments: window.segments)
        let tail = try ToyLimit.tail(
          window, strength: reference.mu / inside, toys: 20_000,
          settings: ToyLimitSettings(level: 0.9, seed: 2), solver: solver)
        let error = (tail.error * tail.error + reference.cls_error * reference.cls_error)
        #expect(abs(tail.cls - reference.cls) < 3 * error.squareRoot())
        #expect(Double(tail.failed) < 1e-3 * 40_000)
      }
    }
  }

  /// With 1,500 events the asymptotic formulae hold: limits agree within the Monte Carlo error and
  /// 2 % of what is left of higher orders.
  @Test func manyEventsGiveTheAsymptoticLimits() throws {
    let limits = try FixtureFiles.json(ReferenceLimits.self, "limits.json")
    let entry = try #require(limits.windows.first { $0.window == 5 })
    try ReferenceWindow.with(number: 5, counts: try #require(entry.counts)) { window in
      let inside = WindowSolver.acceptance(
        window.signal, normalisation: .window, segments: window.segments)
      let settings = ToyLimitSettings(level: 0.9, relativeError: 0.05, most: 200_000, seed: 6)
      let limit = try ToyLimit.solve(window, settings: settings, solver: WindowSolver())
      #expect(limit.status == .found)
      for (found, wanted) in zip(
        [limit.observed] + limit.expected, [entry.observed] + entry.expected)
      {
        let value = wanted / inside
        #expect(abs(found.value - value) < 3.5 * found.error + 0.02 * value)
      }
      let again = try ToyLimit.solve(window, settings: settings, solver: WindowSolver())
      #expect(again == limit)
    }
  }

  /// Both goals are met, the absolute one where a large signal makes the relative one easy.
  @Test func stoppingNeedsBothErrors() throws {
    var maker = EventMaker(31)
    let events = maker.events(background: 120, signal: 60)
    try ScanWindow.with(events, segments: [2...8], signal: .gaussian(mean: 5, width: 0.1)) {
      window in
      let solver = WindowSolver()
      var settings = ToyLimitSettings(level: 0.9, expected: [0], relativeError: 0.05, seed: 8)
      settings.absoluteError = 0.1
      let limit = try ToyLimit.solve(window, settings: settings, solver: solver)
      var asymptotic = window
      asymptotic.level = 0.9
      let found = try #require(solver.solve(asymptotic).limit)
      let spread = found.expected[2] / 1.6448536269514722
      #expect(limit.status == .found)
      #expect(limit.observed.error <= 0.1 * spread * (1 + 1e-9))
      #expect(limit.observed.error <= 0.05 * limit.observed.value)
      #expect(0.1 * spread < 0.05 * limit.observed.value)
      settings.most = 2_000
      settings.relativeError = 1e-4
      let few = try ToyLimit.solve(window, settings: settings, solver: solver)
      #expect(few.status == .mostToys)
      #expect(few.toys <= 2_000)
      let error = few.observed.error + limit.observed.error
      #expect(abs(few.observed.value - limit.observed.value) < 4 * error)
    }
  }
}

/// n_on ~ Poisson(s + b), n_off ~ Poisson(τ b).
private struct OnOff {
  let on: Int, off: Int, tau: Double

  static func cost(_ n: Double, _ mean: Double) -> Double {
    mean - (n > 0 ? n * SpecialFunctions.log(mean) : 0)
  }

  /// b maximising the likelihood at s: the positive root of a quadratic equation.
  static func conditional(_ on: Double, _ off: Double, _ s: Double, _ tau: Double) -> Double {
    // (1 + τ) b² + ((1 + τ) s - on - off) b - off s = 0.
    let a = 1 + tau, b = (1 + tau) * s - on - off, c = -off * s
    let root = (b * b - 4 * a * c).squareRoot()
    return max(b > 0 ? -2 * c / (b + root) : (-b + root) / (2 * a), 0)
  }

  static func nll(_ on: Double, _ off: Double, _ s: Double, _ tau: Double) -> Double {
    let b = conditional(on, off, s, tau)
    return cost(on, s + b) + cost(off, tau * b)
  }

  static func statistic(_ on: Double, _ off: Double, _ s: Double, _ tau: Double) -> Double {
    let fitted = on - off / tau
    if fitted >= s { return 0 }
    let best = fitted > 0 ? cost(on, on) + cost(off, off) : nll(on, off, 0, tau)
    return max(2 * (nll(on, off, s, tau) - best), 0)
  }

  func tails(_ s: Double) -> (signal: Double, background: Double) {
    let q = Self.statistic(Double(on), Double(off), s, tau)
    func tail(_ true_: Double) -> Double {
      let b = Self.conditional(Double(on), Double(off), true_, tau)
      var sum = 0.0
      for i in 0..<60 {
        for j in 0..<250 {
          let p = SpecialFunctions.exp(
            PoissonDistribution.logProbability(i, mean: true_ + b)
              + PoissonDistribution.logProbability(j, mean: tau * b))
          guard p > 1e-16 else { continue }
          if Self.statistic(Double(i), Double(j), s, tau) >= q - 1e-6 * (1 + q) { sum += p }
        }
      }
      return sum
    }
    return (tail(s), tail(0))
  }
}

enum ReferenceWindow {
  /// The 60-bin window of a reference limit.
  static func with(
    number: Int, counts: [Double], _ body: (ScanWindow) throws -> Void
  ) rethrows {
    let mass = 0.5 + 9.0 * Double(number) / 99, width = 0.002 + 0.0015 * mass
    try counts.withUnsafeBufferPointer { counts in
      var window = ScanWindow(
        segments: [(mass - 20 * width)...(mass + 20 * width)],
        events: UnsafeBufferPointer(start: nil, count: 0),
        signal: .twoCrystalBalls(
          mean: mass, width: width, tail: CrystalBallTail(alpha: 1.4, n: 3, side: .low),
          width2: 1.6 * width, tail2: CrystalBallTail(alpha: 1.8, n: 5, side: .high),
          fraction: 0.6),
        normalisation: .window, background: .polynomial(order: 1), positivity: .background,
        likelihood: .binned(60),
        nuisances: [
          Nuisance(name: "efficiency", target: .yield, constraint: .gaussian, size: 0.05)
        ])
      window.counts = counts
      try body(window)
    }
  }
}
