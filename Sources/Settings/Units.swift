/// The kinds of quantity that a settings file may state, each with its closed list of units.
public enum Dimension: String, Sendable, CaseIterable {
  /// A part of one.
  case fraction
  /// A mass, momentum or energy; GeV (c = 1).
  case mass
  /// An integrated luminosity; inverse femtobarn.
  case luminosity
  /// A length; cm.
  case length
  /// A duration; seconds.
  case duration
  /// A size in memory; bytes.
  case memory
  /// A multiple of the mass resolution of the signal.
  case resolution

  /// The units with their size as a power of ten of the base unit.
  public var units: [(name: String, exponent: Int)] {
    switch self {
    case .fraction: [("%", -2)]
    case .mass: [("eV", -9), ("keV", -6), ("MeV", -3), ("GeV", 0), ("TeV", 3)]
    case .luminosity: [("/nb", -6), ("/pb", -3), ("/fb", 0), ("/ab", 3)]
    case .length: [("um", -4), ("mm", -1), ("cm", 0), ("m", 2)]
    case .duration: [("ms", -3), ("s", 0)]
    case .memory: [("kB", 3), ("MB", 6), ("GB", 9), ("TB", 12)]
    case .resolution: [("resolution", 0)]
    }
  }

  /// Unit of the stored value, empty for a fraction.
  public var baseUnit: String { units.first { $0.exponent == 0 }?.name ?? "" }

  /// An example for messages.
  public var example: String {
    switch self {
    case .fraction: "5 %"
    case .mass: "5 MeV"
    case .luminosity: "178 /fb"
    case .length: "0.2 cm"
    case .duration: "60 s"
    case .memory: "2 GB"
    case .resolution: "60 resolution"
    }
  }
}

/// A number with its dimension, in the base unit.
public struct Quantity: Sendable, Equatable {
  /// Value in the base unit of the dimension.
  public var value: Double
  /// What it measures.
  public var dimension: Dimension

  /// Creates a quantity from a value in the base unit.
  public init(_ value: Double, _ dimension: Dimension) {
    self.value = value
    self.dimension = dimension
  }

  /// Why a text is not a quantity.
  public enum Fault: Error, Sendable, Equatable {
    case notANumber
    case unknownUnit(String)
    case noUnit
  }

  /// Reads "number unit"; the decimal point is moved in the text, so no digit is lost.
  public static func read(_ text: String, dimensions: [Dimension]) throws(Fault) -> Quantity {
    let trimmed = text.drop { $0 == " " }
    let digits = trimmed.prefix { $0.isNumber || "+-.eE".contains($0) }
    // A unit may start with `e` (eV): give back letters until a number remains.
    var number = digits
    while !number.isEmpty, !SettingsScalar.isDecimal(number) { number = number.dropLast() }
    if number.isEmpty { throw .notANumber }
    var unit = trimmed.dropFirst(number.count).drop { $0 == " " }
    while unit.last == " " { unit = unit.dropLast() }
    if unit.isEmpty { throw .noUnit }
    for dimension in dimensions {
      for (name, exponent) in dimension.units where name == unit {
        guard let value = shifted(String(number), by: exponent) else { throw .notANumber }
        return Quantity(value, dimension)
      }
    }
    throw .unknownUnit(String(unit))
  }

  private static func shifted(_ number: String, by exponent: Int) -> Double? {
    guard let mark = number.firstIndex(where: { $0 == "e" || $0 == "E" }) else {
      return Double("\(number.hasSuffix(".") ? number + "0" : number)e\(exponent)")
    }
    guard let written = Int(number[number.index(after: mark)...]) else { return nil }
    return Double("\(number[..<mark])e\(written + exponent)")
  }
}
