import Foundation
import Platform
import Search
import Testing

@Suite struct FigureTests {
  static let hasGnuplot = (try? Subprocess.run("gnuplot", ["--version"]))?.status == 0

  /// Text that would run, draw or end a string if it were not escaped.
  static let hostile =
    "'; system(\"touch nightjar-was-here\"); print '`touch nightjar-was-here` <script>x</script> "
    + "^_{}@&~\\ 50% \n set output 'x' \" µ"

  static func hostileResults() -> SearchResults {
    var results = ResultsMaker.results(hypotheses: 30)
    results.title = hostile
    results.samples = results.samples.map {
      var sample = $0
      sample.name = hostile
      return sample
    }
    results.cutFlows = results.cutFlows.map { flow in
      var flow = flow
      flow.sample = hostile
      flow.steps = flow.steps.map {
        var step = $0
        step.name = hostile
        step.expression = hostile
        return step
      }
      return flow
    }
    let quantity = Quantity(name: hostile, label: hostile, unit: hostile)
    results.spectra[0].observable = quantity
    for index in results.spectra[0].layers.indices {
      results.spectra[0].layers[index].sample = hostile
    }
    results.comparisons[0].name = hostile
    results.comparisons[0].quantity = quantity
    results.comparisons[0].after = hostile
    results.comparisons[0].expression = hostile
    for index in results.comparisons[0].layers.indices {
      results.comparisons[0].layers[index].sample = hostile
    }
    results.weightShifts[0].systematic = hostile
    results.scans[0].mass = quantity
    results.scans[0].observable = quantity
    results.scans[0].parameter = quantity
    results.scans[0].overlays = [.init(label: hostile, masses: [2, 8], values: [10, 20])]
    results.scans[0].points[3].status = .failed
    results.scans[0].points[3].message = hostile
    results.scans[0].points[4].status = .skippedVeto
    results.scans[0].points[4].message = hostile
    results.scans[0].limit?.method = hostile
    results.scans[0].likelihood = hostile
    results.scans[0].systematics[0].name = hostile
    results.namedFits[0].name = hostile
    results.namedFits[0].message = hostile
    results.namedFits[0].parameters[0].name = hostile
    results.namedFits[0].freeParameters[0] = hostile
    results.namedFits[0].plot?.parts[0].name = hostile
    results.provenance.pipelineText = hostile
    results.provenance.pipelineName = hostile
    results.provenance.inputs[0].path = hostile
    results.provenance.remarks = [hostile]
    return results
  }

  @Test func quotesUserTextForGnuplot() {
    #expect(GnuplotText.quoted("K_S") == "'K\\_S'")
    #expect(GnuplotText.quoted("it's `date`") == "'it’s `date`'")
    #expect(GnuplotText.quoted("a^b{c}@d&e~f\\g") == "'a\\^b\\{c\\}\\@d\\&e\\~f\\\\g'")
    #expect(GnuplotText.quoted("two\nlines\u{0}") == "'two lines '")
    #expect(GnuplotText.quotedTic("50 %") == "'50 %%'")
    #expect(GnuplotText.cut("abcdef", to: 4) == "abc…")
  }

  @Test func emptyResultsHaveNoFigures() {
    #expect(Figure.all(SearchResults(title: "nothing")).isEmpty)
    var results = SearchResults(title: "no points")
    results.scans = [ResultsMaker.scan(0)]
    results.cutFlows = [CutFlow(sample: "data", steps: [])]
    #expect(Figure.all(results).isEmpty)
  }

  @Test func sigmaLinesAreUpperTailsOfAUnitGaussian() {
    for line in SigmaLine.tails {
      let tail = 0.5 * erfc(Double(line.sigma) / 2.0.squareRoot())
      // erfc of glibc is good to 1 ulp; its argument is rounded, which the tail magnifies by n².
      #expect(abs(line.pValue / tail - 1) < 1e-14 * Double(1 + line.sigma * line.sigma))
    }
  }

  @Test func errorBarsAreCentralPoissonIntervals() {
    // Garwood's exact intervals: scipy's gamma.ppf(Φ(−1), n) and gamma.ppf(Φ(1), n + 1).
    for (count, low, high) in [
      (0.0, 0.0, 1.841), (1, 0.1728, 3.300), (2, 0.7082, 4.638), (5, 2.840, 8.382),
      (10, 6.891, 14.267), (100, 90.02, 111.03),
    ] {
      let interval = Figure.interval(count, count)
      #expect(abs(interval.low - low) < 0.02 * max(1, low), "\(count)")
      #expect(abs(interval.high - high) < 0.02 * high, "\(count)")
    }
    let weighted = Figure.interval(10, 4)
    #expect(weighted.low == 8 && weighted.high == 12)
  }

