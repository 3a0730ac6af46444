import HDF5Files
import Platform
import Synchronization

/// A finished task whose file turned out to be damaged when it was used.
public struct DamagedCheckpoint: Error, CustomStringConvertible {
  /// The file.
  public var path: String
  /// What was found.
  public var reason: String

  /// The text as the user sees it.
  public var description: String { "\(path): \(reason)" }
}

/// Finished tasks of a run folder, one sealed file each, named by stage and key.
///
/// A file is used only after its key, size and digest were verified; anything else is redone. Small
/// files of a stage with very many may be packed into one (`StagePack`).
public final class CheckpointStore: Sendable {
  /// Where the files are.
  public let folder: String
  private let journal: Journal
  /// Read or written whole by this process.
  private let verified = Mutex<[SHA256Digest: FileMark]>([:])
  private let packs: StagePacks

  /// Opens the checkpoints of a run folder; nothing is written as yet.
  public init(runFolder: String) {
    folder = "\(runFolder)/checkpoints"
    journal = Journal(path: StateFolder(runFolder: runFolder).journal)
    packs = StagePacks(folder: folder)
  }

  /// The file of a task.
  public func path(of work: Work) -> String { path(work.stage, work.key) }

  /// The file of a task by its stage and key.
  public func path(_ stage: String, _ key: SHA256Digest) -> String {
    StateFolder.spread("\(folder)/\(stage)", key, ".h5")
  }

  /// Whether a task is finished, or why not.
  ///
  /// - Parameters:
  ///   - work: The task.
  ///   - rereads: Whether files that were found whole before are read again.
  /// - Returns: What a look at its file found.
  public func verdict(on work: Work, rereads: Bool = false) -> SealedFile.Verdict {
    let path = path(of: work)
    guard let mark = FileMark(path) else {
      if packs.holds(work.stage, work.key) { return .good }
      return AtomicFile.exists(path) ? .damaged("it is not a regular file") : .missing
    }
    if !rereads, journal.holds(work.key, mark) { return .good }
    let verdict = SealedFile.verify(path, key: work.key)
    if verdict == .good { note(work.key, mark) } else { journal.remove(work.key) }
    return verdict
  }

  /// Whether there is a file of a task, whatever it holds.
  public func exists(_ work: Work) -> Bool {
    AtomicFile.exists(path(of: work)) || packs.holds(work.stage, work.key)
  }

  /// Looks again at what other processes noted.
  public func refresh() {
    journal.refresh()
    packs.refresh()
  }

  /// Whether a task is finished.
  public func isFinished(_ work: Work) -> Bool { verdict(on: work) == .good }

  /// Whether a task is finished, for one that hardly is: reads its file rather than the journal of all.
  public func isWhole(_ work: Work) -> Bool {
    guard let mark = FileMark(path(of: work)) else {
      return packs.holds(work.stage, work.key)
    }
    if verified.withLock({ $0[work.key] == mark }) { return true }
    return verdict(on: work, rereads: !journal.isRead) == .good
  }

  /// Opens the result of a finished task.
  ///
  /// - Throws: `DamagedCheckpoint` where it is no longer what was written.
  public func open(_ stage: String, _ key: SHA256Digest) throws -> HDF5File {
    let path = path(stage, key)
    if !AtomicFile.exists(path), packs.holds(stage, key) {
      guard let image = packs.content(stage, key) else {
        packs.forget(stage, key)
        throw DamagedCheckpoint(path: path, reason: "its content in the pack is damaged")
      }
      return try HDF5File(image: image, name: path)
    }
    return try HDF5File(path: try verifiedPath(stage, key))
  }

  /// Opens the result of a finished task.
  public func open(_ work: Work) throws -> HDF5File { try open(work.stage, work.key) }

  /// The file of a finished task, read whole by this process once.
  ///
  /// - Throws: `DamagedCheckpoint` where it is no longer what was written.
  public func verifiedPath(_ stage: String, _ key: SHA256Digest) throws -> String {
    let path = path(stage, key)
    guard let mark = FileMark(path) else {
      throw DamagedCheckpoint(path: path, reason: "it is gone")
    }
    if verified.withLock({ $0[key] == mark }) { return path }
    switch SealedFile.verify(path, key: key) {
    case .good: note(key, mark)
    case .missing: throw DamagedCheckpoint(path: path, reason: "it is gone")
    case .damaged(let reason):
      journal.remove(key)
      throw DamagedCheckpoint(path: path, reason: reason)
    }
    return path
  }

  /// Keeps a content whose first block is free.
  public func save(_ image: [UInt8], of work: Work) throws(PlatformError) {
    let path = path(of: work)
    try createFolder(of: path)
    try SealedFile.write(image, key: work.key, to: path)
    written(work.key, path)
  }

  /// Keeps a content that `write` puts into a temporary file with a free first block.
  public func save(_ work: Work, _ write: (String) throws -> Void) throws {
    let final = path(of: work)
    try createFolder(of: final)
    let temporary = AtomicFile.temporaryPath(for: final)
    do {
      try write(temporary)
      try SealedFile.seal(temporary: temporary, key: work.key, to: final)
    } catch {
      AtomicFile.remove(temporary)
      if case HDF5Error.diskFull = error { throw PlatformError.diskFull(path: final) }
      throw error
    }
    written(work.key, final)
  }

  // MARK: tasks stopped half-way

  /// Keeps what a task stopped half-way has done.
  public func savePart(_ image: [UInt8], of work: Work) throws(PlatformError) {
    let path = partPath(of: work)
    try createFolder(of: path)
    try SealedFile.write(image, key: work.key, to: path)
  }

  /// What a task stopped half-way had done; nil where there is nothing whole.
  public func openPart(of work: Work) -> HDF5File? {
    let path = partPath(of: work)
    guard SealedFile.verify(path, key: work.key) == .good else { return nil }
    return try? HDF5File(path: path)
  }

  /// Removes it, where it is.
  public func removePart(of work: Work) { AtomicFile.remove(partPath(of: work)) }

  private func partPath(of work: Work) -> String {
    StateFolder.spread("\(folder)/\(work.stage)", work.key, ".part.h5")
  }

  // MARK: packing

  /// Packs the small files of a finished stage into one where they are very many.
  ///
  /// - Throws: `PlatformError` where the pack cannot be written; the files then stay.
  public func pack(_ works: [Work]) throws {
    guard let stage = works.first?.stage else { return }
    let loose = works.filter { work in
      guard let mark = FileMark(path(of: work)) else { return false }
      return mark.size <= StagePacks.mostBytes
    }
    guard loose.count > StagePacks.fewest else { return }
    try packs.write(
      stage, loose.map { (key: $0.key, path: path(of: $0)) })
  }

  /// Keys of the files in a pack, by the pack's name.
  public func keys(ofPack name: String) -> [SHA256Digest] { packs.keys("\(folder)/\(name)") }

  private func createFolder(of path: String) throws(PlatformError) {
    guard let slash = path.lastIndex(of: "/") else { return }
    try AtomicFile.createFolder(String(path[..<slash]))
  }

  private func written(_ key: SHA256Digest, _ path: String) {
    guard let mark = FileMark(path) else { return }
    note(key, mark)
  }

  private func note(_ key: SHA256Digest, _ mark: FileMark) {
    verified.withLock { $0[key] = mark }
    journal.add(key, mark)
  }
}
