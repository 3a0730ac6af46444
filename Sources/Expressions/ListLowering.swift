/// A checked tree with the lists taken out: reductions are columns of the rows, lists columns of
/// their elements.
struct LoweredTree {
  var tree: Syntax
  var value: ValueType
  /// How many reductions must be done one after the other before it is known.
  var level = 0
  /// Whether it is one value throughout.
  var isConstant = false
  /// Of which elements it is; nil: of rows.
  var list: Elements?

  struct Elements {
    /// One of the list columns in it; all of them have as many elements.
    var column: Int
    /// Which elements are left, a condition of elements; nil: all.
    var mask: Syntax?
  }
}

/// One value a row of the elements of a list: a column of the rows of all later levels.
struct ListReduction {
  enum Kind: Hashable {
    case count, sum, minimum, maximum
    /// The element at an index, from the last if negative; NaN or false outside.
    case number(at: Int)
    case condition(at: Int)
  }

  var kind: Kind
  /// The elements; nil: only their number matters.
  var value: Syntax?
  var mask: Syntax?
  var column: Int
  var level: Int
  /// As a column of rows; no expression can spell it.
  var name: String

  var type: ValueType { if case .condition = kind { .boolean } else { .number } }
}

/// A value of rows that enters elements: a column of the elements, repeated in each row.
struct ListBroadcast {
  var value: Syntax
  var type: ValueType
  var name: String
}

/// Takes lists out of trees: what is left are trees of rows and trees of elements without lists.
///
/// Trees without lists stay as they are.
struct ListLowering {
  let environment: ExpressionEnvironment
  /// Definitions with one value a row, and those of elements, in an order that suits their users.
  private(set) var rowDefinitions: [(name: String, tree: Syntax)] = []
  private(set) var elementDefinitions: [(name: String, tree: Syntax)] = []
  private(set) var reductions: [ListReduction] = []
  private(set) var broadcasts: [ListBroadcast] = []
  /// List columns in order of first use.
  private(set) var lists: [String] = []
  /// Lists that meet in an element expression.
  private(set) var pairs: [ListPair] = []

  private var parents: [Int] = []
  private var definitions: [String: LoweredTree] = [:]
  private var loweredTrees: [String: Syntax] = [:]
  private var listIndices: [String: Int] = [:]
  private var reductionIndices: [String: Int] = [:]
  private var broadcastIndices: [Int: Int] = [:]
  private var identity = TreeIdentity()

  init(environment: ExpressionEnvironment) { self.environment = environment }

  /// Lowers a definition; those it uses must be there.
  mutating func define(_ name: String, as tree: Syntax) {
    let lowered = lower(tree)
    definitions[name] = lowered
    loweredTrees[name] = lowered.tree
    if lowered.list == nil { rowDefinitions.append((name, lowered.tree)) }
    if lowered.list != nil || lowered.isConstant {
      elementDefinitions.append((name, lowered.tree))
    }
  }

  mutating func lower(_ tree: Syntax) -> LoweredTree {
    switch tree.kind {
    case .number: return LoweredTree(tree: tree, value: .number, isConstant: true)
    case .boolean: return LoweredTree(tree: tree, value: .boolean, isConstant: true)
    case .name(let name): return lower(name: name, tree)
    case .negated(let parts), .arithmetic(_, let parts):
      return join(parts.map { lower($0) }, in: tree, giving: .number)
    case .not(let parts), .logical(_, let parts), .comparison(let parts, _),
      .membership(let parts, _):
      return join(parts.map { lower($0) }, in: tree, giving: .boolean)
    case .call(let name, let arguments):
      guard let function = Function(rawValue: name) else {
        return LoweredTree(tree: tree, value: .number, level: level(ofParticles: arguments))
      }
      return lower(function, arguments.map { lower($0) }, tree)
    case .subscripted(let parts): return lower(subscript: parts)
    case .hypothesis: preconditionFailure("checked trees have 'as' only in systems")
    }
  }

  private mutating func lower(name: String, _ tree: Syntax) -> LoweredTree {
    if var known = definitions[name] {
      known.tree = tree
      return known
    }
    guard let type = environment.type(ofColumn: name) else {
      return LoweredTree(tree: tree, value: .number, isConstant: true)
    }
    guard environment.isList(name) else { return LoweredTree(tree: tree, value: type) }
    if listIndices[name] == nil {
      listIndices[name] = lists.count
      parents.append(lists.count)
      lists.append(name)
    }
    return LoweredTree(
      tree: tree, value: type, list: LoweredTree.Elements(column: listIndices[name] ?? 0))
  }

  /// The columns of a particle may be definitions that reduce lists.
  private func level(ofParticles parts: [Syntax]) -> Int {
    var level = 0
    for part in parts {
      if case .name(let name) = part.kind, let particle = environment.particle(named: name) {
        let columns = particle.momentumColumns + [particle.energyColumn].compactMap { $0 }
        for column in columns { level = max(level, definitions[column]?.level ?? 0) }
      }
      level = max(level, self.level(ofParticles: part.kind.parts))
    }
    return level
  }

  private mutating func lower(
    _ function: Function, _ arguments: [LoweredTree], _ tree: Syntax
  ) -> LoweredTree {
    if arguments.count == 1, function.elements != nil, let list = arguments[0].list {
      return reduce(function, arguments[0], list)
    }
    let value: ValueType =
      switch function {
      case .isnan: .boolean
      case .conditional: arguments[1].value
      default: .number
      }
    return join(arguments, in: tree, giving: value)
  }

