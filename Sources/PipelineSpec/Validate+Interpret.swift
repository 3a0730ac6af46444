import Diagnostics
import Settings

extension PipelineValidator {
  /// Checks that interpretations have a limit to start from, and overlays a figure to go to.
  mutating func checkInterpretations() {
    for interpretation in pipeline.interpretations {
      let path = "interpret.\(interpretation.name)"
      guard isClean(path) else { continue }
      checkLimit(of: interpretation, path)
      checkSignal(interpretation.value.signal, path)
      if pipeline.sqrtS(of: interpretation.value) == nil, isClean("beams") {
        reportMissing("sqrtS", in: path, "the file states no beams")
      }
      if scannedSignals.contains(interpretation.name) {
        report(path, "has the name of a signal", remedy: "choose another name")
      }
    }
    checkPlanes()
    checkOverlays()
  }

  /// Names of the signals that are scanned for; empty where curves state the only one.
  private var scannedSignals: [String] { pipeline.signal?.measured?.samples ?? [] }

  private mutating func reportMissing(_ key: String, in path: String, _ reason: String) {
    faults.report(
      Diagnostic(
        at: file.location(of: path), "missing key '\(key)' in '\(path)'; \(reason)",
        remedy: "add '\(key): …'"))
  }

  private mutating func checkLimit(of interpretation: Named<InterpretationSettings>, _ path: String)
  {
    guard isClean("scan") else { return }
    guard let limit = pipeline.scan?.limit else {
      report(path, "needs limits on a cross section", remedy: "add 'scan.limit'")
      return
    }
    if limit.parameter != .crossSection {
      report(
        path, "needs limits on a cross section, 'scan.limit' is on the yield",
        remedy: "write 'parameter: crossSection' there")
    }
  }

  /// Checks that regions of parameters have limits on a product, over lifetimes, of a known decay.
  private mutating func checkPlanes() {
    for plane in pipeline.planes {
      let path = "interpret.\(plane.name)"
      guard isClean(path), isClean("scan"), isClean("signal"), isClean("normalisation") else {
        continue
      }
      let isLimited =
        if case .inelastic(let model) = plane.value.model {
          checkInelastic(model, path)
        } else {
          checkBoson(path)
        }
      if !isLimited {
        // Told already.
      } else if pipeline.signal?.lifetimes == nil {
        report(path, "needs lifetimes that are tested", remedy: "add 'signal.lifetimes'")
      } else if scannedSignals.count > 1 {
        report(path, "needs one scanned signal, found \(scannedSignals.count)")
      } else if plane.value.combination == .likelihoods, pipeline.scan?.profiles == false,
        pipeline.scan?.fit.likelihood != .counting
      {
        report(
          path, "joins likelihoods, which the scan does not keep",
          remedy: "add 'profiles: true' to 'scan', or write 'combine: best'")
      }
      for (index, name) in plane.value.separate.enumerated() {
        let known = pipeline.scan?.systematics.map(\.name) ?? []
        guard !known.contains(name) else { continue }
        report(
          "\(path).separate.\(index)", "names the unknown systematic '\(name)'",
          remedy: NearestName.suggestion(for: name, among: known)
            ?? "known: \(SettingsText.quoted(known))")
      }
    }
  }

  /// Checks that limits are on a product of branching fractions, over the lifetime of the boson.
  ///
  /// - Returns: Whether they are.
  private mutating func checkBoson(_ path: String) -> Bool {
    if pipeline.scan?.limit?.parameter != .branchingProduct {
      report(
        path, "needs limits on a product of branching fractions",
        remedy: "write 'parameter: branchingProduct' in 'scan.limit'")
    } else if pipeline.normalisation?.decay == nil {
      report(
        path, "needs the decay that is limited",
        remedy: "add 'decay: {parent: B+, bachelor: K+, pair: mumu}' to 'normalisation'")
    } else if let axes = pipeline.signal?.lifetimes?.axes, axes.count > 1 {
      report(path, "needs the lifetime of one particle, the boson, found \(axes.count)")
    } else if pipeline.signal?.coordinates.isEmpty == false {
      report(path, "knows no coordinates of the signal beside the mass")
    } else {
      return true
    }
    return false
  }

  /// Checks that limits, lifetimes and coordinates are those that a dark sector has.
  ///
  /// - Returns: Whether they are.
  private mutating func checkInelastic(_ model: InelasticModelSettings, _ path: String) -> Bool {
    let known = InelasticModelSettings.coordinates
    let particles = pipeline.signal?.lifetimes?.axes.map(\.name) ?? []
    if pipeline.scan?.limit?.parameter != .crossSection {
      report(
        path, "needs limits on a cross section",
        remedy: "write 'parameter: crossSection' in 'scan.limit'")
    } else if pipeline.scan?.limit?.pair == nil {
      report(
        path, "needs the pair whose branching fraction is in the limits",
        remedy: "add 'pair: mumu' to 'scan.limit'")
    } else if model.sqrtS == nil, pipeline.beams == nil, !model.parameter.isRate {
      reportMissing("sqrtS", in: path, "the file states no beams")
    } else if !particles.isEmpty, Set(particles) != Set(InelasticModelSettings.particles) {
      report(
        path,
        "needs lifetimes of \(SettingsText.quoted(InelasticModelSettings.particles)), found "
          + SettingsText.quoted(particles), remedy: "name them so in 'signal.lifetimes'")
    } else if let name = pipeline.signal?.coordinates.map(\.name).first(where: {
      !known.contains($0)
    }) {
      report(
        path,
        "does not know the coordinate '\(name)' of the signal; known: \(SettingsText.quoted(known))",
        remedy: NearestName.suggestion(for: name, among: known))
    } else {
      return true
    }
    return false
  }

  private mutating func checkSignal(_ signal: String?, _ path: String) {
    guard pipeline.scan != nil, isClean("signal") else { return }
    let known = scannedSignals
    guard let signal else {
      if known.count > 1 {
        reportMissing("signal", in: path, "there are several: \(SettingsText.quoted(known))")
      }
      return
    }
    guard !known.contains(signal) else { return }
    if known.isEmpty {
      report(
        "\(path).signal", "names '\(signal)', and 'signal' states only one, by curves",
        remedy: "remove it")
    } else {
      report(
        "\(path).signal", "names '\(signal)', which is none of 'signal.samples'",
        remedy: NearestName.suggestion(for: signal, among: known)
          ?? "known: \(SettingsText.quoted(known))")
    }
  }

  private mutating func checkOverlays() {
    guard isClean("signal"), isClean("interpret") else { return }
    let known =
      pipeline.interpretations.map(\.name) + pipeline.planes.map(\.name) + scannedSignals
    for overlay in pipeline.outputs.report?.overlays ?? [] {
      let path = "outputs.report.overlay.\(overlay.name)"
      guard isClean(path) else { continue }
      guard let figure = overlay.value.figure else {
        if scannedSignals.count > 1 {
          reportMissing(
            "in", in: path, "there are several signals: \(SettingsText.quoted(scannedSignals))")
        } else if pipeline.scan?.limit == nil, isClean("scan") {
          report(path, "has no limits to be drawn over", remedy: "add 'scan.limit'")
        }
        continue
      }
      guard !known.contains(figure) else { continue }
      report(
        "\(path).in", "names '\(figure)', which is neither an interpretation nor a scanned signal",
        remedy: NearestName.suggestion(for: figure, among: known)
          ?? (known.isEmpty ? "remove it" : "known: \(SettingsText.quoted(known))"))
    }
  }
}