  @Test func logarithmicAxesLabelOneDecadeAndTwenty() {
    #expect(LogAxis([.nan, -1, 0]) == nil)
    let narrow = LogAxis(low: 12, high: 45).commands("y")
    #expect(narrow.contains("'20' 20.0") && narrow.contains("'40' 40.0"))
    let wide = LogAxis(low: 1e-10, high: 1e10).commands("y")
    #expect(wide.contains("'10^{−10}' 1e-10"))
    #expect(wide.components(separatedBy: "10^{").count < 12)
  }

  @Test func neighbouringColoursDifferInGreyscale() {
    func luminance(_ colour: String) -> Double {
      let parts = (0..<3).map { index in
        Double(Int(colour.dropFirst(1 + 2 * index).prefix(2), radix: 16) ?? 0) / 255
      }
      return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]
    }
    for (first, second) in zip(FigureColour.stack, FigureColour.stack.dropFirst()) {
      #expect(abs(luminance(first) - luminance(second)) > 0.08)
    }
    #expect(luminance(FigureColour.wideBand) - luminance(FigureColour.narrowBand) > 0.12)
    #expect(luminance(FigureColour.narrowBand) - luminance(FigureColour.fit) > 0.25)
  }

  @Test func bandsBreakWhereAHypothesisHasNoLimit() throws {
    var scan = ResultsMaker.scan(4, smallest: 4, largest: 7)
    scan.points[1].status = .skippedVeto
    scan.points[1].limitStatus = .absent
    let axis = try #require(ScanAxis(scan.points))
    let rows = axis.rows { $0.limitStatus == .found ? [1] : nil }
    // A lone hypothesis becomes a short piece; then a break; then the two others.
    #expect(rows.map { $0 == nil } == [false, false, true, false, false, true])
    #expect(rows[3]?[0] == 6 && rows[4]?[0] == 7)
  }

  @Test func distributionsStackSimulationAndScaleSignalsToItsArea() throws {
    var results = SearchResults(title: "x")
    results.comparisons = [
      Comparison(
        name: "mass", quantity: Quantity(name: "mass", unit: "GeV"), expression: "m", after: "cut",
        edges: [0, 1, 2],
        layers: [
          .init(sample: "data", role: .data, sums: [9, 16], variances: [9, 16]),
          .init(sample: "one", role: .background, sums: [4, 6], variances: [1, 1]),
          .init(sample: "two", role: .background, sums: [2, 8], variances: [3, 8]),
          .init(sample: "X", role: .signal, sums: [1, 3], variances: [1, 3]),
        ])
    ]
    let figure = try #require(Figure.all(results).first)
    let script = figure.script(.svg)
    func block(_ name: String) -> String {
      let rest = script.split(separator: "$\(name) << NIGHTJAR_END\n").dropFirst().first ?? ""
      return String(rest.split(separator: "NIGHTJAR_END").first ?? "")
    }
    // The first sample on top of all others; the signal has 4 candidates, the stack 20.
    #expect(block("stack0") == "0.0 0.0\n0.0 6.0\n1.0 6.0\n1.0 14.0\n2.0 14.0\n2.0 0.0\n")
    #expect(block("stack1") == "0.0 0.0\n0.0 2.0\n1.0 2.0\n1.0 8.0\n2.0 8.0\n2.0 0.0\n")
    #expect(block("signal0").contains("0.0 5.0\n1.0 5.0\n1.0 15.0\n2.0 15.0\n"))
    #expect(block("ratio").hasPrefix("0.5 1.5 1.0 2.0\n"))
    #expect(block("uncertainty").contains("1.0 0.7857142857142857 1.214285714285714"))
    #expect(script.contains("'X (same area)'") && script.contains("[0:20.0]"))
    #expect(
      figure.caption
        == "mass after 'cut'; simulation is scaled to the data's luminosity, its statistical "
        + "uncertainty is the band in the lower panel; signals are scaled to the area of the stack."
    )
  }

  @Test func missingGnuplotIsAProblemAndNoError() {
    let figures = Figure.all(ResultsMaker.results(hypotheses: 5))
    let rendered = FigureRenderer.render(figures, program: "no-such-gnuplot")
    #expect(rendered.pictures.isEmpty)
    #expect(rendered.problems.count == 1)
    #expect(
      rendered.problems.first?.hasPrefix("no-such-gnuplot: figures were not drawn: ") == true)
    #expect(
      rendered.problems.first?.hasSuffix(
        "; install the package gnuplot-nox and run 'nightjar report'") == true)
  }

  @Test func aFigureThatFailsSpoilsNoOther() {
    let figures = Figure.all(ResultsMaker.results(hypotheses: 5))
    let rendered = FigureRenderer.render(Array(figures.prefix(2)), program: "false")
    #expect(
      rendered.problems == [
        "figure 'limit' (svg): false ended with status 1: no message",
        "figure 'p-values' (svg): false ended with status 1: no message",
      ])
  }

  @Test(.enabled(if: FigureTests.hasGnuplot, "gnuplot is not installed"))
  func drawsFewAndManyHypothesesInEveryFormat() {
    for (count, formats) in [
      (0, [Figure.Format.svg]), (1, [.svg]), (5, Figure.Format.allCases), (600, [.svg]),
    ] {
      let figures = Figure.all(ResultsMaker.results(hypotheses: count))
      let rendered = FigureRenderer.render(figures, formats: formats)
      #expect(rendered.problems.isEmpty)
      #expect(rendered.pictures.count == formats.count * figures.count)
      for picture in rendered.pictures {
        let start: [UInt8] =
          switch picture.format {
          case .svg: Array("<?xml".utf8)
          case .pdf: Array("%PDF-".utf8)
          case .png: [0x89, 0x50, 0x4e, 0x47]
          }
        #expect(picture.bytes.starts(with: start), "\(picture.fileName)")
      }
    }
  }

  @Test(.enabled(if: FigureTests.hasGnuplot, "gnuplot is not installed"))
  func gnuplotHasNothingToSayAboutOurScripts() throws {
    for results in [ResultsMaker.results(hypotheses: 600), Self.hostileResults()] {
      for figure in Figure.all(results) {
        let result = try Subprocess.run("gnuplot", ["-d", "-"], standardInput: figure.script(.svg))
        #expect(result.status == 0 && result.errors.isEmpty, "\(figure.name): \(result.errors)")
      }
    }
  }

  @Test(.enabled(if: FigureTests.hasGnuplot, "gnuplot is not installed"))
  func userTextNeitherRunsNorBreaksOut() throws {
    let rendered = FigureRenderer.render(Figure.all(Self.hostileResults()))
    #expect(rendered.problems.isEmpty)
    #expect(!FileManager.default.fileExists(atPath: "nightjar-was-here"))
    for picture in rendered.pictures {
      let text = String(decoding: picture.bytes, as: UTF8.self)
      #expect(!text.contains("<script"), "\(picture.fileName)")
      #expect(text.contains("</svg>"), "\(picture.fileName)")
    }
    let limit = try #require(rendered.pictures.first { $0.figure.name == "limit" })
    #expect(String(decoding: limit.bytes, as: UTF8.self).contains("’; system(\"touch nightjar"))
  }

  @Test(.enabled(if: FigureTests.hasGnuplot, "gnuplot is not installed"))
  func inlinedPicturesHaveTheirOwnNamesAndNoClock() throws {
    let figures = Figure.all(ResultsMaker.results(hypotheses: 100))
    let rendered = FigureRenderer.render(figures)
    #expect(rendered == FigureRenderer.render(figures))
    let picture = try #require(rendered.pictures.first)
    let svg = try #require(
      SVGDocument.inlined(
        String(decoding: picture.bytes, as: UTF8.self), name: "limit", label: "a < \"b\""))
    #expect(svg.hasPrefix("<svg viewBox=\"0 0 960 560\" role=\"img\" aria-label=\"a &lt; &quot;b"))
    #expect(svg.hasSuffix("</svg>"))
    #expect(!svg.contains("<title>") && !svg.contains("GNUPLOT") && !svg.contains("<?xml"))
    #expect(svg.contains("currentColor") && svg.contains("var(--figure-wide, #d3e3f3)"))
    #expect(!svg.contains("id='gp") && !svg.contains("#gp"))
  }

  @Test func svgIsRefusedWhenItIsNone() {
    #expect(SVGDocument.inlined("not a picture", name: "x", label: "") == nil)
    #expect(SVGDocument.inlined("<svg viewBox=\"0 0 1 1\"/>", name: "x", label: "") == nil)
    #expect(
      SVGDocument.inlined("<svg viewBox=\"'><b>\"></svg>", name: "x", label: "") == nil)
  }
}

@Suite struct LuminosityTests {
  /// Channels look at the same collisions; several data samples of one channel are different ones.
  @Test func channelsShareTheirLuminosity() {
    func sample(_ channel: String?, _ luminosity: Double) -> SampleSummary {
      var sample = SampleSummary(
        name: "data", role: .data, files: 1, rows: 1, luminosity: luminosity)
      sample.channel = channel
      return sample
    }
    var results = SearchResults(title: "T")
    results.samples = [sample("a", 100), sample("a", 50), sample("b", 150)]
    #expect(results.dataLuminosity == 150)
    results.samples = [sample(nil, 100), sample(nil, 50)]
    #expect(results.dataLuminosity == 150)
  }
}
