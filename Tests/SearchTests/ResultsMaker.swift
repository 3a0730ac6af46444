import Glibc
import Search

/// Results that look like a dimuon scan, made without running one.
enum ResultsMaker {
  /// A small generator, good enough for pictures.
  struct Dice {
    var state: UInt64

    mutating func uniform() -> Double {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return (Double(state >> 11) + 0.5) / 9_007_199_254_740_992
    }

    mutating func normal() -> Double {
      sqrt(-2 * log(uniform())) * cos(2 * Double.pi * uniform())
    }

    mutating func poisson(_ mean: Double) -> Double {
      if mean > 50 { return max(0, (mean + sqrt(mean) * normal()).rounded()) }
      var product = uniform()
      var count = 0.0
      while product > exp(-mean) {
        product *= uniform()
        count += 1
      }
      return count
    }
  }

  static let peaks: [(mass: Double, events: Double)] = [
    (3.0969, 90_000), (3.6861, 4_000), (9.4603, 7_000), (10.0233, 2_600), (10.3552, 1_700),
  ]

  static func gaussian(_ x: Double, _ mean: Double, _ width: Double) -> Double {
    exp(-0.5 * (x - mean) * (x - mean) / (width * width)) / (width * 2.506_628_274_631)
  }

  static func density(_ x: Double) -> Double {
    60_000 * exp(-0.55 * x) + 2_000 / (1 + x)
      + peaks.reduce(0) { $0 + $1.events * gaussian(x, $1.mass, 0.012 * $1.mass) }
  }

  static func smooth(_ x: Double) -> Double { 60_000 * exp(-0.55 * x) + 2_000 / (1 + x) }

  static func plot(
    _ mass: Double, half: Double, bins: Int, excluded: [NamedRange] = [], signal: Double,
    parts: [(String, Double, Double)]? = nil
  ) -> FitPlot {
    var dice = Dice(state: UInt64(mass * 1e6))
    let low = mass - half
    let width = 2 * half / Double(bins)
    let edges = (0...bins).map { low + Double($0) * width }
    let sigma = 0.012 * mass
    let parts = parts ?? [("Signal", mass, signal)]
    func part(_ index: Int, _ x: Double) -> Double {
      parts[index].2 * gaussian(x, parts[index].1, sigma) * width
    }
    func total(_ x: Double) -> Double {
      parts.indices.reduce(smooth(x) * width) { $0 + part($1, x) }
    }
    let middles = edges.dropLast().map { $0 + width / 2 }
    func isOut(_ x: Double) -> Bool { excluded.contains { x > $0.low && x < $0.high } }
    let expected = middles.map { isOut($0) ? 0 : total($0) }
    let counts = expected.map { $0 == 0 ? 0 : dice.poisson($0) }
    let xs = (0...400).map { low + 2 * half * Double($0) / 400 }
    return FitPlot(
      edges: edges, counts: counts, variances: counts, expected: expected, curveX: xs,
      total: xs.map(total), background: xs.map { smooth($0) * width },
      parts: parts.indices.map { index in
        .init(name: parts[index].0, values: xs.map { part(index, $0) })
      }, excluded: excluded)
  }

