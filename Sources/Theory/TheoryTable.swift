import NumericalMethods

/// Numbers of one or several functions of a mass, with linear interpolation between its rows.
public struct TheoryTable: Sendable, Equatable {
  /// Masses, GeV, ascending.
  public let masses: [Double]
  /// A column of values for each function, as long as the masses.
  public let columns: [[Double]]
  /// Names of the columns with their units, as `pions [GeV^2]`.
  public let names: [String]

  /// Takes columns; nil unless there are two masses, ascending, and all columns are as long and
  /// finite.
  public init?(masses: [Double], columns: [[Double]], names: [String]) {
    guard masses.count >= 2, columns.allSatisfy({ $0.count == masses.count }),
      names.count == columns.count, zip(masses, masses.dropFirst()).allSatisfy({ $0 < $1 }),
      (masses + columns.joined()).allSatisfy(\.isFinite)
    else { return nil }
    self.masses = masses
    self.columns = columns
    self.names = names
  }

  /// The masses it covers.
  public var range: ClosedRange<Double> { masses[0]...masses[masses.count - 1] }

  /// A column at a mass, linear between rows; nil outside the table.
  public func value(_ column: Int, at mass: Double) -> Double? {
    guard let (low, part) = place(mass) else { return nil }
    let values = columns[column]
    return values[low] + (values[low + 1] - values[low]) * part
  }

  /// A column at a mass, a power law between rows where both are positive, else linear; nil outside.
  public func powerLaw(_ column: Int, at mass: Double) -> Double? {
    guard let (low, _) = place(mass) else { return nil }
    let (a, b) = (columns[column][low], columns[column][low + 1])
    guard a > 0, b > 0, masses[low] > 0 else { return value(column, at: mass) }
    let part =
      SpecialFunctions.log(mass / masses[low]) / SpecialFunctions.log(masses[low + 1] / masses[low])
    return a * SpecialFunctions.exp(part * SpecialFunctions.log(b / a))
  }

  private func place(_ mass: Double) -> (low: Int, part: Double)? {
    guard range.contains(mass) else { return nil }
    var (low, high) = (0, masses.count - 1)
    while high - low > 1 {
      let middle = (low + high) / 2
      if masses[middle] <= mass { low = middle } else { high = middle }
    }
    return (low, (mass - masses[low]) / (masses[high] - masses[low]))
  }
}
