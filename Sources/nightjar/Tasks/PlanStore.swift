import Execution
import Foundation
import Platform
import Search

/// Records of the last plans of the pipelines of a run folder, a file each.
struct PlanStore {
  let folder: String

  init(runFolder: String) { folder = StateFolder(runFolder: runFolder).plans }

  /// The file of a pipeline: its name, and a part of the digest of its path.
  private func path(_ source: PlanRecord.Source) -> String {
    let name = URL(filePath: source.pipeline).deletingPathExtension().lastPathComponent
    let digest = SHA256Digest.of(Array(source.pipeline.utf8)).description.prefix(8)
    return "\(folder)/\(name)-\(digest).plan"
  }

  /// The record of a pipeline; nil where there is none that can be read.
  func read(_ source: PlanRecord.Source) -> PlanRecord? { Self.read(path(source)) }

  private static func read(_ path: String) -> PlanRecord? {
    guard let bytes = try? AtomicFile.read(path) else { return nil }
    return PlanRecord(text: String(decoding: bytes, as: UTF8.self))
  }

  /// All records, with their files.
  func all() -> [(path: String, record: PlanRecord)] {
    FolderListing.names(folder).filter { $0.hasSuffix(".plan") }.sorted().compactMap { name in
      Self.read("\(folder)/\(name)").map { ("\(folder)/\(name)", $0) }
    }
  }

  /// Keeps a record; one that cannot be written is no reason to stop.
  func write(_ record: PlanRecord) {
    let path = path(record.source)
    let bytes = Array(record.text.utf8)
    if let old = try? AtomicFile.read(path), old == bytes { return }
    do {
      try AtomicFile.createFolder(folder)
      try AtomicFile.write(bytes, to: path)
    } catch {}
  }
}

extension PipelineOptions {
  /// How the pipeline is planned again, from any folder.
  var source: PlanRecord.Source {
    func absolute(_ path: String) -> String { URL(filePath: path).standardizedFileURL.path() }
    return PlanRecord.Source(
      pipeline: absolute(pipeline), overrides: overrides, inputs: inputs.map(absolute),
      unblind: unblind, allowMissing: allowMissing)
  }
}
