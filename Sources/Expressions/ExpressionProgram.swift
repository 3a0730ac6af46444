import Columns
import Diagnostics

/// A name and the expression it stands for.
public typealias NamedExpression = (name: String, source: ExpressionSource)

/// Expressions compiled to kernels over blocks of columns, common parts computed once.
///
/// Numbers are computed in double precision (float32 is widened exactly, 64-bit integers beyond
/// 2^53 are rounded), each operation rounded once as written, never contracted. Division follows
/// IEEE 754: x/0 is infinite, 0/0 is NaN; functions outside their domain are NaN. A comparison,
/// `in` or `not in` with NaN is false, `!=` too; `not` of it is true. `min` and `max` are NaN if
/// any argument is. Powers with constant whole exponents up to 8 are products: x^2 is x * x.
/// Results are the same bits on every instruction set; NaN is one bit pattern.
///
/// Columns of `ExpressionEnvironment.lists` hold a list a row. Operations and functions of numbers
/// and conditions take lists, single values repeated for every element; `size`, `count`, `sum`,
/// `min`, `max`, `any` and `all` of one list make one value a row of it. `pt[0]` is the first
/// element, `pt[-1]` the last, NaN (a condition: false) where there is none; `pt[pt > 5]` is the
/// list of those elements for which the condition holds. Sums run in the order of the elements and
/// are 0 without any; `min` and `max` are NaN without elements and if any element is.
public struct ExpressionProgram: Sendable {
  /// Names of the input columns it reads, in order of first use.
  public let columns: [String]
  /// Storage types of `columns`.
  public let kinds: [ColumnType]
  /// Names of the input columns with a list a row that it reads, in order of first use.
  public var lists: [String] { listProgram?.lists ?? [] }
  /// Storage types of the elements of `lists`.
  public var listKinds: [ColumnType] { listProgram?.kinds ?? [] }
  /// Names of the numbers it computes, as given to `compile`.
  public let numbers: [String]
  /// Names of the masks it computes, as given to `compile`.
  public let masks: [String]
  /// What is computed, as text for task keys: expressions with all they refer to, a line each.
  ///
  /// The same for programs that differ only in spacing, brackets, unused names or column types.
  public let canonical: String
  /// The instructions over rows.
  let rows: RowCode
  /// What is done with lists before; nil: there are none.
  let listProgram: ListProgram?

  /// Compiles expressions that share definitions.
  ///
  /// - Parameters:
  ///   - definitions: Named expressions of either type, in any order, that others may use.
  ///   - numbers: Expressions of type number to evaluate.
  ///   - masks: Expressions of type boolean to evaluate.
  ///   - environment: Names the expressions may use.
  /// - Returns: The program that an `ExpressionEvaluator` runs.
  /// - Throws: Every fault of every expression (unused definitions too), in the order of places.
  public static func compile(
    definitions: [NamedExpression] = [], numbers: [NamedExpression] = [],
    masks: [NamedExpression] = [], environment: ExpressionEnvironment
  ) throws(Diagnostics) -> ExpressionProgram {
    var checker = checker(definitions, environment)
    let values = numbers.map { checker.check(ExpressionItem(.value, $0)) }
    let cuts = masks.map { checker.check(ExpressionItem(.cut, $0)) }
    guard checker.faults.isEmpty else { throw Diagnostics(checker.faults.sorted) }
    let valueTrees = values.compactMap { $0 }
    let cutTrees = cuts.compactMap { $0 }
    let canonical = CanonicalText.of(
      numbers: zip(numbers.map(\.name), valueTrees), masks: zip(masks.map(\.name), cutTrees),
      definitions: checker.trees, environment: environment)
    var lowering = ListLowering(environment: environment)
    for name in checker.order where canonical.definitions.contains(name) {
      if let tree = checker.trees[name] { lowering.define(name, as: tree) }
    }
    let rowNumbers = valueTrees.map { lowering.lower($0).tree }
    let rowMasks = cutTrees.map { lowering.lower($0).tree }
    var compiler = ListCompiler(lowering)
    let rows = compiler.compile(numbers: rowNumbers, masks: rowMasks)
    let listProgram = compiler.listProgram()
    return ExpressionProgram(
      columns: compiler.columns, kinds: compiler.kinds, numbers: numbers.map(\.name),
      masks: masks.map(\.name), canonical: canonical.text, rows: rows, listProgram: listProgram)
  }

  /// Finds the faults of expressions without compiling them.
  ///
  /// - Parameters:
  ///   - definitions: Named expressions of either type, in any order, that others may use.
  ///   - numbers: Expressions that must be of type number.
  ///   - masks: Expressions that must be of type boolean.
  ///   - environment: Names the expressions may use.
  /// - Returns: All faults in the order of places; empty if there are none.
  public static func check(
    definitions: [NamedExpression] = [], numbers: [NamedExpression] = [],
    masks: [NamedExpression] = [], environment: ExpressionEnvironment
  ) -> Diagnostics {
    var checker = checker(definitions, environment)
    for number in numbers { _ = checker.check(ExpressionItem(.value, number)) }
    for mask in masks { _ = checker.check(ExpressionItem(.cut, mask)) }
    return Diagnostics(checker.faults.sorted)
  }

  private static func checker(
    _ definitions: [NamedExpression], _ environment: ExpressionEnvironment
  ) -> TypeChecker {
    TypeChecker(
      environment: environment, definitions: definitions.map { ExpressionItem(.definition, $0) })
  }
}

extension ExpressionItem {
  init(_ role: Role, _ expression: NamedExpression) {
    self.init(role: role, name: expression.name, source: expression.source)
  }
}
