import Inference
import NumericalMethods
import PipelineSpec
import Platform

/// Measures a signal on the efficiency part of its sample.
struct MeasureSignal: Sendable {
  let plan: SearchPlan
  /// Chosen cuts by their place in `scan.select`.
  let points: [Int: WorkingPoint]

  /// Measures efficiency, resolution and shape at all generated masses, side by side.
  func measured(_ sample: SkimmedSample, pool: WorkerPool, stop: StopSignal) throws
    -> MeasuredSignal
  {
    guard let scan = plan.pipeline.scan, let signal = plan.pipeline.signal,
      let measured = signal.measured
    else { preconditionFailure("no signal to measure") }
    let part = plan.pipeline.split?.efficiencyRange ?? 0..<1
    let curves = try SignalCurves(
      signal, measured: nil, constants: plan.pipeline.constants,
      hasReducedMass: plan.constituentMass != nil)
    let cuts = HypothesisCuts(scan.select, points: points)
    let excluded = try plan.excludedRanges(curves)
    let candidates = try SignalCandidates.read(
      sample, part: part, hypothesis: plan.hypothesis(mass:)
    ) { hypothesis in
      let needs = cuts.requirements(at: hypothesis)
      return .init(
        rules: needs.rules, network: needs.score?.network,
        least: needs.score?.least ?? -.infinity)
    }
    let settings = settings(signal, measured, scan)
    let slots = Slots<SignalMeasurement>(count: candidates.count)
    try pool.forEach(count: candidates.count) { _, index in
      try stop.check()
      let own = candidates[index]
      let mean = try curves.mean(at: own.hypothesis)
      // A mass whose peak the selection removes says nothing about its neighbours.
      if excluded.contains(where: { $0.low <= mean && mean <= $0.high }) { return }
      var measurement = try SignalMeasurement.measured(
        SignalMassPoint(
          mass: own.hypothesis.mass, mean: mean, generated: own.generated,
          fraction: min(1, part.upperBound - part.lowerBound), values: own.values,
          weights: own.weights), settings: settings, place: "signal.samples: \(sample.name)")
      measurement.shifts = zip(sample.systematics, own.shiftedSums).map { name, sum in
        EfficiencyShift(systematic: name, relative: sum / measurement.sumOfWeights - 1)
      }
      slots.set(index, measurement)
    }
    return try MeasuredSignal(
      name: sample.name, settings: settings,
      interpolation: SignalInterpolation(
        coordinate: measured.variable == .mass ? .mass : .mean,
        method: measured.method == .linear ? .linear : .monotoneCubic),
      measurements: slots.all())
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
