import HDF5Files
import NumericalMethods
import Search
import Testing

@Suite struct WorkingPointTests {
  /// Scores with survival exp(-x) for the signal and exp(-4x) for the background, which is flat.
  static func sample(
    masses: [Double], signals: Int, background: Int, expected: Double, seed: UInt64
  ) -> ([WorkingPointSignal], WorkingPointBackground) {
    var maker = SignalMaker(seed)
    let list = masses.map { mass in
      WorkingPointSignal(
        mass: mass, mean: mass, resolution: 0.01, generated: 2 * Double(signals),
        values: maker.gaussian(signals, mean: mass, width: 0.01),
        scores: (0..<signals).map { _ in maker.stream.exponential() })
    }
    // `expected` candidates in ±2 resolutions, 0.04, of a spectrum from 0 to 10.
    let values = (0..<background).map { _ in 10 * maker.stream.uniform() }.sorted()
    return (
      list,
      WorkingPointBackground(
        values: values,
        scores: values.map { _ in maker.stream.exponential(mean: 0.25) },
        weights: values.map { _ in expected * 10 / 0.04 / Double(background) })
    )
  }

  /// With √B = b e^(-2x), ε ∝ e^(-x): the figure's maximum is where √B = a/2.
  @Test func theOptimumOfExponentialScoresIsFound() throws {
    let (signals, background) = Self.sample(
      masses: [5], signals: 40_000, background: 2_000_000, expected: 100, seed: 41)
    let found = try WorkingPoint.chosen(
      name: "mlp", signals: signals, background: background,
      settings: .init(significance: 1.64, window: 2, averaging: 100))
    let best = 0.5 * SpecialFunctions.log(10 / 0.82)
    func figure(_ x: Double) -> Double {
      SpecialFunctions.exp(-x) / (0.82 + 10 * SpecialFunctions.exp(-2 * x))
    }
    let choice = try #require(found.masses.first)
    // ln(figure) is -δ²/2 about its maximum; statistics of 11,000 and 2,700 candidates let the
    // largest of all thresholds stray by about (4 · 2e-4)^(1/3) = 0.1.
    #expect(abs(choice.threshold - best) < 0.35)
    #expect(figure(choice.threshold) > 0.98 * figure(best))
    // 95.45 % of the signal lie in the window.
    let efficiency: Double = 0.5 * 0.9545 * SpecialFunctions.exp(-choice.threshold)
    #expect(abs(choice.efficiency - efficiency) < 4 * choice.efficiencyError)
    let spread: Double = (0.5 * 0.5 / 80_000).squareRoot()
    #expect(abs(choice.efficiencyBefore - 0.47725) < 4 * spread)
    let after = 100 * SpecialFunctions.exp(-4 * choice.threshold)
    #expect(abs(choice.background - after) < 4 * after / choice.backgroundEntries.squareRoot())
    #expect(abs(choice.backgroundBefore - 100) < 4 * 100 / 400_000.0.squareRoot())
    let merit: Double = choice.efficiency / (0.82 + choice.background.squareRoot())
    #expect(abs(choice.figureOfMerit - merit) < 1e-12)
    // The curve follows the closed form where statistics are good.
    for (x, y) in zip(found.curve.thresholds, found.curve.figureOfMerit) where x < 1.5 {
      let exact: Double = 0.5 * 0.9545 * figure(x)
      #expect(abs(y / exact - 1) < 0.05)
    }
  }

