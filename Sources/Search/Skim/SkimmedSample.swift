import HDF5Files

/// The selected rows of one sample, ordered by the observable, read in slices.
public struct SkimmedSample: Sendable {
  /// Name in the pipeline file.
  public let name: String
  /// Names of the columns, the ordering observable first.
  public let columns: [String]
  /// Rows that were read from the input files.
  public let rowCount: Int
  /// Number of selected rows.
  public let count: Int
  /// Systematics of binned tables whose weights are kept, ascending.
  public let systematics: [String]
  private let file: HDF5File
  private let observable: HDF5Dataset

  /// Opens a merged file.
  public init(name: String, path: String) throws {
    self.name = name
    file = try HDF5File(path: path)
    columns = try file.dataset("names").strings()
    rowCount = Int(try file.dataset("rowCount").integers().first ?? 0)
    systematics =
      file.contains("systematics") ? try file.dataset("systematics").strings() : []
    guard let first = columns.first else {
      throw SearchError.checkpoint(place: path, reason: "a merged sample without columns")
    }
    observable = try file.dataset("columns/\(first)")
    count = observable.count
  }

  /// Counts of all rows.
  var counts: SkimCounts { get throws { try SkimCounts(reading: file) } }

  /// Candidates and events left by the best-candidate choice; nil without one.
  var bestCounts: [Int]? {
    get throws {
      guard file.contains("counts/best") else { return nil }
      return try file.dataset("counts/best").integers().map(Int.init)
    }
  }

  /// Whether rows carry weights.
  public var isWeighted: Bool { file.contains("weights") }

  /// Rows whose ordering observable lies in a closed range.
  func rows(in range: ClosedRange<Double>) throws -> Range<Int> {
    let start = try firstRow { $0 >= range.lowerBound }
    return start..<max(start, try firstRow { $0 > range.upperBound })
  }

  /// Rows that may have a column inside a window: a slice where they are ordered by it, else all.
  func rows(of column: String, in window: ClosedRange<Double>) throws -> Range<Int> {
    column == columns[0] ? try rows(in: window) : 0..<count
  }

  /// Values of one column.
  func values(_ column: String, rows: Range<Int>) throws -> [Double] {
    try file.dataset("columns/\(column)").values(of: Double.self, rows: rows)
  }

  /// Weights; ones for data.
  func weights(rows: Range<Int>) throws -> [Double]? {
    guard isWeighted else { return nil }
    return try file.dataset("weights").values(of: Double.self, rows: rows)
  }

  /// What stands before the name of a systematic in the name of its column.
  static let shiftedPrefix = "weights:"

  /// Weights with the tables of a systematic moved up by one standard deviation.
  ///
  /// - Returns: One weight a row; nil where the sample has no such systematic or no selected row.
  public func shiftedWeights(_ systematic: String, rows: Range<Int>) throws -> [Double]? {
    let column = Self.shiftedPrefix + systematic
    guard systematics.contains(systematic), file.contains(column) else { return nil }
    return try file.dataset(column).values(of: Double.self, rows: rows)
  }

  /// Hashes of the events; nil where the ntuple does not identify them.
  func events(rows: Range<Int>) throws -> [UInt64]? {
    guard file.contains("events") else { return nil }
    return try file.dataset("events").values(of: UInt64.self, rows: rows)
  }

  /// Generated masses and coordinates of a signal, ascending, with the number of generated events.
  var generated: [GeneratedPoint] { get throws { try GeneratedEvents.points(file) } }

  /// Rules passed, one bit each; nil without rules.
  func rules(rows: Range<Int>) throws -> [UInt64]? {
    guard file.contains("rules") else { return nil }
    return try file.dataset("rules").values(of: UInt64.self, rows: rows)
  }

  private func firstRow(where matches: (Double) -> Bool) throws -> Int {
    var low = 0
    var high = count
    while low < high {
      let middle = (low + high) / 2
      let value = try observable.values(of: Double.self, rows: middle..<(middle + 1))[0]
      if matches(value) { high = middle } else { low = middle + 1 }
    }
    return low
  }
}
