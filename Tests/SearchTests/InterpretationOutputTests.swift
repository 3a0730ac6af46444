import HDF5Files
import PipelineSpec
import Platform
import Search
import Testing

@Suite struct InterpretationOutputTests {
  static func results() throws -> SearchResults {
    var results = ResultsMaker.results(hypotheses: 40)
    for index in results.scans[0].points.indices where results.scans[0].points[index].mass > 8 {
      results.scans[0].points[index].observedLimit = 1e4
    }
    let settings = InterpretationSettings(model: .lmuLtauVector, alpha: 1 / 137.036)
    var found = try Interpret(name: "g/prime", settings: settings, sqrtS: 10.58)
      .interpretation(of: results.scans[0], at: 0, pool: WorkerPool(threads: 1))
    found.overlays = [.init(label: "Others 2016", masses: [2, 5], values: [0.01, 0.02])]
    results.interpretations = [found]
    return results
  }

  @Test func theSummaryHoldsEveryHypothesis() throws {
    let results = try Self.results()
    let file = try HDF5File(image: SummaryFile.write(results), name: "summary.h5")
    let points = results.interpretations[0].points
    let group = "/interpret/g_prime#0"
    let observed = try file.dataset("\(group)/observedLimit")
    #expect(
      try observed.doubles().map(\.bitPattern) == points.map(\.observedLimit.bitPattern))
    #expect(
      try observed.attribute("long_name")
        == .string("observed upper limit on g′ at 90 % confidence level"))
    #expect(try file.dataset("\(group)/crossSection").attribute("units") == .string("fb"))
    #expect(try file.dataset("\(group)/expectedLimits").shape == [40, 5])
    #expect(try file.dataset("\(group)/isWide").integers().contains(1))
  }

  @Test func everyDatasetIsDescribed() throws {
    let page = try String(
      contentsOf: SummaryFileTests.folder.appending(path: "../../Schemas/v1/summary.md"),
      encoding: .utf8)
    let file = try HDF5File(image: SummaryFile.write(Self.results()), name: "summary.h5")
    for object in try file.walk() where object.path.hasPrefix("/interpret/") {
      guard case .dataset = object.kind else { continue }
      let name = object.path.split(separator: "/").last.map(String.init) ?? ""
      #expect(page.contains("`\(name)`"), "\(object.path)")
    }
  }

  @Test func theFigureShowsLimitsOverlaysAndFlags() throws {
    let results = try Self.results()
    let figure = try #require(Figure.all(results).first { $0.subject == .coupling(0) })
    #expect(figure.name == "coupling-gprime")
    let script = figure.script(.svg)
    #expect(script.contains("set logscale y"))
    #expect(script.contains("'Upper limit on g′ at 90 % CL'"))
    #expect(script.contains("title 'Others 2016'"))
    #expect(script.contains("title 'Width > 0.5 × resolution'"))
    #expect(figure.caption.contains("Model: lmu-ltau vector."))
    let limit = try #require(Figure.all(results).first { $0.subject == .limit(0) })
    #expect(!limit.script(.svg).contains("Others 2016"))
  }

  @Test func withoutFlagsNothingIsShaded() throws {
    var results = try Self.results()
    for index in results.interpretations[0].points.indices {
      results.interpretations[0].points[index].isWide = false
    }
    let figure = try #require(Figure.all(results).first { $0.subject == .coupling(0) })
    #expect(!figure.script(.svg).contains("resolution"))
    let page = ReportPage.html(results, figures: .init())
    #expect(page.contains("At every limit the natural width is below 0.5 of the resolution."))
  }

  @Test func theReportSaysWhatWasAssumed() throws {
    let page = ReportPage.html(try Self.results(), figures: .init())
    #expect(page.contains("<section id=\"couplings\">"))
    #expect(page.contains("√s = 10.58 GeV, α = 1/137.036"))
    #expect(page.contains("the limit does not hold there."))
    #expect(ReportPageTests.unbalanced(page).isEmpty)
    let without = ReportPage.html(ResultsMaker.results(hypotheses: 5), figures: .init())
    #expect(!without.contains("id=\"couplings\""))
  }

  @Test(.enabled(if: FigureTests.hasGnuplot, "gnuplot is not installed"))
  func gnuplotDrawsIt() throws {
    let figures = Figure.all(try Self.results()).filter { $0.subject == .coupling(0) }
    let rendered = FigureRenderer.render(figures)
    #expect(rendered.problems.isEmpty && rendered.pictures.count == 1)
  }
}
