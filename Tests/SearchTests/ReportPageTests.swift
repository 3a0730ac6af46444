import Foundation
import Search
import Testing

@Suite struct ReportPageTests {
  static func page(_ results: SearchResults, figures: RenderedFigures = .init()) -> String {
    ReportPage.html(results, figures: figures)
  }

  /// Names of the tags that do not close as they opened; empty for well-formed pages.
  static func unbalanced(_ html: String) -> [String] {
    var open: [String] = []
    var wrong: [String] = []
    for match in html.matches(of: #/<(\/?)([a-zA-Z][a-zA-Z0-9]*)([^<>]*?)(\/?)>/#) {
      let name = String(match.2)
      if ["meta", "br"].contains(name) || !match.4.isEmpty { continue }
      if match.1.isEmpty {
        open.append(name)
      } else if open.popLast() != name {
        wrong.append(name)
      }
    }
    return wrong + open
  }

  @Test func headlineNamesTheStrongestLimitAndTheLargestExcess() {
    var results = SearchResults(title: "Search")
    var scan = ScanResults(
      mass: Quantity(name: "mass", unit: "GeV"), observable: Quantity(name: "m", unit: "GeV"),
      parameter: Quantity(name: "yield"), limit: LimitSettings(level: 0.95))
    for (mass, limit, root) in [(2.0, 12.5, 1.0), (3.0, 4.25, 2.345), (4.0, 7.0, -3.0)] {
      var point = ScanPoint(mass: mass, observable: mass, resolution: 0.03, status: .converged)
      point.limitStatus = .found
      point.observedLimit = limit
      point.signedRoot = root
      point.pValue = root == 2.345 ? 0.009_514 : 0.5
      scan.points.append(point)
    }
    results.scans = [scan]
    #expect(
      Self.page(results).contains(
        "The strongest upper limit on yield is 4.25 at 95\u{202F}% confidence level, at a mass of "
          + "3.000 GeV. The largest local excess has 2.3σ (local p-value 0.0095), at 3.000 GeV."))
  }

  @Test func distributionsAndShiftsHaveTheirTables() {
    var results = ResultsMaker.results(hypotheses: 1)
    results.comparisons = [
      Comparison(
        name: "mass", quantity: Quantity(name: "mass"), expression: "m", after: "", edges: [0, 1],
        layers: [
          .init(sample: "data", role: .data, sums: [90], variances: [90], underflow: 2),
          .init(
            sample: "sim", role: .background, sums: [100], variances: [0], overflow: 1.5,
            notANumber: 0.25),
        ])
    ]
    let page = Self.page(results)
    #expect(
      page.contains(
        "<td>before any cut</td><td class=\"number\">2 / 0</td><td class=\"number\">0 / 1.5</td>"
          + "<td class=\"number\">0 / 0.25</td><td class=\"number\">0.900 ± 0.095</td>"))
    #expect(
      page.contains(
        "<td>muonID</td><td class=\"number\">101326</td><td class=\"number\">104016</td>"
          + "<td class=\"number\">2.66\u{202F}%</td>"))
    #expect(!page.contains("Blind: candidates that pass"))
    results.comparisons[0].isBlinded = true
    #expect(Self.page(results).contains("Blind: candidates that pass the whole selection"))
  }

  @Test func emptyResultsMakeAPageThatSaysSo() {
    let page = Self.page(SearchResults(title: "Nothing"))
    #expect(page.contains("No mass hypothesis was scanned and nothing was fitted."))
    #expect(page.contains("<title>Nothing</title>"))
    #expect(Self.unbalanced(page).isEmpty)
  }

  @Test func bannersSayWhatTheDataAre() {
    var results = SearchResults(title: "x")
    #expect(!Self.page(results).contains("class=\"banner\""))
    results.isSimulated = true
    #expect(
      Self.page(results).contains(
        "Simulated data. Nothing on this page is a result of an experiment."))
    results.provenance.blinding = .blind
    #expect(
      Self.page(results).contains("Blind: data in signal regions have not been looked at."))
    results.provenance.blinding = .fraction(0.05)
    #expect(Self.page(results).contains("Partly blind: 5\u{202F}% of the data are shown."))
  }

  @Test func saysWhereAsymptoticLimitsUnderCover() {
    var results = ResultsMaker.results(hypotheses: 20)
    #expect(Self.page(results).contains("enough for asymptotic formulae."))
    results.scans[0].points[7].backgroundUnderPeak = 2.5
    let page = Self.page(results)
    #expect(page.contains("At 1 of "))
    #expect(page.contains("1.92 signal events at 95\u{202F}% confidence level where the exact"))
  }

  @Test func failedAndSkippedHypothesesAreListed() {
    let page = Self.page(ResultsMaker.results(hypotheses: 2_000))
    #expect(page.contains("The fits of 5 hypotheses failed; they are listed below."))
    #expect(page.contains("fit did not converge in 200 calls (EDM 3e-2, goal 2e-4)"))
    #expect(page.contains("in a vetoed range"))
    #expect(page.contains("too little signal inside the window"))
    var results = ResultsMaker.results(hypotheses: 5)
    #expect(Self.page(results).contains("None: every hypothesis was fitted."))
    results.scans[0].points[1].status = .notRun
    #expect(
      Self.page(results).contains(
        "1 of 5 hypotheses have not been run yet; run again to go on."))
  }

  @Test func userTextIsEscapedEverywhere() {
    var figures = RenderedFigures()
    if FigureTests.hasGnuplot {
      figures = FigureRenderer.render(Figure.all(FigureTests.hostileResults()))
    }
    let page = Self.page(FigureTests.hostileResults(), figures: figures)
    #expect(!page.contains("<script"))
    #expect(Self.unbalanced(page).isEmpty)
  }

  @Test(.enabled(if: FigureTests.hasGnuplot, "gnuplot is not installed"))
  func pageStandsOnItsOwn() {
    let results = ResultsMaker.results(hypotheses: 600)
    let figures = FigureRenderer.render(Figure.all(results))
    let page = Self.page(results, figures: figures)
    #expect(page == Self.page(results, figures: figures))
    #expect(Self.unbalanced(page).isEmpty)
    for part in ["src=", "<link", "@import", "url(http", "href=\"http", "<script"] {
      #expect(!page.contains(part), "\(part)")
    }
    #expect(page.components(separatedBy: "<svg ").count - 1 == figures.pictures.count)
    let ids = page.matches(of: #/ id=["']([^"']+)["']/#).map { String($0.1) }
    #expect(Set(ids).count == ids.count)
    for link in page.matches(of: #/href=["']#([^"']+)["']/#) {
      #expect(ids.contains(String(link.1)), "\(link.1)")
    }
  }

  @Test func missingFiguresAreNamedAndNumbersStay() {
    let figures = RenderedFigures(problems: ["gnuplot: not found"])
    let page = Self.page(ResultsMaker.results(hypotheses: 50), figures: figures)
    #expect(page.contains("Some figures are missing; the numbers are complete."))
    #expect(page.contains("<li>gnuplot: not found</li>"))
    #expect(page.contains("Strongest limits"))
  }
}

