import Inference
import NumericalMethods
import Testing

/// The test of one common strength, and how often its limits hold.
@Suite struct CombinedCoverageTests {
  private static let shape = SignalShape.gaussian(mean: 5, width: 0.15)
  private static let shared = [
    Nuisance(name: "efficiency", target: .yield, constraint: .logNormal, size: 0.04)
  ]
  /// Background, and signal events for a strength of 1, of each channel.
  private static let channels: [(background: Double, signal: Double)] = [
    (90, 4), (140, 6), (60, 3),
  ]

  private static func inputs(
    _ solver: WindowSolver, _ maker: inout EventMaker, strength: Double
  ) throws -> [ProfileCombination.Input] {
    try channels.enumerated().map { number, channel in
      let events = maker.events(
        background: maker.stream.poisson(mean: channel.background),
        signal: maker.stream.poisson(mean: strength * channel.signal), width: 0.15)
      return try ScanWindow.with(events, segments: [2...8], signal: shape) {
        var window = $0
        window.yieldPerUnit = channel.signal
        window.nuisances = shared
        window.level = 0.95
        window.expected = [0]
        window.wantsProfiles = true
        return .init(
          name: "\(number)", profiles: try #require(solver.solve(window).profiles),
          nuisances: shared)
      }
    }
  }

  /// CLs is α at the limit, and √q of the Asimov set Φ⁻¹(1 − α/2) at its median.
  @Test(arguments: [0.0, 0.7, 2.0]) func aStrengthAtItsLimitIsJustExcluded(strength: Double) throws
  {
    var maker = EventMaker(61)
    let combination = try ProfileCombination(
      Self.inputs(WindowSolver(), &maker, strength: strength), level: 0.95, expected: [0])
    let limit = try #require(combination.solve().limit)
    let tested = try #require(combination.exclusion(of: limit.observed))
    #expect(abs(tested.logCLs - SpecialFunctions.log(0.05)) < 1e-3)
    let median = try #require(combination.exclusion(of: limit.expected[0]))
    #expect(abs(median.asimovRoot / NormalDistribution.quantile(0.975) - 1) < 1e-3)
    let above = try #require(combination.exclusion(of: 1.2 * limit.observed))
    let below = try #require(combination.exclusion(of: 0.8 * limit.observed))
    #expect(above.logCLs < tested.logCLs && tested.logCLs < below.logCLs)
  }

  /// 2,000 toys of three channels: limits at 95 % hold as often, within two binomial errors.
  @Test(arguments: [0.8, 1.6]) func combinedLimitsCover(strength: Double) throws {
    let solver = WindowSolver()
    var maker = EventMaker(62)
    let toys = 2000
    var covered = 0
    for _ in 0..<toys {
      let combination = try ProfileCombination(
        Self.inputs(solver, &maker, strength: strength), level: 0.95, expected: [0])
      let tested = try #require(combination.exclusion(of: strength))
      if tested.logCLs > SpecialFunctions.log(0.05) { covered += 1 }
    }
    let part = Double(covered) / Double(toys)
    #expect(part > 0.95 - 2 * (0.95 * 0.05 / Double(toys)).squareRoot(), "\(part)")
    // CLs covers too often at small strengths, but not always.
    #expect(part < 0.9999)
  }
}
