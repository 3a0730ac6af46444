import HDF5Files
import ROOTFiles

/// What can go wrong with an ntuple file; `place` is `file` or `file:/table`.
public enum NtupleError: Error, Equatable, Sendable {
  /// The HDF5 file itself is at fault.
  case file(HDF5Error)
  /// The ROOT file itself is at fault.
  case root(ROOTError)
  /// No group of columns and no table is in the file.
  case noTable(place: String)
  /// Several could be meant.
  case severalTables(place: String, candidates: [String])
  /// The named table does not exist.
  case missingTable(place: String, name: String, candidates: [String])
  /// The columns differ in length.
  case unequalLengths(place: String, first: String, firstRows: Int, other: String, otherRows: Int)
  /// A column is missing.
  case missingColumn(place: String, name: String, nearest: String?)
  /// A column is there but cannot be read.
  case unreadableColumn(place: String, name: String, reason: String)
  /// A column holds a list in each row where the schema says one value, or the other way round.
  case listMismatch(place: String, name: String, isList: Bool)
  /// A file written by pandas' `to_hdf`.
  case pandas(place: String, format: String)
}

extension NtupleError: CustomStringConvertible {
  /// The text for people: `where: what is wrong; found and allowed; remedy`.
  public var description: String {
    switch self {
    case .file(let error):
      error.description
    case .root(let error):
      error.description
    case .noTable(let place):
      "\(place): no ntuple found; allowed: a group of datasets of one dimension and equal length, "
        + "a dataset of compounds, a TTree, a TNtuple or an RNTuple"
    case .severalTables(let place, let candidates):
      "\(place): holds several ntuples: \(Self.list(candidates)); name one with 'table'"
    case .missingTable(let place, let name, let candidates):
      "\(place): no ntuple named '\(name)'; found: "
        + (candidates.isEmpty ? "none" : Self.list(candidates))
    case .unequalLengths(let place, let first, let firstRows, let other, let otherRows):
      "\(place): columns differ in length; '\(first)' has \(firstRows) rows, "
        + "'\(other)' has \(otherRows)"
    case .missingColumn(let place, let name, let nearest):
      "\(place): no column named '\(name)'" + (nearest.map { "; did you mean '\($0)'?" } ?? "")
    case .unreadableColumn(let place, let name, let reason):
      "\(place): column '\(name)' cannot be read; \(reason)"
    case .listMismatch(let place, let name, let isList):
      isList
        ? "\(place): column '\(name)' holds a list in each row, the ntuple schema says one value; "
          + "write 'list: true' in the schema"
        : "\(place): column '\(name)' holds one value in each row, the ntuple schema says a list; "
          + "remove 'list: true' from the schema"
    case .pandas(let place, let format):
      "\(place): written by pandas' to_hdf in '\(format)' format, which is not supported; "
        + "write the columns with h5py or the rows with PyTables"
    }
  }

  private static func list(_ names: [String]) -> String {
    names.prefix(8).map { "'\($0)'" }.joined(separator: ", ")
      + (names.count > 8 ? " and \(names.count - 8) more" : "")
  }
}
