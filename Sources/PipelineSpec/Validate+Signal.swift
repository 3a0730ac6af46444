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
    checkCoordinates()
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

  /// Checks controls: as searches of their own, and that there is a signal to correct.
  mutating func checkControls() {
    for control in pipeline.controls where isClean("controls.\(control.name)") {
      var own = PipelineValidator(
        pipeline: pipeline.control(control.value), file: file, catalogue: catalogue,
        overrides: overrides)
      own.checkExpressions()
      faults.report(own.faults)
      let taken =
        ["signal", "normalisation"]
        + pipeline.samples.flatMap { $0.value.corrections.compactMap(\.value.systematic) }
      if taken.contains(control.name) {
        report(
          "controls.\(control.name)", "has the name of another source of sizes of systematics",
          remedy: "choose another name")
      }
      let gives = control.value.efficiency != nil || control.value.width != nil
      if gives, pipeline.signal?.measured == nil, isClean("signal") {
        report(
          "controls.\(control.name).gives", "corrects a signal that is measured on samples",
          remedy: "add 'signal.samples', or remove it")
      }
    }
  }

  /// Checks that tested lifetimes can be reached from those generated.
  private mutating func checkLifetimes() {
    guard let signal = pipeline.signal, signal.lifetimes != nil, isClean("signal"),
      isClean("samples")
    else { return }
    let tested = signal.lifetimes?.axes.map(\.name) ?? []
    for name in signal.measured?.samples ?? [] {
      guard let sample = pipeline.samples.value(named: name) else { continue }
      let known = sample.truth?.decays.map(\.name) ?? []
      if known.isEmpty {
        report(
          "signal.lifetimes", "need the decay lengths of sample '\(name)', which states none",
          remedy: "add 'decayLength: …' and 'lifetimes: […]' to 'samples.\(name)'")
      } else if known != tested {
        func text(_ names: [String]) -> String {
          names == [""] ? "one particle without a name" : SettingsText.quoted(names)
        }
        report(
          "signal.lifetimes",
          "are those of \(text(tested)), and sample '\(name)' has decay lengths of \(text(known))",
          remedy: "name the same particles in the same order")
      }
    }
  }

  /// Checks that limits are set at all coordinates of the signal samples.
  private mutating func checkCoordinates() {
    guard let signal = pipeline.signal, isClean("signal"), isClean("samples") else { return }
    let stated = signal.coordinates.map(\.name)
    for name in signal.measured?.samples ?? [] {
      guard let truth = pipeline.samples.value(named: name)?.truth else { continue }
      let known = truth.coordinates.map(\.name)
      guard known != stated else { continue }
      if known.isEmpty {
        report(
          "signal.at", "states coordinates, and sample '\(name)' has none beside the mass",
          remedy: "remove it, or write 'hypothesis: {mass: …, \(stated[0]): …}' there")
      } else if stated.isEmpty {
        faults.report(
          Diagnostic(
            at: file.location(of: "signal"),
            "missing key 'at' in 'signal'; sample '\(name)' has the coordinates "
              + SettingsText.quoted(known),
            remedy: "add 'at: {\(known[0]): …}'"))
      } else {
        report(
          "signal.at",
          "must state the coordinates of sample '\(name)', \(SettingsText.quoted(known)), in this order"
        )
      }
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
        let corrections = (measured?.samples ?? []).flatMap { sample in
          pipeline.samples.value(named: sample)?.corrections.compactMap(\.value.systematic) ?? []
        }
        let affectsWidth = systematic.value.affects == .width
        let controls = pipeline.controls.filter {
          affectsWidth ? $0.value.width != nil : $0.value.efficiency != nil
        }.map(\.name)
        let known = (affectsWidth ? [] : corrections) + controls
        if !known.contains(name), isClean("controls") {
          report(
            path,
            "is '\(name)', which is no control that gives a signal's "
              + (affectsWidth ? "width" : "efficiency, nor the systematic of a correction of it"),
            remedy: NearestName.suggestion(for: name, among: known + ["signal", "normalisation"])
              ?? "use 'signal', or state the size")
        }
      }
    }
  }
}
