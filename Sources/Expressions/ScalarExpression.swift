import Diagnostics

/// An expression of type number in a few variables, such as a curve in the hypothesis mass.
///
/// Same language and same bits as `ExpressionProgram`, without columns and particles.
public struct ScalarExpression: Sendable {
  /// The variables, in the order that `evaluate` takes their values.
  public let variables: [String]
  /// The parsed expression and the constants it uses, for keys.
  public let canonical: String

  /// Compiles an expression in the given variables and constants; throws all its faults.
  public static func compile(
    _ source: ExpressionSource, variables: [String], constants: [String: Double] = [:]
  ) throws(Diagnostics) -> ScalarExpression {
    fatalError("not there yet")
  }

  /// The value for the given values of `variables`, in their order.
  public func evaluate(_ values: [Double]) -> Double {
    fatalError("not there yet")
  }
}
