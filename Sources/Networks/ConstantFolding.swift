import Kernels

/// Evaluates a node whose inputs are all constants, of any shape: what is static is done at load.
struct ConstantFolding {
  let place: NodePlace
  let operation: Operator
  /// One for each input name; nil where an optional input is left out.
  let inputs: [Tensor?]

  /// The node's first output.
  func evaluate() throws(NetworkError) -> Tensor {
    switch operation {
    case .add, .sub, .mul, .div: try arithmetic()
    case .relu, .leakyRelu, .elu, .selu, .tanh, .sigmoid: try activation()
    case .matMul: try matMul()
    case .gemm: try gemm()
    case .softmax: try softmax()
    case .batchNormalization: try batchNormalization()
    case .identity, .dropout: try input(0)
    case .cast: try cast()
    case .flatten: try flatten()
    case .reshape: try reshape()
    case .concat: try concat()
    case .clip: try clip()
    case .constant: try constant()
    case .scaler, .treeEnsembleRegressor, .treeEnsembleClassifier, .zipMap:
      throw place.fail("its input does not depend on the network's inputs")
    }
  }

  func input(_ index: Int) throws(NetworkError) -> Tensor {
    guard let tensor = optional(index) else { throw place.fail("input \(index) is missing") }
    return tensor
  }

  func optional(_ index: Int) -> Tensor? { inputs.indices.contains(index) ? inputs[index] : nil }

  func real(_ index: Int) throws(NetworkError) -> Tensor {
    let tensor = try input(index)
    guard tensor.type.isReal else {
      throw place.fail(
        "input \(index) has element type \(ElementType.name(tensor.type.rawValue))",
        "allowed: float, double, float16")
    }
    return tensor
  }

  func count(_ shape: [Int]) throws(NetworkError) -> Int {
    guard let count = Tensor.count(shape) else {
      throw place.fail("a constant of shape \(shape) has more than \(Tensor.limit) values")
    }
    return count
  }

  func made(_ type: ElementType, _ shape: [Int], _ values: [Double]) -> Tensor {
    Tensor(type: type, shape: shape, values: .reals(values.map(type.rounded)))
  }

  private func arithmetic() throws(NetworkError) -> Tensor {
    let (a, b) = (try input(0), try input(1))
    guard a.type == b.type else { throw place.fail("its inputs have two element types") }
    guard let shape = Broadcast.shape(a.shape, b.shape) else {
      throw place.fail("shapes \(a.shape) and \(b.shape) do not fit")
    }
    let total = try count(shape)
    let (left, right) = (Broadcast(a.shape, to: shape), Broadcast(b.shape, to: shape))
    if case .integers(let x) = a.values, case .integers(let y) = b.values {
      var result: [Int64] = []
      result.reserveCapacity(total)
      for index in 0..<total {
        let (p, q) = (x[left[index]], y[right[index]])
        let value: Int64
        switch operation {
        case .add: value = p &+ q
        case .sub: value = p &- q
        case .mul: value = p &* q
        default:
          guard q != 0 else { throw place.fail("an integer is divided by zero") }
          value = p.dividedReportingOverflow(by: q).partialValue
        }
        result.append(a.type.wrapped(value))
      }
      return Tensor(type: a.type, shape: shape, values: .integers(result))
    }
    let (x, y) = (a.reals, b.reals)
    return made(
      a.type, shape,
      (0..<total).map { index in
        let (p, q) = (x[left[index]], y[right[index]])
        return switch operation {
        case .add: p + q
        case .sub: p - q
        case .mul: p * q
        default: p / q
        }
      })
  }

  private func activation() throws(NetworkError) -> Tensor {
    let x = try real(0)
    let activation = try Activation(operation, place)
    let (alpha, beta) = (Double(activation.alpha), Double(activation.beta))
    return made(
      x.type, x.shape,
      x.reals.map { x in
        switch operation {
        case .relu: x < 0 ? 0 : x
        case .leakyRelu: x < 0 ? alpha * x : x
        case .elu: x < 0 ? alpha * nj_expm1_scalar(x) : x
        case .selu: beta * (x < 0 ? alpha * nj_expm1_scalar(x) : x)
        case .tanh: nj_tanh_scalar(x)
        default: 1 / (1 + nj_exp_scalar(-x))
        }
      })
  }

