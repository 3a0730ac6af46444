import Diagnostics

extension TypeChecker {
  /// The type of a name; reports an unknown one with the nearest name.
  mutating func type(ofName name: String, at offset: Int) -> ExpressionType? {
    if items[name] != nil { return type(ofDefinition: name, at: offset) }
    if let type = environment.type(ofColumn: name) {
      guard environment.constants[name] == nil else {
        report(offset, "'\(name)' is both a column and a constant", remedy: "rename the constant")
        return nil
      }
      return ExpressionType(value: type, list: environment.isList(name) ? ListShape() : nil)
    }
    if environment.constants[name] != nil || name == "pi" { return ExpressionType(value: .number) }
    report(offset, "unknown name '\(name)' in \(item.described)", remedy: remedy(forName: name))
    return nil
  }

  private mutating func type(ofDefinition name: String, at offset: Int) -> ExpressionType? {
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
  mutating func type(ofCall name: String, _ arguments: [Syntax], at offset: Int)
    -> ExpressionType?
  {
    if let function = Function(rawValue: name) {
      return type(of: function, arguments, at: offset)
    }
    if let function = FourVectorFunction.byName[name] {
      return check(function, name, arguments, at: offset) ? ExpressionType(value: .number) : nil
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
    -> ExpressionType?
  {
    if arguments.count == 1, let elements = function.elements {
      return type(ofReduction: function, to: elements, arguments[0], at: offset)
    }
    guard checkArity(of: function, arguments.count, at: offset) else { return nil }
    let what = "'\(function.rawValue)'"
    switch function {
    case .count: return require(.boolean, arguments, of: what, giving: .number)
    case .isnan: return require(.number, arguments, of: what, giving: .boolean)
    case .conditional:
      let condition = require(.boolean, [arguments[0]], of: what)
      let types = arguments[1...].map { type(of: $0) }
      guard let first = types[0], let second = types[1] else { return nil }
      guard first.value == second.value else {
        report(
          arguments[2].start,
          "'if' chooses between a \(Self.word(first.value)) and a \(Self.word(second.value))",
          remedy: "both must be of one type")
        return nil
      }
      return elementwise([condition, first, second], arguments, of: what, giving: first.value)
    default: return require(.number, arguments, of: what)
    }
  }

  /// Whether a function takes as many arguments; reports it if not.
  mutating func checkArity(of function: Function, _ count: Int, at offset: Int) -> Bool {
    let arity = function.arity
    guard !arity.contains(count) else { return true }
    let allowed =
      arity.count == 1 ? "\(arity.lowerBound)" : "\(arity.lowerBound) to \(arity.upperBound)"
    report(
      offset, "'\(function.rawValue)' takes \(allowed) arguments, found \(count)",
      remedy: "write '\(function.usage)'")
    return false
  }
}
