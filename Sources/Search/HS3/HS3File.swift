import Diagnostics

/// The parts of a likelihood file by name, each name once.
package struct HS3File {
  package let root: HS3Node
  package private(set) var distributions: [String: HS3Node] = [:]
  package private(set) var functions: [String: HS3Node] = [:]
  package private(set) var data: [String: HS3Node] = [:]
  package private(set) var likelihoods: [String: HS3Node] = [:]
  package private(set) var points: [String: HS3Node] = [:]
  package private(set) var domains: [String: HS3Node] = [:]
  /// Values of the point `default_values`.
  package private(set) var values: [String: (value: Double, isConstant: Bool)] = [:]
  /// Ranges of the domain `default_domain`; nil for an open side.
  package private(set) var ranges: [String: (low: Double?, high: Double?)] = [:]

  package init(_ root: HS3Node) throws(HS3Error) {
    self.root = root
    var names: Set<String> = []
    distributions = try Self.named(root, "distributions", &names)
    functions = try Self.named(root, "functions", &names)
    // The text wants names unique in the whole file; files of ROOT keep to it within a part.
    var own: Set<String> = []
    data = try Self.named(root, "data", &own)
    own = []
    likelihoods = try Self.named(root, "likelihoods", &own)
    own = []
    points = try Self.named(root, "parameter_points", &own)
    own = []
    domains = try Self.named(root, "domains", &own)
    for node in try points["default_values"]?.member("parameters").elements ?? [] {
      let name = try node.member("name")
      let value = try node.member("value").number
      let isConstant = node.optional("const")?.value == .boolean(true)
      guard values.updateValue((value, isConstant), forKey: try name.text) == nil else {
        throw .duplicateName(place: name.place, name: try name.text)
      }
    }
    for node in try domains["default_domain"]?.member("axes").elements ?? [] {
      let low = try node.optional("min")?.number
      let high = try node.optional("max")?.number
      if let low, let high, low > high {
        throw node.invalid("'min'", JSONValue.text(low), "at most 'max', \(JSONValue.text(high))")
      }
      ranges[try node.member("name").text] = (low, high)
    }
  }

  private static func named(
    _ root: HS3Node, _ part: String, _ names: inout Set<String>
  ) throws(HS3Error) -> [String: HS3Node] {
    var found: [String: HS3Node] = [:]
    for node in try root.optional(part)?.elements ?? [] {
      let name = try node.member("name")
      guard names.insert(try name.text).inserted else {
        throw .duplicateName(place: name.place, name: try name.text)
      }
      found[try name.text] = node
    }
    return found
  }

  /// The error for a name that nothing has.
  package func unknown(_ node: HS3Node, _ what: String, _ names: [String]) -> HS3Error {
    guard case .string(let name) = node.value else { return node.wrongKind("a text") }
    return .unknownName(
      place: node.place, name: name, what: what,
      nearest: NearestName.nearest(to: name, among: names))
  }

  /// The distribution that a node names.
  package func distribution(_ node: HS3Node) throws(HS3Error) -> HS3Node {
    guard let found = distributions[try node.text] else {
      throw unknown(node, "distribution", distributions.keys.sorted())
    }
    return found
  }

  /// The data that a node names.
  package func data(_ node: HS3Node) throws(HS3Error) -> HS3Node {
    guard let found = data[try node.text] else { throw unknown(node, "data", data.keys.sorted()) }
    return found
  }
}
