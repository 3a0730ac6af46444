import Foundation
import HDF5Files
import TestSupport
import Testing

/// One channel of B → K S with a displaced S, from simulated ntuples to limits on B(B → K S) B(S → μμ).
@Suite struct LongLivedTests {
  private static func finished(
    lifetime: String, seed: Int, inject: String? = nil
  ) throws -> SearchRun {
    let search = try SearchRun("bks/1-muons.yaml")
    let made = try ToolProcess.run(
      [
        "simulate", "bks", "--channels", "Bplus-mumu", "--lifetimes", lifetime,
        "--signal-events", "8000", "--seed", "\(seed)", "--quiet", "--output",
        "\(search.folder.path)/inputs",
      ] + (inject.map { ["--inject", $0] } ?? []))
    guard made.status == 0 else { throw DimuonInputs.Failed(text: made.errors) }
    let run = try search.run(
      ["--set", "outputs.report.figures=[]"], inputs: search.folder.path)
    guard run.status == 0 else { throw DimuonInputs.Failed(text: run.errors) }
    return search
  }

  private static func column(_ search: SearchRun, _ name: String) throws -> [Double] {
    try search.summary().dataset("/scan/signal/\(name)").doubles()
  }

  @Test(arguments: [1, 2, 3]) func anInjectedSignalIsFoundWhereItIs(seed: Int) throws {
    let (mass, product) = (1.2, 5e-7)
    let search = try Self.finished(
      lifetime: "1", seed: seed, inject: "Bplus-mumu:\(mass):1:\(product)")
    let (masses, roots) = (
      try Self.column(search, "mass"), try Self.column(search, "signedRoot")
    )
    let resolutions = try Self.column(search, "resolution")
    let top = try #require(
      roots.indices.filter { roots[$0].isFinite }.max { roots[$0] < roots[$1] })
    #expect(roots[top] > 5)
    #expect(abs(masses[top] - mass) < 2 * resolutions[top])
    let nearest = try #require(
      masses.indices.min { abs(masses[$0] - mass) < abs(masses[$1] - mass) })
    let fitted = try Self.column(search, "parameter")[nearest]
    let error = try Self.column(search, "parameterError")[nearest]
    #expect(abs(fitted - product) < 3 * error, "\(fitted) ± \(error)")
    let name = try search.summary().attribute("/scan/signal/observedLimit", "long_name")
    #expect("\(String(describing: name))".contains("B(B⁺ → K⁺ S) B(S → μ⁺μ⁻) at 95 %"))
  }

  /// Without background 1.92 events are the asymptotic limit at 95 %: −2 ln L of s events is 2 s, and CLs
  /// = Φ(−√(2s))/Φ(0) = 0.05 gives s = 1.9207; nuisances of a few per cent add half a per cent.
  @Test func emptyWindowsGiveTheAsymptoticLimit() throws {
    let search = try Self.finished(lifetime: "1", seed: 1)
    let events = try Self.column(search, "events")
    let limits = try Self.column(search, "observedLimit")
    let efficiencies = try Self.column(search, "efficiency")
    let acceptances = try Self.column(search, "acceptance")
    let empty = events.indices.filter { events[$0] == 0 && limits[$0].isFinite }
    try #require(empty.count > 100)
    let parents = 198e6 * 2 * 0.514
    for place in empty {
      let count = limits[place] * parents * efficiencies[place] * acceptances[place]
      #expect(count > 1.92 && count < 1.945, "\(count)")
    }
  }

  private static let published =
    ProcessInfo.processInfo.environment["NIGHTJAR_TEST_DATA"].map {
      "\($0)/physics/data/bks/UL95_BplusKplusS_mumu.csv"
    }

  /// The simulation was tuned to the published limits: where the window's fit finds no background, limits
  /// expected from it are theirs.
  @Test(
    .enabled(if: published != nil, "SKIPPED: needs NIGHTJAR_TEST_DATA"),
    arguments: ["0.25", "1", "10"])
  func expectedLimitsAreThePublishedOnes(lifetime: String) throws {
    let search = try Self.finished(lifetime: lifetime, seed: 4)
    let text = try String(contentsOfFile: Self.published ?? "", encoding: .utf8)
    let lines = text.split(separator: "\n").dropFirst().map { $0.split(separator: ",") }
    let place = try #require(lines[0].firstIndex(of: "ctau_\(lifetime)cm"))
    let table = lines.dropFirst().compactMap { row -> (mass: Double, limit: Double)? in
      guard let mass = Double(row[0]), let limit = Double(row[place]) else { return nil }
      return (mass, limit)
    }
    let (masses, background) = (
      try Self.column(search, "mass"), try Self.column(search, "backgroundUnderPeak")
    )
    let expected = try Self.column(search, "expectedLimits")
    var ratios: [Double] = []
    for mass in stride(from: 0.25, through: 4.5, by: 0.05) {
      // Around the resonances a larger distance is asked for; K_S feeds 0.46 GeV.
      guard !(0.42...0.50).contains(mass), !(1.65...1.85).contains(mass),
        !(2.95...3.2).contains(mass), !(3.6...3.8).contains(mass)
      else { continue }
      let own = try #require(
        masses.indices.min { abs(masses[$0] - mass) < abs(masses[$1] - mass) })
      guard background[own] < 0.01 else { continue }
      let near = try #require(
        table.min { abs($0.mass - mass) < abs($1.mass - mass) })
      ratios.append(expected[own * 5 + 2] / near.limit)
    }
    ratios.sort()
    try #require(ratios.count > 20)
    #expect(abs(ratios[ratios.count / 2] - 1) < 0.1, "\(lifetime): \(ratios)")
    // Single points of the published table move by more than their neighbours.
    let close = ratios.count { abs($0 - 1) < 0.15 }
    #expect(Double(close) > 0.8 * Double(ratios.count), "\(lifetime): \(ratios)")
  }
}
