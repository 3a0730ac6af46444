import HDF5Files
import NumericalMethods
import Platform

/// Why a text is no table of limits over mass and lifetime.
public enum LimitTableFault: Error, Equatable, Sendable, CustomStringConvertible {
  /// The header is of neither kind.
  case header(line: Int, found: String)
  /// A row has another number of fields than the header.
  case fields(line: Int, found: Int, expected: Int)
  /// A field is not a positive number.
  case number(line: Int, field: Int, found: String)
  /// Rows are not in order.
  case order(line: Int)
  /// The lifetimes of a mass are not those of the first.
  case lifetimes(line: Int, mass: Double)
  /// There are too few masses or lifetimes.
  case size(masses: Int, lifetimes: Int)

  /// The text as the user sees it, after the name of the file.
  public var description: String {
    switch self {
    case .header(let line, let found):
      "\(line): the header is '\(found)'; it must be 'm_S_GeV,ctau_0.001cm,…', a column for each "
        + "lifetime, or 'mass [GeV],ctau [cm],limit', a row for each mass and lifetime"
    case .fields(let line, let found, let expected):
      "\(line): has \(found) fields; the header names \(expected)"
    case .number(let line, let field, let found):
      "\(line): field \(field) is '\(found)'; a positive number is expected"
    case .order(let line): "\(line): masses and lifetimes must ascend; sort the rows"
    case .lifetimes(let line, let mass):
      "\(line): the lifetimes of mass \(mass) GeV are not those of the first mass; the table must be "
        + "a full grid"
    case .size(let masses, let lifetimes):
      "has \(masses) masses and \(lifetimes) lifetimes; at least 1 and 2 are needed"
    }
  }
}

/// Upper limits on a branching product over mass and lifetime, as published.
///
/// Between lifetimes ln(limit) is linear in ln(c τ); the nearest mass counts. Beyond the longest
/// lifetime few decays are inside the detector and the limit grows as c τ; below the shortest there is
/// none.
public struct LimitSurface: Sendable, Equatable {
  /// Masses, GeV, ascending.
  public let masses: [Double]
  /// Lifetimes c τ, cm, ascending.
  public let lifetimes: [Double]
  /// Limits, shape [masses, lifetimes].
  let limits: [Double]

  private init(masses: [Double], lifetimes: [Double], limits: [Double]) {
    (self.masses, self.lifetimes, self.limits) = (masses, lifetimes, limits)
  }

  /// The limit; nil where the table says nothing.
  ///
  /// - Parameters:
  ///   - mass: GeV; further from the table than half its first or last step is outside.
  ///   - lifetime: c τ, cm.
  /// - Returns: The limit on the product.
  public func limit(mass: Double, lifetime: Double) -> Double? {
    guard let row = row(mass), lifetime >= lifetimes[0], lifetime.isFinite else { return nil }
    let count = lifetimes.count
    let last = lifetimes[count - 1]
    func value(_ place: Int) -> Double { limits[row * count + place] }
    // Not a number: no limit is known there.
    func known(_ limit: Double) -> Double? { limit > 0 && limit.isFinite ? limit : nil }
    if lifetime >= last { return known(value(count - 1) * (lifetime / last)) }
    var low = 0
    while low < count - 2, lifetimes[low + 1] <= lifetime { low += 1 }
    let part =
      SpecialFunctions.log(lifetime / lifetimes[low])
      / SpecialFunctions.log(lifetimes[low + 1] / lifetimes[low])
    let slope = part == 0 ? 0 : part * SpecialFunctions.log(value(low + 1) / value(low))
    return known(value(low) * SpecialFunctions.exp(slope))
  }

  /// The row of the nearest mass; nil outside the table.
  private func row(_ mass: Double) -> Int? {
    let next = masses.partitioningIndex { $0 >= mass }
    func step(_ place: Int) -> Double {
      masses.count > 1
        ? abs(masses[place] - masses[max(0, min(masses.count - 1, place == 0 ? 1 : place - 1))]) : 0
    }
    if next == 0 { return masses[0] - mass <= 0.5 * step(0) ? 0 : nil }
    if next == masses.count {
      return mass - masses[next - 1] <= 0.5 * step(next - 1) ? next - 1 : nil
    }
    return mass - masses[next - 1] <= masses[next] - mass ? next - 1 : next
  }
}

extension LimitSurface {
  /// Reads a CSV table, or the observed limits for tested lifetimes of a summary file,
  /// `FILE.h5` or `FILE.h5:SIGNAL`.
  ///
  /// - Parameter path: The file.
  /// - Throws: `PlatformError`, `HDF5Error`, `LimitTableFault`.
  init(path: String) throws {
    guard let ending = path.range(of: ".h5"),
      ending.upperBound == path.endIndex || path[ending.upperBound] == ":"
    else {
      try self.init(text: String(decoding: try AtomicFile.read(path), as: UTF8.self))
      return
    }
    let file = try HDF5File(path: String(path[..<ending.upperBound]))
    let signal = path[ending.upperBound...].dropFirst()
    let group = signal.isEmpty ? "/scan" : "/scan/\(signal)"
    let masses = try file.dataset("\(group)/mass").doubles()
    let lifetimes = try file.dataset("\(group)/lifetimes/lifetime").doubles()
    let limits = try file.dataset("\(group)/lifetimes/observedLimit").doubles()
    guard masses.count >= 1, lifetimes.count >= 2, limits.count == masses.count * lifetimes.count
    else { throw LimitTableFault.size(masses: masses.count, lifetimes: lifetimes.count) }
    self.init(masses: masses, lifetimes: lifetimes, limits: limits)
  }

