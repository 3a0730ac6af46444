import Diagnostics

/// Why a task, or any, cannot be done.
enum TaskFault: Error, CustomStringConvertible {
  /// No task has the title.
  case unknown(String, known: [String], isResolved: Bool)
  /// A task whose result it takes is not finished.
  case unfinished(String, needs: String)

  /// Nothing can be written in the run's folder.
  case folder(String, reason: String)

  var description: String {
    switch self {
    case .folder(let path, let reason):
      return "\(path): cannot be written; \(reason); name a folder that can, with --output"
    case .unknown(let title, let known, let isResolved):
      let nearest =
        NearestName.nearest(to: title, among: known).map { "; did you mean '\($0)'?" } ?? ""
      let later =
        isResolved ? "" : "; scans follow once the signals are measured: run 'nightjar run' first"
      return "no task is called '\(title)'\(nearest); 'nightjar plan --tasks' lists all\(later)"
    case .unfinished(let title, let needs):
      return "\(title): \(needs), whose result it takes, is not finished; run 'nightjar run' first"
    }
  }
}
