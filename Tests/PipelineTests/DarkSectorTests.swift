import Foundation
import HDF5Files
import TestSupport
import Testing

/// A signal over two lifetimes and another mass whose efficiency is known in closed form, from ntuple to
/// limits and regions of a model.
@Suite struct DarkSectorTests {
  /// Both particles are seen within this proper length, cm, one in so many where the mass is m(χ₁)/10.
  private static let reach = 40.0
  private static let chi1Masses = [1.5, 2, 2.5]
  private static let generated = (higgs: [1.0, 100], chi2: [0.5, 50])

  private static func efficiency(_ chi1: Double, _ higgs: Double, _ chi2: Double) -> Double {
    0.1 * chi1 * (1 - exp(-reach / higgs)) * (1 - exp(-reach / chi2))
  }

  /// Lengths at 60 quantiles of each lifetime: sums over them are integrals; `candidates` are data.
  private static func write(to folder: String, candidates: [Double]) throws {
    let count = 60
    var rows: [[Double]] = []
    for mass in [0.23, 0.25, 0.27] {
      for chi1 in chi1Masses {
        for higgs in generated.higgs {
          for chi2 in generated.chi2 {
            for i in 0..<count {
              for j in 0..<count where Double((37 * i + 11 * j) % 100) < 10 * chi1 {
                let first = -higgs * log(1 - (Double(i) + 0.5) / Double(count))
                let second = -chi2 * log(1 - (Double(j) + 0.5) / Double(count))
                guard first < reach, second < reach else { continue }
                let z = Double((i + 7 * j) % 21 - 10) / 8
                rows.append([mass + 0.001 * z, mass, chi1, first, second])
              }
            }
          }
        }
      }
    }
    let events = 4 * count * count
    func file(_ rows: [[Double]], _ name: String) throws {
      let writer = try HDF5Writer()
      try writer.write("events/event", rows.indices.map(Int64.init))
      for (column, alias) in ["m", "trueMass", "chi1", "d1", "d2"].enumerated() {
        try writer.write("events/\(alias)", rows.map { $0[column] })
      }
      try writer.write("events/n", rows.map { _ in Double(events) })
      try Data(try writer.finish()).write(to: URL(fileURLWithPath: "\(folder)/\(name)"))
    }
    try file(rows, "signal.h5")
    try file(([0.5] + candidates).map { [$0, 0, 0, 0, 0] }, "data.h5")
  }

  private static func text(at: String, method: String, uncertainty: Int?) -> String {
    """
    nightjar: 1
    title: "Dark sector"
    seed: 3
    ntuple: dark.ntuple.yaml
    samples:
      data: {files: data.h5, role: data, luminosity: 10 /fb}
      signal:
        files: signal.h5
        role: signal
        hypothesis: {mass: trueMass, chi1Mass: chi1}
        generated: n
        decayLength: {higgs: d1, chi2: d2}
        lifetimes: {higgs: [1, 100], chi2: [0.5, 50]}
    signal:
      shape: gaussian
      mean: mass
      samples: signal
      \(at)
      lifetimes: {higgs: {centimetres: [1, 3, 10, 30, 70, 100, 300, 1000, 3000]}, chi2: {centimetres: [0.5, 1.5, 5, 10, 20, 30, 50, 150, 500]}}
    scan:
      observable: m
      hypotheses: {range: {mass: [0.24, 0.265]}, step: {in: mass, size: 0.01 GeV}}
      window: {width: 20 MeV}
      background: [{from: {method: stated, events: 0.3 ± 0.1}}]
      fit: {likelihood: counting}
      \(uncertainty.map { "systematics: {efficiency: {affects: yield, size: \($0) %, constraint: log-normal}}" } ?? "")
      limit: {parameter: crossSection, unit: fb, pair: mumu, level: 95 %, method: \(method)}
    interpret:
      product:
        model: dark Higgs inelastic
        hadronicWidths: leading order
        at: {product: {log: [1e-2, 1e3], perDecade: 20}}
        parameters: {chi1Mass: 1.75, darkPhotonRatio: 3, splittingRatio: 0.4, higgsLifetime: 10, chi2Lifetime: 5}
      mixing:
        model: dark Higgs inelastic
        hadronicWidths: leading order
        at: {sinTheta: {log: [1e-6, 1], perDecade: 20}}
        parameters: {chi1Mass: 2.5, darkPhotonRatio: 3, splittingRatio: 0.4, alphaD: 0.1, epsilon: 1e-3}
        sqrtS: 10.58 GeV
      kinetic:
        model: dark Higgs inelastic
        hadronicWidths: leading order
        at: {y: {log: [1e-15, 1e-5], perDecade: 20}}
        parameters: {chi1Mass: [2, 2.5, 3], higgsMass: 0.25, darkPhotonRatio: 3, splittingRatio: 0.4, alphaD: 0.1, sinTheta: 1e-3}
        sqrtS: 10.58 GeV
    """
  }

