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
  /// The settings; paths of inputs are resolved against the file.
  public let pipeline: Pipeline
  /// The typed settings that keys of finished work digest, by dotted path.
  public let canonical: CanonicalValue

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
    let file = try SettingsFile<Pipeline>(path: path, overrides: overrides)
    return try check(
      file, path: path, overrides: overrides, inputs: inputs, catalogue: catalogue)
  }

  /// Checks a text as if it were the file at `path`.
  public static func load(
    text: String, path: String, overrides: [SettingsOverride] = [],
    catalogue: (_ schemaPath: String) throws(Diagnostics) -> ColumnCatalogue
  ) throws(Diagnostics) -> PipelineFile {
    let file = try SettingsFile<Pipeline>(text: text, file: path, overrides: overrides)
    return try check(
      file, path: path, overrides: overrides, inputs: nil, catalogue: catalogue)
  }

  private static func check(
    _ file: SettingsFile<Pipeline>, path: String, overrides: [SettingsOverride],
    inputs: String?,
    catalogue: (_ schemaPath: String) throws(Diagnostics) -> ColumnCatalogue
  ) throws(Diagnostics) -> PipelineFile {
    var faults = file.log.faults
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
    guard faults.isEmpty else { throw Diagnostics(faults.sorted) }
    return PipelineFile(
      path: path, text: file.text, overrides: overrides, pipeline: pipeline,
      canonical: file.canonical)
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
    let start = inputs.map { $0.hasSuffix("/") ? $0 : $0 + "/" } ?? folder
    for index in samples.indices {
      samples[index].value.files = samples[index].value.files.map { resolved($0, in: start) }
      for number in samples[index].value.corrections.indices {
        let path = samples[index].value.corrections[number].value.path
        samples[index].value.corrections[number].value.path = resolved(path, in: folder)
      }
    }
  }
}
