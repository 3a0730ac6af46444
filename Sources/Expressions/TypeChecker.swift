import Diagnostics

/// One expression of a program with what it is for.
struct ExpressionItem {
  enum Role { case definition, value, cut }

  var role: Role
  var name: String
  var source: ExpressionSource

  /// As messages call it.
  var described: String {
    switch role {
    case .definition: "definition '\(name)'"
    case .value: "value '\(name)'"
    case .cut: "cut '\(name)'"
    }
  }
}

/// Finds all faults of expressions: names, numbers of arguments, types, cycles.
struct TypeChecker {
  let environment: ExpressionEnvironment
  private(set) var faults = Diagnostics()
  /// Trees of the definitions that parsed, by name.
  private(set) var trees: [String: Syntax] = [:]
  /// Definitions without their users before them.
  private(set) var order: [String] = []

  private(set) var items: [String: ExpressionItem] = [:]
  private(set) var path: [String] = []
  private(set) var item: ExpressionItem
  private var types: [String: ExpressionType?] = [:]
  private var identity = TreeIdentity()

  init(environment: ExpressionEnvironment, definitions: [ExpressionItem]) {
    self.environment = environment
    self.item = ExpressionItem(
      role: .value, name: "",
      source: ExpressionSource(text: "", location: SourceLocation(file: "", line: 1, column: 1)))
    for definition in definitions { declare(definition) }
    for definition in definitions { _ = type(ofDefinition: definition.name) }
  }

  private mutating func declare(_ definition: ExpressionItem) {
    let name = definition.name
    var clash: String?
    if items[name] != nil { clash = "is defined twice" }
    if environment.columns[name] != nil { clash = "is also a column" }
    if environment.constants[name] != nil { clash = "is also a constant" }
    if let clash {
      faults.report(
        ExpressionFault(0, "definition '\(name)' \(clash)", remedy: "choose another name")
          .diagnostic(in: definition.source))
    }
    guard items[name] == nil else { return }
    items[name] = definition
    do throws(ExpressionFault) {
      trees[name] = try Parser.parse(definition.source.text)
    } catch {
      faults.report(error.diagnostic(in: definition.source))
    }
  }

  /// Checks a number or mask; nil if it has a fault.
  mutating func check(_ item: ExpressionItem) -> Syntax? {
    let before = faults.items.count
    do throws(ExpressionFault) {
      let tree = try Parser.parse(item.source.text)
      self.item = item
      let type = type(of: tree)
      let wanted: ValueType = item.role == .cut ? .boolean : .number
      if let type, type != ExpressionType(value: wanted) {
        report(
          tree.start, "\(item.described) must be a \(Self.word(wanted)), found a \(type.described)",
          remedy: type.list == nil ? Self.remedy(wanted) : Self.reduction)
      }
      return faults.items.count == before ? tree : nil
    } catch {
      faults.report(error.diagnostic(in: item.source))
      return nil
    }
  }

  static func word(_ type: ValueType) -> String {
    type == .number ? "number" : "condition"
  }

  static func remedy(_ wanted: ValueType) -> String {
    wanted == .number
      ? "write 'if(condition, 1, 0)' or 'count(condition)'" : "compare it, as in 'x > 0'"
  }

  /// The number of a checked tree, the same for equal ones.
  mutating func identity(of tree: Syntax) -> Int {
    identity.number(of: tree, definitions: trees)
  }

  mutating func report(_ offset: Int, _ finding: String, remedy: String? = nil) {
    faults.report(ExpressionFault(offset, finding, remedy: remedy).diagnostic(in: item.source))
  }

  /// The type of a definition; nil for an unknown one, or one with faults.
  mutating func type(ofDefinition name: String) -> ExpressionType? {
    if let known = types[name] { return known }
    guard let definition = items[name], let tree = trees[name] else { return nil }
    let user = item
    item = definition
    path.append(name)
    let type = type(of: tree)
    path.removeLast()
    item = user
    types[name] = .some(type)
    order.append(name)
    return type
  }

  /// The type of a tree; nil if a part has a fault, which is then reported.
  mutating func type(of tree: Syntax) -> ExpressionType? {
    switch tree.kind {
    case .number: return ExpressionType(value: .number)
    case .boolean: return ExpressionType(value: .boolean)
    case .name(let name): return type(ofName: name, at: tree.offset)
    case .negated(let parts):
      return require(.number, parts, of: "'-'")
    case .not(let parts):
      return require(.boolean, parts, of: "'not'")
    case .arithmetic(let op, let parts):
      return require(.number, parts, of: "'\(op.rawValue)'")
    case .logical(let op, let parts):
      return require(.boolean, parts, of: "'\(op.rawValue)'")
    case .comparison(let parts, let ops): return type(ofComparison: parts, ops)
    case .membership(let parts, _): return type(ofMembership: parts)
    case .call(let name, let arguments): return type(ofCall: name, arguments, at: tree.offset)
    case .subscripted(let parts): return type(ofSubscript: parts, at: tree.offset)
    case .hypothesis:
      report(
        tree.offset, "'as' stands outside a function of particles",
        remedy: "write it as in 'mass(mu1 as pi, mu2 as pi)'")
      return nil
    }
  }

  /// The type of an operation on values of one type; one of the other type is reported, each at
  /// its place.
  mutating func require(
    _ wanted: ValueType, _ parts: [Syntax], of what: String, giving value: ValueType? = nil
  ) -> ExpressionType? {
    let types = parts.map { part in
      type(of: part).flatMap { check($0, of: part, is: wanted, for: what) ? $0 : nil }
    }
    return elementwise(types, parts, of: what, giving: value ?? wanted)
  }

  /// Whether values have the wanted type; reports others.
  mutating func check(
    _ type: ExpressionType, of part: Syntax, is wanted: ValueType, for what: String
  ) -> Bool {
    guard type.value != wanted else { return true }
    report(
      part.start, "\(what) needs a \(Self.word(wanted)), found a \(Self.word(type.value))",
      remedy: Self.remedy(wanted))
    return false
  }

  private mutating func type(ofComparison parts: [Syntax], _ ops: [ComparisonOperator])
    -> ExpressionType?
  {
    let found = parts.map { type(of: $0) }
    let values = found.compactMap { $0?.value }
    guard values.count == parts.count else { return nil }
    let isEquality = ops.allSatisfy { $0 == .equal || $0 == .notEqual }
    let areConditions = isEquality && values == [.boolean, .boolean]
    guard !areConditions, let odd = values.firstIndex(of: .boolean) else {
      return elementwise(found, parts, of: "'\(ops[0].rawValue)'", giving: .boolean)
    }
    report(
      parts[odd].start, "'\(ops[max(0, odd - 1)].rawValue)' needs a number, found a condition",
      remedy: "a condition needs no comparison; write 'c' or 'not c'")
    return nil
  }

  private mutating func type(ofMembership parts: [Syntax]) -> ExpressionType? {
    guard let type = require(.number, parts, of: "'in'", giving: .boolean) else { return nil }
    if let low = literal(parts[1]), let high = literal(parts[2]), low > high {
      report(
        parts[1].start, "the interval [\(low), \(high)] is empty", remedy: "put the smaller first")
      return nil
    }
    return type
  }

  /// The number that a tree is at once, with its sign.
  func literal(_ tree: Syntax) -> Double? {
    switch tree.kind {
    case .number(let value): value
    case .negated(let parts): literal(parts[0]).map { -$0 }
    case .name(let name) where items[name] == nil && environment.columns[name] == nil:
      environment.constants[name]
    default: nil
    }
  }
}
