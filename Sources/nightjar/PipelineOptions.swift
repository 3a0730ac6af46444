import ArgumentParser
import Diagnostics
import Execution
import Foundation
import HDF5Files
import Ntuples
import PipelineSpec
import Platform
import Search
import Settings

/// What all commands on a pipeline file take.
struct PipelineOptions: ParsableArguments {
  @Argument(help: "The pipeline file.")
  var pipeline: String

  @Option(
    name: .customLong("set"),
    help: ArgumentHelp(
      "Another value for a setting; recorded in the outputs; may be repeated.",
      valueName: "PATH=VALUE"))
  var overrides: [String] = []

  @Option(
    help: ArgumentHelp(
      "Folder that relative paths of samples start from (default: the pipeline file's).",
      valueName: "DIR"))
  var inputs: String?

  @Flag(help: "Open a blinded search; recorded in the outputs.")
  var unblind = false

  @Flag(
    help: "Leave input files out that are not there; luminosities are scaled by what is there.")
  var allowMissing = false

  /// Reads and checks the file with its ntuple schema.
  func load() throws -> LoadedPipeline {
    var settings: [SettingsOverride] = []
    for text in overrides {
      guard let override = SettingsOverride(text) else {
        throw ValidationError("--set takes PATH=VALUE, found '\(text)'")
      }
      settings.append(override)
    }
    if unblind { settings.append(SettingsOverride(path: "blind", text: "false")) }
    return try LoadedPipeline(
      path: pipeline, overrides: settings, inputs: inputs, allowsMissing: allowMissing)
  }
}

/// Where a run keeps its results.
struct RunFolderOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Folder for results and checkpoints (default: the pipeline's name with '.output').",
      valueName: "DIR"))
  var output: String?

  /// The folder of a pipeline.
  func folder(for pipeline: String) -> String { Self.folder(output, for: pipeline) }

  /// The folder of a pipeline: the one given, or that of its name.
  static func folder(_ output: String?, for pipeline: String) -> String {
    output ?? URL(filePath: pipeline).deletingPathExtension().lastPathComponent + ".output"
  }
}

/// A checked pipeline file with its schema.
struct LoadedPipeline {
  let file: PipelineFile
  /// The ntuple schema of each channel, and what keys digest of it.
  let schemas: [(schema: NtupleSchema, canonical: CanonicalValue)]
  let allowsMissing: Bool

  init(
    path: String, overrides: [SettingsOverride], inputs: String?, allowsMissing: Bool = false
  ) throws(Diagnostics) {
    self.allowsMissing = allowsMissing
    var read: [(schema: NtupleSchema, canonical: CanonicalValue)] = []
    file = try PipelineFile.load(path: path, overrides: overrides, inputs: inputs) {
      (schemaPath) throws(Diagnostics) in
      let schemaFile = try SettingsFile<NtupleSchema>(path: schemaPath)
      guard schemaFile.log.faults.isEmpty else { throw schemaFile.log.faults }
      read.append((schemaFile.value, schemaFile.canonical))
      return schemaFile.value.catalogue
    }
    schemas = read
  }

  /// Digest of all settings, of the pipeline and of its ntuple schema.
  var digest: SHA256Digest {
    var encoder = CanonicalEncoder()
    for (variant, schema) in zip(file.variants, schemas) {
      encoder.append(variant.canonical)
      encoder.append(schema.canonical)
    }
    return SHA256Digest.of(encoder.bytes)
  }

  /// Resolves the pipeline against its input files.
  ///
  /// - Parameter folder: The run's folder, where what is known of input files is kept; nil: they are
  ///   read.
  /// - Returns: The plan.
  /// - Throws: What is wrong with input files or with what follows from them.
  func plan(_ folder: String?) throws -> ChannelPlans {
    let notes = FileNotes(path: folder.map { StateFolder(runFolder: $0).inputs })
    HDF5Precheck.remember(in: notes)
    var faults = Diagnostics()
    var plans: [(name: String?, plan: SearchPlan)] = []
    for (variant, schema) in zip(file.variants, schemas) {
      do {
        plans.append(
          (
            variant.channel?.name,
            try SearchPlan(
              pipeline: variant.pipeline, canonical: variant.canonical, schema: schema.schema,
              canonicalSchema: schema.canonical, allowsMissing: allowsMissing, notes: notes)
          ))
      } catch let found as Diagnostics { faults.reportOnce(found) }
    }
    guard faults.isEmpty else { throw faults }
    return ChannelPlans(plans)
  }

