import Platform

/// Results as a submission folder of HEPData: `submission.yaml` and a data file a table.
///
/// Layout of hepdata-submission, schema version 1. Limits with expected bands give the expected
/// column twice, with errors of one and of two standard deviations, as errors that add up would be
/// wrong. A value that does not exist is `-`, an error that is zero or does not exist is left out.
/// Hypotheses that were left out on purpose are not in the tables; others are flagged in a column.
package enum HEPDataSubmission {
  /// Name of the file that lists the tables.
  package static let index = "submission.yaml"
  /// Longest name of a table.
  private static let longestName = 64
  /// Longest keyword.
  private static let longestKeyword = 128

  /// Makes the files, the list last.
  ///
  /// - Throws: `ExportError.noTables` where there is nothing to submit: HEPData takes no empty list.
  package static func files(_ exported: ExportTables) throws(ExportError) -> [ExportFile] {
    var files: [ExportFile] = []
    var documents = ""
    var names: Set<String> = []
    for table in exported.tables where table.isPublished.contains(true) {
      let file = ExportFile(name: table.file + ".yaml", text: data(table, exported))
      files.append(file)
      documents += "---\n" + document(table, file, exported, name: unique(table.name, &names))
    }
    guard !files.isEmpty else { throw .noTables(title: exported.title) }
    var head = "# A HEPData submission written by Nightjar. Files and their SHA-256 digests:\n"
    for file in files { head += "# \(file.name) \(file.digest)\n" }
    var comment = exported.submission.comment.isEmpty ? exported.title : exported.submission.comment
    if exported.isSimulated { comment += " (The data are simulated.)" }
    head += "---\ncomment: \(quoted(comment))\n"
    return files + [ExportFile(name: index, text: head + documents)]
  }

  /// Names of tables have at most 64 characters and differ.
  private static func unique(_ name: String, _ names: inout Set<String>) -> String {
    var short = name.prefix(scalars: longestName), number = 1
    while !names.insert(short).inserted {
      number += 1
      let end = " (\(number))"
      short = name.prefix(scalars: longestName - end.count) + end
    }
    return short
  }

  private static func document(
    _ table: ExportTable, _ file: ExportFile, _ exported: ExportTables, name: String
  ) -> String {
    var text = "name: \(quoted(name))\n"
    text += "description: \(quoted(table.text))\n"
    text += "keywords:\n"
    func keyword(_ name: String, _ values: [String]) {
      text += "- {name: \(name), values: [\(values.joined(separator: ", "))]}\n"
    }
    func words(_ values: [String]) -> [String] {
      values.map { quoted($0.prefix(scalars: longestKeyword)) }
    }
    if !exported.submission.reactions.isEmpty {
      keyword("reactions", words(exported.submission.reactions))
    }
    keyword("observables", words(table.observables))
    if let energy = exported.sqrtS { keyword("cmenergies", [number(energy)]) }
    if !exported.submission.phrases.isEmpty {
      keyword("phrases", words(exported.submission.phrases))
    }
    return text + "data_file: \(quoted(file.name))\n"
  }

  private static func data(_ table: ExportTable, _ exported: ExportTables) -> String {
    let rows = table.isPublished.indices.filter { table.isPublished[$0] }
    var text = "independent_variables:\n"
    for axis in table.axes {
      text += header(axis.label, axis.unit) + "  values:\n"
      for row in rows { text += "  - {value: \(value(axis, row))}\n" }
    }
    text += "dependent_variables:\n"
    var qualifiers = table.qualifiers.map { (quoted($0.name), qualifier($0.value), $0.unit) }
    if let energy = exported.sqrtS { qualifiers.append((quoted("SQRT(S)"), number(energy), "GeV")) }
    for column in table.columns where !column.isInternal {
      for (label, cells) in dependents(column, rows) {
        text += header(label, column.unit)
        if !qualifiers.isEmpty {
          text += "  qualifiers:\n"
          for (name, value, unit) in qualifiers {
            text +=
              "  - {name: \(name), value: \(value)\(unit.isEmpty ? "" : ", units: \(quoted(unit))")}\n"
          }
        }
        text += "  values:\n"
        for cell in cells { text += "  - {\(cell)}\n" }
      }
    }
    return text
  }

  private static func header(_ label: String, _ unit: String) -> String {
    "- header: {name: \(quoted(label))\(unit.isEmpty ? "" : ", units: \(quoted(unit))")}\n"
  }

  /// A qualifier that is a number is written as one.
  private static func qualifier(_ text: String) -> String {
    Double(text).map { $0.isFinite ? number($0) : quoted(text) } ?? quoted(text)
  }

  private static func value(_ column: ExportTable.Column, _ row: Int) -> String {
    switch column.values {
    case .texts(let texts): quoted(texts[row])
    case .counts(let counts): "\(counts[row])"
    case .numbers(let values, _): number(values[row])
    case .bands(_, let values): number(values.first?[row] ?? .nan)
    }
  }

  /// The columns that one of ours becomes, each with its label.
  private static func dependents(
    _ column: ExportTable.Column, _ rows: [Int]
  ) -> [(label: String, cells: [String])] {
    switch column.values {
    case .texts, .counts:
      return [(column.label, rows.map { "value: \(value(column, $0))" })]
    case .numbers(let values, let errors):
      return [
        (
          column.label,
          rows.map { row in
            let error = errors?[row] ?? .nan
            let text = "value: \(number(values[row]))"
            guard values[row].isFinite, error.isFinite, error != 0 else { return text }
            return text + ", errors: [{symerror: \(number(error))}]"
          }
        )
      ]
    case .bands(let deviations, let values):
      return bands(column.label, deviations, values, rows)
    }
  }

  /// The median with pairs of quantiles as its errors; quantiles without a partner by themselves.
  private static func bands(
    _ label: String, _ deviations: [Double], _ values: [[Double]], _ rows: [Int]
  ) -> [(label: String, cells: [String])] {
    func column(_ deviation: Double) -> [Double]? {
      deviations.firstIndex(of: deviation).map { values[$0] }
    }
    var found: [(label: String, cells: [String])] = []
    let median = column(0)
    let sizes = deviations.filter { $0 > 0 && deviations.contains(-$0) }
    if let median {
      if sizes.isEmpty {
        found.append((label, rows.map { "value: \(number(median[$0]))" }))
      }
      for size in sizes {
        guard let up = column(size), let down = column(-size) else { continue }
        let name = "\(CSVTables.sigma(size).dropFirst()) sigma"
        found.append(
          (
            "\(label) (\(name))",
            rows.map {
              cell(median[$0], plus: up[$0] - median[$0], minus: down[$0] - median[$0], name)
            }
          ))
      }
    }
    for (deviation, values) in zip(deviations, values)
    where deviation != 0 && (median == nil || !sizes.contains(abs(deviation))) {
      found.append(
        (
          "\(label) (\(CSVTables.sigma(deviation)) sigma)",
          rows.map { "value: \(number(values[$0]))" }
        ))
    }
    return found
  }

  private static func cell(
    _ value: Double, plus: Double, minus: Double, _ label: String
  ) -> String {
    let text = "value: \(number(value))"
    guard value.isFinite, plus.isFinite, minus.isFinite, plus != 0 || minus != 0 else {
      return text
    }
    return text + ", errors: [{asymerror: {plus: \(number(plus)), minus: \(number(minus))}, "
      + "label: \(quoted(label))}]"
  }

  /// A number that readers of YAML 1.1 and 1.2 take for one: a point before an exponent; a dash for
  /// none.
  static func number(_ value: Double) -> String {
    guard value.isFinite else { return "\"-\"" }
    let text = "\(value)"
    guard let mark = text.firstIndex(of: "e"), !text[..<mark].contains(".") else { return text }
    return text[..<mark] + ".0" + text[mark...]
  }

  /// Text in double quotes, which YAML reads as JSON does.
  static func quoted(_ text: String) -> String {
    var out = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": out += "\\\""
      case "\\": out += "\\\\"
      case "\n": out += "\\n"
      case "\t": out += "\\t"
      case "\r": out += "\\r"
      default:
        if scalar.value < 0x20 || (0x7f..<0xa0).contains(scalar.value) {
          let digits = String(scalar.value, radix: 16)
          out += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
        } else {
          out.unicodeScalars.append(scalar)
        }
      }
    }
    return out + "\""
  }
}

extension String {
  /// The first code points, which is what HEPData counts.
  fileprivate func prefix(scalars count: Int) -> String {
    String(String.UnicodeScalarView(unicodeScalars.prefix(count)))
  }
}
