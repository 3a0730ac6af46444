/// What can go wrong with a ROOT file.
///
/// `place` is `file` or `file:/path/of/object`.
public enum ROOTError: Error, Equatable, Sendable {
  /// The file cannot be opened or read by the system.
  case unreadable(place: String, reason: String)
  /// The file does not begin as ROOT files do.
  case notROOT(place: String, byteCount: Int)
  /// The file is shorter than its own metadata say.
  case truncated(place: String, needed: Int, found: Int)
  /// No object of that name; `nearest` exists.
  case missing(place: String, name: String, nearest: String?)
  /// The object is of another class than the wanted one.
  case wrongClass(place: String, found: String, allowed: String)
  /// A compression that is not understood.
  case unsupportedCompression(place: String, found: String)
  /// A version or layout that is not understood.
  case unsupported(place: String, what: String, remedy: String)
  /// Rows beyond the end were asked for.
  case outOfRange(place: String, rows: Range<Int>, count: Int)
  /// Reading would need more memory than allowed.
  case tooLarge(place: String, byteCount: Int, limit: Int)
  /// Metadata or data contradict themselves.
  case damaged(place: String, what: String)
}

extension ROOTError: CustomStringConvertible {
  /// The text for people: `where: what is wrong; found and allowed; remedy`.
  public var description: String {
    switch self {
    case .unreadable(let place, let reason):
      "\(place): cannot be read; \(reason)"
    case .notROOT(let place, let byteCount):
      "\(place): not a ROOT file; no 'root' at the start of its \(byteCount) bytes"
    case .truncated(let place, let needed, let found):
      "\(place): file is truncated; found \(found) of \(needed) bytes; copy or make it again"
    case .missing(let place, let name, let nearest):
      "\(place): nothing named '\(name)'" + (nearest.map { "; did you mean '\($0)'?" } ?? "")
    case .wrongClass(let place, let found, let allowed):
      "\(place): found class \(found); allowed: \(allowed)"
    case .unsupportedCompression(let place, let found):
      "\(place): compression '\(found)' is not supported; supported: ZLIB, LZ4, ZSTD, LZMA"
    case .unsupported(let place, let what, let remedy):
      "\(place): \(what) not supported; \(remedy)"
    case .outOfRange(let place, let rows, let count):
      "\(place): rows \(rows.lowerBound) to \(rows.upperBound) asked for; there are \(count)"
    case .tooLarge(let place, let byteCount, let limit):
      "\(place): needs \(byteCount) bytes of memory at once, allowed \(limit)"
    case .damaged(let place, let what):
      "\(place): damaged; \(what)"
    }
  }
}
