import Execution
import Foundation
import HDF5Files
import Platform
import Search

/// What the outputs of a run folder were last written from, so that they are not written again.
///
/// The first line is the digest of everything they follow from; then come counts, then each
/// file with its size, modification time and inode.
struct OutputRecord {
  /// Digest of keys of all tasks, settings, tables of figures and models, and the program.
  var key: SHA256Digest
  var failedPoints: Int
  var points: Int
  /// Paths below the run's folder, with what tells them untouched.
  var files: [(path: String, mark: FileMark)]

  /// The digest of what a run's outputs follow from.
  static func key(_ run: RunFolder, _ tasks: [PlannedTask]) -> SHA256Digest {
    var hasher = SHA256Digest.Hasher()
    func add(_ text: String) { hasher.update(Array((text + "\n").utf8)) }
    for task in tasks { hasher.update(task.key.bytes) }
    add("\(run.loaded.digest)")
    add(run.loaded.file.text)
    for override in run.loaded.file.overrides { add("\(override.path) \(override.text)") }
    for remark in run.plan.missingFiles { add(remark) }
    for sample in run.plan.samples.joined() {
      for file in sample.files { add("\(sample.name) \(file.path)") }
    }
    for control in run.plan.plans.flatMap(\.controls) {
      for file in control.plan.samples.flatMap(\.files) { add("\(control.name) \(file.path)") }
    }
    for path in run.loaded.file.variants.flatMap(\.pipeline.outputTables) {
      add("\(path) \(FileMark(path)?.text ?? "")")
    }
    // A program built anew may draw other figures.
    add("\(Version.description) \(FileMark("/proc/self/exe")?.text ?? "")")
    return hasher.finish()
  }

  /// Whether all files are as they were written.
  func holds(in folder: String) -> Bool {
    files.allSatisfy { FileMark("\(folder)/\($0.path)") == $0.mark }
  }

  var text: String {
    var lines = ["\(key)", "counts \(failedPoints) \(points)"]
    lines += files.map { "file \($0.mark.text) \($0.path)" }
    return lines.joined(separator: "\n") + "\n"
  }

  init(
    key: SHA256Digest, failedPoints: Int, points: Int,
    files: [(path: String, mark: FileMark)]
  ) {
    self.key = key
    self.failedPoints = failedPoints
    self.points = points
    self.files = files
  }

  /// Reads a record; nil for anything else.
  init?(text: String) {
    let lines = text.split(separator: "\n")
    guard lines.count >= 2, let key = SHA256Digest(hexadecimal: lines[0]) else { return nil }
    let counts = lines[1].split(separator: " ")
    guard counts.count == 3, counts[0] == "counts", let failed = Int(counts[1]),
      let points = Int(counts[2])
    else { return nil }
    self.init(key: key, failedPoints: failed, points: points, files: [])
    for line in lines.dropFirst(2) {
      let words = line.split(separator: " ", maxSplits: 1)
      guard words.count == 2 else { return nil }
      let parts = words[1].split(separator: " ", maxSplits: 3)
      guard words[0] == "file", parts.count == 4,
        let mark = FileMark(text: parts[0..<3].joined(separator: " "))
      else { return nil }
      files.append((path: String(parts[3]), mark: mark))
    }
    guard !files.isEmpty else { return nil }
  }
}

extension OutputRecord {
  private static func path(_ run: RunFolder) -> String {
    let name = URL(filePath: run.loaded.file.path).deletingPathExtension().lastPathComponent
    return "\(StateFolder(runFolder: run.path).outputs)/\(name)"
  }

  /// What a run did last, where its outputs would be the same again and are untouched.
  static func untouched(_ run: RunFolder, _ tasks: [PlannedTask]) -> OutputRecord? {
    guard let bytes = try? AtomicFile.read(path(run)),
      let record = OutputRecord(text: String(decoding: bytes, as: UTF8.self)),
      record.key == key(run, tasks), record.holds(in: run.path)
    else { return nil }
    return record
  }

  /// Keeps what outputs were written from; one that cannot be written is no reason to stop.
  static func keep(
    _ run: RunFolder, _ tasks: [PlannedTask], _ outcome: RunFolder.Outcome, files: [String]
  ) {
    let prefix = run.path + "/"
    let marks = files.compactMap { file in
      FileMark(file).map { (path: String(file.dropFirst(prefix.count)), mark: $0) }
    }
    guard marks.count == files.count, files.allSatisfy({ $0.hasPrefix(prefix) }) else { return }
    let record = OutputRecord(
      key: key(run, tasks), failedPoints: outcome.failedPoints, points: outcome.points,
      files: marks)
    do {
      try AtomicFile.createFolder(StateFolder(runFolder: run.path).outputs)
      try AtomicFile.write(Array(record.text.utf8), to: path(run))
    } catch {}
  }
}
