import NumericalMethods

/// Numbers of one or several functions of a mass, with their units.
public struct TheoryTable: Sendable, Equatable {
  /// Names of the columns with their units, as `pions [GeV^2]`.
  public let names: [String]
  /// Masses of the rows, GeV, ascending.
  public let masses: [Double]
  /// A curve for each column, straight between its rows.
  public let curves: [Interpolant]

  /// Takes columns of finite numbers over at least two masses, GeV, ascending; nil for anything else.
  public init?(masses: [Double], columns: [[Double]], names: [String]) {
    guard names.count == columns.count, !columns.isEmpty else { return nil }
    var curves: [Interpolant] = []
    for values in columns {
      guard let curve = try? Interpolant(arguments: masses, values: values, method: .linear) else {
        return nil
      }
      curves.append(curve)
    }
    self.names = names
    self.masses = masses
    self.curves = curves
  }
}
