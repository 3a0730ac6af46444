import Kernels

/// Lowers one node with at least one input of rows to layers.
struct NodeLowering {
  typealias Rows = GraphBuilder.Rows

  let place: NodePlace
  let operation: Operator
  let rows: [Rows?]
  let constants: [Tensor?]
  var layers: [Layer]
  let batch: Int64?

  /// The value of the node's first output.
  mutating func lower() throws(NetworkError) -> Rows {
    switch operation {
    case .identity, .dropout, .zipMap: return try only()
    case .cast:
      let code = Int64(try place.integer("to", default: 0))
      guard code == 1 else {
        throw place.fail(
          "casts rows to \(ElementType.name(code))", "allowed: float; export in float32")
      }
      return try only()
    case .relu, .leakyRelu, .elu, .selu, .tanh, .sigmoid:
      let x = try only()
      return append(.apply(try Activation(operation, place)), x, x.shape)
    case .clip: return try clip()
    case .gemm, .matMul: return try dense()
    case .add, .sub, .mul, .div: return try arithmetic()
    case .softmax: return try softmax()
    case .batchNormalization: return try batchNormalization()
    case .flatten: return try flatten()
    case .reshape: return try reshape()
    case .concat: return try concat()
    case .scaler: return try scaler()
    case .treeEnsembleRegressor, .treeEnsembleClassifier: return try trees()
    case .constant: throw place.fail("a constant has no inputs")
    }
  }

  /// The first input, which must be rows; all others constants.
  func only() throws(NetworkError) -> Rows {
    guard let first = rows.first, let x = first, rows.dropFirst().allSatisfy({ $0 == nil })
    else {
      throw place.fail(
        "an input that must be constant depends on the row", "export in inference mode")
    }
    return x
  }

  /// Adds a layer on all features of a value.
  mutating func append(_ kind: Layer.Kind, _ x: Rows, _ shape: [Int]) -> Rows {
    append(kind, [x.source], shape)
  }

  mutating func append(_ kind: Layer.Kind, _ sources: [Layer.Source], _ shape: [Int]) -> Rows {
    let width = shape.reduce(1, *)
    layers.append(Layer(kind: kind, sources: sources, width: width))
    return Rows(source: .init(layer: layers.count - 1, width: width), shape: shape)
  }

  private mutating func clip() throws(NetworkError) -> Rows {
    let x = try only()
    var bounds = [
      try place.number("min", default: -.infinity), try place.number("max", default: .infinity),
    ]
    for index in 0..<2 where constants.indices.contains(index + 1) {
      guard let bound = constants[index + 1] else { continue }
      guard bound.count == 1 else { throw place.fail("a bound has shape \(bound.shape)") }
      bounds[index] = Float(bound.reals[0])
    }
    return append(.apply(Activation(NJ_CLIP, alpha: bounds[0], beta: bounds[1])), x, x.shape)
  }

  private mutating func dense() throws(NetworkError) -> Rows {
    let isGemm = operation == .gemm
    let x = try only()
    guard x.shape.count == 1 else {
      throw place.fail(
        "its input has \(x.shape.count + 1) dimensions", "allowed: rows of shape [rows, features]")
    }
    guard constants.count >= 2, let matrix = constants[1], matrix.shape.count == 2,
      matrix.type.isReal
    else { throw place.fail("its second input is no constant matrix of real numbers") }
    var (weights, shape) = (matrix.reals, matrix.shape)
    var (alpha, beta) = (1.0, 1.0)
    if isGemm {
      guard try place.integer("transA", default: 0) == 0 else {
        throw place.fail("transposes rows (transA)", "export with rows first")
      }
      if try place.integer("transB", default: 0) != 0 {
        weights = ConstantFolding.transposed(weights, rows: shape[0], columns: shape[1])
        shape.reverse()
      }
      alpha = Double(try place.number("alpha", default: 1))
      beta = Double(try place.number("beta", default: 1))
    }
    guard shape[0] == x.source.width, shape[1] > 0 else {
      throw place.fail("has \(x.source.width) inputs; its weights have shape \(shape)")
    }
    if alpha != 1 { weights = weights.map { $0 * alpha } }
    var bias = [Double](repeating: 0, count: shape[1])
    if isGemm, constants.count > 2, let summand = constants[2] {
      guard Broadcast.shape(summand.shape, [1, shape[1]]) == [1, shape[1]] else {
        throw place.fail(
          "bias of shape \(summand.shape) does not fit \(shape[1]) outputs of any row")
      }
      let (from, values) = (Broadcast(summand.shape, to: [1, shape[1]]), summand.reals)
      bias = bias.indices.map { beta * values[from[$0]] }
    }
    return append(
      .dense(weights: weights, bias: bias, activation: nil), x, [shape[1]])
  }

  private mutating func softmax() throws(NetworkError) -> Rows {
    let x = try only()
    let isNew = place.opset >= 13
    let rank = x.shape.count + 1
    let axis = try place.axis(try place.integer("axis", default: isNew ? -1 : 1), rank: rank)
    guard axis > 0, !isNew || axis == rank - 1 else {
      throw place.fail(
        "works along axis \(axis) of \(rank)", "allowed: the last axis, within a row")
    }
    return append(.softmax(group: x.shape[(axis - 1)...].reduce(1, *)), x, x.shape)
  }

  private mutating func batchNormalization() throws(NetworkError) -> Rows {
    let x = try only()
    guard let channels = x.shape.first else { throw place.fail("its input has one dimension") }
    let inner = x.shape.dropFirst().reduce(1, *)
    let (scale, rest) = try NormalizationParameters(place, constants).steps(channels: channels)
    let step = Affine(
      shift: [Double](repeating: 0, count: x.source.width),
      scale: (0..<x.source.width).map { scale[$0 / inner] },
      rest: (0..<x.source.width).map { rest[$0 / inner] })
    return append(.affine(step), x, x.shape)
  }

  private mutating func scaler() throws(NetworkError) -> Rows {
    let x = try only()
    let width = x.source.width
    func list(_ name: String, _ fallback: Double) throws(NetworkError) -> [Double] {
      let values = try place.numbers(name).map(Double.init)
      switch values.count {
      case 0: return [Double](repeating: fallback, count: width)
      case 1: return [Double](repeating: values[0], count: width)
      case width: return values
      default: throw place.fail("'\(name)' has \(values.count) values for \(width) features")
      }
    }
    let step = Affine(
      shift: try list("offset", 0), scale: try list("scale", 1),
      rest: [Double](repeating: 0, count: width))
    return append(.affine(step), x, x.shape)
  }

  private mutating func trees() throws(NetworkError) -> Rows {
    let x = try only()
    guard x.shape.count == 1 else {
      throw place.fail("its input has \(x.shape.count + 1) dimensions", "allowed: 2")
    }
    let file = try TreeFile(place, isClassifier: operation == .treeEnsembleClassifier)
    let ensemble = try file.ensemble(features: x.source.width)
    var y = append(.trees(ensemble), x, [ensemble.outputs])
    if let step = try file.finish(ensemble) { y = append(.affine(step), y, y.shape) }
    if let step = file.secondClass {
      y = append(.gather([(0, 0), (0, 0)]), y, [2])
      y = append(.affine(step), y, y.shape)
    }
    switch try file.transform() {
    case .none: break
    case .logistic: y = append(.apply(Activation(NJ_SIGMOID)), y, y.shape)
    case .softmax: y = append(.softmax(group: y.source.width), y, y.shape)
    }
    return y
  }
}
