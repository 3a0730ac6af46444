import Foundation
import HDF5Files
import NumericalMethods
import TestSupport
import Testing

/// The search for a dark Higgs boson with inelastic dark matter on simulated ntuples, with and without a
/// signal.
@Suite struct DarkHiggsTests {
  private static let channels = ["mumu", "pipi", "KK"].flatMap { pair in
    ["one", "two"].map { "\(pair)-\($0)" }
  }
  /// Generated lifetimes, cm.
  private static let (higgs, chi2) = (1.0, 10.0)
  private static let few = [
    "--set", "outputs.report.figures=[]",
    "--set", "samples.signal.lifetimes={higgs: [1], chi2: [10]}",
    "--set", "signal.lifetimes={higgs: {centimetres: [1]}, chi2: {centimetres: [10]}}",
  ]

  private static func finished(
    seed: Int, inject: String? = nil, settings: [String]
  ) throws -> SearchRun {
    let search = try SearchRun("idm/2-search.yaml")
    let made = try ToolProcess.run(
      [
        "simulate", "idm", "--chi-masses", "2.5", "--lifetimes", "\(higgs)", "--chi2-lifetimes",
        "\(chi2)", "--signal-events", "16000", "--seed", "\(seed)", "--quiet", "--output",
        "\(search.folder.path)/inputs",
      ] + (inject.map { ["--inject", $0] } ?? []))
    guard made.status == 0 else { throw DimuonInputs.Failed(text: made.errors) }
    let run = try search.run(few + settings, inputs: search.folder.path)
    guard run.status == 0 else { throw DimuonInputs.Failed(text: run.errors) }
    return search
  }

  private static let plain = Result {
    let muons =
      "interpret={muons: {model: dark Higgs inelastic, hadronicWidths: leading order, at: {product: {log: [1e-3, "
      + "1e2], perDecade: 20}}, parameters: {chi1Mass: 2.5, darkPhotonRatio: 3, splittingRatio: 0.4, "
      + "higgsLifetime: 1, chi2Lifetime: 10}, for: {pair: mumu}}}"
    return try finished(
      seed: 4, settings: ["--set", "scan.lookElsewhere={toys: 300}", "--set", muons])
  }

  private static func column(_ search: SearchRun, _ channel: String, _ name: String) throws
    -> [Double]
  {
    try search.summary().dataset("/scan/\(channel)/\(name)").doubles()
  }