  private static func search(
    at: String = "at: {chi1Mass: 1.75}", method: String = "CLs counting", uncertainty: Int? = nil,
    candidates: [Double] = []
  ) throws -> (SearchRun, ToolProcess) {
    let search = try SearchRun(
      "dark.yaml", text: text(at: at, method: method, uncertainty: uncertainty))
    let schema = """
      nightjarNtuple: 1
      title: "Dark sector"
      table: events
      identity: [event]
      columns:
        event: {type: integer, meaning: number}
        m: {type: number, unit: GeV, meaning: mass}
        trueMass: {type: number, unit: GeV, meaning: generated mass}
        chi1: {type: number, unit: GeV, meaning: generated mass}
        d1: {type: number, unit: cm, meaning: proper length}
        d2: {type: number, unit: cm, meaning: proper length}
        n: {type: number, meaning: generated events}
      """
    try schema.write(
      toFile: "\(search.folder.path)/dark.ntuple.yaml", atomically: true, encoding: .utf8)
    try write(to: search.folder.path, candidates: candidates)
    return (search, try search.run(inputs: search.folder.path))
  }

  private static let finished = Result { () throws -> SearchRun in
    let (search, run) = try Self.search()
    guard run.status == 0 else { throw DimuonInputs.Failed(text: run.errors) }
    return search
  }

  /// Events that are excluded without a candidate, whatever the background.
  private static let events: Double = -log(0.05)

  /// Reweighted to other lifetimes and between masses of χ₁, the efficiency is what it must be.
  @Test func efficienciesFollowLifetimesAndCoordinates() throws {
    let file = try Self.finished.get().summary()
    let base = "/scan/signal/lifetimes"
    let (higgs, chi2) = (
      try file.dataset("\(base)/higgsLifetime").doubles(),
      try file.dataset("\(base)/chi2Lifetime").doubles()
    )
    let found = try file.dataset("\(base)/efficiency").doubles()
    let limits = try file.dataset("\(base)/observedLimit").doubles()
    let benchmarks = try file.dataset("\(base)/benchmarkLimit").doubles()
    #expect(try file.dataset("\(base)/coordinates/chi1Mass").doubles() == Self.chi1Masses)
    #expect(try file.dataset("\(base)/at/chi1Mass").doubles() == [1.75])
    #expect(higgs.count == 9 && chi2.count == 9)
    let size = higgs.count * chi2.count
    for mass in 0..<3 {
      for (i, first) in higgs.enumerated() {
        for (j, second) in chi2.enumerated() {
          let place = mass * size + i * chi2.count + j
          let expected = Self.efficiency(1.75, first, second)
          // 60 quantiles of a length are as good as some per cent.
          #expect(abs(found[place] / expected - 1) < 0.05, "\(first) \(second)")
          let excluded: Double = limits[place] * 10 * found[place]
          #expect(abs(excluded / Self.events - 1) < 2e-3)
          for (k, chi1) in Self.chi1Masses.enumerated() {
            let own = benchmarks[(mass * 3 + k) * size + i * chi2.count + j]
            let expected = Self.events / (10 * Self.efficiency(chi1, first, second))
            #expect(abs(own / expected - 1) < 0.05, "\(chi1) \(first) \(second)")
          }
        }
      }
    }
  }

  private static func islands(
    _ name: String, _ axis: String = "mass", of search: SearchRun? = nil
  ) throws -> (
    x: [Double], low: [Double], high: [Double], lowEdge: [String], highEdge: [String]
  ) {
    let file = try (search ?? finished.get()).summary()
    let group = "/region/\(name)/island"
    return (
      try file.dataset("\(group)/\(axis)").doubles(), try file.dataset("\(group)/low").doubles(),
      try file.dataset("\(group)/high").doubles(), try file.dataset("\(group)/lowEdge").strings(),
      try file.dataset("\(group)/highEdge").strings()
    )
  }

  /// The lower edge of an excluded product is the limit at its lifetimes.
  @Test func theEdgeOfAProductIsItsLimit() throws {
    let file = try Self.finished.get().summary()
    let limits = try file.dataset("/scan/signal/lifetimes/observedLimit").doubles()
    let found = try Self.islands("product")
    #expect(found.low.count == 3)
    for mass in 0..<3 {
      #expect(abs(found.low[mass] / limits[mass * 81 + 2 * 9 + 2] - 1) < 1e-4)
      #expect(found.highEdge[mass] == "scan" && found.lowEdge[mass] == "crossing")
    }
  }