  private func clip() throws(NetworkError) -> Tensor {
    let x = try input(0)
    if let list = x.integers {
      var bounds: (Int64, Int64) = (.min, .max)
      if let low = optional(1) { bounds.0 = try single(low.integers, low) }
      if let high = optional(2) { bounds.1 = try single(high.integers, high) }
      return Tensor(
        type: x.type, shape: x.shape,
        values: .integers(list.map { min(max($0, bounds.0), bounds.1) })
      )
    }
    var low = Double(try place.number("min", default: -.infinity))
    var high = Double(try place.number("max", default: .infinity))
    if let bound = optional(1) { low = try single(bound.reals, bound) }
    if let bound = optional(2) { high = try single(bound.reals, bound) }
    return made(x.type, x.shape, x.reals.map { $0 < low ? min(low, high) : $0 > high ? high : $0 })
  }

  private func single<Value>(
    _ values: [Value]?, _ tensor: Tensor
  ) throws(NetworkError) -> Value {
    guard let values, values.count == 1 else {
      throw place.fail("a bound of shape \(tensor.shape) is not one value of the input's type")
    }
    return values[0]
  }

  private func cast() throws(NetworkError) -> Tensor {
    let x = try input(0)
    let code = Int64(try place.integer("to", default: 0))
    guard let type = ElementType(rawValue: code) else {
      throw place.fail(
        "casts to \(ElementType.name(code)), which is not supported", "export in float32")
    }
    if type.isReal { return made(type, x.shape, x.reals) }
    if let list = x.integers {
      return Tensor(type: type, shape: x.shape, values: .integers(list.map(type.wrapped)))
    }
    var values: [Int64] = []
    for value in x.reals {
      let whole = value.rounded(.towardZero)
      if type == .bool {
        values.append(value == 0 ? 0 : 1)
        continue
      }
      guard let exact = Int64(exactly: whole) else {
        throw place.fail("casts \(value) to an integer")
      }
      values.append(type.wrapped(exact))
    }
    return Tensor(type: type, shape: x.shape, values: .integers(values))
  }

  private func constant() throws(NetworkError) -> Tensor {
    guard place.node.attributes.count == 1, let value = place.node.attributes.first?.value else {
      throw place.fail("has not exactly one attribute")
    }
    switch value {
    case .tensor(let tensor): return try Tensor(tensor, model: place.model)
    case .number(let number): return Tensor(floats: [number], shape: [])
    case .numbers(let numbers): return Tensor(floats: numbers, shape: [numbers.count])
    case .integer(let number):
      return Tensor(type: .int64, shape: [], values: .integers([number]))
    case .integers(let numbers):
      return Tensor(type: .int64, shape: [numbers.count], values: .integers(numbers))
    case .text, .texts, .other:
      throw place.fail("holds neither numbers nor a tensor")
    }
  }
}

/// Where each value of a broadcast result comes from.
struct Broadcast {
  private var strides: [Int] = []
  private var sizes: [Int] = []

  init(_ shape: [Int], to result: [Int]) {
    var (stride, strides) = (1, [Int]())
    for index in result.indices {
      let own = index < shape.count ? shape[shape.count - 1 - index] : 1
      strides.append(own == 1 ? 0 : stride)
      stride *= own
    }
    self.strides = strides
    sizes = result.reversed()
  }

  /// The common shape by the rules of numpy, or nil.
  static func shape(_ a: [Int], _ b: [Int]) -> [Int]? {
    var result: [Int] = []
    for index in 0..<max(a.count, b.count) {
      let x = index < a.count ? a[a.count - 1 - index] : 1
      let y = index < b.count ? b[b.count - 1 - index] : 1
      guard x == y || x == 1 || y == 1 else { return nil }
      result.append(x == 1 ? y : x)
    }
    return result.reversed()
  }

  subscript(_ index: Int) -> Int {
    var (rest, place) = (index, 0)
    for (size, stride) in zip(sizes, strides) {
      place += rest % size * stride
      rest /= size
    }
    return place
  }
}