  /// Reads a table of either kind; lines that begin with `#` are comments.
  ///
  /// - Parameter text: The text of the file.
  /// - Throws: The first fault with its line.
  public init(text: String) throws(LimitTableFault) {
    var reader = Reader()
    let lines = text.split(omittingEmptySubsequences: false) { $0.isNewline }
    for (index, line) in lines.enumerated() {
      let content = line.trimmingBlanks
      guard !content.isEmpty, !content.hasPrefix("#") else { continue }
      try reader.add(content, line: index + 1)
    }
    try self.init(reader)
  }

  private init(_ reader: Reader) throws(LimitTableFault) {
    guard reader.masses.count >= 1, reader.lifetimes.count >= 2,
      reader.limits.count == reader.masses.count * reader.lifetimes.count
    else { throw .size(masses: reader.masses.count, lifetimes: reader.lifetimes.count) }
    self.init(masses: reader.masses, lifetimes: reader.lifetimes, limits: reader.limits)
  }

  private struct Reader {
    var masses: [Double] = []
    var lifetimes: [Double] = []
    var limits: [Double] = []
    /// Nil before the header; then whether there is a row for each lifetime.
    var isTidy: Bool?
    /// Lifetimes read of the last mass of a tidy table.
    var place = 0

    mutating func add(_ content: Substring, line: Int) throws(LimitTableFault) {
      let fields = content.split(separator: ",", omittingEmptySubsequences: false).map(
        \.trimmingBlanks)
      guard let isTidy else { return try header(fields, content, line: line) }
      let expected = isTidy ? 3 : lifetimes.count + 1
      guard fields.count == expected else {
        throw .fields(line: line, found: fields.count, expected: expected)
      }
      var values: [Double] = []
      for (place, field) in fields.enumerated() {
        guard let value = Double(String(field)), value.isFinite, value > 0 else {
          throw .number(line: line, field: place + 1, found: String(field))
        }
        values.append(value)
      }
      if isTidy {
        try row(mass: values[0], lifetime: values[1], limit: values[2], line: line)
      } else {
        if let last = masses.last, values[0] <= last { throw .order(line: line) }
        masses.append(values[0])
        limits += values.dropFirst()
      }
    }

    private mutating func header(_ fields: [Substring], _ content: Substring, line: Int)
      throws(LimitTableFault)
    {
      if fields == ["mass [GeV]", "ctau [cm]", "limit"] {
        isTidy = true
        return
      }
      let found = fields.dropFirst().compactMap { field -> Double? in
        guard field.hasPrefix("ctau_"), field.hasSuffix("cm") else { return nil }
        return Double(String(field.dropFirst(5).dropLast(2)))
      }
      guard ["m_S_GeV", "mass [GeV]"].contains(fields[0]), found.count == fields.count - 1,
        zip(found, found.dropFirst()).allSatisfy({ $0 < $1 }), found.allSatisfy({ $0 > 0 })
      else { throw .header(line: line, found: String(content)) }
      lifetimes = found
      isTidy = false
    }

    private mutating func row(mass: Double, lifetime: Double, limit: Double, line: Int)
      throws(LimitTableFault)
    {
      if masses.last != mass {
        if let last = masses.last, mass < last { throw .order(line: line) }
        if let last = masses.last, place != lifetimes.count {
          throw .lifetimes(line: line, mass: last)
        }
        masses.append(mass)
        place = 0
      }
      if masses.count == 1 {
        if let last = lifetimes.last, lifetime <= last { throw .order(line: line) }
        lifetimes.append(lifetime)
      } else {
        guard place < lifetimes.count, lifetimes[place] == lifetime else {
          throw .lifetimes(line: line, mass: mass)
        }
      }
      place += 1
      limits.append(limit)
    }
  }
}

extension Substring {
  /// The text without blanks and tabulators at both ends.
  fileprivate var trimmingBlanks: Substring {
    var text = self
    while let first = text.first, first == " " || first == "\t" { text = text.dropFirst() }
    while let last = text.last, last == " " || last == "\t" { text = text.dropLast() }
    return text
  }
}

extension [Double] {
  /// The first index whose element fulfils a predicate that all later ones fulfil too.
  fileprivate func partitioningIndex(_ isAfter: (Double) -> Bool) -> Int {
    var (low, high) = (0, count)
    while low < high {
      let middle = (low + high) / 2
      if isAfter(self[middle]) { high = middle } else { low = middle + 1 }
    }
    return low
  }
}