  /// Regions are by the method of the limits: with two candidates at 0.25 GeV and an uncertain efficiency a
  /// Bayesian limit is another than that of CLs; with a known one they are equal.
  @Test func regionsFollowTheMethodOfTheLimits() throws {
    var middle: [Double] = []
    for (method, combination) in [
      ("CLs counting", "counts"), ("Bayesian", "Bayesian counts"),
    ] {
      let (search, run) = try Self.search(
        method: method, uncertainty: 40, candidates: [0.2498, 0.2503])
      try #require(run.status == 0, "\(run.errors)")
      let file = try search.summary()
      let limits = try file.dataset("/scan/signal/lifetimes/observedLimit").doubles()
      let found = try Self.islands("product", of: search)
      #expect(found.low.count == 3)
      for mass in 0..<3 {
        let limit = limits[mass * 81 + 2 * 9 + 2]
        #expect(abs(found.low[mass] / limit - 1) < 1e-4, "\(method) \(found.low[mass]) \(limit)")
      }
      middle.append(found.low[1])
      #expect(try file.attribute("/region/product", "combination") == .string(combination))
    }
    #expect(abs(middle[1] / middle[0] - 1) > 0.01)
  }

  /// σ(e⁺e⁻ → h'A') of a narrow A' for q = 2, α_D = 0.1, ε = 1e-3, fb, times 0.95 for its width (0.946 at
  /// a mass of 1 GeV), and the branching fraction of χ₂ → χ₁ee where muons are 0.85 of it.
  private static func rate(_ mass: Double) -> Double {
    let s = 10.58 * 10.58
    let (x, z) = (mass * mass / s, 7.5 * 7.5 / s)
    let lambda: Double = (1 - x - z) * (1 - x - z) - 4 * x * z
    let narrow: Double = 4 * 2.658248 * lambda.squareRoot() * (lambda + 12 * z)
    return narrow / ((1 - z) * (1 - z)) * 0.95 / 1.85
  }

  private static func root(_ low: Double, _ high: Double, _ f: (Double) -> Double) -> Double {
    var (low, high) = (low, high)
    for _ in 0..<200 {
      let middle = (low * high).squareRoot()
      if f(middle) > 0 { high = middle } else { low = middle }
    }
    return low
  }

  /// At 0.25 GeV h' decays to muons alone with c τ = 7060 cm at sin θ = 1e-4 (scalar_portal); χ₂ to
  /// electrons with 1.566 cm at ε = 1e-3.
  @Test func mixingIsExcludedBetweenItsLifetimes() throws {
    let found = try Self.islands("mixing")
    let place = try #require(found.x.firstIndex { abs($0 - 0.25) < 1e-9 })
    let (rate, events) = (Self.rate(0.25), Self.events)
    let low = Self.root(1e-6, 1e-3) { (sine: Double) -> Double in
      let length: Double = 7060 * (1e-4 / sine) * (1e-4 / sine)
      return 10 * rate * Self.efficiency(2.5, length, 1.566 / 1.85) - events
    }
    #expect(abs(found.low[place] / low - 1) < 0.03, "\(found.low[place]) \(low)")
    #expect(found.lowEdge[place] == "crossing" && found.highEdge[place] == "knowledge")
    // Shorter than 1 cm nothing is known of h'.
    #expect(abs(found.high[place] / (1e-4 * 7060.0.squareRoot()) - 1) < 0.01)
  }

  /// The kinetic mixing makes cross section and lifetime; outside of the generated masses nothing is known.
  @Test func kineticMixingIsExcludedWhereChi2IsSeen() throws {
    let found = try Self.islands("kinetic", "chi1Mass")
    #expect(!found.x.contains(3) && found.x.contains(2))
    let place = try #require(found.x.firstIndex(of: 2.5))
    let perY: Double = 81 / 0.1
    let (rate, events) = (Self.rate(0.25), Self.events)
    let low = Self.root(1e-15, 1e-8) { (y: Double) -> Double in
      let square: Double = y * perY * 1e6
      let length: Double = 1.566 / 1.85 / square
      return 10 * rate * square * Self.efficiency(2.5, 70.6, length) - events
    }
    #expect(abs(found.low[place] / low - 1) < 0.06, "\(found.low[place]) \(low)")
    #expect(found.highEdge[place] == "knowledge")
    let shortest = 1.566 / 1.85 / 0.5 / perY * 1e-6
    #expect(abs(found.high[place] / shortest - 1) < 0.03)
  }

  /// Limits at coordinates that were not generated are an error that says what was.
  @Test func coordinatesOutsideOfTheGridAreRefused() throws {
    let (_, run) = try Self.search(at: "at: {chi1Mass: 2.6}")
    #expect(run.status != 0)
    #expect(
      run.errors.contains("signal.at: the coordinates [2.6] lie outside")
        && run.errors.contains("chi1Mass 1.5 to 2.5"), "\(run.errors)")
  }
}