  static func scan(_ count: Int, smallest: Double = 1, largest: Double = 12) -> ScanResults {
    var dice = Dice(state: 7)
    var wander = 0.0
    let veto = NamedRange(name: "J/psi", low: 3.0, high: 3.2)
    var points: [ScanPoint] = []
    for index in 0..<count {
      let mass =
        count == 1
        ? smallest : smallest + (largest - smallest) * Double(index) / Double(count - 1)
      let resolution = 0.012 * mass
      let step = count > 1 ? (largest - smallest) / Double(count - 1) : 1
      let memory = exp(-step / resolution)
      wander = memory * wander + sqrt(1 - memory * memory) * dice.normal()
      var point = ScanPoint(
        mass: mass, observable: mass, resolution: resolution, status: .converged)
      point.windowLow = max(0.3, mass - 30 * resolution)
      point.windowHigh = min(13, mass + 30 * resolution)
      point.efficiency = 0.2 + 0.3 * (mass - 1) / 11
      point.acceptance = 1
      if mass > veto.low && mass < veto.high {
        point.status = .skippedVeto
        point.message = "J/psi"
      } else if mass > veto.low - 0.02 && mass < veto.high + 0.02 {
        point.status = .skippedAcceptance
        point.acceptance = 0.42
      } else if count > 100 && index % 397 == 200 {
        point.status = [.callLimit, .notPositiveDefinite, .notANumber][(index / 397) % 3]
        point.message =
          "fit did not converge in 200 calls (EDM 3e-2, goal 2e-4); raise fit.maxCalls"
      }
      points.append(point)
      guard point.status == .converged else { continue }
      let background = smooth(mass) * 60 * resolution
      let under = smooth(mass) * 4 * resolution
      let error = sqrt(under) * 1.1
      let known = peaks.reduce(0) {
        $0 + $1.events * gaussian(mass, $1.mass, resolution) * 2.5 * resolution
      }
      let root = wander + (mass > 3.3 ? known / error : 0)
      let unit = 10 * point.efficiency
      point.events = Int64(background)
      point.signalYield = root * error
      point.signalYieldError = error
      point.parameter = root * error / unit
      point.parameterError = error / unit
      point.backgroundYield = background
      point.backgroundYieldError = sqrt(background)
      point.backgroundCoefficients = mass < 1.5 ? [-0.4, 0.03] : [-0.3]
      point.backgroundUnderPeak = under
      point.negativeLogLikelihood = -1.2345e5
      point.q0 = max(0, root) * max(0, root)
      point.signedRoot = root
      point.pValue = 0.5 * erfc(root / sqrt(2))
      point.limitStatus = .found
      let median = 1.64 * error / unit
      point.expectedLimits = [-2, -1, 0, 1, 2].map { median * exp(0.32 * $0 + 0.02 * $0 * $0) }
      point.observedLimit = median * exp(0.32 * wander) + max(0, root - wander) * error / unit
      points[points.count - 1] = point
    }
    var scan = ScanResults(
      mass: Quantity(name: "mass", label: "Hypothesis mass", unit: "GeV"),
      observable: Quantity(name: "pairMass", label: "Dimuon mass", unit: "GeV"),
      parameter: Quantity(name: "crossSection", label: "cross section", unit: "fb"),
      limit: LimitSettings(level: 0.9), points: points)
    scan.likelihood = "extended unbinned likelihood, total density ≥ 0"
    scan.signalShape = "two Crystal Balls with a shared mean"
    scan.backgroundShapes = ["below 1.5 GeV: polynomial of order 2", "polynomial of order 1"]
    scan.systematics = [
      .init(name: "luminosity", target: "yield", size: 0.01, constraint: "log-normal"),
      .init(name: "efficiency", target: "yield", size: 0.036, constraint: "log-normal"),
      .init(name: "width", target: "width", size: 0.03, constraint: "Gaussian"),
    ]
    scan.excluded = [veto]
    return scan
  }

  static func flow(_ sample: String, _ factor: Double, weighted: Bool) -> CutFlow {
    let fractions: [(String, CutFlow.Kind, String, Double)] = [
      ("all rows", .input, "", 1),
      ("opposite charge", .cut, "charge1 * charge2 < 0", 0.81),
      ("muon identification", .cut, "muonID1 > 0.5 and muonID2 > 0.5", 0.43),
      ("good vertex", .cut, "vertexProbability > 0.001", 0.36),
      ("K_S", .veto, "mass(mu1 as pi, mu2 as pi) not in [0.4876, 0.5076]", 0.352),
      ("best candidate", .bestCandidate, "largest vertexProbability per run, event", 0.349),
    ]
    return CutFlow(
      sample: sample,
      steps: fractions.map { name, kind, expression, fraction in
        let candidates = Int64(fraction * factor * 400_000)
        let sum = Double(candidates) * (weighted ? 0.87 : 1)
        return CutFlow.Step(
          name: name, kind: kind, expression: expression, candidates: candidates,
          events: candidates * 97 / 100, sumOfWeights: sum,
          sumOfSquares: weighted ? sum * 0.9 : sum,
          passingOthers: kind == .cut || kind == .veto ? candidates + 1_000 : nil)
      })
  }

