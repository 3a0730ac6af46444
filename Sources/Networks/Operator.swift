/// The operators a network may have.
enum Operator: String, CaseIterable {
  case gemm = "Gemm"
  case matMul = "MatMul"
  case add = "Add"
  case sub = "Sub"
  case mul = "Mul"
  case div = "Div"
  case relu = "Relu"
  case leakyRelu = "LeakyRelu"
  case elu = "Elu"
  case selu = "Selu"
  case tanh = "Tanh"
  case sigmoid = "Sigmoid"
  case softmax = "Softmax"
  case batchNormalization = "BatchNormalization"
  case identity = "Identity"
  case dropout = "Dropout"
  case cast = "Cast"
  case flatten = "Flatten"
  case reshape = "Reshape"
  case concat = "Concat"
  case clip = "Clip"
  case constant = "Constant"
  case scaler = "Scaler"
  case treeEnsembleRegressor = "TreeEnsembleRegressor"
  case treeEnsembleClassifier = "TreeEnsembleClassifier"
  case zipMap = "ZipMap"

  /// Whether the operator is one of ai.onnx.ml.
  var isOfMachineLearning: Bool {
    switch self {
    case .scaler, .treeEnsembleRegressor, .treeEnsembleClassifier, .zipMap: true
    default: false
    }
  }

  /// Finds the operator of a node.
  init?(domain: String, name: String) {
    guard let known = Operator(rawValue: name) else { return nil }
    let domains = known.isOfMachineLearning ? ["ai.onnx.ml"] : ["", "ai.onnx"]
    guard domains.contains(domain) else { return nil }
    self = known
  }

  /// All names, for messages.
  static var list: String { allCases.map(\.rawValue).joined(separator: ", ") }
}

/// A node with all it takes to say what is wrong with it.
struct NodePlace {
  let model: String
  let node: ONNXNode
  let opset: Int

  /// The node's name, else that of its first output.
  var label: String {
    let name = node.name.isEmpty ? node.outputs.first ?? "" : node.name
    return name.count > 80 ? name.prefix(80) + "…" : name
  }

  func fail(_ finding: String, _ remedy: String? = nil) -> NetworkError {
    .node(
      model: model, node: label, operator: String(node.operation.prefix(80)), finding: finding,
      remedy: remedy)
  }

  /// An integer attribute.
  func integer(_ name: String, default fallback: Int) throws(NetworkError) -> Int {
    guard let attribute = node.attributes[name] else { return fallback }
    guard case .integer(let value) = attribute else {
      throw fail("attribute '\(name)' is not an integer")
    }
    return Int(value)
  }

  /// A number.
  func number(_ name: String, default fallback: Float) throws(NetworkError) -> Float {
    guard let attribute = node.attributes[name] else { return fallback }
    guard case .number(let value) = attribute else {
      throw fail("attribute '\(name)' is not a number")
    }
    return value
  }

  /// A text.
  func text(_ name: String, default fallback: String) throws(NetworkError) -> String {
    guard let attribute = node.attributes[name] else { return fallback }
    guard case .text(let value) = attribute else {
      throw fail("attribute '\(name)' is not a text")
    }
    return value
  }

  /// Numbers; empty where there are none.
  func numbers(_ name: String) throws(NetworkError) -> [Float] {
    switch node.attributes[name] {
    case nil: return []
    case .numbers(let values): return values
    default: throw fail("attribute '\(name)' is not a list of numbers")
    }
  }

  /// Integers; empty where there are none.
  func integers(_ name: String) throws(NetworkError) -> [Int64] {
    switch node.attributes[name] {
    case nil: return []
    case .integers(let values): return values
    default: throw fail("attribute '\(name)' is not a list of integers")
    }
  }

  /// Texts; empty where there are none.
  func texts(_ name: String) throws(NetworkError) -> [String] {
    switch node.attributes[name] {
    case nil: return []
    case .texts(let values): return values
    default: throw fail("attribute '\(name)' is not a list of texts")
    }
  }

  /// An axis counted from the front, in 0..<rank (0...rank where `end` is allowed).
  func axis(_ axis: Int, rank: Int, end: Bool = false) throws(NetworkError) -> Int {
    let counted = axis < 0 ? axis.addingReportingOverflow(rank).partialValue : axis
    guard counted >= 0, end ? counted <= rank : counted < rank else {
      throw fail("axis \(axis) is not in a value of \(rank) dimensions")
    }
    return counted
  }
}
