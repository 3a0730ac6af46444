/// What can go wrong with an HDF5 file.
///
/// `place` is `file` or `file:/path/of/object`.
public enum HDF5Error: Error, Equatable, Sendable {
  /// The file cannot be opened or read by the system.
  case unreadable(place: String, reason: String)
  /// The file has no HDF5 signature.
  case notHDF5(place: String, byteCount: Int)
  /// The file is shorter than its own metadata say.
  case truncated(place: String, needed: Int, found: Int)
  /// No object of that name; `nearest` are the names that exist there.
  case missing(place: String, name: String, nearest: String?)
  /// The object is not of the wanted kind.
  case wrongKind(place: String, found: String, allowed: String)
  /// The path goes through a link into another file.
  case externalLink(place: String)
  /// The data lie in other files.
  case externalStorage(place: String)
  /// The dataset is put together from other datasets.
  case virtualDataset(place: String)
  /// A filter that cannot be undone here.
  case unsupportedFilter(place: String, filter: String)
  /// An element type that cannot be read as asked.
  case unsupportedType(place: String, found: String, allowed: String)
  /// The shape is not the wanted one.
  case wrongShape(place: String, found: [Int], allowed: String)
  /// Rows beyond the end were asked for.
  case outOfRange(place: String, rows: Range<Int>, count: Int)
  /// Reading would need more memory than allowed.
  case tooLarge(place: String, byteCount: Int, limit: Int)
  /// Metadata or data contradict themselves.
  case damaged(place: String, what: String)
  /// A child process that walked the file for us died; see `HDF5Precheck`.
  case crashed(place: String, how: String)
  /// libhdf5 refused an operation.
  case library(place: String, operation: String, reason: String)
  /// The file cannot be written.
  case unwritable(place: String, reason: String)
  /// The disk or the quota is full.
  case diskFull(place: String)
}

extension HDF5Error: CustomStringConvertible {
  /// The text for people: `where: what is wrong; found and allowed; remedy`.
  public var description: String {
    switch self {
    case .unreadable(let place, let reason):
      "\(place): cannot be read; \(reason)"
    case .notHDF5(let place, let byteCount):
      "\(place): not an HDF5 file; no HDF5 signature in its \(byteCount) bytes"
    case .truncated(let place, let needed, let found):
      "\(place): file is truncated; found \(found) of \(needed) bytes; copy or make it again"
    case .missing(let place, let name, let nearest):
      "\(place): nothing named '\(name)'" + (nearest.map { "; did you mean '\($0)'?" } ?? "")
    case .wrongKind(let place, let found, let allowed):
      "\(place): found \(found); allowed: \(allowed)"
    case .externalLink(let place):
      "\(place): link into another file is not followed; copy the object into this file"
    case .externalStorage(let place):
      "\(place): data stored in other files are not read; repack the file with h5repack"
    case .virtualDataset(let place):
      "\(place): virtual datasets are not read; copy the data into one file"
    case .unsupportedFilter(let place, let filter):
      "\(place): filter \(filter) is not supported; supported: deflate, shuffle, fletcher32, blosc, "
        + "n-bit, scale-offset; repack the file with 'h5repack -f SHUF -f GZIP=4'"
    case .unsupportedType(let place, let found, let allowed):
      "\(place): type \(found) cannot be read here; allowed: \(allowed)"
    case .wrongShape(let place, let found, let allowed):
      "\(place): shape \(found) does not fit; allowed: \(allowed)"
    case .outOfRange(let place, let rows, let count):
      "\(place): rows \(rows.lowerBound) to \(rows.upperBound) asked for; found \(count) rows"
    case .tooLarge(let place, let byteCount, let limit):
      "\(place): needs \(byteCount) bytes at once; allowed: \(limit)"
    case .damaged(let place, let what):
      "\(place): file is damaged; \(what); copy or make it again"
    case .crashed(let place, let how):
      "\(place): file is damaged; libhdf5 \(how) while walking its metadata; copy or make it again"
    case .library(let place, let operation, let reason):
      "\(place): \(operation) failed in libhdf5; \(reason)"
    case .unwritable(let place, let reason):
      "\(place): cannot be written; \(reason)"
    case .diskFull(let place):
      "\(place): no space left on the disk; nothing was written under the final name; make space "
        + "and run again, finished work is kept"
    }
  }
}