@Suite struct NumberTextTests {
  @Test func writesNumbersForPeople() {
    #expect(NumberText.fixed(-0.0001, 2) == "0.00")
    #expect(NumberText.fixed(-1.25, 1) == "−1.2")
    #expect(NumberText.fixed(.nan, 1) == "–")
    #expect(NumberText.significant(0.012_345, 3) == "0.0123")
    #expect(NumberText.significant(9.999e-5, 2) == "1.0 × 10⁻⁴")
    #expect(NumberText.significant(1_234_567, 3) == "1.23 × 10⁶")
    #expect(NumberText.short(3.1) == "3.1")
    #expect(NumberText.short(100) == "100")
    #expect(NumberText.count(1_234_567) == "1\u{202F}234\u{202F}567")
    #expect(NumberText.count(1_234) == "1234")
    #expect(NumberText.percent(0.036) == "3.6\u{202F}%")
  }

  @Test func writesValuesToTheirErrors() {
    #expect(NumberText.measured(9.460_12, 0.001_8) == "9.4601 ± 0.0018")
    #expect(NumberText.measured(-38.2, 44.1) == "−38 ± 44")
    #expect(NumberText.measured(12.3, nil) == "12.300")
    #expect(NumberText.measured(.nan, 1) == "–")
    #expect(NumberText.measured(1.234_6e-9, 2.1e-11) == "(1.235 ± 0.021) × 10⁻⁹")
    #expect(NumberText.measured(0, 0.5) == "0.00 ± 0.50")
  }
}
