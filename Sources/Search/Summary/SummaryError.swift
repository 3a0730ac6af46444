import Diagnostics

/// What can be wrong with a summary that is read back.
public enum SummaryError: Error, Equatable, Sendable, CustomStringConvertible {
  /// A file is no summary.
  case notASummary(path: String)
  /// A summary has a layout of later versions.
  case newerLayout(path: String, found: Int64, known: Int64)
  /// A summary holds no scan of a signal.
  case noScan(path: String, signal: String?, found: [String])
  /// A summary holds scans of several signals, and none was chosen.
  case severalScans(path: String, found: [String])
  /// A summary's parts do not fit together.
  case damaged(path: String, dataset: String, reason: String)

  /// The text as the user sees it.
  public var description: String {
    switch self {
    case .notASummary(let path):
      "\(path): is an HDF5 file, but not a summary; give the summary.h5 of a run"
    case .newerLayout(let path, let found, let known):
      "\(path): has layout version \(found), this version reads up to \(known); use a newer nightjar"
    case .noScan(let path, let signal, let found):
      if let signal {
        "\(path): has no scan of the signal '\(signal)', found \(SummaryError.list(found))"
          + (NearestName.nearest(to: signal, among: found).map { "; did you mean '\($0)'?" } ?? "")
      } else {
        "\(path): holds no scan"
      }
    case .severalScans(let path, let found):
      "\(path): holds scans of \(SummaryError.list(found)); choose one as '\(path):\(found.first ?? "")'"
    case .damaged(let path, let dataset, let reason): "\(path): '\(dataset)' \(reason)"
    }
  }

  private static func list(_ names: [String]) -> String {
    names.isEmpty ? "none" : names.map { "'\($0)'" }.joined(separator: ", ")
  }
}
