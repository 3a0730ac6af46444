import HDF5Files
import Inference
import NumericalMethods
import Search
import Testing

@Suite struct MeasuredSignalTests {
  static let settings = SignalMeasurementSettings(shape: .twoCrystalBalls)

  /// Masses 1…6 GeV with resolution 4 MeV · m^0.5, efficiency falling with the mass.
  static func measurements(
    _ masses: [Double], events: Int = 4000, seed: UInt64 = 31, settings: SignalMeasurementSettings
  ) throws -> [SignalMeasurement] {
    try masses.enumerated().map { index, mass in
      var maker = SignalMaker(seed, toy: UInt64(index))
      let scale = 0.004 * mass.squareRoot()
      let selected = maker.stream.poisson(mean: Double(events) * (0.5 - 0.03 * mass))
      let values = maker.twoCrystalBalls(
        selected, mean: mass, width: 0.85 * scale, width2: 1.6 * scale, fraction: 0.7, alpha: 1.5,
        alpha2: 1.7)
      return try SignalMeasurement.measured(
        SignalMassPoint(mass: mass, mean: mass, generated: Double(events), values: values),
        settings: settings)
    }
  }

  func signal(_ method: InterpolationMethod = .monotoneCubic) throws -> MeasuredSignal {
    try MeasuredSignal(
      name: "z", settings: Self.settings, interpolation: .init(method: method),
      measurements: Self.measurements([1, 2, 3, 4, 5, 6], settings: Self.settings))
  }

  @Test(arguments: [InterpolationMethod.linear, .monotoneCubic])
  func measurementsAreMetAtTheirMasses(method: InterpolationMethod) throws {
    let signal = try signal(method)
    for m in signal.measurements {
      let here = SignalHypothesis(mass: m.mass, mean: m.mean)
      let efficiency = try #require(signal.efficiency(at: here))
      #expect(abs(efficiency.value - m.efficiency) < 1e-15)
      #expect(abs(efficiency.error - m.efficiencyError) < 1e-15)
      let resolution = try #require(signal.resolution(at: here))
      #expect(abs(resolution.value / m.resolution - 1) < 1e-14)
      #expect(abs(resolution.error / m.resolutionError - 1) < 1e-12)
      let fit = try #require(m.fit)
      guard
        case .twoCrystalBalls(let mean, let width, let tail, let width2, let tail2, let fraction) =
          try signal.shape(at: here)
      else {
        Issue.record("another family")
        continue
      }
      for (name, value) in [
        ("mean", mean), ("width", width), ("width2", width2), ("alpha", tail.alpha), ("n", tail.n),
        ("alpha2", tail2.alpha), ("n2", tail2.n), ("fraction", fraction),
      ] {
        let found = try #require(fit[name]?.value)
        #expect(abs(value / found - 1) < 1e-12, "\(name)")
      }
      #expect(tail.side == .low && tail2.side == .high)
    }
  }

  /// Between the masses the efficiency and the resolution follow the truth within their errors.
  @Test func valuesBetweenFollowTheTruth() throws {
    let signal = try signal()
    for mass in stride(from: 1.25, to: 6, by: 0.25) {
      let here = SignalHypothesis(mass: mass, mean: mass)
      let efficiency = try #require(signal.efficiency(at: here))
      #expect(abs(efficiency.value - (0.5 - 0.03 * mass)) < 4 * efficiency.error)
      #expect(efficiency.interpolation >= 0)
      let resolution = try #require(signal.resolution(at: here))
      let truth = try ShapeDistribution(
        .twoCrystalBalls(
          mean: 0, width: 0.85, tail: .init(alpha: 1.5, n: 5, side: .low), width2: 1.6,
          tail2: .init(alpha: 1.7, n: 5, side: .high), fraction: 0.7))
      // The half width of the smallest interval of the true density, on a grid of its lower ends.
      var half = Double.infinity
      for a in stride(from: -1.6, to: -0.6, by: 0.005) {
        var low = a, high = 4.0
        for _ in 0..<50 {
          let middle = 0.5 * (low + high)
          if truth.probability(from: a, to: middle) < 0.6827 { low = middle } else { high = middle }
        }
        half = min(half, 0.5 * (low - a))
      }
      let expected = half * 0.004 * mass.squareRoot()
      #expect(abs(resolution.value - expected) < 4 * resolution.error)
    }
  }

