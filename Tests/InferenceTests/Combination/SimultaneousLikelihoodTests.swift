import Inference
import Testing

/// Combinations of profiles beside the simultaneous likelihood of all channels, which is another
/// code with all parameters in one fit.
@Suite struct SimultaneousLikelihoodTests {
  @Test(arguments: [(1, 60), (2, 400), (3, 3000)])
  func profilesOfTwoWindowsGiveTheSimultaneousLimits(seed: Int, count: Int) throws {
    let solver = WindowSolver()
    var maker = EventMaker(UInt64(40 + seed))
    let first = maker.events(background: count, signal: count / 15, width: 0.15)
    let second = maker.events(background: 2 * count, signal: 0, width: 0.15)
    let shared = Nuisance(name: "efficiency", target: .yield, constraint: .logNormal, size: 0.1)
    let own = [
      Nuisance(name: "first luminosity", target: .yield, constraint: .gaussian, size: 0.03),
      Nuisance(name: "second luminosity", target: .yield, constraint: .logNormal, size: 0.05),
    ]
    var inputs: [ProfileCombination.Input] = [], models: [LikelihoodModel] = []
    for (number, events) in [first, second].enumerated() {
      try ScanWindow.with(
        events, segments: [2...8], signal: .gaussian(mean: 5, width: 0.15),
        background: .polynomial(order: number + 1)
      ) {
        var window = $0
        window.yieldPerUnit = [2.0, 5][number]
        window.nuisances = [shared, own[number]]
        window.level = 0.9
        window.wantsProfiles = true
        inputs.append(
          .init(
            name: "\(number)", profiles: try #require(solver.solve(window).profiles),
            nuisances: window.nuisances))
        models.append(
          LikelihoodModel(
            window: window, strength: "strength", prefix: "\(number) ", channel: "\(number)"))
      }
    }
    let combined = try ProfileCombination(inputs, level: 0.9).solve()
    let calculator = try AsymptoticCalculator(
      try LikelihoodModel.combined(models), parameterOfInterest: "strength")
    let strength = try #require(calculator.fit["strength"])
    // 2 ln L of profiles is right to 1e-3 between their nodes.
    #expect(abs(combined.value - strength.value) < 2e-3 * strength.error)
    #expect(abs(combined.error / strength.error - 1) < 5e-3)
    #expect(abs(combined.signedRoot - calculator.signedRoot) < 2e-3)
    let wanted = calculator.limit(level: 0.9).limit, found = try #require(combined.limit)
    for (a, b) in zip([found.observed] + found.expected, [wanted.observed] + wanted.expected) {
      #expect(abs(a / b - 1) < 1e-3, "\(a) \(b)")
    }
  }
}