  /// Candidates in the window nearest to a mass, and what a cross section of one adds to them.
  private static func window(_ search: SearchRun, _ channel: String, _ mass: Double) throws -> (
    events: Double, perUnit: Double, background: Double
  ) {
    let masses = try column(search, channel, "mass")
    let place = try #require(
      masses.indices.min { abs(masses[$0] - mass) < abs(masses[$1] - mass) })
    func value(_ name: String) throws -> Double { try column(search, channel, name)[place] }
    return (
      try value("events"),
      365 * (try value("lifetimes/efficiency")) * (try value("acceptance")),
      try value("backgroundYield")
    )
  }

  /// Eight events are expected at 1.2 GeV: they are counted in their windows, and the largest excess of all
  /// channels is there where it is above 4.
  @Test(arguments: [1, 2, 3]) func anInjectedSignalIsCountedWhereItIs(seed: Int) throws {
    let mass = 1.2
    let reference = try Self.plain.get()
    let perUnit = try ["mumu-one", "mumu-two"].map {
      try Self.window(reference, $0, mass).perUnit
    }
    let product = 8 / perUnit.reduce(0, +)
    let search = try Self.finished(
      seed: seed, inject: "mumu:\(mass):2.5:\(Self.higgs):\(Self.chi2):\(product)",
      settings: ["--set", "interpret={}"])
    var best = (root: 0.0, channel: "", mass: 0.0, resolution: 0.0)
    for channel in Self.channels {
      let roots = try Self.column(search, channel, "signedRoot")
      let masses = try Self.column(search, channel, "mass")
      let widths = try Self.column(search, channel, "resolution")
      for (place, root) in roots.enumerated() where root > best.root {
        best = (root, channel, masses[place], widths[place])
      }
    }
    for (place, channel) in ["mumu-one", "mumu-two"].enumerated() {
      let found = try Self.window(search, channel, mass)
      let expected = product * perUnit[place] + found.background
      let n = Int(found.events)
      // Two-sided at 1e-3: the seeds are fixed, the bound is not tuned to them.
      #expect(PoissonDistribution.cumulative(n, mean: expected) > 5e-4, "\(n) \(expected)")
      #expect(PoissonDistribution.upperTail(atLeast: n, mean: expected) > 5e-4, "\(n) \(expected)")
    }
    if best.root > 4 {
      #expect(best.channel.hasPrefix("mumu"))
      #expect(abs(best.mass - mass) < 6 * best.resolution)
    }
    #expect(best.root > 3, "\(best)")
  }

  /// Without a signal few candidates are left, limits are a tenth of a femtobarn where a tenth of the
  /// signal is seen, and nothing is significant anywhere.
  @Test func withoutASignalThereIsNone() throws {
    let search = try Self.plain.get()
    var total = 0.0
    for channel in Self.channels {
      let flow = try search.summary().dataset("/cutFlow/\(channel) data/candidates").integers()
      total += Double(try #require(flow.last))
      let group = "/lookElsewhere/\(channel)"
      let summary = try search.summary()
      if summary.contains(group), case .double(let p) = try summary.attribute(group, "globalPValue")
      {
        #expect(p > 0.01, "\(channel) \(p)")
      } else {
        // No hypothesis has an excess: nothing is asked for.
        #expect(try Self.column(search, channel, "signedRoot").allSatisfy { !($0 > 0) })
      }
      let limits = try Self.column(search, channel, "lifetimes/observedLimit")
      let efficiencies = try Self.column(search, channel, "lifetimes/efficiency")
      for (limit, efficiency) in zip(limits, efficiencies) where limit.isFinite {
        #expect(limit > 2.5 / (365 * efficiency) && limit < 9 / (365 * efficiency))
      }
    }
    #expect(total <= 10, "\(total)")
    // One and two displaced vertices together.
    let region = "/region/muons/island"
    let masses = try search.summary().dataset("\(region)/mass").doubles()
    let edges = try search.summary().dataset("\(region)/low").doubles()
    #expect(masses.count > 100)
    var compared = 0
    for (mass, edge) in zip(masses, edges) where mass > 0.5 && mass < 2.5 {
      var both = 0.0
      for channel in ["mumu-one", "mumu-two"] {
        let own = try Self.column(search, channel, "mass")
        let place = try #require(own.indices.min { abs(own[$0] - mass) < abs(own[$1] - mass) })
        both += try Self.column(search, channel, "lifetimes/efficiency")[place]
      }
      guard both > 0.07, both < 0.1 else { continue }
      compared += 1
      #expect(edge > 0.08 && edge < 0.25, "\(mass) \(both) \(edge)")
    }
    #expect(compared > 20)
  }

  /// Data over simulation in the control samples is what the simulated data lack: 2 % of vertices near the
  /// beams, 8 % from 20 cm on; fits and counts.
  @Test func controlSamplesFindWhatDataLack() throws {
    let file = try Self.plain.get().summary()
    let ratios = try file.dataset("/control/K_S/ratio").doubles()
    let errors = try file.dataset("/control/K_S/ratioError").doubles()
    let (low, high) = (
      try file.dataset("/control/K_S/low").doubles(),
      try file.dataset("/control/K_S/high").doubles()
    )
    func kept(_ radius: Double) -> Double { 0.98 - 0.06 * min(radius, 20) / 20 }
    for bin in ratios.indices {
      let truth = 0.5 * (kept(low[bin]) + kept(high[bin]))
      #expect(abs(ratios[bin] - truth) < 3 * errors[bin] + 0.01, "\(bin) \(ratios[bin])")
    }
    func number(_ name: String, _ attribute: String) throws -> Double {
      guard case .double(let value) = try file.attribute("/control/\(name)", attribute) else {
        throw DimuonInputs.Failed(text: "no \(attribute)")
      }
      return value
    }
    let width = try number("K_S", "widthRatio")
    #expect(abs(width - 1.04) < 3 * (try number("K_S", "widthRatioError")))
    for name in ["Lambda", "phi"] {
      let (ratio, error) = (try number(name, "ratio"), try number(name, "ratioError"))
      #expect(ratio > 0.92 - 3 * error && ratio < 1 + 3 * error, "\(name) \(ratio) ± \(error)")
      #expect(error > 0.01 && error < 0.1)
    }
  }
}
