import Columns
import HDF5Files

/// One column of an ntuple file.
public struct NtupleColumn: Equatable, Sendable {
  /// Name as written in the file.
  public var name: String
  /// Type of the values after reading.
  public var type: ColumnType
  /// Attribute `units`, where there is one.
  public var unit: String?
  /// Attribute `long_name`, where there is one.
  public var longName: String?
}

/// An HDF5 ntuple open for reading: one dataset per column in a group, or a table of compounds.
///
/// Safe to share between threads; values are read through one `NtupleCursor` a thread.
public final class NtupleFile: Sendable {
  /// How the columns lie in the file.
  public enum Layout: Equatable, Sendable {
    /// One dataset per column in a group.
    case columns
    /// One dataset of compounds (PyTables).
    case table
  }

  /// Path of the file.
  public let path: String
  /// Absolute path of the group or dataset.
  public let table: String
  /// How the columns lie in the file.
  public let layout: Layout
  /// Readable columns, in file order (groups: by name).
  public let columns: [NtupleColumn]
  /// Columns that cannot be read, with the reason.
  public let unreadable: [(name: String, reason: String)]
  /// Number of rows.
  public let rowCount: Int

  /// Opens an ntuple; `table` names the group or dataset, `nil` takes the only one there is.
  public static func open(
    path: String, table: String? = nil
  ) throws(NtupleError) -> NtupleFile { fatalError("not written yet") }

  init() { fatalError("not written yet") }

  /// Row ranges for parallel work: whole chunks, at least `approximateRows` each but the last.
  public func ranges(approximateRows: Int) -> [Range<Int>] { fatalError("not written yet") }

  /// Finds a column: exact name, then mangled by `makeROOTCompatible`, then the aliases in turn.
  public func column(
    named name: String, aliases: [String] = []
  ) throws(NtupleError) -> Int { fatalError("not written yet") }
}

/// Reads blocks of rows of some columns; one cursor a thread.
public final class NtupleCursor {
  /// Creates a cursor for columns given by their index in `file.columns`.
  public init(file: NtupleFile, columns: [Int]) throws(NtupleError) {
    fatalError("not written yet")
  }

  /// Reads rows into one buffer a column (resized to the number of rows).
  public func read(_ rows: Range<Int>, into buffers: [ColumnBuffer]) throws(NtupleError) {
    fatalError("not written yet")
  }
}
