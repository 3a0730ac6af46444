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

  private var items: [String: ExpressionItem] = [:]
  private var types: [String: ValueType?] = [:]
  private var path: [String] = []
  private var item: ExpressionItem

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
      if let type, type != wanted {
        report(
          tree.start,
          "\(item.described) must be a \(Self.word(wanted)), found a \(Self.word(type))",
          remedy: Self.remedy(wanted))
      }
      return faults.items.count == before ? tree : nil
    } catch {
      faults.report(error.diagnostic(in: item.source))
      return nil
    }
  }

  private static func word(_ type: ValueType) -> String {
    type == .number ? "number" : "condition"
  }

  private static func remedy(_ wanted: ValueType) -> String {
    wanted == .number
      ? "write 'if(condition, 1, 0)' or 'count(condition)'" : "compare it, as in 'x > 0'"
  }

  mutating func report(_ offset: Int, _ finding: String, remedy: String? = nil) {
    faults.report(ExpressionFault(offset, finding, remedy: remedy).diagnostic(in: item.source))
  }

  /// The type of a definition; nil for an unknown one, or one with faults.
  private mutating func type(ofDefinition name: String) -> ValueType? {
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
  mutating func type(of tree: Syntax) -> ValueType? {
    switch tree.kind {
    case .number: return .number
    case .boolean: return .boolean
    case .name(let name): return type(ofName: name, at: tree.offset)
    case .negated(let parts):
      return require(.number, parts, of: "'-'") ? .number : nil
    case .not(let parts):
      return require(.boolean, parts, of: "'not'") ? .boolean : nil
    case .arithmetic(let op, let parts):
      return require(.number, parts, of: "'\(op.rawValue)'") ? .number : nil
    case .logical(let op, let parts):
      return require(.boolean, parts, of: "'\(op.rawValue)'") ? .boolean : nil
    case .comparison(let parts, let ops): return type(ofComparison: parts, ops)
    case .membership(let parts, _): return type(ofMembership: parts)
    case .call(let name, let arguments): return type(ofCall: name, arguments, at: tree.offset)
    case .hypothesis:
      report(
        tree.offset, "'as' stands outside a function of particles",
        remedy: "write it as in 'mass(mu1 as pi, mu2 as pi)'")
      return nil
    }
  }

  /// Whether all parts have a type; a part of the other type is reported, each at its place.
  mutating func require(_ wanted: ValueType, _ parts: [Syntax], of what: String) -> Bool {
    var isGood = true
    for part in parts {
      let found = type(of: part)
      if let found, found != wanted {
        report(
          part.start, "\(what) needs a \(Self.word(wanted)), found a \(Self.word(found))",
          remedy: Self.remedy(wanted))
      }
      isGood = isGood && found == wanted
    }
    return isGood
  }

  private mutating func type(ofComparison parts: [Syntax], _ ops: [ComparisonOperator])
    -> ValueType?
  {
    let found = parts.map { type(of: $0) }
    guard !found.contains(nil) else { return nil }
    let isEquality = ops.allSatisfy { $0 == .equal || $0 == .notEqual }
    if isEquality && parts.count == 2 && found[0] == .boolean && found[1] == .boolean {
      return .boolean
    }
    guard let odd = found.firstIndex(of: .boolean) else { return .boolean }
    report(
      parts[odd].start, "'\(ops[max(0, odd - 1)].rawValue)' needs a number, found a condition",
      remedy: "a condition needs no comparison; write 'c' or 'not c'")
    return nil
  }

  private mutating func type(ofMembership parts: [Syntax]) -> ValueType? {
    guard require(.number, parts, of: "'in'") else { return nil }
    if let low = literal(parts[1]), let high = literal(parts[2]), low > high {
      report(
        parts[1].start, "the interval [\(low), \(high)] is empty", remedy: "put the smaller first")
      return nil
    }
    return .boolean
  }

  private func literal(_ tree: Syntax) -> Double? {
    switch tree.kind {
    case .number(let value): value
    case .negated(let parts): literal(parts[0]).map { -$0 }
    case .name(let name) where items[name] == nil && environment.columns[name] == nil:
      environment.constants[name]
    default: nil
    }
  }
}

