import HDF5Files
import Platform
import Search

/// Finished tasks of a run folder, one sealed file each, named by stage and key.
///
/// A file is used only after its key, size and digest were verified; anything else is redone.
struct CheckpointStore: Sendable {
  /// Where the files are.
  let folder: String

  /// Prepares the folders.
  init(folder: String) throws(PlatformError) {
    self.folder = folder
    for stage in TaskRecipe.Stage.allCases {
      try AtomicFile.createFolder("\(folder)/\(stage.rawValue)")
    }
  }

  /// The file of a task.
  func path(of task: PlannedTask) -> String { path(task.recipe.stage, task.key) }

  /// The file of a finished task by its stage and key.
  func path(_ stage: TaskRecipe.Stage, _ key: SHA256Digest) -> String {
    "\(folder)/\(stage.rawValue)/\(key).h5"
  }

  /// Whether a task is finished, or why not.
  func verdict(on task: PlannedTask) -> SealedFile.Verdict {
    SealedFile.verify(path(of: task), key: task.key)
  }

  /// Opens the content of a finished task.
  func open(_ task: PlannedTask) throws -> HDF5File { try HDF5File(path: path(of: task)) }

  /// Keeps a content whose first block is free.
  func save(_ image: [UInt8], of task: PlannedTask) throws(PlatformError) {
    try SealedFile.write(image, key: task.key, to: path(of: task))
  }

  /// Keeps a content that `write` puts into a temporary file with a free first block.
  func save(_ task: PlannedTask, _ write: (String) throws -> Void) throws {
    let final = path(of: task)
    let temporary = AtomicFile.temporaryPath(for: final)
    do {
      try write(temporary)
      try SealedFile.seal(temporary: temporary, key: task.key, to: final)
    } catch {
      AtomicFile.remove(temporary)
      if case HDF5Error.diskFull = error { throw PlatformError.diskFull(path: final) }
      throw error
    }
  }
}
