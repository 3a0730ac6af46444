import Columns
import Diagnostics
import HDF5Files
import ROOTFiles

/// An ntuple open for reading: columns or a table in an HDF5 file, a tree or RNTuple in a ROOT file.
///
/// Safe to share between threads; values are read through one `NtupleCursor` a thread.
public final class NtupleFile: Sendable {
  /// How the columns lie in the file.
  public enum Layout: String, Equatable, Sendable {
    /// One dataset per column in a group.
    case columns
    /// One dataset of compounds (PyTables).
    case table
    /// A TTree or TNtuple.
    case tree
    /// An RNTuple.
    case rntuple
  }

  /// Path of the file.
  public let path: String
  /// Absolute path of the group, dataset, tree or RNTuple.
  public let table: String
  /// How the columns lie in the file.
  public let layout: Layout
  /// Readable columns, in file order (HDF5 groups: by name).
  public let columns: [NtupleColumn]
  /// Columns that cannot be read, with the reason.
  public let unreadable: [(name: String, reason: String)]
  /// Number of rows.
  public let rowCount: Int

  /// Where the readable columns lie.
  let storage: Storage

  /// Where columns lie.
  enum Storage: Sendable {
    /// Each in a dataset.
    case hdf5([ColumnSource])
    /// All in a tree or RNTuple.
    case root(ROOTTable)
  }

  init(
    path: String, table: String, layout: Layout, sources: [ColumnSource],
    unreadable: [(name: String, reason: String)], rowCount: Int
  ) {
    self.path = path
    self.table = table
    self.layout = layout
    self.storage = .hdf5(sources)
    self.columns = sources.map(\.column)
    self.unreadable = unreadable
    self.rowCount = rowCount
  }

  init(_ root: ROOTTable, path: String, table: String) {
    self.path = path
    self.table = "/" + table
    layout = root.isTree ? .tree : .rntuple
    storage = .root(root)
    columns = root.columns.map { column in
      NtupleColumn(
        name: column.name, type: column.type, longName: column.title.isEmpty ? nil : column.title,
        isList: column.isList)
    }
    unreadable = root.unreadable
    rowCount = root.rowCount
  }

  /// Name for messages.
  public var place: String { "\(path):\(table)" }

  /// Opens an ntuple; `table` names the group, dataset or tree, `nil` takes the only one there is.
  ///
  /// The first bytes tell ROOT from HDF5 files. Of a tree written several times the newest cycle is
  /// taken; "name;2" asks for another.
  /// - Throws: `NtupleError`: damaged or foreign files, no or several ntuples, unequal columns.
  public static func open(
    path: String, table: String? = nil
  ) throws(NtupleError) -> NtupleFile {
    if ROOTFile.isROOT(path: path) { return try ROOTFinder(path: path).open(table) }
    let file: HDF5File
    do throws(HDF5Error) {
      try HDF5Precheck.check(path)
      file = try HDF5File(path: path)
    } catch {
      throw .file(error)
    }
    return try NtupleFinder(file: file).open(table)
  }

  /// Walks HDF5 files ahead in child processes, which costs less than one after the other; `open`
  /// tells what is wrong with one.
  ///
  /// - Throws: `NtupleError.file` where no child can be started.
  public static func prepare(_ paths: [String]) throws(NtupleError) {
    do throws(HDF5Error) {
      try HDF5Precheck.prepare(paths.filter { !ROOTFile.isROOT(path: $0) })
    } catch {
      throw .file(error)
    }
  }

  /// Rows that are best read at once inside a range, so that they stay in the cache; nil: all.
  ///
  /// Baskets and pages stay decoded between blocks; chunks of HDF5 are best read whole.
  public var rowsAtOnce: Int? {
    switch layout {
    case .columns, .table: nil
    case .tree, .rntuple: 1 << 13
    }
  }

  /// Row ranges for parallel work: whole chunks, at least `approximateRows` each but the last.
  public func ranges(approximateRows: Int) -> [Range<Int>] {
    let unit = chunkRows
    let wanted = max(1, approximateRows)
    let step = (wanted + unit - 1) / unit * unit
    return stride(from: 0, to: rowCount, by: step).map { $0..<min(rowCount, $0 + step) }
  }

  /// Rows in which every chunk of every column ends; 1 where nothing is in chunks.
  public var chunkRows: Int {
    let sources: [ColumnSource]
    switch storage {
    case .hdf5(let columns): sources = columns
    case .root(let table): return table.typicalBlockRows
    }
    var unit = 1
    var seen: Set<Int> = []
    for source in sources {
      guard case .chunked(let chunk) = source.dataset.layout, seen.insert(chunk[0]).inserted
      else { continue }
      let common = unit / Self.greatestCommonDivisor(unit, chunk[0])
      let product = common.multipliedReportingOverflow(by: chunk[0])
      // Columns with chunks of odd lengths: the longest rules, the others are read in parts.
      unit =
        product.overflow || product.partialValue > 1 << 22
        ? max(unit, chunk[0]) : product.partialValue
    }
    return unit
  }

  private static func greatestCommonDivisor(_ a: Int, _ b: Int) -> Int {
    b == 0 ? a : greatestCommonDivisor(b, a % b)
  }

  /// Finds a column: exact name, then mangled by `makeROOTCompatible`, then the aliases in turn.
  ///
  /// - Throws: `NtupleError.missingColumn` or `.unreadableColumn`.
  public func column(
    named name: String, aliases: [String] = []
  ) throws(NtupleError) -> Int {
    let names = columns.map(\.name)
    for candidate in [name] + aliases {
      if let index = ColumnNames.find(candidate, in: names) { return index }
    }
    for candidate in [name] + aliases {
      if let index = ColumnNames.find(candidate, in: unreadable.map(\.name)) {
        throw .unreadableColumn(
          place: place, name: unreadable[index].name, reason: unreadable[index].reason)
      }
    }
    throw .missingColumn(
      place: place, name: name, nearest: NearestName.nearest(to: name, among: names))
  }
}

/// Where a column lies: a dataset, and the number in each of its elements.
struct ColumnSource: Sendable {
  var column: NtupleColumn
  var dataset: HDF5Dataset
  var field: HDF5Field
}
