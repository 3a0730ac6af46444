import Diagnostics
import HDF5Files
import PipelineSpec
import Settings

extension LimitSurface {
  /// Reads a CSV table, or the observed limits for tested lifetimes of a summary, `FILE.h5` or
  /// `FILE.h5:SIGNAL`.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - place: The setting that names it.
  /// - Returns: The limits.
  /// - Throws: Every fault of a table with its place; what is wrong with a summary at the setting.
  static func read(path: String, at place: SourceLocation) throws(Diagnostics) -> LimitSurface {
    guard let ending = path.range(of: ".h5"),
      ending.upperBound == path.endIndex || path[ending.upperBound] == ":"
    else { return try parse(try TableFile.text(of: path, at: place), file: path) }
    let signal = path[ending.upperBound...].dropFirst()
    let group = signal.isEmpty ? "/scan" : "/scan/\(signal)"
    do {
      let file = try HDF5File(path: String(path[..<ending.upperBound]))
      let masses = try file.dataset("\(group)/mass").doubles()
      let lifetimes = try file.dataset("\(group)/lifetimes/lifetime").doubles()
      let limits = try file.dataset("\(group)/lifetimes/observedLimit").doubles()
      if let fault = fault(masses.count, lifetimes.count, limits.count) {
        throw Diagnostics([Diagnostic(in: path, fault)])
      }
      return LimitSurface(masses: masses, lifetimes: lifetimes, limits: limits)
    } catch let faults as Diagnostics {
      throw faults
    } catch {
      throw Diagnostics([Diagnostic(at: place, "\(error)")])
    }
  }

  /// Reads a table from the text of a file.
  ///
  /// Either `m_S_GeV,ctau_1cm,…`, a column for each lifetime, or `mass [GeV],ctau [cm],limit`, a row
  /// for each mass and lifetime.
  /// - Parameters:
  ///   - text: The text.
  ///   - file: Its file, for faults.
  /// - Returns: The limits.
  /// - Throws: Every fault with its place.
  package static func parse(_ text: String, file: String) throws(Diagnostics) -> LimitSurface {
    let content = CommaSeparatedText(text)
    var reader = LimitTableReader(file: file)
    reader.readHeader(content.lines.first)
    guard reader.faults.isEmpty else { throw reader.faults }
    for line in content.lines.dropFirst() { reader.read(line) }
    guard reader.faults.isEmpty else { throw reader.faults }
    if let fault = fault(reader.masses.count, reader.lifetimes.count, reader.limits.count) {
      throw Diagnostics([Diagnostic(in: file, fault, remedy: "complete the grid")])
    }
    return LimitSurface(
      masses: reader.masses, lifetimes: reader.lifetimes, limits: reader.limits)
  }

  private static func fault(_ masses: Int, _ lifetimes: Int, _ limits: Int) -> String? {
    guard masses < 1 || lifetimes < 2 || limits != masses * lifetimes else { return nil }
    return
      "holds \(limits) limits at \(masses) masses and \(lifetimes) lifetimes; a full grid of at "
      + "least 1 mass and 2 lifetimes is needed"
  }
}

/// Collects the limits of a table line by line.
private struct LimitTableReader {
  let file: String
  var faults = Diagnostics()
  var masses: [Double] = []
  var lifetimes: [Double] = []
  var limits: [Double] = []
  /// Whether there is a row for each lifetime, and how many of the last mass were read.
  private var isTidy = false
  private var place = 0

  init(file: String) { self.file = file }

  private mutating func report(
    _ line: Int, _ column: Int, _ finding: String, _ remedy: String? = nil
  ) {
    faults.report(
      Diagnostic(
        at: SourceLocation(file: file, line: line, column: column), finding, remedy: remedy))
  }

  mutating func readHeader(_ line: CommaSeparatedText.Line?) {
    let names = line?.texts ?? []
    isTidy = names == ["mass [GeV]", "ctau [cm]", "limit"]
    if isTidy { return }
    lifetimes = names.dropFirst().compactMap { name in
      guard name.hasPrefix("ctau_"), name.hasSuffix("cm") else { return nil }
      return Double(name.dropFirst(5).dropLast(2))
    }
    guard ["m_S_GeV", "mass [GeV]"].contains(names.first), lifetimes.count == names.count - 1,
      zip(lifetimes, lifetimes.dropFirst()).allSatisfy({ $0 < $1 }),
      lifetimes.allSatisfy({ $0 > 0 && $0.isFinite })
    else {
      return report(
        line?.number ?? 1, 1,
        "the header must name a mass and ascending lifetimes, found '\(names.joined(separator: ","))'",
        "write 'm_S_GeV,ctau_0.1cm,ctau_1cm', a column for each lifetime, or "
          + "'mass [GeV],ctau [cm],limit', a row for each mass and lifetime")
    }
  }

  mutating func read(_ line: CommaSeparatedText.Line) {
    let expected = isTidy ? 3 : lifetimes.count + 1
    guard line.cells.count == expected else {
      return report(line.number, 1, "must hold \(expected) numbers, found \(line.cells.count)")
    }
    var values: [Double] = []
    for cell in line.cells {
      guard let value = Double(cell.text), value.isFinite, value > 0 else {
        return report(
          line.number, cell.column, "must be a positive number, found '\(cell.text)'")
      }
      values.append(value)
    }
    if isTidy { return readTidy(line, values) }
    if let last = masses.last, values[0] <= last { return reportOrder(line) }
    masses.append(values[0])
    limits += values.dropFirst()
  }

  private mutating func readTidy(_ line: CommaSeparatedText.Line, _ values: [Double]) {
    let (mass, lifetime) = (values[0], values[1])
    if masses.last != mass {
      if let last = masses.last, mass < last { return reportOrder(line) }
      if let last = masses.last, place != lifetimes.count {
        report(
          line.number, 1,
          "the mass before, \(SettingsText.number(last)), has \(place) lifetimes, the "
            + "first has \(lifetimes.count)", "give every mass the same lifetimes")
      }
      masses.append(mass)
      place = 0
    }
    if masses.count == 1 {
      if let last = lifetimes.last, lifetime <= last { return reportOrder(line) }
      lifetimes.append(lifetime)
    } else if place >= lifetimes.count || lifetimes[place] != lifetime {
      return report(
        line.number, line.cells[1].column,
        "the first mass has no lifetime \(line.cells[1].text) at this place",
        "give every mass the same lifetimes")
    }
    place += 1
    limits.append(values[2])
  }

  private mutating func reportOrder(_ line: CommaSeparatedText.Line) {
    report(line.number, 1, "masses and lifetimes must ascend", "sort the rows")
  }
}
