import Platform

/// Where simulated files go: a folder that is made if needed, one file after the other.
enum SimulationFolder {
  /// Writes files into a folder by `write`, which gets a file and its path.
  ///
  /// - Returns: What was written, in the order of the files.
  /// - Throws: `SimulationError.cannotCreateFolder`, `.cannotWrite`, and those of `write`.
  static func write<File, Written>(
    _ files: [File], into folder: String, name: (File) -> String,
    _ write: (File, String) throws -> Written
  ) throws(SimulationError) -> [Written] {
    do {
      try AtomicFile.createFolder(folder)
    } catch {
      throw .cannotCreateFolder(path: folder, reason: SimulationError.reason(error))
    }
    var written: [Written] = []
    for file in files {
      let path = folder.hasSuffix("/") ? folder + name(file) : folder + "/" + name(file)
      do {
        written.append(try write(file, path))
      } catch let error as SimulationError {
        throw error
      } catch {
        throw .cannotWrite(path: path, reason: SimulationError.reason(error))
      }
    }
    return written
  }
}
