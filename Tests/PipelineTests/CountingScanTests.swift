import Foundation
import HDF5Files
import Inference
import TestSupport
import Testing

/// Counted windows from ntuple to limit, against tables of exact limits and closed forms.
@Suite struct CountingScanTests {
  /// A candidate: mass in GeV, two quantities that are cut on, weight.
  private typealias Row = (mass: Double, first: Double, second: Double, weight: Double)

  private static func write(_ rows: [Row], to path: String) throws {
    let writer = try HDF5Writer()
    try writer.write("events/event", rows.indices.map(Int64.init))
    try writer.write("events/m", rows.map(\.mass))
    try writer.write("events/first", rows.map(\.first))
    try writer.write("events/second", rows.map(\.second))
    try writer.write("events/w", rows.map(\.weight))
    try Data(try writer.finish()).write(to: URL(fileURLWithPath: path))
  }

  /// A search in windows of ±0.1 GeV around 1, 2, … GeV; a signal inside is inside with all of it.
  private static func search(
    data: [Row], simulation: [Row] = [], masses: Int, background: String, limit: String,
    extra: String = ""
  ) throws -> HDF5File {
    let schema = """
      nightjarNtuple: 1
      title: "Counts"
      table: events
      identity: [event]
      columns:
        event: {type: integer, meaning: number}
        m: {type: number, unit: GeV, meaning: mass}
        first: {type: number, meaning: quantity}
        second: {type: number, meaning: quantity}
        w: {type: number, meaning: weight}
      """
    let isSimulated = !simulation.isEmpty
    let text = """
      nightjar: 1
      title: "Counts"
      seed: 3
      ntuple: counts.ntuple.yaml
      samples:
        data: {files: data.h5, role: data, luminosity: 10 /fb}
      \(isSimulated ? "  simulation: {files: mc.h5, role: background, luminosity: 50 /fb, weight: w}" : "")
      signal: {shape: gaussian, mean: mass, width: 0.004, efficiency: 1}
      scan:
        observable: m
        hypotheses: {range: {mass: [1, \(masses).5]}, step: {in: mass, size: 1 GeV}}
        window: {width: 200 MeV}
        background: [{from: \(background)}]
        fit: {likelihood: counting}
        limit: {parameter: yield, level: 95 %, \(limit)}
      \(extra)
      """
    let search = try SearchRun("counts.yaml", text: text)
    try schema.write(
      toFile: "\(search.folder.path)/counts.ntuple.yaml", atomically: true, encoding: .utf8)
    try write(data, to: "\(search.folder.path)/data.h5")
    if isSimulated { try write(simulation, to: "\(search.folder.path)/mc.h5") }
    let run = try search.run(["--set", "outputs.report.windows=1"], inputs: search.folder.path)
    guard run.status == 0 else { throw DimuonInputs.Failed(text: run.errors) }
    return try search.summary()
  }

  private static func row(_ mass: Double, _ first: Double = 1, _ second: Double = 1) -> Row {
    (mass, first, second, 1)
  }

  /// n candidates in the window at each mass, others beside it within `reach` GeV.
  private static func rows(_ counts: [(inside: Int, beside: Int)]) -> [Row] {
    var rows: [Row] = []
    for (place, count) in counts.enumerated() {
      let mass = Double(place + 1)
      for k in 0..<count.inside { rows.append(row(mass + 0.01 * Double(k % 9 - 4))) }
      for k in 0..<count.beside { rows.append(row(mass + (k % 2 == 0 ? 0.15 : -0.12))) }
    }
    return rows
  }

  private static func limits(_ file: HDF5File) throws -> [Double] {
    try file.dataset("/scan/observedLimit").doubles()
  }

  private static let ladder = rows((0...10).map { (inside: $0, beside: 0) })

