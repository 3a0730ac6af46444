/// A factor of a component's yield or width, a function of one parameter.
///
/// Products of parameters are made of several factors: strength · luminosity · efficiency, or the
/// four regions of an ABCD estimate; the same parameter may occur more than once.
public enum YieldFactor: Hashable, Sendable {
  /// x itself.
  case parameter(String)
  /// kappa^θ, kappa > 0: a log-normal factor for a θ of unit width.
  case power(kappa: Double, String)
  /// `high`^θ for θ >= 1, `low`^(-θ) for θ <= -1, between them the polynomial of sixth order that
  /// continues value, slope and curvature; both > 0.
  ///
  /// HistFactory's `normsys` with interpolation code 4.
  case asymmetricPower(low: Double, high: Double, String)
  /// `high`^θ for θ >= 0, `low`^(-θ) below; both > 0. The slope jumps at zero.
  ///
  /// HistFactory's `normsys` with interpolation code 1.
  case piecewisePower(low: Double, high: Double, String)
  /// 1 + size · θ.
  case linear(size: Double, String)

  /// The name of the parameter.
  public var parameterName: String {
    switch self {
    case .parameter(let name), .power(_, let name), .asymmetricPower(_, _, let name),
      .piecewisePower(_, _, let name), .linear(_, let name):
      name
    }
  }
}