extension TypeChecker {
  /// The type of a name; reports an unknown one with the nearest name.
  mutating func type(ofName name: String, at offset: Int) -> ValueType? {
    if items[name] != nil { return type(ofDefinition: name, at: offset) }
    if let type = environment.type(ofColumn: name) {
      guard environment.constants[name] == nil else {
        report(offset, "'\(name)' is both a column and a constant", remedy: "rename the constant")
        return nil
      }
      return type
    }
    if environment.constants[name] != nil || name == "pi" { return .number }
    report(offset, "unknown name '\(name)' in \(item.described)", remedy: remedy(forName: name))
    return nil
  }

  private mutating func type(ofDefinition name: String, at offset: Int) -> ValueType? {
    guard let start = path.firstIndex(of: name) else { return type(ofDefinition: name) }
    let cycle = (path[start...] + [name]).joined(separator: " -> ")
    report(offset, "definition '\(name)' refers to itself: \(cycle)", remedy: "break the circle")
    return nil
  }

  private func remedy(forName name: String) -> String? {
    if environment.particles.contains(where: { $0.name == name }) {
      return "it is a particle; use it in a function such as 'mass(\(name))'"
    }
    if let function = Function(rawValue: name) { return "call the function: '\(function.usage)'" }
    if let near = NearestName.suggestion(for: name, among: knownNames) { return near }
    if FourVectorFunction.byName[name] != nil { return "call the function: '\(name)(particle)'" }
    return "known are columns, definitions and constants"
  }

  private var knownNames: [String] {
    (Array(items.keys) + environment.columns.keys + environment.constants.keys + ["pi"]).sorted()
  }

  /// The type of a call; checks its arguments.
  mutating func type(ofCall name: String, _ arguments: [Syntax], at offset: Int) -> ValueType? {
    if let function = Function(rawValue: name) {
      return type(of: function, arguments, at: offset)
    }
    if let function = FourVectorFunction.byName[name] {
      return check(function, name, arguments, at: offset) ? .number : nil
    }
    let known = Function.allCases.map(\.rawValue) + FourVectorFunction.names
    let remedy =
      Function.foreignNames[name].map { "did you mean '\($0)'?" }
      ?? NearestName.suggestion(for: name, among: known)
      ?? "quote the column of that name with backticks, if it is one"
    report(offset, "unknown function '\(name)' in \(item.described)", remedy: remedy)
    return nil
  }

  private mutating func type(of function: Function, _ arguments: [Syntax], at offset: Int)
    -> ValueType?
  {
    let arity = function.arity
    guard arity.contains(arguments.count) else {
      let allowed =
        arity.count == 1 ? "\(arity.lowerBound)" : "\(arity.lowerBound) to \(arity.upperBound)"
      report(
        offset, "'\(function.rawValue)' takes \(allowed) arguments, found \(arguments.count)",
        remedy: "write '\(function.usage)'")
      return nil
    }
    let what = "'\(function.rawValue)'"
    switch function {
    case .count: return require(.boolean, arguments, of: what) ? .number : nil
    case .isnan: return require(.number, arguments, of: what) ? .boolean : nil
    case .conditional:
      let isGood = require(.boolean, [arguments[0]], of: what)
      let types = arguments[1...].map { type(of: $0) }
      guard let first = types[0], let second = types[1] else { return nil }
      guard first == second else {
        report(
          arguments[2].start,
          "'if' chooses between a \(Self.word(first)) and a \(Self.word(second))",
          remedy: "both must be of one type")
        return nil
      }
      return isGood ? first : nil
    default: return require(.number, arguments, of: what) ? .number : nil
    }
  }
}
