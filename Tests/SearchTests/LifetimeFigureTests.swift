import Platform
import Search
import Testing

/// Figures of limits by lifetime: their numbers, and that gnuplot draws them.
@Suite struct LifetimeFigureTests {
  private static let lifetimes = [0.01, 1, 100]

  /// Efficiencies 0.1, 0.2 and 0.05 of a mixture's 0.1; the first lifetime has too few events above 5 GeV.
  private static func results() -> SearchResults {
    var results = ResultsMaker.results(hypotheses: 30)
    results.scans[0].lifetimes = LifetimeResults(
      quantity: results.scans[0].parameter, centimetres: lifetimes,
      values: results.scans[0].points.map { point in
        zip(lifetimes, [0.1, 0.2, 0.05]).map { lifetime, efficiency in
          let isFew = lifetime == 0.01 && point.mass > 5
          return LifetimeResults.Value(
            efficiency: efficiency, efficiencyError: 0.1 * efficiency,
            effectiveEvents: isFew ? 3 : 300, limitFactor: isFew ? .nan : 0.1 / efficiency,
            status: isFew ? .fewEvents : .good)
        }
      })
    return results
  }

  private static func figure(_ name: String) throws -> Figure {
    try #require(Figure.all(results()).first { $0.name == name })
  }

  @Test func limitsFollowTheEfficiencies() throws {
    let script = try Self.figure("lifetimes").script(.svg)
    let points = Self.results().scans[0].points.filter {
      $0.limitStatus.hasLimit && $0.observedLimit > 0
    }
    let point = try #require(points.first)
    // Blocks in the order of the lifetimes: factors 1, 1/2 and 2.
    for (number, factor) in [1.0, 0.5, 2].enumerated() {
      let block = script.components(separatedBy: "$lifetime\(number) << NIGHTJAR_END\n")[1]
        .components(separatedBy: "NIGHTJAR_END")[0]
      #expect(block.contains("\(factor * point.observedLimit)"), "\(number)")
      let last = try #require(points.last)
      #expect(last.mass > 5 && block.contains("\n\(last.mass) ") == (number > 0))
    }
    #expect(script.contains("cτ = 0.01 cm") && script.contains("cτ = 100 cm"))
  }

  @Test func theMapAndTheEfficienciesLeaveOutWhatIsUnknown() throws {
    let map = try Self.figure("lifetime-map").script(.svg)
    let rows = map.components(separatedBy: "$map << NIGHTJAR_END\n")[1]
      .components(separatedBy: "NIGHTJAR_END")[0].split(separator: "\n").map {
        $0.split(separator: " ").compactMap { Double($0) }
      }
    #expect(rows.allSatisfy { $0.count == 7 && $0[2] < $0[3] && $0[4] < $0[5] })
    // Half-way in the logarithm between 0.01, 1 and 100, and as far beyond.
    #expect(Set(rows.map { ($0[4] * 1e6).rounded() / 1e6 }) == [0.001, 0.1, 10])
    #expect(!rows.contains { $0[1] == 0.01 && $0[0] > 5.3 })
    #expect(rows.contains { $0[1] == 1 && $0[0] > 5.3 })
    let efficiency = try Self.figure("lifetime-efficiency").script(.svg)
    let row = try #require(
      efficiency.split(separator: "\n").first { $0.hasPrefix("1.0 0.2 ") })
    let values = row.split(separator: " ").compactMap { Double($0) }
    #expect(values.count == 4 && abs(values[2] - 0.18) < 1e-12 && abs(values[3] - 0.22) < 1e-12)
  }

  @Test(.enabled(if: FigureTests.hasGnuplot, "SKIPPED: gnuplot is not installed"))
  func gnuplotDrawsThem() throws {
    let figures = try ["lifetimes", "lifetime-map", "lifetime-efficiency"].map(Self.figure)
    let rendered = FigureRenderer.render(figures, formats: [.svg, .png, .pdf])
    #expect(rendered.problems.isEmpty, "\(rendered.problems)")
    #expect(rendered.pictures.count == 9)
  }
}
