import Foundation
import HDF5Files
import NumericalMethods
import Search
import Testing

@Suite struct ClosureOutputTests {
  /// Gaussian toys at some hypotheses of a made-up scan; the third one's fits are biased.
  static func results(hypotheses: Int = 4, bias: Double = 0.6) throws -> SearchResults {
    var results = ResultsMaker.results(hypotheses: 40)
    let strengths = [0.0, 2, 4]
    var closure = ClosureResults(
      toys: 400, strengths: strengths, bias: 0.2, width: 0.2, confidence: 0.99)
    let statistics = ClosureStatistics(level: results.scans[0].limit?.level, confidence: 0.99)
    let places = results.scans[0].points.indices.filter {
      results.scans[0].points[$0].status.isValid
    }
    for place in places.prefix(hypotheses) {
      var point = ClosurePoint(hypothesis: place, mass: results.scans[0].points[place].mass)
      point.backgroundUnderPeak = 10 * Double(place + 1)
      point.expectedError = 0.5
      for strength in strengths {
        var stream = RandomStream(seed: 3, task: UInt64(place), toy: UInt64(strength))
        var toys = ClosureToys()
        for _ in 0..<400 {
          let z = stream.normal()
          toys.values.append(0.5 * (strength + z + (place == places[2] ? bias : 0)))
          toys.errors.append(0.5)
          toys.roots.append(z)
          // A Gaussian limit at 90 %: z + 1.28 below zero excludes the injected signal.
          toys.logCLs.append(z < -1.2816 ? -3 : -1)
          toys.logCLsPlusB.append(z < -1.2816 ? -3 : -1)
        }
        point.strengths.append(statistics.strength(toys, injected: 0.5 * strength, unit: 0.5))
        if strength == 0 { point.uniformity = statistics.uniformity(toys) }
      }
      closure.points.append(point)
    }
    results.scans[0].closure = closure
    return results
  }

  @Test func theSummaryHoldsEveryHypothesisAndStrength() throws {
    let results = try Self.results()
    let file = try SummaryFileTests.file(results)
    let points = try #require(results.scans[0].closure).points
    let pulls = try file.dataset("/closure/pullMean")
    #expect(pulls.shape == [4, 3])
    #expect(
      try pulls.doubles().map(\.bitPattern)
        == points.flatMap { $0.strengths.map(\.pullMean.value.bitPattern) })
    #expect(try file.dataset("/closure/injected").attribute("units") == .string("fb"))
    #expect(
      try file.dataset("/closure/flag/bias").integers() == [0, 0, 0, 0, 0, 0, 1, 1, 1, 0, 0, 0])
    #expect(try file.dataset("/closure/strength").doubles() == [0, 2, 4])
    #expect(try file.attribute("/closure", "limitLevel") == .double(0.9))
    #expect(try file.dataset("/closure/pValues/counts").shape == [4, 20])
  }

  @Test func everyDatasetIsDescribed() throws {
    let page = try String(
      contentsOf: SummaryFileTests.folder.appending(path: "../../Schemas/v1/summary.md"),
      encoding: .utf8)
    let file = try SummaryFileTests.file(Self.results())
    var count = 0
    for object in try file.walk() where object.path.hasPrefix("/closure/") {
      guard case .dataset = object.kind else { continue }
      count += 1
      let name = object.path.dropFirst("/closure/".count)
      #expect(page.contains("`\(name)`"), "\(object.path)")
    }
    #expect(count > 30)
  }

  @Test func theReportTellsTheRangeAndNamesWhatIsFlagged() throws {
    let results = try Self.results()
    let page = ReportPage.html(results, figures: .init())
    #expect(page.contains("<section id=\"closure\">"))
    #expect(page.contains("4800 toys at 4 hypotheses with 3 strengths each."))
    #expect(page.contains("by chance: 3 mean pulls"))
    #expect(page.contains("strength 4: the mean pull is beyond what is tolerated (0."))
    #expect(page.contains("The coverage of limits at 90\u{202F}% confidence level lies between"))
    #expect(ReportPageTests.unbalanced(page).isEmpty)
    let clean = ReportPage.html(try Self.results(bias: 0), figures: .init())
    #expect(
      clean.contains(
        "Nothing is flagged: with 99\u{202F}% confidence no mean pull is beyond ±0.2, no width beyond "
          + "1 ± 0.2, no coverage below the confidence level."))
    let without = ReportPage.html(ResultsMaker.results(hypotheses: 5), figures: .init())
    #expect(!without.contains("id=\"closure\""))
  }

  @Test func hypothesesWithoutToysSayWhy() throws {
    var results = try Self.results()
    let closure = try #require(results.scans[0].closure)
    results.scans[0].closure?.points = [
      ClosurePoint(hypothesis: 0, mass: 1, message: "no toys: the fit <of> the data ended 'x'")
    ]
    var page = ReportPage.html(results, figures: .init())
    #expect(page.contains("no toys: the fit &lt;of&gt; the data ended &#39;x&#39;"))
    results.scans[0].closure?.points =
      closure.points + [
        ClosurePoint(hypothesis: 1, mass: 1.1, message: "no toys: broken")
      ]
    page = ReportPage.html(results, figures: .init())
    #expect(page.contains("no toys: broken") && page.contains("4800 toys at 4 hypotheses"))
    results.scans[0].closure?.points = []
    page = ReportPage.html(results, figures: .init())
    #expect(page.contains("No hypothesis is fitted, so there are no toys."))
  }

  @Test func figuresShowPullsCoverageAndPValues() throws {
    let figures = Figure.all(try Self.results()).filter { $0.subject == .closure(0) }
    #expect(figures.map(\.name) == ["closure-pulls", "closure-coverage", "closure-p-values"])
    let coverage = figures[1].script(.svg)
    #expect(coverage.contains("title 'Strength 2'") && !coverage.contains("title 'Strength 0'"))
    #expect(figures[1].caption.contains("binomial intervals of 99\u{202F}% confidence"))
    var without = try Self.results()
    without.scans[0].limit = nil
    #expect(
      Figure.all(without).filter { $0.subject == .closure(0) }.map(\.name)
        == ["closure-pulls", "closure-p-values"])
  }

  @Test(.enabled(if: FigureTests.hasGnuplot, "gnuplot is not installed"))
  func gnuplotDrawsThem() throws {
    for hypotheses in [1, 4] {
      let figures = Figure.all(try Self.results(hypotheses: hypotheses))
        .filter { $0.subject == .closure(0) }
      let rendered = FigureRenderer.render(figures)
      #expect(rendered.problems.isEmpty && rendered.pictures.count == 3)
    }
  }
}
