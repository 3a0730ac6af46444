import Diagnostics
import Settings

extension BinnedTable {
  /// Reads a table from a CSV file.
  ///
  /// The first line names the columns: `X low, X high` for each axis, then `value, error`; every
  /// other line is one bin. Lines may come in any order; empty ones and those after `#` are left
  /// out. The bins of an axis adjoin exactly, and each combination of bins stands there once; the
  /// outermost edges may be `-inf` and `inf`.
  /// - Parameters:
  ///   - path: The file.
  ///   - axisCount: Number of coordinates of the correction.
  /// - Returns: The table.
  /// - Throws: every fault of the file with its line; one without a place if it cannot be read.
  public static func read(path: String, axisCount: Int) throws(Diagnostics) -> BinnedTable {
    let text = try TableFile.text(of: path)
    var table = try parse(text, file: path, axisCount: axisCount)
    table.byteCount = text.utf8.count
    return table
  }

  /// Reads a table from the text of a CSV file.
  package static func parse(_ text: String, file: String, axisCount: Int) throws(Diagnostics)
    -> BinnedTable
  {
    var reader = BinnedTableReader(file: file, axisCount: axisCount)
    let content = CommaSeparatedText(text)
    for line in content.lines {
      reader.read(line)
      if reader.isHopeless { break }
    }
    return try reader.table(lineCount: content.lineCount)
  }
}

/// Collects the bins of a table line by line.
private struct BinnedTableReader {
  struct Interval: Hashable {
    var low: Double
    var high: Double
  }

  struct Row {
    var line: Int
    var bin: [Interval]
    var value: Double
    var error: Double
  }

  let file: String
  let axisCount: Int
  var names: [String] = []
  var rows: [Row] = []
  var faults = Diagnostics()
  var hasHeader = false

  init(file: String, axisCount: Int) {
    self.file = file
    self.axisCount = axisCount
  }

  /// Whether what follows cannot be read: the header is wrong, or the file is no table at all.
  var isHopeless: Bool {
    (hasHeader && names.isEmpty) || faults.items.count >= 20
      || rows.count > BinnedTable.largestBinCount
  }

  private mutating func report(_ line: Int, _ finding: String, _ remedy: String? = nil) {
    faults.report(
      Diagnostic(at: .init(file: file, line: line, column: 1), finding, remedy: remedy))
  }

  mutating func read(_ line: CommaSeparatedText.Line) {
    if hasHeader { readBin(line.texts, line.number) } else { readHeader(line.texts, line.number) }
  }

  private mutating func readHeader(_ cells: [String], _ line: Int) {
    hasHeader = true
    let count = 2 * axisCount + 2
    let example =
      ["p", "theta", "phi"].prefix(axisCount).map { "\($0) low, \($0) high" }
      .joined(separator: ", ") + ", value, error"
    guard cells.count == count else {
      return report(
        line,
        "the header must name \(count) columns for \(axisCount) coordinate"
          + "\(axisCount == 1 ? "" : "s"), found \(cells.count)", "write for example '\(example)'")
    }
    func stem(_ name: String, _ ending: String) -> String? {
      name.hasSuffix(ending) ? String(name.dropLast(ending.count)) : nil
    }
    for axis in 0..<axisCount {
      let low = stem(cells[2 * axis], "low")
      let high = stem(cells[2 * axis + 1], "high")
      guard low != nil, low == high else {
        return report(
          line,
          "columns \(2 * axis + 1) and \(2 * axis + 2) must be 'X low' and 'X high', found "
            + "'\(cells[2 * axis])' and '\(cells[2 * axis + 1])'", "write for example '\(example)'")
      }
    }
    guard cells[count - 2] == "value", cells[count - 1] == "error" else {
      return report(
        line,
        "the last columns must be 'value' and 'error', found '\(cells[count - 2])' and "
          + "'\(cells[count - 1])'", "write for example '\(example)'")
    }
    names = cells
  }