  /// One operation: of rows if all parts are, else of elements, in which parts of rows are columns.
  private mutating func join(
    _ parts: [LoweredTree], in tree: Syntax, giving value: ValueType
  ) -> LoweredTree {
    var result = LoweredTree(
      tree: tree, value: value, level: parts.map(\.level).max() ?? 0,
      isConstant: parts.allSatisfy(\.isConstant), list: parts.lazy.compactMap(\.list).first)
    var inputs = parts.map(\.tree)
    if let list = result.list {
      for (index, part) in parts.enumerated() {
        if let other = part.list { pair(list.column, other.column) }
        if part.list == nil && !part.isConstant { inputs[index] = broadcast(part) }
      }
    }
    result.tree = Syntax(tree.kind.with(inputs), at: tree.offset, start: tree.start)
    return result
  }

  private mutating func broadcast(_ part: LoweredTree) -> Syntax {
    let key = identity.number(of: part.tree, definitions: loweredTrees)
    let index = broadcastIndices[key] ?? broadcasts.count
    if index == broadcasts.count {
      broadcastIndices[key] = index
      broadcasts.append(
        ListBroadcast(value: part.tree, type: part.value, name: "`broadcast \(index)"))
    }
    return Syntax(.name(broadcasts[index].name), at: part.tree.offset, start: part.tree.start)
  }
}

extension ListLowering {
  private mutating func lower(subscript parts: [Syntax]) -> LoweredTree {
    let base = lower(parts[0])
    guard let list = base.list else { preconditionFailure("checked trees index lists") }
    let inside = lower(parts[1])
    guard let mask = inside.list else {
      guard let index = environment.index(parts[1]) else {
        preconditionFailure("checked trees have whole indices")
      }
      return column(
        base.value == .number ? .number(at: index) : .condition(at: index), of: base,
        base.tree, list.mask)
    }
    pair(list.column, mask.column)
    var result = base
    result.level = max(base.level, inside.level)
    result.list?.mask = both(list.mask, inside.tree)
    return result
  }

  private func both(_ first: Syntax?, _ second: Syntax) -> Syntax {
    first.map { Syntax(.logical(.and, [$0, second]), at: second.offset) } ?? second
  }

  private mutating func reduce(
    _ function: Function, _ argument: LoweredTree, _ list: LoweredTree.Elements
  ) -> LoweredTree {
    let tree = argument.tree
    switch function {
    case .size: return column(.count, of: argument, nil, list.mask)
    case .sum: return column(.sum, of: argument, tree, list.mask)
    case .min: return column(.minimum, of: argument, tree, list.mask)
    case .max: return column(.maximum, of: argument, tree, list.mask)
    case .any: return compare(argument, both(list.mask, tree), .greater)
    case .all:
      let fails = Syntax(.not([tree]), at: tree.offset)
      return compare(argument, both(list.mask, fails), .equal)
    default: return column(.count, of: argument, nil, both(list.mask, tree))
    }
  }

  /// How many elements meet a condition, against zero.
  private mutating func compare(
    _ argument: LoweredTree, _ condition: Syntax, _ op: ComparisonOperator
  ) -> LoweredTree {
    var result = column(.count, of: argument, nil, condition)
    let zero = Syntax(.number(0), at: condition.offset)
    result.tree = Syntax(.comparison([result.tree, zero], [op]), at: condition.offset)
    result.value = .boolean
    return result
  }

  /// The column of a reduction: the known one of an equal reduction, if there is one.
  private mutating func column(
    _ kind: ListReduction.Kind, of argument: LoweredTree, _ value: Syntax?, _ mask: Syntax?
  ) -> LoweredTree {
    let list = argument.list?.column ?? 0
    let parts = [value, mask].map { part in
      part.map { "\(identity.number(of: $0, definitions: loweredTrees))" } ?? "none"
    }
    let key = "\(kind) \(parts) \(value == nil && mask == nil ? list : -1)"
    let index = reductionIndices[key] ?? reductions.count
    if index == reductions.count {
      reductionIndices[key] = index
      reductions.append(
        ListReduction(
          kind: kind, value: value, mask: mask, column: list, level: argument.level,
          name: "`reduction \(index)"))
    }
    let reduction = reductions[index]
    return LoweredTree(
      tree: Syntax(.name(reduction.name), at: argument.tree.offset, start: argument.tree.start),
      value: reduction.type, level: reduction.level + 1)
  }

  /// Notes that two lists must have as many elements in every row.
  private mutating func pair(_ first: Int, _ second: Int) {
    let (a, b) = (group(of: first), group(of: second))
    guard a != b else { return }
    parents[max(a, b)] = min(a, b)
    pairs.append(ListPair(first: min(first, second), second: max(first, second)))
  }

  /// The first of the lists that have as many elements as one.
  func group(of list: Int) -> Int {
    var root = list
    while parents[root] != root { root = parents[root] }
    return root
  }
}

extension ExpressionEnvironment {
  /// The whole number that a tree is at once: a literal with its sign, or a constant.
  fileprivate func index(_ tree: Syntax) -> Int? {
    switch tree.kind {
    case .number(let value): Int(exactly: value)
    case .negated(let parts): index(parts[0]).map { -$0 }
    case .name(let name): constants[name].flatMap { Int(exactly: $0) }
    default: nil
    }
  }
}
