import Inference

/// Collects the objects of a likelihood file while a model is written.
///
/// Every number that a distribution takes becomes a named constant among the default values: some
/// readers take only names there, and none loses a digit.
struct HS3Builder {
  var names = HS3Names()
  private(set) var distributions: [JSONValue] = []
  private(set) var functions: [JSONValue] = []
  private(set) var constants: [(name: String, value: Double)] = []
  private(set) var observables: [(name: String, low: Double, high: Double)] = []
  /// Names in the file of the model's parameters.
  private(set) var parameterNames: [String: String] = [:]

  init(_ model: LikelihoodModel) {
    for parameter in model.parameters {
      parameterNames[parameter.name] = names.name(parameter.name)
    }
  }

  /// The name in the file of a parameter of the model.
  func name(of parameter: String) -> String { parameterNames[parameter] ?? parameter }

  /// A number of the model as a term.
  func term(_ value: ModelValue) -> HS3Term {
    switch value {
    case .constant(let x): HS3Term(x)
    case .parameter(let parameter): HS3Term(name: name(of: parameter))
    }
  }

  /// The product of factors as a term.
  func term(_ constant: Double = 1, _ factors: [YieldFactor]) -> HS3Term {
    factors.reduce(HS3Term(constant)) { $0 * HS3Term($1, name: name(of:)) }
  }

  /// Gives a term a name of its own where it is more than a number or a name.
  mutating func define(_ wanted: String, _ term: HS3Term) -> HS3Term {
    if term.constant != nil || HS3Names.isName(term.text) { return term }
    let name = names.name(wanted)
    functions.append(
      .members(
        ("name", .string(name)), ("type", "generic_function"), ("expression", .string(term.text))))
    return HS3Term(name: name)
  }

  /// The name under which a distribution takes a term: a parameter, a function or a constant.
  mutating func reference(_ wanted: String, _ term: HS3Term) -> JSONValue {
    if let value = term.constant { return .string(constant(wanted, value)) }
    return .string(define(wanted, term).text)
  }

  /// A new constant; returns its name.
  mutating func constant(_ wanted: String, _ value: Double) -> String {
    let name = names.name(wanted)
    constants.append((name, value))
    return name
  }

  /// A new observable with its range.
  mutating func observable(_ wanted: String, _ range: ClosedRange<Double>) -> String {
    let name = names.name(wanted)
    observables.append((name, range.lowerBound, range.upperBound))
    return name
  }

  /// A new distribution; returns its name.
  mutating func distribution(
    _ wanted: String, _ type: String, _ members: [(String, JSONValue)]
  ) -> String {
    let name = names.name(wanted)
    distributions.append(
      .object(
        [.init("name", .string(name)), .init("type", .string(type))]
          + members.map { .init($0.0, $0.1) }))
    return name
  }

  /// The error function of a term.
  mutating func errorFunction(_ wanted: String, _ argument: HS3Term) -> HS3Term {
    if argument.constant != nil { return HS3Term.errorFunction(argument, s: argument) }
    let z = define("\(wanted)_argument", argument)
    let s = define("\(wanted)_s", HS3Term.errorFunctionVariable(z))
    return define(wanted, HS3Term.errorFunction(z, s: s))
  }
}