  private mutating func readBin(_ cells: [String], _ line: Int) {
    guard cells.count == names.count else {
      return report(line, "must hold \(names.count) numbers, found \(cells.count)")
    }
    var numbers: [Double] = []
    for (name, cell) in zip(names, cells) {
      guard let number = Double(cell), !number.isNaN else {
        return report(line, "'\(name)' must be a number, found '\(cell)'")
      }
      numbers.append(number)
    }
    var bin: [Interval] = []
    for axis in 0..<axisCount {
      let interval = Interval(low: numbers[2 * axis], high: numbers[2 * axis + 1])
      guard interval.low < interval.high else {
        return report(
          line,
          "'\(names[2 * axis])' must be below '\(names[2 * axis + 1])', found \(cells[2 * axis]) "
            + "and \(cells[2 * axis + 1])")
      }
      bin.append(interval)
    }
    let value = numbers[2 * axisCount]
    let error = numbers[2 * axisCount + 1]
    guard value.isFinite, value >= 0, error.isFinite, error >= 0 else {
      return report(
        line,
        "value and error must be finite and not negative, found \(cells[2 * axisCount]) and "
          + "\(cells[2 * axisCount + 1])")
    }
    rows.append(Row(line: line, bin: bin, value: value, error: error))
  }

  mutating func table(lineCount: Int) throws(Diagnostics) -> BinnedTable {
    guard faults.isEmpty else { throw faults }
    guard hasHeader, !rows.isEmpty else {
      report(max(1, lineCount), "the table holds no bin", "add a line a bin")
      throw faults
    }
    guard rows.count <= BinnedTable.largestBinCount else {
      report(
        rows[rows.count - 1].line, "the table must hold at most \(BinnedTable.largestBinCount) bins"
      )
      throw faults
    }
    var edges: [[Double]] = []
    var place: [[Interval: Int]] = []
    for axis in 0..<axisCount {
      let intervals = try intervals(of: axis)
      edges.append(intervals.map(\.low) + [intervals[intervals.count - 1].high])
      place.append(
        Dictionary(uniqueKeysWithValues: intervals.enumerated().map { ($1, $0) }))
    }
    let count = edges.reduce(1) { $0 * ($1.count - 1) }
    var lines = [Int](repeating: 0, count: min(count, rows.count + 1))
    var values = [Double](repeating: 0, count: lines.count)
    var errors = values
    guard count <= rows.count else {
      throw missing(edges, place)
    }
    for row in rows {
      let cell = row.bin.enumerated().reduce(0) {
        $0 * (edges[$1.offset].count - 1) + (place[$1.offset][$1.element] ?? 0)
      }
      guard lines[cell] == 0 else {
        report(row.line, "holds the same bin as line \(lines[cell])", "remove one of the two")
        continue
      }
      lines[cell] = row.line
      values[cell] = row.value
      errors[cell] = row.error
    }
    guard faults.isEmpty else { throw faults }
    return BinnedTable(edges: edges, values: values, errors: errors)
  }

  /// The bins of an axis, ascending; they must adjoin.
  private mutating func intervals(of axis: Int) throws(Diagnostics) -> [Interval] {
    var firstLine: [Interval: Int] = [:]
    for row in rows where firstLine[row.bin[axis]] == nil { firstLine[row.bin[axis]] = row.line }
    let sorted = firstLine.sorted {
      ($0.key.low, $0.key.high) < ($1.key.low, $1.key.high)
    }
    for (before, after) in zip(sorted, sorted.dropFirst()) where before.key.high != after.key.low {
      let what = before.key.high < after.key.low ? "leave a gap" : "overlap"
      report(
        max(before.value, after.value),
        "the bins of '\(names[2 * axis])' \(what) between [\(before.key.low), \(before.key.high)] "
          + "and [\(after.key.low), \(after.key.high)]", "make the bins of an axis adjoin exactly")
    }
    guard faults.isEmpty else { throw faults }
    return sorted.map(\.key)
  }

  /// Names the first combination of bins that no line holds.
  private mutating func missing(_ edges: [[Double]], _ place: [[Interval: Int]]) -> Diagnostics {
    let cells = Set(
      rows.map { row in
        row.bin.enumerated().reduce(0) {
          $0 * (edges[$1.offset].count - 1) + (place[$1.offset][$1.element] ?? 0)
        }
      })
    var cell = 0
    while cells.contains(cell) { cell += 1 }
    var bins: [String] = []
    for axis in edges.indices.reversed() {
      let own = cell % (edges[axis].count - 1)
      cell /= edges[axis].count - 1
      bins.insert("[\(edges[axis][own]), \(edges[axis][own + 1])]", at: 0)
    }
    report(
      rows[rows.count - 1].line, "no line holds the bin \(bins.joined(separator: " × "))",
      "add it; each combination of bins needs a line")
    return faults
  }
}