  /// Binned tables of weights and tables of models, each file once.
  private var tables: [Provenance.Input] {
    var found: [Provenance.Input] = []
    for correction in file.variants.flatMap(\.pipeline.samples).flatMap(\.value.corrections) {
      guard let table = correction.value.table else { continue }
      let input = Provenance.Input(
        sample: "", path: URL(filePath: correction.value.path).lastPathComponent,
        bytes: Int64(table.byteCount), rows: Int64(table.values.count),
        digest: "sha256-table:\(SHA256Digest.of(table.canonical.bytes))")
      if !found.contains(input) { found.append(input) }
    }
    let models = file.variants.flatMap(\.pipeline.planes).flatMap(\.value.model.tables)
    for path in models.reduce(into: [String](), { if !$0.contains($1) { $0.append($1) } }) {
      // Read once already: what is wrong with it was told.
      guard let bytes = try? AtomicFile.read(path) else { continue }
      found.append(
        Provenance.Input(
          sample: "", path: URL(filePath: path).lastPathComponent, bytes: Int64(bytes.count),
          rows: Int64(bytes.count { $0 == UInt8(ascii: "\n") }),
          digest: "sha256:\(SHA256Digest.of(bytes))"))
    }
    return found
  }

  /// Where the results come from.
  func provenance(_ plan: ChannelPlans, _ tasks: [PlannedTask]) -> Provenance {
    let pipeline = file.pipeline
    /// A file of a sample of a channel, by their places.
    struct Place: Hashable {
      var channel: Int
      var control: Int?
      var sample, file: Int
    }
    var rows: [Place: Int] = [:]
    for task in tasks {
      if case .skim(let sample, let file, _) = task.task {
        let place = Place(
          channel: task.channel, control: task.control, sample: sample, file: file)
        rows[place, default: 0] += task.amount
      }
    }
    var inputs: [Provenance.Input] = []
    func add(_ samples: [SampleFiles], channel: Int, control: Int?, prefix: String = "") {
      for (place, sample) in samples.enumerated() {
        for (number, input) in sample.files.enumerated() {
          let key = Place(channel: channel, control: control, sample: place, file: number)
          inputs.append(
            Provenance.Input(
              sample: prefix + sample.name, path: URL(filePath: input.path).lastPathComponent,
              bytes: Int64(input.identity.size), rows: Int64(rows[key] ?? 0),
              digest: "xxh3-128-sampled:\(Hexadecimal.text(input.identity.digest))",
              job: JobMetadata(path: input.path).entries.map { "\($0.name): \($0.short)" }
                .joined(separator: "\n")))
        }
      }
    }
    for (channel, samples) in plan.samples.enumerated() {
      add(samples, channel: channel, control: nil)
    }
    // Channels share control samples.
    var seen: Set<SHA256Digest> = []
    for task in tasks where task.task == .control && seen.insert(task.key).inserted {
      guard let index = task.control else { continue }
      let control = plan.plans[task.channel].controls[index]
      add(control.plan.samples, channel: task.channel, control: index, prefix: control.name + " ")
    }
    inputs += tables
    var blinding = Provenance.Blinding.none
    if let fraction = pipeline.visibleFraction {
      blinding = .fraction(fraction)
    } else if pipeline.blind {
      blinding = .blind
    } else if file.overrides.contains(where: { $0.path == "blind" && $0.text == "false" }) {
      blinding = .unblinded
    }
    return Provenance(
      pipelineName: URL(filePath: file.path).lastPathComponent, pipelineText: file.text,
      overrides: file.overrides.map { .init($0.path, $0.text) }, inputs: inputs,
      versions: [.init("nightjar", Version.text)]
        + TaskRecipe.Stage.allCases.map { .init("stage \($0.rawValue)", "\($0.version)") },
      seed: pipeline.seed, blinding: blinding, remarks: plan.missingFiles)
  }
}
