import Diagnostics
import Expressions
import Settings

/// A pipeline file: what was written, decoded and checked.
public struct PipelineFile: Sendable {
  /// Path as the user gave it.
  public let path: String
  /// Text of the file, for provenance.
  public let text: String
  /// Settings from the command line, which win; recorded in the outputs.
  public let overrides: [SettingsOverride]
  /// What it says for each channel; of a search without channels, one without a name.
  public let variants: [Variant]

  /// The search in one of its channels.
  public struct Variant: Sendable {
    /// The channel; nil where the search has none.
    public let channel: Channel?
    /// The settings; paths of inputs are resolved against the file.
    public let pipeline: Pipeline
    /// The typed settings that keys of finished work digest, by dotted path.
    public let canonical: CanonicalValue
  }

  /// The settings of the first channel: title, outputs and execution are those of all.
  public var pipeline: Pipeline { variants[0].pipeline }

  /// Reads and checks a file; throws all faults at once, those inside expressions too.
  ///
  /// - Parameters:
  ///   - path: The pipeline file.
  ///   - overrides: Settings from the command line.
  ///   - inputs: Folder that relative paths of samples start from; nil: the file's own.
  ///   - catalogue: Reads the ntuple schema at a path; its faults are reported with the others.
  /// - Returns: The checked file.
  /// - Throws: Every fault, in the order of places.
  public static func load(
    path: String, overrides: [SettingsOverride] = [], inputs: String? = nil,
    catalogue: (_ schemaPath: String) throws(Diagnostics) -> ColumnCatalogue
  ) throws(Diagnostics) -> PipelineFile {
    try check(
      text: try SettingsFile<Pipeline>.read(path), path: path, overrides: overrides,
      inputs: inputs, catalogue: catalogue)
  }

  /// Checks a text as if it were the file at `path`.
  public static func load(
    text: String, path: String, overrides: [SettingsOverride] = [],
    catalogue: (_ schemaPath: String) throws(Diagnostics) -> ColumnCatalogue
  ) throws(Diagnostics) -> PipelineFile {
    try check(
      text: text, path: path, overrides: overrides, inputs: nil, catalogue: catalogue)
  }

  private static func check(
    text: String, path: String, overrides: [SettingsOverride], inputs: String?,
    catalogue: (_ schemaPath: String) throws(Diagnostics) -> ColumnCatalogue
  ) throws(Diagnostics) -> PipelineFile {
    var faults = Diagnostics()
    let root = try SettingsFile<Pipeline>.root(
      of: text, file: path, overrides: overrides, faults: &faults)
    let found = ChannelVariant.all(of: root, faults: &faults)
    var variants: [Variant] = []
    var own: [(channel: Channel?, faults: Diagnostics)] = []
    let roots: [(channel: Channel?, root: SettingsNode)] =
      found?.map { ($0.channel, $0.root) } ?? [(nil, root)]
    for (channel, root) in roots {
      var told = Diagnostics()
      let file = try SettingsFile<Pipeline>(root: root, text: text)
      let pipeline = check(
        file, path: path, overrides: overrides, inputs: inputs, faults: &told,
        catalogue: catalogue)
      own.append((channel, told))
      variants.append(
        Variant(channel: channel, pipeline: pipeline, canonical: file.canonical))
    }
    faults.report(merged(own))
    if faults.isEmpty { faults.report(uncommon(variants, root)) }
    guard faults.isEmpty else { throw Diagnostics(faults.sorted) }
    return PipelineFile(path: path, text: text, overrides: overrides, variants: variants)
  }

  /// What there is once for all channels, and so must not differ between them.
  private static let common = [
    "title", "seed", "simulated", "blind", "unblindFraction", "outputs.summary",
    "outputs.report.html", "outputs.report.figures", "outputs.export", "execution",
  ]

  private static func uncommon(_ variants: [Variant], _ root: SettingsNode) -> Diagnostics {
    var faults = Diagnostics()
    let planes = Set(variants.flatMap(\.pipeline.planes).map { "interpret.\($0.name)" })
    for path in common + planes.sorted() {
      // An interpretation stands in the channels it is for.
      let own =
        planes.contains(path) ? variants.filter { $0.canonical[path] != .nothing } : variants
      let first = own.first?.canonical[path]
      guard let other = own.first(where: { $0.canonical[path] != first }),
        let channel = other.channel
      else { continue }
      faults.report(
        Diagnostic(
          at: root.node(at: path)?.location ?? root.location,
          "'\(path)' differs between channels, as in \(channel.name); there is one for all of them",
          remedy: "write it without names of channels"))
    }
    faults.report(mixedLikelihoods(variants, root))
    return faults
  }

