import Platform

/// Results as comma-separated tables (RFC 4180), a file each, with an index of them.
///
/// The first line names the columns with their units in square brackets. Numbers are the shortest
/// text that reads back to the same bits; a cell is empty where there is no number. All hypotheses
/// are there, with their status.
package enum CSVTables {
  /// Name of the index: file, table, description, number of rows, digest.
  package static let index = "tables.csv"

  /// Makes the files, the index last.
  package static func files(_ exported: ExportTables) -> [ExportFile] {
    var files: [ExportFile] = []
    var list = line(["file", "table", "description", "rows", "sha256"])
    for table in exported.tables {
      let file = ExportFile(name: table.file + ".csv", text: text(table))
      files.append(file)
      list += line([file.name, table.name, table.text, "\(table.rows)", file.digest])
    }
    return files + [ExportFile(name: index, text: list)]
  }

  static func text(_ table: ExportTable) -> String {
    var header: [String] = []
    var columns: [[String]] = []
    for column in table.axes + table.columns {
      for part in cells(column) {
        header.append(part.name)
        columns.append(part.cells)
      }
    }
    var text = line(header)
    for row in 0..<table.rows { text += line(columns.map { $0[row] }) }
    return text
  }

  private static func cells(_ column: ExportTable.Column) -> [(name: String, cells: [String])] {
    func named(_ suffix: String) -> String {
      column.name + suffix + (column.unit.isEmpty ? "" : " [\(column.unit)]")
    }
    switch column.values {
    case .texts(let texts): return [(named(""), texts)]
    case .counts(let counts): return [(named(""), counts.map { "\($0)" })]
    case .numbers(let values, let errors):
      let own = (named(""), values.map(number))
      guard let errors else { return [own] }
      return [own, (named("Error"), errors.map(number))]
    case .bands(let deviations, let values):
      return zip(deviations, values).map { deviation, values in
        (named("(\(sigma(deviation)))"), values.map(number))
      }
    }
  }

  /// -2, -1, 0, +1, +2 as words for a header.
  static func sigma(_ deviation: Double) -> String {
    let short = "\(deviation)"
    let text = short.hasSuffix(".0") ? String(short.dropLast(2)) : short
    return deviation > 0 ? "+" + text : deviation == 0 ? "0" : text
  }

  private static func number(_ value: Double) -> String { value.isFinite ? "\(value)" : "" }

  /// One record; cells with commas, quotes or line ends are quoted, quotes doubled.
  static func line(_ cells: [String]) -> String {
    cells.map { cell in
      let needsQuotes = cell.unicodeScalars.contains { [",", "\"", "\n", "\r"].contains($0) }
      return needsQuotes || cell != cell.trimmed
        ? "\""
          + cell.split(separator: "\"", omittingEmptySubsequences: false)
          .joined(separator: "\"\"") + "\"" : cell
    }.joined(separator: ",") + "\r\n"
  }
}

extension String {
  fileprivate var trimmed: String {
    var text = Substring(self)
    while text.first == " " { text.removeFirst() }
    while text.last == " " { text.removeLast() }
    return String(text)
  }
}