  /// Every threshold by brute force, with ties, NaN and weights, for one cut over three masses.
  @Test func noThresholdIsBetter() throws {
    var maker = SignalMaker(42)
    let masses = [1.0, 2, 3]
    let signals = masses.map { mass in
      WorkingPointSignal(
        mass: mass, mean: mass, resolution: 0.1, generated: 200,
        values: (0..<60).map { _ in mass + 0.3 * (maker.stream.uniform() - 0.5) },
        scores: (0..<60).map {
          $0 % 10 == 0 ? .nan : (20 * maker.stream.uniform().squareRoot()).rounded() / 20
        },
        weights: (0..<60).map { _ in maker.stream.uniform() })
    }
    let values = (0..<300).map { _ in 4 * maker.stream.uniform() }.sorted()
    let background = WorkingPointBackground(
      values: values,
      scores: values.map { _ in (20 * maker.stream.uniform()).rounded() / 20 },
      weights: values.map { _ in maker.stream.uniform() })
    let settings = WorkingPointSettings(
      significance: 2, window: 1, averaging: 5, limits: 0.8...3.1,
      excluded: [NamedRange(name: "veto", low: 2.2, high: 2.3)])
    let found = try WorkingPoint.chosen(
      name: "mlp", signals: signals, background: background, settings: settings)
    func product(_ threshold: Double) -> Double {
      var product = 1.0
      for s in signals {
        func keeps(_ x: Double) -> Bool { (0.8...3.1).contains(x) && !(2.2...2.3).contains(x) }
        var passed = 0.0, behind = 0.0
        for (i, x) in s.values.enumerated()
        where abs(x - s.mean) <= 0.1 && s.scores[i] >= threshold {
          passed += s.weights?[i] ?? 1
        }
        for (i, x) in values.enumerated()
        where abs(x - s.mean) <= 0.5 && keeps(x) && background.scores[i] >= threshold {
          behind += background.weights[i]
        }
        // Lengths of ±0.5 and ±0.1 without what lies beyond the limits or in the veto.
        let length: Double = s.mass == 1 ? 0.7 : s.mass == 2 ? 0.9 : 0.6
        let expected: Double = behind * 0.2 / length
        product *= passed / 200 / (1 + expected.squareRoot())
      }
      return product
    }
    var best = (0.0, -1.0)
    for step in 0...40 {
      let threshold = Double(step) / 40
      let value = product(threshold)
      if value > best.1 { best = (threshold, value) }
    }
    let chosen = try #require(found.masses.first?.threshold)
    #expect(abs(product(chosen) / best.1 - 1) < 1e-12)
    #expect(found.masses.allSatisfy { $0.threshold == chosen })
    let mean = found.masses.reduce(1) { $0 * $1.figureOfMerit }
    #expect(abs(mean / best.1 - 1) < 1e-9)
    let shuffled = try WorkingPoint.chosen(
      name: "mlp", signals: signals.reversed(), background: background, settings: settings)
    #expect(shuffled == found)
  }

  /// The background grows with the mass, so the best cut rises: √B = a/2 at every mass.
  @Test func aCurveFollowsTheMass() throws {
    let masses = (0..<9).map { 1 + Double($0) }
    var (signals, background) = Self.sample(
      masses: masses, signals: 10_000, background: 1_000_000, expected: 100, seed: 43)
    for i in background.values.indices { background.weights[i] *= background.values[i] }
    let found = try WorkingPoint.chosen(
      name: "mlp", signals: signals, background: background,
      settings: .init(
        mode: .curve(reach: 2.5), significance: 1.64, window: 2, averaging: 40, limits: 0...10))
    for m in found.masses {
      let best = 0.5 * SpecialFunctions.log((100 * m.mass).squareRoot() / 0.82)
      #expect(abs(m.threshold - best) < 0.35, "\(m.mass)")
    }
    #expect(found.masses[8].threshold > found.masses[0].threshold)
    #expect(found.threshold(at: 0.5) == found.masses[0].threshold)
    #expect(found.threshold(at: 11) == found.masses[8].threshold)
    let between: Double = 0.75 * found.masses[1].threshold + 0.25 * found.masses[2].threshold
    #expect(abs(found.threshold(at: 2.25) - between) < 1e-12)
    signals.removeAll()
  }

  @Test func aCheckpointReadsBack() throws {
    let (signals, background) = Self.sample(
      masses: [4, 5], signals: 50, background: 5000, expected: 10, seed: 44)
    let found = try WorkingPoint.chosen(
      name: "mlp", signals: signals, background: background, settings: .init())
    let bytes = try found.encoded()
    #expect(try WorkingPoint(decoding: HDF5File(image: bytes, name: "wp.h5")) == found)
  }

  @Test func faultsAreNamed() throws {
    let (signals, background) = Self.sample(
      masses: [5], signals: 50, background: 1000, expected: 10, seed: 45)
    func text(
      _ signals: [WorkingPointSignal], _ background: WorkingPointBackground,
      _ settings: WorkingPointSettings = .init()
    ) -> String {
      do {
        _ = try WorkingPoint.chosen(
          name: "mlp", signals: signals, background: background, settings: settings)
        return ""
      } catch { return "\(error)" }
    }
    #expect(
      text([], background)
        == "mlp: no signal mass lies in its range; add samples, or widen the range")
    var silent = signals[0]
    silent.scores = silent.scores.map { _ in .nan }
    #expect(
      text([silent], background)
        == "mlp: no signal candidate at m = 5.0 GeV has a score in the window; check the selection "
        + "and the score's inputs, or leave the sample out")
    #expect(
      text(signals, WorkingPointBackground(values: [1], scores: [0], weights: [1]))
        == "mlp, m = 5.0 GeV: no background candidate between 4.8 and 5.2; widen 'averaging', or "
        + "add simulation")
    #expect(
      text(signals, WorkingPointBackground(values: [2, 1], scores: [0, 0], weights: [1, 1]))
        == "mlp: background candidate 2 is below the one before it; sort by the observable")
    #expect(
      text(signals, WorkingPointBackground(values: [1, 2], scores: [0], weights: [1, 1]))
        == "mlp: background candidate 2 lacks its score or weight; give one each")
    #expect(
      text(signals, background, .init(window: 3, averaging: 2))
        == "averaging: found 2.0; allowed: at least the window, 3.0 resolutions")
  }
}
