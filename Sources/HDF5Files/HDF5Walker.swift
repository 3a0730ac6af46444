import Glibc
import Platform
import Synchronization

/// Has HDF5 files walked in child processes, each once as long as it is untouched.
package final class HDF5Walker: Sendable {
  private enum Finding: Sendable {
    case passed
    case failed(HDF5Error)
  }

  private struct State: Sendable {
    var command: [String] = []
    var notes: FileNotes?
    var findings: [String: (mark: FileMark, finding: Finding)] = [:]
  }

  private let state = Mutex(State())
  /// What is noted of a file that was walked.
  private static let kind = "walk"
  /// Files that a child walks.
  private static let batch = 200

  /// Walks nothing until it has a command.
  package init() {}

  /// Sets the program that walks: its arguments, then paths, which it hands to `HDF5Walk.run`.
  package func use(_ command: [String]) { state.withLock { $0.command = command } }

  /// Keeps what passed in notes, and trusts what they say.
  package func remember(in notes: FileNotes) { state.withLock { $0.notes = notes } }

  /// Walks a file of which nothing is known.
  ///
  /// - Throws: `HDF5Error.crashed`; `.unreadable` where no child can be started.
  package func check(_ path: String) throws(HDF5Error) {
    let finding = try state.withLock { (state) throws(HDF5Error) -> Finding? in
      try Self.walk([path], &state)
      return state.findings[path]?.finding
    }
    if case .failed(let error) = finding { throw error }
  }

  /// Walks many files ahead, which costs less than one after the other; `check` tells what is wrong.
  package func prepare(_ paths: [String]) throws(HDF5Error) {
    try state.withLock { (state) throws(HDF5Error) in
      for start in stride(from: 0, to: paths.count, by: Self.batch) {
        try Self.walk(Array(paths[start..<min(paths.count, start + Self.batch)]), &state)
      }
    }
  }

  private static func walk(_ paths: [String], _ state: inout State) throws(HDF5Error) {
    guard !state.command.isEmpty else { return }
    var left: [(path: String, mark: FileMark)] = []
    for path in paths {
      // What is no HDF5 file never reaches libhdf5.
      guard let mark = FileMark(path), state.findings[path]?.mark != mark, HDF5File.isHDF5(path)
      else { continue }
      if state.notes?.known(kind, of: path) == nil {
        left.append((path, mark))
      } else {
        state.findings[path] = (mark, .passed)
      }
    }
    while let first = left.first {
      let result: SubprocessResult
      do throws(PlatformError) {
        result = try Subprocess.run(
          state.command[0], state.command.dropFirst() + left.map(\.path))
      } catch {
        throw .unreadable(
          place: first.path, reason: "no child process can walk it: \(error.description)")
      }
      // A byte after each file.
      var passed = min(result.output.count, left.count)
      if passed == left.count, result.status != 0 {
        // It died when it ended: which file it was shows one by one.
        guard passed == 1 else {
          for (path, _) in left { try walk([path], &state) }
          return
        }
        passed = 0
      }
      for (path, mark) in left.prefix(passed) { keep(.passed, of: path, mark, &state) }
      left.removeFirst(passed)
      guard let (path, mark) = left.first else { break }
      let error = HDF5Error.crashed(place: path, how: how(result.status, path))
      keep(.failed(error), of: path, mark, &state)
      left.removeFirst()
    }
  }

  private static func keep(
    _ finding: Finding, of path: String, _ mark: FileMark, _ state: inout State
  ) {
    state.findings[path] = (mark, finding)
    if case .passed = finding, FileMark(path) == mark {
      _ = state.notes?.note(kind, of: path) { "passed" }
    }
  }

  /// How a child ended that should have walked a file.
  private static func how(_ status: Int32, _ path: String) -> String {
    let seconds = HDF5Walk.seconds(for: path)
    return switch status - 128 {
    case SIGXCPU: "took more than \(seconds) s of processor time"
    case SIGALRM: "took more than \(seconds * HDF5Walk.waiting) s"
    case 1...: "crashed (signal \(status - 128))"
    default: "ended its process (exit status \(status))"
    }
  }
}
