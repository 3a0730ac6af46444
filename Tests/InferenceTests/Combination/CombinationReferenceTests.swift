import Inference
import Testing

/// What make_combination.py has written.
private struct CombinationReferences: Decodable {
  struct Nuisance: Decodable {
    var name, constraint: String
    var sizes: [Double]
  }

  struct Binned: Decodable {
    var name: String
    var width, unit: [Double]
    var nuisances: [Nuisance]
    var counts: [[Double]]
    var strength, error, twice, observed: Double
    var expected: [Double]
  }

  struct Step: Decodable {
    var strength, twice: Double
  }

  struct Unbinned: Decodable {
    var name: String
    var width, unit: [Double]
    var sizes: [[Double]]
    var events: [[Double]]
    var strength, error, null: Double
    var scan: [Step]
    var pulls: [Double]
  }

  var binned: [Binned]
  var unbinned: [Unbinned]
}

@Suite struct CombinationReferenceTests {
  private static let half = 20.0

  private static func nuisances(_ all: [(String, String, Double)]) -> [Nuisance] {
    all.filter { $0.2 > 0 }.map {
      Nuisance(
        name: $0.0, target: .yield, constraint: $0.1 == "gaussian" ? .gaussian : .logNormal,
        size: $0.2)
    }
  }

  /// Minuit's tolerance leaves 1e-4 of an error in the reference, the interpolation up to 1e-4 of 2 ln L.
  @Test func twoBinnedWindowsAgreeWithTheSimultaneousModelInPyhf() throws {
    let references = try FixtureFiles.json(CombinationReferences.self, "combination.json").binned
    #expect(references.count == 6)
    let solver = WindowSolver()
    for reference in references {
      let inputs = try (0..<2).map { i in
        let own = Self.nuisances(
          reference.nuisances.map { ($0.name, $0.constraint, $0.sizes[i]) })
        let reach = Self.half * reference.width[i]
        let profiles = try reference.counts[i].withUnsafeBufferPointer { counts in
          var window = ScanWindow(
            segments: [-reach...reach], events: UnsafeBufferPointer(start: nil, count: 0),
            signal: .gaussian(mean: 0, width: reference.width[i]),
            background: .polynomial(order: 1), positivity: .background, likelihood: .binned(60),
            yieldPerUnit: reference.unit[i], nuisances: own, level: 0.9)
          window.counts = counts
          window.wantsProfiles = true
          return try #require(solver.solve(window).profiles)
        }
        return ProfileCombination.Input(name: "\(i)", profiles: profiles, nuisances: own)
      }
      let result = try ProfileCombination(inputs, level: 0.9).solve()
      #expect(result.status == .converged)
      #expect(!result.isExtrapolated, "\(reference.name)")
      let error = reference.error
      #expect(abs(result.value - reference.strength) < 1e-3 * error, "\(reference.name)")
      #expect(abs(result.error / error - 1) < 1e-2, "\(reference.name) \(result.error) \(error)")
      #expect(abs(result.q0 - reference.twice) < 1e-3, "\(reference.name)")
      let limit = try #require(result.limit)
      #expect(limit.status == .found)
      for (found, wanted) in zip(
        [limit.observed] + limit.expected, [reference.observed] + reference.expected)
      {
        #expect(abs(found / wanted - 1) < 1e-3, "\(reference.name): \(found) \(wanted)")
      }
    }
  }

  @Test func twoWindowsOfEventsAgreeWithTheirLikelihoodInMinuit() throws {
    let references = try FixtureFiles.json(CombinationReferences.self, "combination.json").unbinned
    #expect(references.count == 2)
    let solver = WindowSolver()
    for reference in references {
      let inputs = try (0..<2).map { i in
        let own = Self.nuisances(
          reference.sizes.enumerated().map {
            ("nuisance \($0.offset)", "log-normal", $0.element[i])
          }
        )
        let reach = Self.half * reference.width[i]
        let profiles = try ScanWindow.with(
          reference.events[i], segments: [-reach...reach],
          signal: .gaussian(mean: 0, width: reference.width[i])
        ) { window in
          var window = window
          window.yieldPerUnit = reference.unit[i]
          window.wantsProfiles = true
          return try #require(solver.solve(window).profiles)
        }
        return ProfileCombination.Input(name: "\(i)", profiles: profiles, nuisances: own)
      }
      let combination = try ProfileCombination(inputs, level: nil)
      let result = combination.solve()
      #expect(result.status == .converged && result.limit == nil)
      #expect(abs(result.value - reference.strength) < 1e-3 * reference.error)
      #expect(abs(result.error / reference.error - 1) < 5e-3, "\(result.error)")
      #expect(abs(result.signedRoot * result.signedRoot - reference.null) < 1e-3)
      #expect((result.signedRoot < 0) == (reference.strength < 0))
      for (pull, wanted) in zip(result.nuisances, reference.pulls) {
        #expect(abs(pull.value - wanted) < 2e-3)
      }
      for step in reference.scan {
        let twice = try #require(combination.twiceNLL(at: step.strength))
        #expect(abs(twice - step.twice) < 1e-3, "\(reference.name) \(step.strength)")
      }
    }
  }
}