  /// Likelihoods of fits and of counts cannot be one.
  private static func mixedLikelihoods(
    _ variants: [Variant], _ root: SettingsNode
  ) -> Diagnostics {
    var faults = Diagnostics()
    let joined = variants.flatMap(\.pipeline.planes).filter { $0.value.combination == .likelihoods }
    for name in Set(joined.map(\.name)).sorted() {
      let own = variants.filter { $0.pipeline.planes.contains { $0.name == name } }
      let counted = own.filter { $0.pipeline.scan?.fit.likelihood == .counting }
      guard let first = counted.first?.channel, counted.count < own.count else { continue }
      let path = "interpret.\(name)"
      faults.report(
        Diagnostic(
          at: root.node(at: path)?.location ?? root.location,
          "'\(path)' joins likelihoods, and some channels count, as \(first.name), others fit",
          remedy: "write 'combine: best', or state an interpretation for each kind"))
    }
    return faults
  }

  /// The faults of all channels, each told once; those of some channels name them.
  private static func merged(_ own: [(channel: Channel?, faults: Diagnostics)]) -> Diagnostics {
    var faults = Diagnostics()
    var told: [Diagnostic] = []
    for (_, found) in own {
      for fault in found.items where !told.contains(fault) {
        told.append(fault)
        let names = own.filter { $0.faults.items.contains(fault) }.compactMap(\.channel?.name)
        var fault = fault
        if names.count == 1, own.count > 1 {
          fault.finding += " (channel \(names[0]))"
        } else if names.count > 1, names.count < own.count {
          let more = names.count > 3 ? " and \(names.count - 3) more" : ""
          fault.finding += " (channels \(names.prefix(3).joined(separator: ", "))\(more))"
        }
        faults.report(fault)
      }
    }
    return faults
  }

  private static func check(
    _ file: SettingsFile<Pipeline>, path: String, overrides: [SettingsOverride],
    inputs: String?, faults: inout Diagnostics,
    catalogue: (_ schemaPath: String) throws(Diagnostics) -> ColumnCatalogue
  ) -> Pipeline {
    faults.report(file.log.faults)
    var pipeline = file.value
    pipeline.resolvePaths(against: path, inputs: inputs)
    var columns: ColumnCatalogue?
    if !pipeline.ntuplePath.isEmpty {
      do throws(Diagnostics) {
        columns = try catalogue(pipeline.ntuplePath)
      } catch {
        let place = file.location(of: "ntuple")
        for fault in error.items {
          faults.report(
            fault.location != nil
              ? fault
              : Diagnostic(
                at: place, "'ntuple': '\(file.value.ntuplePath)' \(fault.finding)",
                remedy: fault.remedy))
        }
      }
    }
    faults.report(pipeline.readTables(as: file))
    var validator = PipelineValidator(
      pipeline: pipeline, file: file, catalogue: columns, overrides: overrides)
    validator.validate()
    faults.report(validator.faults)
    return pipeline
  }
}

extension Pipeline {
  fileprivate mutating func resolvePaths(against file: String, inputs: String?) {
    let folder = file.lastIndex(of: "/").map { String(file[...$0]) } ?? ""
    func resolved(_ path: String, in folder: String) -> String {
      path.isEmpty || path.hasPrefix("/") ? path : folder + path
    }
    ntuplePath = resolved(ntuplePath, in: folder)
    for index in skim.score?.networks.indices ?? 0..<0 {
      let path = skim.score?.networks[index].value ?? ""
      skim.score?.networks[index].value = resolved(path, in: folder)
    }
    for index in outputs.report?.overlays.indices ?? 0..<0 {
      let path = outputs.report?.overlays[index].value.file ?? ""
      outputs.report?.overlays[index].value.file = resolved(path, in: folder)
    }
    for index in planes.indices {
      planes[index].value.model.resolveTables { resolved($0, in: folder) }
    }
    let start = inputs.map { $0.hasSuffix("/") ? $0 : $0 + "/" } ?? folder
    for control in controls.indices {
      for index in controls[control].value.samples.indices {
        let files = controls[control].value.samples[index].value.files
        controls[control].value.samples[index].value.files = files.map { resolved($0, in: start) }
      }
    }
    for index in samples.indices {
      samples[index].value.files = samples[index].value.files.map { resolved($0, in: start) }
      for number in samples[index].value.corrections.indices {
        let path = samples[index].value.corrections[number].value.path
        samples[index].value.corrections[number].value.path = resolved(path, in: folder)
      }
    }
  }
}
