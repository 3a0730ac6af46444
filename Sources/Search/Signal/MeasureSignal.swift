import Inference
import NumericalMethods
import PipelineSpec
import Platform

/// Measures a signal on the efficiency part of its sample.
struct MeasureSignal: Sendable {
  let plan: SearchPlan
  /// Chosen cuts by their place in `scan.select`.
  let points: [Int: WorkingPoint]
  /// Control samples that correct the signal.
  var controls: [ControlMeasurement] = []

  /// Masses beyond the ends of a part that are measured with its cuts, so that it has slopes there.
  private static let massesBeyond = 2

  /// Measures efficiency, resolution and shape at all generated masses, side by side.
  func measured(_ sample: SkimmedSample, pool: WorkerPool, stop: StopSignal) throws
    -> SignalByCuts
  {
    guard let scan = plan.pipeline.scan, let signal = plan.pipeline.signal,
      let measured = signal.measured
    else { preconditionFailure("no signal to measure") }
    let fraction = plan.pipeline.split?.efficiencyRange ?? 0..<1
    let curves = try plan.signalCurves(signal)
    let parts = HypothesisCuts(scan.select, points: points).parts(
      of: plan.scannedMasses(scan), constituent: plan.constituentMass)
    let excluded = try plan.excludedRanges(curves)
    // A mass whose peak the selection removes says nothing about its neighbours.
    let generated = try sample.generated
    let masses = try Set(generated.map(\.mass)).sorted().filter { mass in
      let mean = try curves.mean(at: plan.hypothesis(mass: mass))
      return !excluded.contains { $0.low <= mean && mean <= $0.high }
    }
    let wanted = parts.map { Self.masses(of: $0.masses, among: masses) }
    let corrections = controls.filter(\.correctsEfficiency)
    let truth = plan.pipeline.samples.value(named: sample.name)?.truth
    let grid = try grid(of: signal, truth, generated, sample: sample.name)
    let candidates = try SignalCandidates.read(
      sample, truth: truth, part: fraction, controls: corrections,
      hypothesis: plan.hypothesis(mass:)
    ) { hypothesis in
      parts.indices.filter { wanted[$0].contains(hypothesis.mass) }.map { index in
        let cut = parts[index].threshold?.requirement(at: hypothesis.mass)
        return .init(
          part: index, rules: parts[index].rules, network: cut?.network,
          least: cut?.least ?? -.infinity)
      }
    }
    let settings = settings(signal, measured, scan)
    let slots = Slots<SignalMeasurement?>(count: candidates.count)
    try pool.forEach(count: candidates.count) { _, index in
      try stop.check()
      let own = candidates[index]
      let isInside = parts[own.part].masses.contains(own.hypothesis.mass)
      if own.values.isEmpty, !isInside { return slots.set(index, nil) }
      let mean = try curves.mean(at: own.hypothesis)
      var measurement = try SignalMeasurement.measured(
        SignalMassPoint(
          mass: own.hypothesis.mass, mean: mean, generated: own.generated,
          fraction: min(1, fraction.upperBound - fraction.lowerBound),
          values: widened(own.values, about: mean, least: settings.threshold),
          weights: own.weights), settings: settings, place: "signal.samples: \(sample.name)")
      measurement.shifts = zip(sample.systematics, own.shiftedSums).map { name, sum in
        EfficiencyShift(systematic: name, relative: sum / measurement.sumOfWeights - 1)
      }
      measurement.shifts += zip(corrections, own.controlSums).map { control, sums in
        EfficiencyShift(systematic: control.name, relative: control.relativeError(of: sums))
      }
      let widths = controls.filter(\.correctsWidth).map {
        EfficiencyShift(systematic: $0.name, relative: $0.width.error / $0.width.value)
      }
      if !widths.isEmpty { measurement.widthShifts = widths }
      if let grid {
        measurement.benchmarks = BenchmarkMeasurement.measured(
          grid, generated: (truth?.decays ?? []).map(\.value.lifetimes), own,
          fraction: measurement.fraction)
      }
      slots.set(index, measurement)
    }
    let found = slots.all()
    return try SignalByCuts(
      name: sample.name,
      parts: try parts.enumerated().map { index, part in
        SignalByCuts.Part(
          masses: part.masses,
          signal: try MeasuredSignal(
            name: sample.name, settings: settings,
            interpolation: SignalInterpolation(
              coordinate: measured.variable == .mass ? .mass : .mean,
              method: measured.method == .linear ? .linear : .monotoneCubic),
            grid: grid,
            measurements: zip(candidates, found).compactMap { $0.part == index ? $1 : nil }))
      })
  }

  /// Generated coordinates and tested lifetimes; nil where there are neither.
  private func grid(
    of signal: SignalSettings, _ truth: SignalTruth?, _ generated: [GeneratedPoint], sample: String
  ) throws -> BenchmarkGrid? {
    let coordinates = (truth?.coordinates ?? []).map(\.name)
    let lifetimes = (signal.lifetimes?.axes ?? []).map {
      BenchmarkGrid.Axis(name: $0.name, values: $0.value)
    }
    guard !coordinates.isEmpty || !lifetimes.isEmpty else { return nil }
    let grid = try BenchmarkGrid(
      coordinates, generated: generated, lifetimes: lifetimes, sample: sample)
    let wanted = signal.coordinates.map(\.value)
    guard grid.corners(around: wanted) == nil else { return grid }
    let ranges = grid.coordinates.map { axis in
      "\(axis.name) \(axis.values.first ?? .nan) to \(axis.values.last ?? .nan)"
    }
    throw SearchError.generated(
      place: "signal.at",
      finding:
        "the coordinates \(wanted) lie outside of what sample '\(sample)' was generated with: "
        + ranges.joined(separator: ", "), remedy: "state values inside, or generate more")
  }

  /// Values as much farther from where they are expected as data are wider than simulation; none
  /// goes below `least`.
  private func widened(_ values: [Double], about mean: Double, least: Double?) -> [Double] {
    let ratio = controls.reduce(1) { $1.correctsWidth ? $0 * $1.width.value : $0 }
    guard ratio != 1 else { return values }
    return values.map { value in
      max(mean + ratio * (value - mean), min(value, least ?? -.infinity))
    }
  }

  /// Generated masses in a range and the nearest ones beyond its ends, ascending.
  private static func masses(of range: ClosedRange<Double>, among masses: [Double]) -> [Double] {
    masses.filter { $0 < range.lowerBound }.suffix(massesBeyond)
      + masses.filter(range.contains)
      + masses.filter { $0 > range.upperBound }.prefix(massesBeyond)
  }

  private func settings(
    _ signal: SignalSettings, _ measured: MeasuredSignalSettings, _ scan: ScanSettings
  ) -> SignalMeasurementSettings {
    var settings = SignalMeasurementSettings(
      shape: signal.shape, sides: signal.sides, interval: measured.interval,
      halfWindow: measured.fitRange, threshold: scan.window.limits?.lowerBound)
    for held in signal.heldParameters { settings.fixed[held.name] = held.value }
    return settings
  }
}

extension SearchPlan {
  /// Masses of the first and last hypothesis.
  func scannedMasses(_ scan: ScanSettings) -> ClosedRange<Double> {
    let range = scan.hypotheses.range
    func mass(_ value: Double) -> Double {
      Hypothesis(value, range.variable, constituent: constituentMass).mass
    }
    return mass(range.bounds.lowerBound)...mass(range.bounds.upperBound)
  }
}
