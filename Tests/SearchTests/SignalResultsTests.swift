import Foundation
import HDF5Files
import Platform
import Search
import Testing

@Suite struct SignalResultsTests {
  static func results() throws -> SearchResults {
    var results = ResultsMaker.results(hypotheses: 20)
    let mass = Quantity(name: "mass", label: "X mass", unit: "GeV")
    let observable = Quantity(name: "reducedMass", label: "Reduced mass", unit: "GeV")
    let masses = [0.5, 1, 2, 3, 4.5, 6, 7.5, 9]
    for (index, name) in ["vector", "scalar"].enumerated() {
      var list = try MeasuredSignalTests.measurements(
        masses, events: 4000 - 1500 * index, seed: 51 + UInt64(index),
        settings: MeasuredSignalTests.settings)
      if index == 1 {
        list[6].fit?.status = .callLimit
        list[6].message = "the fit of the shape failed (call limit); its mass gives no shape"
      }
      let signal = try SignalByCuts(
        name: name,
        parts: [
          .init(
            masses: 0.5...9,
            signal: try MeasuredSignal(
              name: name, settings: MeasuredSignalTests.settings, interpolation: .init(),
              measurements: list))
        ])
      results.signals.append(
        try SignalResults(
          signal, mass: mass, observable: observable,
          hypotheses: (0...300).map {
            SignalHypothesis(mass: 0.03 * Double($0), mean: 0.03 * Double($0))
          }))
    }
    let (signals, background) = WorkingPointTests.sample(
      masses: [2, 4, 6], signals: 3000, background: 100_000, expected: 100, seed: 46)
    for mode in [WorkingPointSettings.Mode.oneCut, .curve(reach: 1)] {
      let choice = try WorkingPoint.chosen(
        name: "mlp_\(results.workingPoints.count + 1)", signals: signals, background: background,
        settings: .init(mode: mode, averaging: 60))
      results.workingPoints.append(WorkingPointResults(choice, mass: mass))
    }
    return results
  }

  @Test func theSummaryHoldsSignalsAndWorkingPoints() throws {
    let results = try Self.results()
    let bytes = try SummaryFile.write(results)
    #expect(try SummaryFile.write(results) == bytes)
    let file = try HDF5File(image: bytes, name: "summary.h5")
    let list = results.signals[1].signal.measurements
    #expect(try file.dataset("/signal/scalar/efficiency").doubles() == list.map(\.efficiency))
    let value = try file.dataset("/signal/scalar/value")
    #expect(value.shape == [8, 8])
    #expect(
      try value.doubles() == list.flatMap { m in m.fit?.parameters.dropFirst().map(\.value) ?? [] })
    #expect(try file.dataset("/signal/scalar/status").integers()[6] == 10)
    #expect(try file.dataset("/signal/scalar/resolution").attribute("units") == .string("GeV"))
    // Hypotheses below the first mass have no value.
    #expect(try file.dataset("/signal/vector/curve/mass").doubles().first == 0.51)
    #expect(
      try file.dataset("/signal/vector/leaveOneOut/mass").doubles() == [1, 2, 3, 4.5, 6, 7.5])
    let point = results.workingPoints[0].choice
    #expect(
      try file.dataset("/workingPoint/mlp_1/threshold").doubles() == point.masses.map(\.threshold))
    #expect(
      try file.dataset("/workingPoint/mlp_2/scores/signal").doubles()
        == results.workingPoints[1].choice.scores.signal)
  }

  @Test(.enabled(if: FigureTests.hasGnuplot, "gnuplot is not installed"))
  func figuresAreDrawnAndShown() throws {
    var results = try Self.results()
    results.workingPoints[0].name = FigureTests.hostile
    results.signals[0].name = FigureTests.hostile
    let figures = Figure.all(results).filter {
      switch $0.subject {
      case .signalSamples, .signalCheck, .workingPoint: true
      default: false
      }
    }
    #expect(
      figures.map(\.name) == [
        "scores-1", "figure-of-merit-1", "scores-2", "figure-of-merit-2", "samples-efficiency",
        "samples-resolution", "samples-check-1", "samples-check-2",
      ])
    for figure in figures {
      let drawn = try Subprocess.run("gnuplot", ["-d", "-"], standardInput: figure.script(.svg))
      #expect(drawn.status == 0 && drawn.errors.isEmpty, "\(figure.name): \(drawn.errors)")
    }
    let rendered = FigureRenderer.render(figures)
    let page = ReportPage.html(results, figures: rendered)
    #expect(page.contains("id=\"signal-samples\"") && page.contains("id=\"working-points\""))
    #expect(page.components(separatedBy: "<figure").count - 1 == figures.count)
    #expect(page.contains("the fit of the shape failed (call limit); its mass gives no shape"))
    #expect(!page.contains("<script"))
    if let folder = ProcessInfo.processInfo.environment["NIGHTJAR_SHOW"] {
      for picture in FigureRenderer.render(figures, formats: [.png]).pictures {
        try Data(picture.bytes).write(to: URL(fileURLWithPath: folder + "/" + picture.fileName))
      }
    }
  }

  @Test func aPageWithoutSignalsHasNoSections() {
    let page = ReportPage.html(SearchResults(title: "none"), figures: FigureRenderer.render([]))
    #expect(!page.contains("id=\"signal-samples\"") && !page.contains("id=\"working-points\""))
  }
}
