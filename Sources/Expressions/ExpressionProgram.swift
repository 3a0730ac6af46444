import Diagnostics

/// A name and the expression it stands for.
public typealias NamedExpression = (name: String, source: ExpressionSource)

/// Expressions compiled to kernels over blocks of columns, common parts computed once.
///
/// Numbers are computed in double precision (float32 is widened exactly, 64-bit integers beyond
/// 2^53 are rounded), each operation rounded once as written, never contracted. Division follows
/// IEEE 754: x/0 is infinite, 0/0 is NaN; functions outside their domain are NaN. A comparison,
/// `in` or `not in` with NaN is false, `!=` too; `not` of it is true. `min` and `max` are NaN if
/// any argument is. Results are the same bits on every instruction set; NaN is one bit pattern.
public struct ExpressionProgram: Sendable {
  /// Names of the input columns it reads, in order of first use.
  public let columns: [String]
  /// Storage types of `columns`.
  public let kinds: [ColumnKind]
  /// Names of the numbers it computes, as given to `compile`.
  public let numbers: [String]
  /// Names of the masks it computes, as given to `compile`.
  public let masks: [String]
  /// The parsed expressions with everything they refer to, one line each; the same for programs
  /// that mean the same up to spacing, brackets and unused definitions. Input to task keys.
  public let canonical: String

  /// Compiles expressions that share definitions.
  ///
  /// - Parameters:
  ///   - definitions: Named expressions of either type, in any order, that others may use.
  ///   - numbers: Expressions of type number to evaluate.
  ///   - masks: Expressions of type boolean to evaluate.
  ///   - environment: Names the expressions may use.
  /// - Throws: Every fault of every expression (unused definitions too), in the order of places.
  public static func compile(
    definitions: [NamedExpression] = [], numbers: [NamedExpression] = [],
    masks: [NamedExpression] = [], environment: ExpressionEnvironment
  ) throws(Diagnostics) -> ExpressionProgram {
    fatalError("not there yet")
  }

  /// Finds the faults of expressions without compiling them; empty if there are none.
  public static func check(
    definitions: [NamedExpression] = [], numbers: [NamedExpression] = [],
    masks: [NamedExpression] = [], environment: ExpressionEnvironment
  ) -> Diagnostics {
    fatalError("not there yet")
  }
}
