import Diagnostics
import Settings
import Theory

extension TheoryTable {
  /// Reads a table that a setting names.
  ///
  /// A comment names the source; the header is `mass [GeV]` and a name with its unit for each column;
  /// masses ascend.
  /// - Parameters:
  ///   - path: The file.
  ///   - place: The setting.
  /// - Returns: The table.
  /// - Throws: Every fault of the file with its place.
  package static func read(path: String, at place: SourceLocation) throws(Diagnostics)
    -> TheoryTable
  {
    try parse(try TableFile.text(of: path, at: place), file: path)
  }

  /// Reads a table from the text of a file.
  package static func parse(_ text: String, file: String) throws(Diagnostics) -> TheoryTable {
    let content = CommaSeparatedText(text)
    var faults = Diagnostics()
    func report(_ line: Int, _ column: Int, _ finding: String, _ remedy: String? = nil) {
      faults.report(
        Diagnostic(
          at: SourceLocation(file: file, line: line, column: column), finding, remedy: remedy))
    }
    if content.comments.isEmpty {
      report(1, 1, "no comment names the source", "begin with '# ' and where the numbers come from")
    }
    let header = content.lines.first?.texts ?? []
    guard header.count >= 2, header[0] == "mass [GeV]",
      header.allSatisfy({ $0.hasSuffix("]") && $0.contains(" [") })
    else {
      report(
        content.lines.first?.number ?? 1, 1,
        "the header must be 'mass [GeV]' and a name with its unit for each column, found "
          + "'\(header.joined(separator: ","))'", "write for example 'mass [GeV],pions [GeV^2]'")
      throw faults
    }
    var rows: [[Double]] = []
    for line in content.lines.dropFirst() {
      guard line.cells.count == header.count else {
        report(line.number, 1, "must hold \(header.count) numbers, found \(line.cells.count)")
        continue
      }
      let numbers = line.cells.compactMap { cell -> Double? in
        guard let number = Double(cell.text), number.isFinite else {
          report(line.number, cell.column, "must be a finite number, found '\(cell.text)'")
          return nil
        }
        return number
      }
      guard numbers.count == header.count else { continue }
      if let last = rows.last?[0], numbers[0] <= last {
        report(
          line.number, line.cells[0].column,
          "the mass must be above \(SettingsText.number(last)) of the row before, found "
            + "\(SettingsText.number(numbers[0]))", "sort the rows")
        continue
      }
      rows.append(numbers)
    }
    guard faults.isEmpty else { throw faults }
    guard
      let table = TheoryTable(
        masses: rows.map { $0[0] },
        columns: header.indices.dropFirst().map { column in rows.map { $0[column] } },
        names: Array(header.dropFirst()))
    else {
      report(content.lineCount, 1, "holds \(rows.count) rows; at least 2 are needed", "add rows")
      throw faults
    }
    return table
  }
}
