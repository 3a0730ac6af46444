import Diagnostics

/// Turns a model into layers on rows; what does not depend on the inputs is evaluated on the way.
struct GraphBuilder {
  /// What a name of the graph stands for.
  enum Value {
    case constant(Tensor)
    case rows(Rows)
    /// A tensor of the file that has not been needed so far.
    case stored(ONNXTensor)
  }

  /// A value with one entry a row: its features in the order of the dimensions after the first.
  struct Rows {
    var source: Layer.Source
    /// Dimensions after the first, which counts the rows.
    var shape: [Int]
  }

  let model: ONNXModel
  let name: String
  var layers: [Layer] = []
  var values: [String: Value] = [:]
  var inputNames: [String] = []
  var inputCount = 0
  /// Names of the features that the model's author stated; empty where there are none.
  var featureNames: [String] {
    model.metadata["inputs"].map {
      $0.split(separator: ",").map { String($0.filter { $0 != " " }) }
    } ?? []
  }
  /// The number of rows where the file fixes it.
  var batch: Int64?

  /// Largest number of features of a value.
  static let limit = 1 << 16

  init(_ model: ONNXModel, name: String) throws(NetworkError) {
    (self.model, self.name) = (model, name)
    for (name, tensor) in model.initializers { values[name] = .stored(tensor) }
    try bindInputs()
  }

  func fail(_ finding: String, _ remedy: String? = nil) -> NetworkError {
    .graph(model: name, finding: finding, remedy: remedy)
  }

  private mutating func bindInputs() throws(NetworkError) {
    layers.append(Layer(kind: .input, sources: [], width: 0))
    for input in model.inputs where values[input.name] == nil {
      let label = "input '\(input.name.prefix(80))'"
      guard input.elementType == 1 else {
        throw fail(
          "\(label) has element type "
            + (input.elementType.map(ElementType.name) ?? "of no tensor"),
          "allowed: float; export the network in float32")
      }
      guard let dimensions = input.dimensions, let first = dimensions.first else {
        throw fail("\(label) has no shape", "allowed: [rows, features]; export it with a shape")
      }
      var shape: [Int] = []
      for dimension in dimensions.dropFirst() {
        guard case .fixed(let size) = dimension, (1...Int64(Self.limit)).contains(size) else {
          throw fail(
            "\(label) has a dimension that is not fixed or not in 1...\(Self.limit)",
            "only the first, the number of rows, may be free")
        }
        shape.append(Int(size))
      }
      if case .fixed(let rows) = first {
        guard batch == nil || batch == rows else {
          throw fail("inputs have \(batch ?? 0) and \(rows) rows", "all inputs need the same rows")
        }
        batch = rows
      }
      guard let width = Tensor.count(shape), width + inputCount <= Self.limit else {
        throw fail("inputs have more than \(Self.limit) features")
      }
      values[input.name] = .rows(
        Rows(source: .init(layer: 0, first: inputCount, width: width), shape: shape))
      inputNames.append(input.name)
      inputCount += width
    }
    layers[0].width = inputCount
  }

  /// The value of an output, by evaluating or lowering all it needs.
  mutating func build(output wanted: String?) throws(NetworkError) -> Value {
    let output = try pickOutput(wanted)
    for index in try needed(for: output) {
      let node = model.nodes[index]
      let domain = node.domain == "ai.onnx" ? "" : node.domain
      let place = NodePlace(model: name, node: node, opset: model.opsets[domain] ?? 1)
      guard let operation = Operator(domain: node.domain, name: node.operation) else {
        throw .unsupportedOperator(
          model: name, node: place.label, operator: String(node.operation.prefix(80)))
      }
      // A classifier's first output is the label, its second the scores.
      let outputs = node.outputs.dropFirst(operation == .treeEnsembleClassifier ? 1 : 0)
      guard let result = outputs.first, !result.isEmpty else {
        throw place.fail("has no output of float numbers")
      }
      values[result] = try value(of: operation, place)
    }
    guard let value = values[output] else {
      throw fail(
        "output '\(output)' is a label or a mask, or made by no node",
        "choose the output with the scores")
    }
    if case .stored(let tensor) = value { return .constant(try Tensor(tensor, model: name)) }
    return value
  }

  /// The wanted output, else the first of float numbers (or the input of a ZipMap).
  private func pickOutput(_ wanted: String?) throws(NetworkError) -> String {
    let names = model.outputs.map(\.name)
    if let wanted {
      guard names.contains(wanted) else {
        throw .missingOutput(
          model: name, name: wanted, found: names,
          nearest: NearestName.nearest(to: wanted, among: names))
      }
      return wanted
    }
    let zipped = Set(model.nodes.filter { $0.operation == "ZipMap" }.flatMap(\.outputs))
    for output in model.outputs where output.elementType == 1 || zipped.contains(output.name) {
      return output.name
    }
    throw fail(
      "no output has float numbers; outputs: " + names.prefix(8).joined(separator: ", "),
      "export the probabilities or the regression value as float32")
  }

  /// Nodes that an output depends on, in the order of the file.
  private func needed(for output: String) throws(NetworkError) -> [Int] {
    var makers: [String: Int] = [:]
    for (index, node) in model.nodes.enumerated() {
      for result in node.outputs where !result.isEmpty {
        guard makers.updateValue(index, forKey: result) == nil, values[result] == nil else {
          throw fail("the value '\(result.prefix(80))' is made twice")
        }
      }
    }
    var (marked, open) = (Set<Int>(), [output])
    while let name = open.popLast() {
      guard let maker = makers[name], marked.insert(maker).inserted else { continue }
      open += model.nodes[maker].inputs
    }
    return marked.sorted()
  }

  private mutating func value(
    of operation: Operator, _ place: NodePlace
  ) throws(NetworkError) -> Value {
    var inputs: [Value?] = []
    for name in place.node.inputs {
      guard !name.isEmpty else {
        inputs.append(nil)
        continue
      }
      switch values[name] {
      case nil:
        throw place.fail(
          "its input '\(name.prefix(80))' is a label or a mask, or made by no node before it")
      case .stored(let tensor):
        let constant = Value.constant(try Tensor(tensor, model: self.name))
        values[name] = constant
        inputs.append(constant)
      case let value: inputs.append(value)
      }
    }
    let constants = inputs.map { value -> Tensor? in
      if case .constant(let tensor) = value { tensor } else { nil }
    }
    let hasRows = inputs.contains { if case .rows = $0 { true } else { false } }
    guard hasRows else {
      return .constant(
        try ConstantFolding(place: place, operation: operation, inputs: constants).evaluate())
    }
    let rows = inputs.map { value -> Rows? in
      if case .rows(let rows) = value { rows } else { nil }
    }
    var lowering = NodeLowering(
      place: place, operation: operation, rows: rows, constants: constants, layers: layers,
      batch: batch)
    let result = try lowering.lower()
    guard result.source.width <= Self.limit else {
      throw place.fail("gives \(result.source.width) features", "allowed: \(Self.limit)")
    }
    layers = lowering.layers
    return .rows(result)
  }
}
