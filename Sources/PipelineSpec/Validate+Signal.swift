import Diagnostics
import Settings

extension PipelineValidator {
  /// Checks that cuts on scores name networks, and that what is optimised has samples and parts.
  mutating func checkScores(_ scan: ScanSettings) {
    let networks = pipeline.skim.score?.networks.map(\.name) ?? []
    for (index, cut) in scan.select.enumerated() {
      guard case .score(let network, let score) = cut.criterion, isClean("scan.select.\(index)")
      else { continue }
      if !networks.contains(network), isClean("skim.score") {
        report(
          "scan.select.\(index).network", "names the unknown network '\(network)'",
          remedy: NearestName.suggestion(for: network, among: networks)
            ?? "add it under 'skim.score.networks'")
      }
      guard case .optimised(let settings) = score else { continue }
      let path = "scan.select.\(index).cut"
      if pipeline.split == nil, isClean("split") {
        report(
          path, "is chosen on simulation, which needs disjoint parts of the samples",
          remedy: "add 'split: {training: 40 %, optimisation: 20 %, efficiency: 40 %}'")
      }
      for sample in pipeline.samples
      where sample.value.role != .signal && sample.value.luminosity == nil
        && isClean("samples.\(sample.name)")
      {
        faults.report(
          Diagnostic(
            at: file.location(of: "samples.\(sample.name)"),
            "missing key 'luminosity' in 'samples.\(sample.name)'; a cut chosen on simulation needs it",
            remedy: "add 'luminosity: …'"))
      }
      if pipeline.samples(role: .background).isEmpty, isClean("samples") {
        report(path, "is chosen on simulation, and no sample has role background")
      }
      guard let measured = pipeline.signal?.measured else {
        if isClean("signal") {
          report(path, "is chosen on simulation, which needs 'signal.samples'")
        }
        continue
      }
      if let signal = settings.signal, !measured.samples.contains(signal) {
        report(
          "\(path).signal", "names '\(signal)', which is none of 'signal.samples'",
          remedy: NearestName.suggestion(for: signal, among: measured.samples))
      }
    }
  }

  /// Checks that samples a signal is measured on exist and say what they were generated with.
  mutating func checkMeasuredSignal(_ scan: ScanSettings) {
    checkSizes(scan)
    checkLifetimes()
    guard let measured = pipeline.signal?.measured else { return }
    for parameter in pipeline.signal?.parameters ?? [] where parameter.name != "mean" {
      if case .constant = parameter.value { continue }
      report(
        "signal.\(parameter.name)", "is held in the fits of the samples and must be a number",
        remedy: "remove it to measure it")
    }
    let signals = pipeline.samples(role: .signal)
    for name in measured.samples where isClean("signal.samples") && isClean("samples") {
      guard let sample = signals.value(named: name) else {
        report(
          "signal.samples", "names '\(name)', which is no sample of role signal",
          remedy: NearestName.suggestion(for: name, among: signals.map(\.name)))
        continue
      }
      if sample.truth == nil {
        faults.report(
          Diagnostic(
            at: file.location(of: "samples.\(name)"),
            "missing key 'hypothesis' in 'samples.\(name)'; a signal is measured on it",
            remedy: "add 'hypothesis: …, generated: …'"))
      }
    }
  }

  /// Checks that tested lifetimes can be reached from those generated.
  private mutating func checkLifetimes() {
    guard let signal = pipeline.signal, signal.lifetimes != nil, isClean("signal"),
      isClean("samples")
    else { return }
    for name in signal.measured?.samples ?? [] {
      guard let sample = pipeline.samples.value(named: name), sample.truth?.decay == nil else {
        continue
      }
      report(
        "signal.lifetimes", "need the decay lengths of sample '\(name)', which states none",
        remedy: "add 'decayLength: …' and 'lifetimes: […]' to 'samples.\(name)'")
    }
  }

  /// Checks that sizes of nuisances that come from the signal can be had.
  private mutating func checkSizes(_ scan: ScanSettings) {
    let measured = pipeline.signal?.measured
    for systematic in scan.systematics where isClean("scan.systematics.\(systematic.name)") {
      let path = "scan.systematics.\(systematic.name).size.from"
      switch systematic.value.size {
      case .stated: continue
      case .normalisation:
        guard isClean("normalisation"), (pipeline.normalisation?.count.error ?? 0) == 0 else {
          continue
        }
        report(
          path, "takes the error of 'normalisation', which states none",
          remedy: "write it as '198e6 ± 3e6' in 'normalisation', or state the size")
      case .signal:
        guard measured == nil, isClean("signal") else { continue }
        report(
          path, "takes the error of a measured signal, and 'signal' states curves",
          remedy: "add 'signal.samples', or state the size")
      case .correction(let name):
        guard isClean("samples"), isClean("signal") else { continue }
        let known = (measured?.samples ?? []).flatMap { sample in
          pipeline.samples.value(named: sample)?.corrections.compactMap(\.value.systematic) ?? []
        }
        if !known.contains(name) {
          report(
            path,
            "is '\(name)', the systematic of no correction of a measured signal; a size from "
              + "a control is not available yet in this version",
            remedy: NearestName.suggestion(for: name, among: known + ["signal", "normalisation"])
              ?? "use 'signal', or state the size")
        }
      }
    }
  }
}
