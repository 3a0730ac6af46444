import PipelineSpec

extension Gather {
  /// Adds what was measured on simulated signals, and the cuts that were chosen on them.
  func addSignals(
    _ signals: [SignalByCuts], _ points: [WorkingPoint], to results: inout SearchResults
  ) throws {
    guard let scan = pipeline.scan, let settings = pipeline.signal else { return }
    let curves = try plan.signalCurves(settings)
    let mass = Quantity(name: "mass", label: "Mass hypothesis", unit: "GeV")
    results.workingPoints = points.map { WorkingPointResults($0, mass: mass) }
    results.signals = try zip(signals, plan.scans).map { signal, own in
      try SignalResults(
        signal, mass: mass, observable: plan.quantity(of: scan.observable),
        hypotheses: try own.windows.map {
          SignalHypothesis(mass: $0.hypothesis.mass, mean: try curves.mean(at: $0.hypothesis))
        })
    }
  }
}