  /// Toys whose largest of some hundred independent significances is drawn.
  static func lookElsewhere(_ points: [ScanPoint], toys: Int) -> LookElsewhereResults? {
    guard !points.isEmpty else { return nil }
    var dice = Dice(state: 5)
    return LookElsewhereResults(
      level: 0, hasBound: true, points: points,
      toys: (0..<toys).map { number in
        let roots = (0..<120).map { _ in dice.normal() }
        let place = Int(dice.uniform() * Double(points.count))
        return ScanToy(
          toy: number, largest: roots.max() ?? 0, point: place,
          crossings: zip(roots, roots.dropFirst()).count { $0 < 0 && $1 >= 0 },
          failed: number % 97 == 3 ? 1 : 0, candidates: 60_000 + number)
      })
  }

  /// A falling distribution of data, two backgrounds and a signal from 0 to 10 GeV.
  static func comparison(
    _ name: String, _ after: String, _ density: (Double) -> Double
  ) -> Comparison {
    var dice = Dice(state: UInt64(name.count))
    let bins = 40
    func layer(_ sample: String, _ role: SampleRole, _ part: Double, _ weight: Double)
      -> Comparison.Layer
    {
      let sums = (0..<bins).map { bin in
        dice.poisson(part * density((Double(bin) + 0.5) / 4) / weight) * weight
      }
      return Comparison.Layer(
        sample: sample, role: role, sums: sums, variances: sums.map { $0 * weight },
        underflow: 3 * weight, overflow: 17 * weight, notANumber: weight)
    }
    return Comparison(
      name: name, quantity: Quantity(name: name, label: "Some mass", unit: "GeV"),
      expression: "recoilMass(mu1 + mu2)", after: after,
      edges: (0...bins).map { Double($0) / 4 },
      layers: [
        layer("data", .data, 1, 1), layer("background", .background, 0.8, 0.5),
        layer("psi & Υ", .background, 0.2, 0.5), layer("X (5.3 GeV)", .signal, 0.01, 0.1),
      ])
  }