  @Test func lineEfficiencyCountsTheCandidatesInAWindow() throws {
    let signal = try signal()
    for m in signal.measurements {
      let here = SignalHypothesis(mass: m.mass, mean: m.mean)
      let line = try signal.lineEfficiency(at: here)
      let fit = try #require(m.fit)
      let acceptance = WindowSolver.acceptance(
        try signal.shape(at: here), normalisation: .fullLine, segments: [fit.low...fit.high])
      let inside = line.value * acceptance * m.generated
      #expect(abs(inside - m.windowFraction * m.sumOfWeights) < 1e-5 * inside)
    }
  }

  @Test func outsideIsAnError() throws {
    let signal = try signal()
    let beyond = SignalHypothesis(mass: 6.1, mean: 6.1)
    #expect(signal.efficiency(at: beyond) == nil)
    #expect(
      throws: SignalError.outside(place: "z", mass: 6.1, low: 1, high: 6)
    ) { try signal.shape(at: beyond) }
    #expect(
      "\(SignalError.outside(place: "z", mass: 6.1, low: 1, high: 6))"
        == "z: m = 6.1 GeV is outside of the measured masses 1.0 to 6.0 GeV; add samples, or narrow "
        + "the scan")
  }

  @Test func aMassWithoutAShapeIsListedAndLeftOut() throws {
    var list = try Self.measurements([1, 2, 3, 4], settings: Self.settings)
    list[3].fit?.status = .callLimit
    list[3].message = "the fit of the shape failed (call limit); its mass gives no shape"
    let signal = try MeasuredSignal(
      name: "z", settings: Self.settings, interpolation: .init(), measurements: list)
    #expect(signal.withoutShape.map(\.mass) == [4])
    #expect(signal.shapeRange == 1...3)
    #expect(signal.range == 1...4)
    #expect(signal.efficiency(at: SignalHypothesis(mass: 3.5, mean: 3.5)) != nil)
    #expect(throws: SignalError.self) {
      try signal.shape(at: SignalHypothesis(mass: 3.5, mean: 3.5))
    }
  }

  /// Over many masses the leave-one-out pulls of a smooth truth are not larger than one.
  @Test func leaveOneOutIsHonest() throws {
    let masses = (0..<24).map { 1 + 0.2 * Double($0) }
    let signal = try MeasuredSignal(
      name: "z", settings: Self.settings, interpolation: .init(),
      measurements: Self.measurements(masses, events: 3000, seed: 32, settings: Self.settings))
    let checks = try signal.leaveOneOut()
    #expect(checks.map(\.mass) == Array(masses.dropFirst().dropLast()))
    let n = Double(checks.count)
    func square(_ pulls: [Double]) -> Double { pulls.reduce(0) { $0 + $1 * $1 } / n }
    // Neighbours share predictions, so the spread of the mean square is taken twice as large; the
    // interpolation error makes the pulls of a smooth truth rather too small.
    for (what, pulls) in [
      ("efficiency", checks.map(\.efficiency.pull)), ("resolution", checks.map(\.resolution.pull)),
      ("core", checks.compactMap { $0.core?.pull }),
    ] {
      #expect(pulls.count == checks.count, "\(what)")
      #expect(square(pulls) < 1 + 8 * (2 / n).squareRoot(), "\(what) \(square(pulls))")
      #expect(square(pulls) > 0.2, "\(what) \(square(pulls))")
    }
    // At least 1,100 candidates here and at each neighbour: Kolmogorov's 1e-4 quantile, 2.2, of
    // a difference with the variance 1 + 1/2.
    let bound = 2.2 * (1.5 / 1100).squareRoot()
    #expect(checks.allSatisfy { ($0.shapeDistance ?? 1) < bound })
  }

  @Test func aCheckpointReadsBack() throws {
    let signal = try signal()
    let bytes = try signal.encoded()
    #expect(try signal.encoded() == bytes)
    let back = try MeasuredSignal(decoding: HDF5File(image: bytes, name: "signal.h5"))
    #expect(back == signal)
  }

  @Test func faultsAreNamed() throws {
    let list = try Self.measurements([1, 2], settings: Self.settings)
    #expect(throws: SignalError.tooFewMasses(place: "z", what: "measurement", found: 1)) {
      try MeasuredSignal(
        name: "z", settings: Self.settings, interpolation: .init(), measurements: [list[0]])
    }
    #expect(throws: SignalError.sameMass(place: "z", mass: 1)) {
      try MeasuredSignal(
        name: "z", settings: Self.settings, interpolation: .init(),
        measurements: [list[0], list[0], list[1]])
    }
    #expect(
      "\(SignalError.tooFewMasses(place: "z", what: "fitted shape", found: 1))"
        == "z: 1 masses with a fitted shape, at least 2 are needed to interpolate; add samples")
  }
}
