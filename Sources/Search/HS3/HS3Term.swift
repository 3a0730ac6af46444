import Kernels

/// A part of an expression of the standard; what is constant is computed at once.
///
/// Only what every reader understands is used: + - * /, exp, log, sqrt, abs, min, max. Powers are
/// exponentials of logarithms, and there is no comparison.
struct HS3Term: Hashable {
  /// How strongly the outermost operation binds.
  private enum Binding: Int { case sum, product, atom }

  /// The value where no parameter is involved.
  let constant: Double?
  private let expression: String
  private let binding: Binding

  init(_ constant: Double) {
    self.constant = constant
    // With a decimal point: C++ tells 1 from 1.0 in min and max.
    expression = constant.sign == .minus ? "(\(constant))" : "\(constant)"
    binding = .atom
  }

  /// The value of a parameter or function.
  init(name: String) { self.init(name, .atom) }

  private init(_ expression: String, _ binding: Binding) {
    constant = nil
    self.expression = expression
    self.binding = binding
  }

  /// The whole expression.
  var text: String { expression }

  private func text(in outer: Binding) -> String {
    binding.rawValue >= outer.rawValue ? expression : "(\(expression))"
  }

  static func + (a: Self, b: Self) -> Self {
    if let x = a.constant, let y = b.constant { return HS3Term(x + y) }
    if a.constant == 0 { return b }
    if b.constant == 0 { return a }
    return HS3Term(a.expression + " + " + b.expression, .sum)
  }

  static func - (a: Self, b: Self) -> Self {
    if let x = a.constant, let y = b.constant { return HS3Term(x - y) }
    if b.constant == 0 { return a }
    if let y = b.constant, y < 0 { return a + HS3Term(-y) }
    return HS3Term(a.expression + " - " + b.text(in: .product), .sum)
  }

  static func * (a: Self, b: Self) -> Self {
    if let x = a.constant, let y = b.constant { return HS3Term(x * y) }
    if a.constant == 0 || b.constant == 0 { return HS3Term(0) }
    if a.constant == 1 { return b }
    if b.constant == 1 { return a }
    return HS3Term(a.text(in: .product) + "*" + b.text(in: .product), .product)
  }

  static func / (a: Self, b: Self) -> Self {
    if let x = a.constant, let y = b.constant { return HS3Term(x / y) }
    if a.constant == 0 { return HS3Term(0) }
    if b.constant == 1 { return a }
    return HS3Term(a.text(in: .product) + "/" + b.text(in: .atom), .product)
  }

  static func + (a: Self, b: Double) -> Self { a + HS3Term(b) }
  static func + (a: Double, b: Self) -> Self { HS3Term(a) + b }
  static func - (a: Self, b: Double) -> Self { a - HS3Term(b) }
  static func - (a: Double, b: Self) -> Self { HS3Term(a) - b }
  static func * (a: Double, b: Self) -> Self { HS3Term(a) * b }
  static func / (a: Self, b: Double) -> Self { a / HS3Term(b) }
  static func / (a: Double, b: Self) -> Self { HS3Term(a) / b }
  static prefix func - (a: Self) -> Self { HS3Term(-1) * a }

  private static func call(_ name: String, _ arguments: [Self]) -> Self {
    HS3Term(name + "(" + arguments.map(\.expression).joined(separator: ", ") + ")", .atom)
  }

  static func exp(_ a: Self) -> Self {
    a.constant.map { HS3Term(nj_exp_scalar($0)) } ?? call("exp", [a])
  }

  static func log(_ a: Self) -> Self {
    a.constant.map { HS3Term(nj_log_scalar($0)) } ?? call("log", [a])
  }

  static func sqrt(_ a: Self) -> Self {
    a.constant.map { HS3Term($0.squareRoot()) } ?? call("sqrt", [a])
  }

  static func abs(_ a: Self) -> Self {
    a.constant.map { HS3Term(Swift.abs($0)) } ?? call("abs", [a])
  }

  static func min(_ a: Self, _ b: Self) -> Self {
    if let x = a.constant, let y = b.constant { return HS3Term(Swift.min(x, y)) }
    return call("min", [a, b])
  }

  static func max(_ a: Self, _ b: Self) -> Self {
    if let x = a.constant, let y = b.constant { return HS3Term(Swift.max(x, y)) }
    return call("max", [a, b])
  }

  /// base^power for a base above zero.
  static func power(_ base: Self, _ power: Self) -> Self { exp(power * log(base)) }
}

extension HS3Term {
  /// ln(erfc(z) (2 + z) / 2) + z² in powers of s = 4 / (2 + z) - 1, -1 < s <= 1.
  ///
  /// The Chebyshev interpolant of order 20 of the function computed with 60 digits, written in
  /// powers; erfc is then right to 1e-13 of itself for every z >= 0.
  private static let complementaryErrorCoefficients = [
    -0.6717940840566923, 0.6726432239803248, 0.04734330684167104, -0.04689561042744385,
    -0.009872689348921314, 0.008824942827870094, 0.001758933161912775, -0.0023458553211860734,
    -0.00014624263045382759, 0.0006739161897456149, -9.376069940276037e-05,
    -0.00017510025548756955, 7.149805544376393e-05, 3.3442253925066205e-05,
    -3.0428575688974658e-05, -2.182075370677606e-06, 8.96367818720078e-06,
    -9.480517783538221e-07, -1.72211902696281e-06, 2.3262182236368754e-07,
    1.6395065067242882e-07,
  ]

  /// s = 2t - 1 with t = 2 / (2 + |z|).
  static func errorFunctionVariable(_ z: HS3Term) -> HS3Term { 4 / (2 + abs(z)) - 1 }

  /// The error function, which the standard lacks, by functions it has; right to 1e-13.
  ///
  /// erf(z) = ±(1 - t exp(-z² + P(s))) with s from `errorFunctionVariable`.
  static func errorFunction(_ z: HS3Term, s: HS3Term) -> HS3Term {
    if let x = z.constant { return HS3Term(nj_erf_scalar(x)) }
    var p = HS3Term(complementaryErrorCoefficients.last ?? 0)
    for c in complementaryErrorCoefficients.dropLast().reversed() { p = p * s + c }
    let complement = 2 / (2 + abs(z)) * exp(p - z * z)
    // The sign, and zero at zero.
    return z / (abs(z) + 1e-300) * (1 - complement)
  }

  /// sinh(z) / z, right to 2e-11 everywhere: z² + 1e-10 stands for z² where z is small.
  static func hyperbolicSinc(_ z: HS3Term) -> HS3Term {
    if let x = z.constant {
      if Swift.abs(x) < 1e-4 { return HS3Term(1 + x * x / 6) }
      return HS3Term((nj_exp_scalar(x) - nj_exp_scalar(-x)) / (2 * x))
    }
    let y = sqrt(z * z + 1e-10)
    return (exp(y) - exp(-y)) / (2 * y)
  }
}
