import Columns
import Diagnostics
import Kernels

/// An expression of type number in a few variables, such as a curve in the hypothesis mass.
///
/// Same language and same bits as `ExpressionProgram`, without columns and particles.
public struct ScalarExpression: Sendable {
  /// The variables, in the order that `evaluate` takes their values.
  public let variables: [String]
  /// The parsed expression and the names it uses, for keys.
  public let canonical: String
  /// Names of `variables` that the value depends on.
  public let usedVariables: [String]
  private let nodes: [Node]
  /// For each column of the graph, its place in `variables`.
  private let places: [Int]
  private let result: Int

  /// Compiles an expression of variables and constants.
  ///
  /// - Parameters:
  ///   - source: The expression, of type number.
  ///   - variables: Names of the variables.
  ///   - constants: Named numbers; `pi` is always known.
  /// - Returns: The function of the variables.
  /// - Throws: Every fault, in the order of places.
  public static func compile(
    _ source: ExpressionSource, variables: [String], constants: [String: Double] = [:]
  ) throws(Diagnostics) -> ScalarExpression {
    let columns = Dictionary(
      variables.map { ($0, ColumnType.float64) }, uniquingKeysWith: { first, _ in first })
    let environment = ExpressionEnvironment(columns: columns, constants: constants)
    var checker = TypeChecker(environment: environment, definitions: [])
    let item = ExpressionItem(role: .value, name: "curve", source: source)
    guard let tree = checker.check(item) else { throw Diagnostics(checker.faults.sorted) }
    var builder = GraphBuilder(environment: environment)
    let result = builder.build(tree)
    let graph = builder.graph
    let canonical = CanonicalText.of(
      numbers: [("value", tree)], masks: [], definitions: [:], environment: environment)
    return ScalarExpression(
      variables: variables, canonical: canonical.text,
      usedVariables: variables.filter(graph.columns.contains), nodes: graph.nodes,
      places: graph.columns.map { variables.firstIndex(of: $0) ?? 0 }, result: result)
  }

  /// The value for the given values of `variables`, in their order.
  public func evaluate(_ values: [Double]) -> Double {
    precondition(values.count == variables.count, "one value a variable")
    var results = [Double](repeating: 0, count: nodes.count)
    for (index, node) in nodes.enumerated() {
      results[index] = value(of: node, results, values)
    }
    return results[result].isNaN ? .nan : results[result]
  }

  /// The value of one node from those before it; conditions are 1 and 0.
  private func value(of node: Node, _ results: [Double], _ values: [Double]) -> Double {
    func input(_ index: Int) -> Double { results[node.inputs[index]] }
    func isTrue(_ index: Int) -> Bool { input(index) != 0 }
    func truth(_ value: Bool) -> Double { value ? 1 : 0 }
    switch node.kind {
    case .constant(let bits): return Double(bitPattern: bits)
    case .column(let column), .flag(let column): return values[places[column]]
    case .operation(let raw):
      let second = node.inputs.count > 1 ? input(1) : 0
      return nj_expression_apply(Int32(raw), input(0), second)
    case .select, .choose: return isTrue(0) ? input(1) : input(2)
    case .count: return node.inputs.reduce(0) { $0 + results[$1] }
    case .truth(let value): return truth(value)
    case .less: return truth(input(0) < input(1))
    case .atMost: return truth(input(0) <= input(1))
    case .equal: return truth(input(0) == input(1))
    case .differs: return truth(input(0) < input(1) || input(0) > input(1))
    case .outside: return truth(input(0) < input(1) || input(0) > input(2))
    case .all: return truth(node.inputs.allSatisfy { results[$0] != 0 })
    case .any: return truth(node.inputs.contains { results[$0] != 0 })
    case .not: return truth(!isTrue(0))
    case .same: return truth(isTrue(0) == isTrue(1))
    case .unlike: return truth(isTrue(0) != isTrue(1))
    }
  }
}
