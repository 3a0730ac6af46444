/// Why a text is no table of a theory.
public enum TheoryTableFault: Error, Equatable, Sendable, CustomStringConvertible {
  /// No comment names the source of the numbers.
  case noSource
  /// The header is not `mass [GeV]` and then a name with a unit for each column.
  case header(line: Int, found: String)
  /// A row has another number of fields than the header.
  case fields(line: Int, found: Int, expected: Int)
  /// A field is no finite number.
  case number(line: Int, field: Int, found: String)
  /// A mass is not above that of the row before.
  case order(line: Int, mass: Double, before: Double)
  /// There are fewer than two rows.
  case rows(Int)

  /// The text as the user sees it, after the name of the file.
  public var description: String {
    switch self {
    case .noSource:
      "1: no comment names the source; the first line must be '# ' and where the numbers come from"
    case .header(let line, let found):
      "\(line): the header is '\(found)'; it must be 'mass [GeV]' and a name with its unit for each "
        + "column, as 'pions [GeV^2]', with commas between"
    case .fields(let line, let found, let expected):
      "\(line): has \(found) fields; the header names \(expected)"
    case .number(let line, let field, let found):
      "\(line): field \(field) is '\(found)'; a finite number is expected"
    case .order(let line, let mass, let before):
      "\(line): mass \(mass) GeV is not above \(before) GeV of the row before; sort the rows"
    case .rows(let count): "has \(count) rows; at least two are needed"
    }
  }
}

extension TheoryTable {
  /// Reads comments (`#`) that name the source, a header, then a row a line, with commas between.
  ///
  /// - Parameter text: The text of the file.
  /// - Throws: The first fault with its line.
  public init(text: String) throws(TheoryTableFault) {
    var names: [String]?
    var masses: [Double] = []
    var columns: [[Double]] = []
    var hasSource = false
    let lines = text.split(omittingEmptySubsequences: false) { $0.isNewline }
    for (index, line) in lines.enumerated() {
      let number = index + 1
      let content = Self.trimmed(line)
      if content.isEmpty { continue }
      if content.hasPrefix("#") {
        hasSource = hasSource || !Self.trimmed(content.dropFirst()).isEmpty
        continue
      }
      guard hasSource else { throw .noSource }
      let fields = content.split(separator: ",", omittingEmptySubsequences: false).map {
        Self.trimmed($0)
      }
      guard let known = names else {
        guard fields.count >= 2, fields[0] == "mass [GeV]",
          fields.allSatisfy({ $0.hasSuffix("]") && $0.contains(" [") })
        else { throw .header(line: number, found: String(content)) }
        names = fields.dropFirst().map(String.init)
        columns = [[Double]](repeating: [], count: fields.count - 1)
        continue
      }
      guard fields.count == known.count + 1 else {
        throw .fields(line: number, found: fields.count, expected: known.count + 1)
      }
      var values: [Double] = []
      for (place, field) in fields.enumerated() {
        guard let value = Double(String(field)), value.isFinite else {
          throw .number(line: number, field: place + 1, found: String(field))
        }
        values.append(value)
      }
      if let before = masses.last, values[0] <= before {
        throw .order(line: number, mass: values[0], before: before)
      }
      masses.append(values[0])
      for place in columns.indices { columns[place].append(values[place + 1]) }
    }
    guard hasSource else { throw .noSource }
    guard let table = TheoryTable(masses: masses, columns: columns, names: names ?? []) else {
      throw .rows(masses.count)
    }
    self = table
  }

  private static func trimmed(_ text: Substring) -> Substring {
    var text = text
    while let first = text.first, first == " " || first == "\t" { text = text.dropFirst() }
    while let last = text.last, last == " " || last == "\t" { text = text.dropLast() }
    return text
  }
}