  /// Known backgrounds: Q(n + 1, s + b) / Q(n + 1, b) = 5 % is the limit of CLs and of a flat prior.
  @Test(arguments: [
    ("0", [2.996, 4.744, 6.296, 7.754, 9.153, 10.513, 11.842, 13.148, 14.435, 15.705, 16.962]),
    ("3", [2.996, 3.643, 4.443, 5.395, 6.480, 7.663, 8.904, 10.171, 11.442, 12.707, 13.963]),
  ])
  func knownBackgroundsGiveTheExactLimits(events: String, expected: [Double]) throws {
    for method in ["CLs counting", "Bayesian"] {
      let file = try Self.search(
        data: Self.ladder, masses: 11, background: "{method: stated, events: \(events)}",
        limit: "method: \(method)")
      let found = try Self.limits(file)
      #expect(found.count == 11)
      for (a, b) in zip(found, expected) { #expect(abs(a - b) < 6e-4, "\(method) \(events)") }
      #expect(try file.dataset("/scan/events").integers() == Array(0...10))
    }
  }

  /// Upper ends at 95 % that do not rise with b (physics/9711021).
  @Test func unifiedIntervalsEndWhereTheyShould() throws {
    let file = try Self.search(
      data: Self.ladder, masses: 11, background: "{method: stated, events: 3}",
      limit: "method: Feldman-Cousins")
    let expected = [1.62, 2.62, 3.83, 5.25, 6.76, 8.25, 9.75, 10.81, 12.29, 13.77, 14.81]
    for (a, b) in zip(try Self.limits(file), expected) { #expect(abs(a - b) < 0.011, "\(a) \(b)") }
  }

  /// Normal errors of background and efficiency, averaged over, with the prior cut at zero.
  @Test(arguments: [
    (0, "0", 10.0, 3.0749, 3.0420), (2, "1 ± 0.3", 10, 5.6186, 5.5577),
    (3, "2 ± 1", 0, 6.2662, 6.2662), (5, "3 ± 1", 10, 8.2310, 8.1414),
    (8, "8 ± 2", 10, 8.6386, 8.5451), (10, "5 ± 1.5", 5, 12.5920, 12.5598),
  ])
  func errorsAreAveragedOver(
    count: Int, events: String, error: Double, bayesian: Double, cls: Double
  ) throws {
    let systematics =
      error > 0
      ? "  systematics: {all: {affects: yield, size: \(error) %, constraint: gaussian}}" : ""
    for (method, expected) in [("Bayesian", bayesian), ("CLs counting", cls)] {
      let file = try Self.search(
        data: Self.rows([(count, 0)]), masses: 1,
        background: "{method: stated, events: \(events)}", limit: "method: \(method)",
        extra: systematics)
      let found = try #require(try Self.limits(file).first)
      #expect(abs(found / expected - 1) < 2e-4, "\(method): \(found)")
    }
  }

  /// A flat prior with a normal efficiency that may be zero has no posterior: the limit is flagged.
  @Test func improperPosteriorsAreFlagged() throws {
    let file = try Self.search(
      data: [Self.row(3)], masses: 1, background: "{method: stated, events: 0}",
      limit: "method: Bayesian",
      extra: "  systematics: {all: {affects: yield, size: 20 %, constraint: gaussian}}")
    let message = try file.dataset("/scan/message").strings()
    #expect(message.first?.hasPrefix("improper posterior") == true, "\(message)")
    #expect(try file.dataset("/scan/limitStatus").integers() == [4])
  }

  /// A control count beside the window: (n, control, ratio) and its limit.
  @Test(arguments: [
    (3, [(0, 0), (0, 3), (1, 3), (2, 4)], [2.9957, 2.9957, 3.9932, 4.9142]),
    (6, [(3, 10), (5, 10)], [6.0018, 8.4880]),
  ])
  func sidebandsAreControlCounts(windows: Int, counts: [(Int, Int)], expected: [Double]) throws {
    let file = try Self.search(
      data: Self.rows(counts.map { (inside: $0.0, beside: $0.1) }), masses: counts.count,
      background: "{method: sideband, width: \(200 * windows) MeV}", limit: "method: CLs counting")
    for (a, b) in zip(try Self.limits(file), expected) { #expect(abs(a - b) < 1e-4, "\(a)") }
    #expect(
      try file.dataset("/scan/count/first").doubles() == counts.map { Double($0.1) })
    let ratios = try file.dataset("/scan/count/ratio").doubles()
    #expect(ratios.allSatisfy { abs($0 - Double(windows - 1)) < 1e-9 })
    // P(>= n) of negative binomial counts is I_{1/(1 + ratio)}(n, control + 1).
    let p = try file.dataset("/scan/pValue").doubles()
    let r = 1 / Double(windows)
    for (place, count) in counts.enumerated() {
      var below = 0.0
      for k in 0..<count.0 {
        let ways = exp(
          lgamma(Double(k + count.1 + 1)) - lgamma(Double(k + 1)) - lgamma(Double(count.1 + 1)))
        below += ways * pow(r, Double(k)) * pow(1 - r, Double(count.1 + 1))
      }
      #expect(abs(p[place] - (1 - below)) < 1e-9)
    }
  }

  /// Simulation of five times the luminosity is a control count; twice the weight is half the ratio.
  @Test(arguments: [1.0, 2.0])
  func simulationIsAControlCount(weight: Double) throws {
    let file = try Self.search(
      data: Self.rows([(3, 0)]), simulation: (0..<10).map { _ in (1.02, 1, 1, weight) }, masses: 1,
      background: "{method: simulation}", limit: "method: CLs counting")
    let found = try #require(try Self.limits(file).first)
    let direct = try CountingModel(
      observed: 3, background: .onOff(count: 10, ratio: 5 / weight)
    ).limit(.cls(.hybrid), level: 0.95)
    #expect(abs(found - (weight == 1 ? 6.0018 : direct.value)) < 1e-4, "\(found)")
    let background = try #require(try file.dataset("/scan/backgroundYield").doubles().first)
    #expect(abs(background - 2 * weight) < 1e-12)
  }

  /// Two cuts inverted: b = n₁ n₂ / n₁₂, here of 4, 9 and 30 candidates; none of both is allowed.
  @Test func invertedCutsGiveTheBackground() throws {
    let counts = [(first: 4, second: 9, both: 30), (first: 0, second: 0, both: 0)]
    var data = Self.rows([(2, 0), (2, 0)])
    for (place, count) in counts.enumerated() {
      let mass = Double(place + 1)
      data += (0..<count.first).map { _ in Self.row(mass, 0, 1) }
      data += (0..<count.second).map { _ in Self.row(mass, 1, 0) }
      data += (0..<count.both).map { _ in Self.row(mass, 0, 0) }
    }
    let file = try Self.search(
      data: data, masses: 2, background: "{method: abcd, invert: [first > 0.5, second > 0.5]}",
      limit: "method: CLs counting")
    func column(_ name: String) throws -> [Double] { try file.dataset("/scan/\(name)").doubles() }
    #expect(try column("count/first") == [4, 0])
    #expect(try column("count/second") == [9, 0])
    #expect(try column("count/both") == [30, 0])
    #expect(abs(try column("backgroundYield")[0] - 1.2) < 1e-12)
    let (low, high) = (try column("count/backgroundLow")[0], try column("count/backgroundHigh")[0])
    // The mean of the posterior is 5 · 10 / 30.
    #expect(low < 1.2 && high > 5.0 * 10 / 30 && high < 3)
    // Without any count r of two equal exponentials: P(>= 2) = ∫ r²/(1 + r)² dr/(1 + r)² = 1/3.
    #expect(abs(try column("pValue")[1] - 1.0 / 3) < 1e-9)
    #expect(try Self.limits(file).allSatisfy { $0 > 3 && $0 < 7 })
  }

  /// Windows that do not touch are independent: the global p-value is 1 − (1 − p)^k.
  @Test func independentWindowsGiveTheGlobalPValue() throws {
    let file = try Self.search(
      data: Self.rows((1...12).map { (inside: $0 == 5 ? 5 : 1, beside: 0) }), masses: 12,
      background: "{method: stated, events: 1}", limit: "method: CLs counting",
      extra: "  lookElsewhere: {level: 0, toys: 4000}")
    let p = try file.dataset("/scan/pValue").doubles()
    let local = try #require(p.min())
    // P(>= 5) of a mean of 1.
    let terms: [Double] = [1, 1, 0.5, 1.0 / 6, 1.0 / 24]
    let below: Double = exp(-1) * terms.reduce(0, +)
    #expect(abs(local - (1 - below)) < 1e-9)
    let expected = 1 - pow(below, 12)
    let toys = try file.dataset("/lookElsewhere/toys/largest").doubles()
    #expect(toys.count == 4000)
    let root = try #require(try file.dataset("/scan/signedRoot").doubles().max())
    let found = Double(toys.count { $0 >= root - 1e-9 }) / 4000
    let error = (expected * (1 - expected) / 4000).squareRoot()
    #expect(abs(found - expected) < 4 * error, "\(found)")
  }
}
