import Platform

/// The guard of this process's libhdf5: files that come from elsewhere are walked in a child first.
///
/// libhdf5 crashes on some damaged files (1.10.8: seven of 1,500 changes of one byte); a child that
/// dies becomes an error. There is one libhdf5 in a process, and so one guard of it. Nothing is
/// walked until a program says how. Files that Nightjar wrote itself are sealed by digests and opened
/// without it.
public enum HDF5Precheck {
  private static let walker = HDF5Walker()

  /// Says how files are walked: a program and arguments; the paths that follow go to `HDF5Walk.run`.
  public static func install(_ command: [String]) { walker.use(command) }

  /// Keeps what passed in notes, so that no process walks an untouched file again.
  public static func remember(in notes: FileNotes) { walker.remember(in: notes) }

  /// Walks a file that was not seen before, or was changed since.
  ///
  /// - Throws: `HDF5Error.crashed`; `.unreadable` where no child can be started.
  public static func check(_ path: String) throws(HDF5Error) { try walker.check(path) }

  /// Walks many files ahead, which costs less than one after the other; `check` tells what is wrong.
  public static func prepare(_ paths: [String]) throws(HDF5Error) { try walker.prepare(paths) }
}
