import Kernels

/// Turns checked trees, lists lowered, into nodes of one graph.
struct GraphBuilder {
  let environment: ExpressionEnvironment
  private(set) var definitions: [String: Int] = [:]
  var graph = Graph()

  init(environment: ExpressionEnvironment) { self.environment = environment }

  /// Adds a definition; those it uses must be there.
  mutating func define(_ name: String, as tree: Syntax) { definitions[name] = build(tree) }

  mutating func build(_ tree: Syntax) -> Int {
    switch tree.kind {
    case .number(let value): return graph.constant(value)
    case .boolean(let value): return graph.truth(value)
    case .name(let name): return value(ofName: name)
    case .negated(let parts): return graph.unary(NJ_NEGATE, build(parts[0]))
    case .not(let parts): return graph.not(build(parts[0]))
    case .arithmetic(let op, let parts):
      let x = build(parts[0])
      let y = build(parts[1])
      return graph.binary(Self.operation(op), x, y)
    case .logical(let op, let parts):
      let inputs = parts.map { build($0) }
      return op == .and ? graph.all(inputs) : graph.any(inputs)
    case .comparison(let parts, let ops): return comparison(parts, ops)
    case .membership(let parts, let isNegated):
      let inputs = parts.map { build($0) }
      return isNegated
        ? graph.outside(inputs[0], inputs[1], inputs[2])
        : graph.within(inputs[0], inputs[1], inputs[2])
    case .call(let name, let arguments): return call(name, arguments)
    case .hypothesis: preconditionFailure("checked trees have 'as' only in systems")
    case .subscripted: preconditionFailure("lowered trees have no lists")
    }
  }

  private static func operation(_ op: ArithmeticOperator) -> nj_operation {
    switch op {
    case .add: NJ_ADD
    case .subtract: NJ_SUBTRACT
    case .multiply: NJ_MULTIPLY
    case .divide: NJ_DIVIDE
    case .power: NJ_POWER
    }
  }

  mutating func value(ofName name: String) -> Int {
    if let definition = definitions[name] { return definition }
    if let kind = environment.columns[name] {
      return environment.type(ofColumn: name) == .boolean
        ? graph.condition(column: name, kind) : graph.number(column: name, kind)
    }
    if let constant = environment.constants[name] { return graph.constant(constant) }
    precondition(name == "pi", "checked trees have known names")
    return graph.constant(.pi)
  }

  private mutating func comparison(_ parts: [Syntax], _ ops: [ComparisonOperator]) -> Int {
    let inputs = parts.map { build($0) }
    var terms: [Int] = []
    for (index, op) in ops.enumerated() {
      terms.append(compare(op, inputs[index], inputs[index + 1]))
    }
    return graph.all(terms)
  }

  private func isCondition(_ index: Int) -> Bool {
    switch graph.nodes[index].kind {
    case .constant, .column, .operation, .select, .count: false
    default: true
    }
  }

  private mutating func compare(_ op: ComparisonOperator, _ x: Int, _ y: Int) -> Int {
    switch op {
    case .less: return graph.less(x, y)
    case .lessEqual: return graph.atMost(x, y)
    case .greater: return graph.less(y, x)
    case .greaterEqual: return graph.atMost(y, x)
    case .equal: return isCondition(x) ? graph.same(x, y) : graph.equal(x, y)
    case .notEqual:
      guard isCondition(x) else { return graph.differs(x, y) }
      return graph.not(graph.same(x, y))
    }
  }

  private mutating func call(_ name: String, _ arguments: [Syntax]) -> Int {
    if let function = FourVectorFunction.byName[name], Function(rawValue: name) == nil {
      return value(of: function, arguments)
    }
    guard let function = Function(rawValue: name) else {
      preconditionFailure("checked trees have known functions")
    }
    let inputs = arguments.map { build($0) }
    switch function {
    case .min, .max, .pow, .atan2, .hypot:
      let operation = function.operation ?? NJ_POWER
      return inputs.dropFirst().reduce(inputs[0]) { graph.binary(operation, $0, $1) }
    case .count: return graph.count(inputs)
    case .isnan: return graph.isNaN(inputs[0])
    case .conditional:
      return isCondition(inputs[1])
        ? graph.choose(inputs[0], inputs[1], inputs[2])
        : graph.select(inputs[0], inputs[1], inputs[2])
    case .size, .sum, .any, .all: preconditionFailure("lowered trees have no lists")
    case .twoBodyMomentum: return twoBodyMomentum(inputs[0], inputs[1], inputs[2])
    default: return graph.unary(function.operation ?? NJ_ABSOLUTE, inputs[0])
    }
  }

  /// Momentum of the daughters at rest; NaN below threshold.
  ///
  /// sqrt((M^2 - (m1 + m2)^2) (M^2 - (m1 - m2)^2)) / 2M: Particle Data Group, review of kinematics.
  private mutating func twoBodyMomentum(_ parent: Int, _ first: Int, _ second: Int) -> Int {
    let square = graph.square(parent)
    let sum = graph.square(graph.add(first, second))
    let difference = graph.square(graph.subtract(first, second))
    let left = graph.subtract(square, sum)
    let right = graph.subtract(square, difference)
    let root = graph.squareRoot(graph.multiply(left, right))
    return graph.divide(root, graph.multiply(graph.constant(2), parent))
  }
}
