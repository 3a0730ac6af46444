import Diagnostics
import Expressions
import Settings

/// Checks what several sections of a pipeline file must agree on.
///
/// Looks at whatever could be decoded, so that all faults of a file are told at once; a section
/// with faults of its own is left out where its placeholders would raise others.
struct PipelineValidator {
  let pipeline: Pipeline
  let file: SettingsFile<Pipeline>
  let catalogue: ColumnCatalogue?
  /// Settings from the command line.
  let overrides: [SettingsOverride]
  var faults = Diagnostics()

  init(
    pipeline: Pipeline, file: SettingsFile<Pipeline>, catalogue: ColumnCatalogue?,
    overrides: [SettingsOverride]
  ) {
    self.pipeline = pipeline
    self.file = file
    self.catalogue = catalogue
    self.overrides = overrides
  }

  mutating func validate() {
    checkNames()
    checkSamples()
    checkComparisons()
    checkExpressions()
    checkControls()
    checkCurves()
    checkScan()
    checkInterpretations()
    checkBlinding()
    checkCounts()
  }

  /// Reports a fault of the value at a dotted path.
  mutating func report(_ path: String, _ finding: String, remedy: String? = nil) {
    faults.report(Diagnostic(at: file.location(of: path), "'\(path)' \(finding)", remedy: remedy))
  }

  /// Whether the value at a path was decoded without a fault.
  func isClean(_ path: String) -> Bool { file.log.isClean(path) }
}

extension PipelineValidator {
  private static let variables = HypothesisVariable.allCases.map(\.rawValue)

  private mutating func checkNames() {
    for constant in pipeline.constants {
      let path = "constants.\(constant.name)"
      checkIdentifier(constant.name, path)
      if catalogue?.columns[constant.name] != nil {
        report(path, "has the name of a column of the ntuple", remedy: "choose another name")
      } else if Self.variables.contains(constant.name) {
        report(path, "has the name of a hypothesis variable", remedy: "choose another name")
      }
    }
    for definition in pipeline.skim.define {
      checkIdentifier(definition.name, "skim.define.\(definition.name)")
    }
    for network in pipeline.skim.score?.networks ?? [] {
      let path = "skim.score.networks.\(network.name)"
      checkIdentifier(network.name, path)
      if catalogue?.columns[network.name] != nil
        || pipeline.skim.define.contains(where: { $0.name == network.name })
      {
        report(
          path, "has the name of a column or definition", remedy: "its scores need another name")
      }
    }
    if let catalogue {
      let known = catalogue.columns.keys.sorted() + pipeline.skim.define.map(\.name)
      for (index, name) in pipeline.skim.keep.enumerated() where !known.contains(name) {
        report(
          "skim.keep.\(index)", "names neither a column nor a definition, found '\(name)'",
          remedy: NearestName.suggestion(for: name, among: known) ?? "see 'columns' of the schema")
      }
      for (index, name) in pipeline.skim.keep.enumerated() where catalogue.lists.contains(name) {
        report(
          "skim.keep.\(index)", "names the list '\(name)'",
          remedy: "define a number made of it, as 'sum(\(name))', and keep that")
      }
      checkNamedEvents(catalogue)
      let columns = catalogue.columns.keys.sorted().filter { !catalogue.lists.contains($0) }
      for (index, name) in (pipeline.skim.bestCandidate?.per ?? []).enumerated()
      where !columns.contains(name) {
        report(
          "skim.bestCandidate.per.\(index)", "does not name a column, found '\(name)'",
          remedy: NearestName.suggestion(for: name, among: columns)
            ?? "see 'columns' of the schema")
      }
    }
  }

  /// What goes by events needs columns that name them.
  private mutating func checkNamedEvents(_ catalogue: ColumnCatalogue) {
    guard catalogue.identity.isEmpty else { return }
    if pipeline.unblindFraction != nil {
      report(
        "unblindFraction", "takes whole events, and the ntuple schema does not name them",
        remedy: "state 'identity' in the schema")
    }
    if let best = pipeline.skim.bestCandidate, best.per.isEmpty {
      report(
        "skim.bestCandidate", "is chosen in each event, and the ntuple schema does not name them",
        remedy: "state 'per' here, or 'identity' in the schema")
    }
  }

  private mutating func checkIdentifier(_ name: String, _ path: String) {
    let isGood =
      (name.first.map { $0.isLetter || $0 == "_" } ?? false)
      && name.allSatisfy { $0.isLetter || $0.isNumber || $0 == "_" }
    guard !isGood else { return }
    report(
      path, "is not a name that expressions can use",
      remedy: "use letters, digits and '_', first a letter")
  }

  private mutating func checkSamples() {
    guard isClean("samples") else { return checkSampleNames() }
    if pipeline.samples.isEmpty {
      report(
        "samples", "must name at least one sample", remedy: "add 'data: {files: …, role: data}'")
    }
    if pipeline.samples(role: .data).isEmpty {
      for (path, sample) in usedSamples where sample == nil {
        report(
          path, "needs a sample, and none has role data",
          remedy: "name one: '\(path).sample: …', or give one the role data")
      }
    }
    checkSampleNames()
  }

  /// Fits and scan with the sample they name.
  private var usedSamples: [(path: String, sample: String?)] {
    var used = pipeline.fits.map { ("fits.\($0.name)", $0.value.sample) }
    if let scan = pipeline.scan { used.append(("scan", scan.sample)) }
    return used
  }

  private mutating func checkSampleNames() {
    let known = pipeline.samples.map(\.name)
    for (path, sample) in usedSamples {
      guard let sample, !known.contains(sample) else { continue }
      report(
        "\(path).sample", "names the unknown sample '\(sample)'",
        remedy: NearestName.suggestion(for: sample, among: known)
          ?? "known: \(SettingsText.quoted(known))")
    }
  }

  /// The skim keeps a candidate's depth in 8 bits and the hypotheses' cuts it passes in 64.
  private mutating func checkCounts() {
    let steps = pipeline.skim.select.count + pipeline.skim.veto.count
    if steps > 250 {
      report(
        "skim.select", "must have at most 250 cuts and vetoes, found \(steps)",
        remedy: "join some with 'and'")
    }
    if let cuts = pipeline.scan?.select.count, cuts > 64 {
      report(
        "scan.select", "must have at most 64 cuts, found \(cuts)", remedy: "join some ranges")
    }
  }

  private mutating func checkBlinding() {
    if pipeline.unblindFraction != nil, !pipeline.blind, isClean("blind"),
      !overrides.contains(where: { $0.path == "blind" })
    {
      report(
        "unblindFraction", "has a meaning only with 'blind: true'",
        remedy: "remove it, or write 'blind: true'")
    }
  }
}