  /// A whole search with as many hypotheses as wanted.
  static func results(hypotheses: Int) -> SearchResults {
    var dice = Dice(state: 99)
    var results = SearchResults(
      title: "Search for X → μ⁺μ⁻ in simulated dimuon events", isSimulated: true,
      provenance: Provenance(
        pipelineName: "1-simulated.yaml",
        pipelineText: "nightjar: 1\ntitle: \"Search for X → μ⁺μ⁻\"\nskim:\n  select:\n"
          + "    - opposite charge: charge1 * charge2 < 0   # <b>not bold</b>\n",
        overrides: [.init("scan.limit.level", "90 %")],
        inputs: (0..<3).map { index in
          .init(
            sample: index < 2 ? "data" : "background", path: "inputs/data-\(index).h5",
            bytes: 52_428_800 + Int64(index), rows: 200_000,
            digest: "xxh3-128-sampled:0123456789abcdef0123456789abcde\(index)")
        },
        versions: [
          .init("nightjar", "0.1.0"), .init("summary layout", "1"), .init("libhdf5", "1.10.8"),
        ], seed: 20_261_123))
    results.samples = [
      SampleSummary(name: "data", role: .data, files: 2, rows: 400_000, luminosity: 10),
      SampleSummary(
        name: "background", role: .background, files: 1, rows: 400_000, luminosity: 20,
        scale: 0.5, weight: "genWeight", notANumber: 3),
      SampleSummary(name: "psi & Υ", role: .background, files: 1, rows: 80_000, scale: 0.5),
    ]
    results.cutFlows = [
      flow("data", 1, weighted: false), flow("background", 0.9, weighted: true),
      flow("psi & Υ", 0.2, weighted: true),
    ]
    let bins = 234
    let edges = (0...bins).map { 0.3 + 12.7 * Double($0) / Double(bins) }
    func fill(_ density: (Double) -> Double, _ weight: Double) -> ([Double], [Double]) {
      var sums: [Double] = []
      for bin in 0..<bins {
        let x = 0.5 * (edges[bin] + edges[bin + 1])
        let mean = density(x) * (edges[bin + 1] - edges[bin]) / weight
        sums.append(x > 3 && x < 3.2 ? 0 : dice.poisson(mean) * weight)
      }
      return (sums, sums.map { $0 * weight })
    }
    let data = fill(density, 1)
    let background = fill(smooth, 0.5)
    let resonances = fill({ density($0) - smooth($0) }, 0.5)
    let signal = fill({ 300 * gaussian($0, 5.3, 0.064) }, 0.1)
    results.spectra = [
      Spectrum(
        observable: Quantity(name: "pairMass", label: "Dimuon mass", unit: "GeV"), edges: edges,
        layers: [
          .init(sample: "data", role: .data, sums: data.0, variances: data.1),
          .init(
            sample: "background", role: .background, sums: background.0, variances: background.1),
          .init(sample: "psi & Υ", role: .background, sums: resonances.0, variances: resonances.1),
          .init(sample: "X (5.3 GeV)", role: .signal, sums: signal.0, variances: signal.1),
        ],
        excluded: [NamedRange(name: "J/psi", low: 3.0, high: 3.2)])
    ]
    results.comparisons = [
      comparison("recoil mass", "", { 900 * exp(-0.3 * $0) }),
      comparison("vertex probability", "muon identification", { 60_000 * exp(-3 * $0) }),
    ]
    results.weightShifts = [
      WeightShift(
        sample: "background", systematic: "muonID", nominal: 101_325.5, shifted: 104_016.25),
      WeightShift(sample: "background", systematic: "tracking", nominal: 0, shifted: 0),
    ]
    results.scans = [scan(hypotheses)]
    let points = results.scans[0].points
    results.scans[0].lookElsewhere = lookElsewhere(points, toys: hypotheses > 1 ? 400 : 0)
    let valid = points.indices.filter { points[$0].status.isValid }
    let ranked = valid.sorted { points[$0].signedRoot > points[$1].signedRoot }
    for (rank, point) in ranked.prefix(4).enumerated() {
      let mass = points[point].mass
      results.scans[0].windows.append(
        WindowPlot(
          point: point, reason: .mostSignificant(rank: rank + 1),
          plot: plot(mass, half: 0.3 * mass, bins: 60, signal: points[point].signalYield)))
    }
    if let near = valid.min(by: { abs(points[$0].mass - 3.4) < abs(points[$1].mass - 3.4) }) {
      results.scans[0].windows.append(
        WindowPlot(
          point: near, reason: .named,
          plot: plot(
            points[near].mass, half: 1, bins: 60,
            excluded: [NamedRange(name: "J/psi", low: 3.0, high: 3.2)],
            signal: points[near].signalYield)))
    }
    let upsilon = [
      ("Υ(1S)", 9.4603, 7_000.0), ("Υ(2S)", 10.0233, 2_600), ("Υ(3S)", 10.3552, 1_700),
    ]
    let names = ["Υ(1S).yield", "Υ(1S).mean", "sigma", "background.yield"]
    results.namedFits = [
      NamedFit(
        name: "Upsilon", sample: "data",
        observable: Quantity(name: "pairMass", label: "Dimuon mass", unit: "GeV"), low: 8.5,
        high: 11.5, events: 24_512, status: .converged, negativeLogLikelihood: -182_345.678_9,
        parameters: [
          FittedParameter(name: names[0], value: 7012.3, error: 131.2),
          FittedParameter(name: names[1], value: 9.460_12, error: 0.001_8, unit: "GeV"),
          FittedParameter(name: names[2], value: 0.112_9, error: 0.001_6, unit: "GeV"),
          FittedParameter(name: names[3], value: 13_120, error: 180),
          FittedParameter(name: "tail", value: 1.4, error: nil, isFixed: true),
        ], freeParameters: names,
        covariance: [
          17_213, 0.01, 0.08, -9_000, 0.01, 3.24e-6, 1e-7, 0, 0.08, 1e-7, 2.56e-6, -0.07, -9_000,
          0, -0.07, 32_400,
        ],
        plot: plot(10, half: 1.5, bins: 75, signal: 0, parts: upsilon))
    ]
    return results
  }
}
