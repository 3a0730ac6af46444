import ArgumentParser
import Columns
import Ntuples
import Platform

/// `nightjar inspect`: what an ntuple file holds.
struct Inspect: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "List what an ntuple file holds: columns, types, units, ranges, one histogram.",
    discussion: """
      HDF5 files: one dataset per column in a group, and PyTables tables. ROOT files: TTree, \
      TNtuple and RNTuple. NaN and -999 (a common mark for a missing value) are counted and left \
      out of ranges and means.

      Examples:
        nightjar inspect inputs/data-0.h5
        nightjar inspect inputs/data-0.h5 --column mu1_px
        nightjar inspect file.h5 --table 'Upsilon(4S)' --json
        nightjar inspect file.root --table 'ntuples/muons;2'
      """)

  @Argument(help: ArgumentHelp("HDF5 or ROOT file.", valueName: "FILE"))
  var file: String

  @Option(
    help: ArgumentHelp("Group of columns, table or tree, if there are several.", valueName: "NAME"))
  var table: String?

  @Option(help: ArgumentHelp("Column to draw as a histogram.", valueName: "NAME"))
  var column: String?

  @Option(help: "About how many bins the histogram has, 1 to 200; edges are round.")
  var bins = 20

  @Option(help: "Threads (default: the processors this process may use).")
  var threads: Int?

  @Flag(help: "Write JSON.")
  var json = false

  func validate() throws {
    guard (1...200).contains(bins) else {
      throw ValidationError("--bins: value is out of range; found \(bins), allowed 1 to 200")
    }
    try ThreadOption.validate(threads)
  }

  func run() throws {
    try reportingErrors {
      let ntuple = try NtupleFile.open(path: file, table: table)
      let pool = WorkerPool(threads: ThreadOption.count(threads))
      let scan = ColumnScan(file: ntuple, pool: pool)
      var chosen = Array(ntuple.columns.indices)
      if let column { chosen = [try ntuple.column(named: column)] }
      let parts = try scan.map(columns: chosen) { $0.map(ColumnSummary.of) }
      var summaries = chosen.map { _ in ColumnSummary() }
      for part in parts {
        for index in summaries.indices { summaries[index].add(part[index]) }
      }
      var histogram: TextHistogram?
      if column != nil, summaries[0].values > 0 {
        histogram = try Self.histogram(summaries[0], bins: bins, scan: scan, column: chosen[0])
      }
      let listing = InspectListing(
        file: ntuple, columns: chosen, summaries: summaries, histogram: histogram,
        metadata: JobMetadata(path: file))
      Terminal.writeOutput(json ? listing.json.text + "\n" : listing.text)
    }
  }

  private static func histogram(
    _ summary: ColumnSummary, bins: Int, scan: ColumnScan, column: Int
  ) throws -> TextHistogram {
    let empty = TextHistogram(
      low: summary.minimum, high: summary.maximum, bins: bins,
      wholeNumbers: scan.file.columns[column].type.isInteger)
    let parts = try scan.map(columns: [column]) { buffers in
      var part = empty
      ColumnSummary.forEachValue(of: buffers[0]) { part.fill($0) }
      return part
    }
    return parts.reduce(into: empty) { $0.add($1) }
  }
}
