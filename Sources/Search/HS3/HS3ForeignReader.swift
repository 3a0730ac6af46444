import Inference
import Kernels

/// Reads the likelihoods of other programs as far as our models go.
///
/// Everything else is refused with its place: no part of a file is left out silently.
struct HS3ForeignReader {
  let file: HS3File
  private let choice: HS3Document.Choice
  /// Names of the parameters in use, with what is known of them.
  private var constraints: [String: ParameterConstraint] = [:]
  private var used: Set<String> = []
  /// Values of functions that were asked for before; nil for those of parameters.
  private final class Known { var values: [String: Double?] = [:] }
  private let known = Known()

  init(_ file: HS3File, _ choice: HS3Document.Choice) {
    self.file = file
    self.choice = choice
  }

  /// The chosen likelihood with its data.
  func document() throws(HS3Error) -> HS3Document {
    var reader = self
    return try reader.read()
  }

  private mutating func read() throws(HS3Error) -> HS3Document {
    let (likelihood, analysis) = try chosen()
    var pairs: [(HS3Node, HS3Node)] = []
    if let likelihood {
      let distributions = try likelihood.member("distributions").elements
      let data = try likelihood.member("data").elements
      guard distributions.count == data.count else {
        throw likelihood.invalid("the number of data", "\(data.count)", "\(distributions.count)")
      }
      pairs = Array(zip(distributions, data))
    } else {
      pairs = choice.measurements.map {
        (
          HS3Node(.string($0.distribution), at: "--distribution"),
          HS3Node(.string($0.data), at: "--data")
        )
      }
    }
    var channels: [ModelChannel] = []
    for (distribution, data) in pairs {
      channels += try self.channels(file.distribution(distribution), file.data(data))
    }
    for node in try likelihood?.optional("aux_distributions")?.elements ?? [] {
      try constrain(file.distribution(node))
    }
    var parameters: [ModelParameter] = []
    for (name, value) in try orderedValues() where used.contains(name) {
      let range = file.ranges[name]
      let low = range?.low ?? -.infinity, high = range?.high ?? .infinity
      parameters.append(
        ModelParameter(
          name: name, start: min(max(value, low), high), minimum: low, maximum: high,
          constraint: constraints[name]))
    }
    var interest: [String] = []
    for node in try analysis?.optional("parameters_of_interest")?.elements ?? [] {
      if used.contains(try node.text) { interest.append(try node.text) }
    }
    let name = try (analysis ?? likelihood)?.member("name").text
    return HS3Document(
      name: name ?? "analysis",
      model: LikelihoodModel(parameters: parameters, channels: channels),
      parametersOfInterest: interest)
  }

  private func orderedValues() throws(HS3Error) -> [(String, Double)] {
    var values: [(String, Double)] = []
    for node in try file.points["default_values"]?.member("parameters").elements ?? [] {
      values.append((try node.member("name").text, try node.member("value").number))
    }
    return values
  }

  private func chosen() throws(HS3Error) -> (likelihood: HS3Node?, analysis: HS3Node?) {
    let analyses = try file.root.optional("analyses")?.elements ?? []
    if let wanted = choice.analysis {
      for analysis in analyses where try analysis.member("name").text == wanted {
        return (try likelihood(of: analysis), analysis)
      }
      guard let found = file.likelihoods[wanted] else {
        let names = try analyses.map { node throws(HS3Error) in try node.member("name").text }
        throw file.unknown(
          HS3Node(.string(wanted), at: "--analysis"), "analysis or likelihood",
          names + file.likelihoods.keys.sorted())
      }
      return (found, nil)
    }
    if !choice.measurements.isEmpty { return (nil, nil) }
    if analyses.count == 1 { return (try likelihood(of: analyses[0]), analyses[0]) }
    if analyses.isEmpty, file.likelihoods.count == 1 { return (file.likelihoods.values.first, nil) }
    guard analyses.isEmpty, file.likelihoods.isEmpty else {
      throw .unsupported(
        place: analyses.isEmpty ? "/likelihoods" : "/analyses",
        what: "several are there: "
          + (analyses.isEmpty
          ? file.likelihoods.keys.sorted()
          : try analyses.map { node throws(HS3Error) in try node.member("name").text })
          .map { "'\($0)'" }.joined(separator: ", "),
        remedy: "name one with --analysis")
    }
    let data = file.data.keys.sorted().map { "'\($0)'" }.joined(separator: ", ")
    throw .missing(
      place: "/", name: "likelihoods",
      remedy: file.data.isEmpty
        ? "the file has no data either: there is nothing to fit"
        : "name a distribution and its data with --distribution and --data (there are: \(data))")
  }

  private func likelihood(of analysis: HS3Node) throws(HS3Error) -> HS3Node {
    let node = try analysis.member("likelihood")
    guard let found = file.likelihoods[try node.text] else {
      throw file.unknown(node, "likelihood", file.likelihoods.keys.sorted())
    }
    return found
  }

  // MARK: Numbers

  /// A number or a name; constants become numbers.
  mutating func value(_ node: HS3Node) throws(HS3Error) -> ModelValue {
    if case .number(let number) = node.value { return .constant(number) }
    let name = try node.text
    if let constant = try constant(name, node, depth: 0) { return .constant(constant) }
    if file.values[name] != nil {
      used.insert(name)
      return .parameter(name)
    }
    throw node.unsupported(
      "function '\(name)' stands where Nightjar takes a parameter",
      "give the parameter itself, or fix what the function depends on")
  }

  /// The value of a name that is a constant, or a function of constants; nil if a parameter.
  func constant(_ name: String, _ node: HS3Node, depth: Int) throws(HS3Error) -> Double? {
    guard depth < 32 else { throw .circle(place: node.place, name: name) }
    if let value = file.values[name] { return value.isConstant ? value.value : nil }
    guard let function = file.functions[name] else {
      if let number = Double(name) { return number }
      throw file.unknown(
        node, "parameter or function", file.values.keys.sorted() + file.functions.keys.sorted())
    }
    if let value = known.values[name] { return value }
    let value = try constant(of: function, depth: depth)
    known.values[name] = .some(value)
    return value
  }

  private func constant(of function: HS3Node, depth: Int) throws(HS3Error) -> Double? {
    let type = try function.member("type").text
    func all(_ list: String) throws(HS3Error) -> [Double]? {
      var values: [Double] = []
      for part in try function.member(list).elements {
        if case .number(let x) = part.value {
          values.append(x)
        } else if let x = try constant(try part.text, part, depth: depth + 1) {
          values.append(x)
        } else {
          return nil
        }
      }
      return values
    }
    switch type {
    case "product": return try all("factors").map { $0.reduce(1, *) }
    case "sum": return try all("summands").map { $0.reduce(0, +) }
    case "generic_function":
      let expression = try HS3Expression.read(try function.member("expression"))
      var fault: HS3Error?
      let value = expression.constant { other in
        do throws(HS3Error) {
          return try constant(other, function, depth: depth + 1)
        } catch {
          fault = error
          return nil
        }
      }
      if let fault { throw fault }
      return value
    default: return nil
    }
  }

  mutating func use(_ name: String) { used.insert(name) }

  mutating func constrain(
    _ name: String, _ constraint: ParameterConstraint, at node: HS3Node
  ) throws(HS3Error) {
    used.insert(name)
    guard constraints[name] == nil || constraints[name] == constraint else {
      throw node.unsupported(
        "'\(name)' has a second constraint", "Nightjar takes one a parameter; combine them")
    }
    constraints[name] = constraint
  }
}
