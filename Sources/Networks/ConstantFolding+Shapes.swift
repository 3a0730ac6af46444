import Kernels

extension ConstantFolding {
  /// Product of two matrices given as rows, with sums in double.
  private func product(
    _ a: [Double], _ b: [Double], rows: Int, depth: Int, columns: Int
  ) throws(NetworkError) -> [Double] {
    var result = [Double](repeating: 0, count: try count([rows, columns]))
    _ = try count([rows, depth, columns])
    for row in 0..<rows {
      for inner in 0..<depth {
        let factor = a[row * depth + inner]
        for column in 0..<columns {
          result[row * columns + column] += factor * b[inner * columns + column]
        }
      }
    }
    return result
  }

  private func matrix(_ index: Int) throws(NetworkError) -> Tensor {
    let tensor = try real(index)
    guard tensor.shape.count == 2 else {
      throw place.fail("input \(index) has shape \(tensor.shape)", "allowed: two dimensions")
    }
    return tensor
  }

  func matMul() throws(NetworkError) -> Tensor {
    let (a, b) = (try matrix(0), try matrix(1))
    guard a.shape[1] == b.shape[0] else {
      throw place.fail("shapes \(a.shape) and \(b.shape) do not fit")
    }
    return made(
      a.type, [a.shape[0], b.shape[1]],
      try product(
        a.reals, b.reals, rows: a.shape[0], depth: a.shape[1], columns: b.shape[1]))
  }

  static func transposed(_ values: [Double], rows: Int, columns: Int) -> [Double] {
    (0..<rows * columns).map { values[$0 % rows * columns + $0 / rows] }
  }

  func gemm() throws(NetworkError) -> Tensor {
    var (a, b) = (try matrix(0), try matrix(1))
    for (name, isFirst) in [("transA", true), ("transB", false)]
    where try place.integer(name, default: 0) != 0 {
      let old = isFirst ? a : b
      let new = Tensor(
        type: old.type, shape: old.shape.reversed(),
        values: .reals(Self.transposed(old.reals, rows: old.shape[0], columns: old.shape[1])))
      if isFirst { a = new } else { b = new }
    }
    guard a.shape[1] == b.shape[0] else {
      throw place.fail("shapes \(a.shape) and \(b.shape) do not fit")
    }
    let alpha = Double(try place.number("alpha", default: 1))
    let beta = Double(try place.number("beta", default: 1))
    let shape = [a.shape[0], b.shape[1]]
    var values = try product(
      a.reals, b.reals, rows: shape[0], depth: a.shape[1], columns: shape[1])
    if let c = optional(2) {
      guard Broadcast.shape(c.shape, shape) == shape else {
        throw place.fail("bias of shape \(c.shape) does not fit \(shape)")
      }
      let (where_, bias) = (Broadcast(c.shape, to: shape), c.reals)
      for index in values.indices {
        values[index] = alpha * values[index] + beta * bias[where_[index]]
      }
    } else {
      for index in values.indices { values[index] *= alpha }
    }
    return made(a.type, shape, values)
  }

  func softmax() throws(NetworkError) -> Tensor {
    let x = try real(0)
    let isNew = place.opset >= 13
    let axis = try place.axis(
      try place.integer("axis", default: isNew ? -1 : 1), rank: x.shape.count)
    let group = isNew ? x.shape[axis] : x.shape[axis...].reduce(1, *)
    let inner = isNew ? x.shape[(axis + 1)...].reduce(1, *) : 1
    var values = x.reals
    guard group > 0, inner > 0 else { return x }
    for outer in 0..<values.count / (group * inner) {
      for column in 0..<inner {
        let places = (0..<group).map { (outer * group + $0) * inner + column }
        let most = places.map { values[$0] }.max() ?? 0
        let powers = places.map { nj_exp_scalar(values[$0] - most) }
        let sum = powers.reduce(0, +)
        for (place, power) in zip(places, powers) { values[place] = power / sum }
      }
    }
    return made(x.type, x.shape, values)
  }

  func batchNormalization() throws(NetworkError) -> Tensor {
    let x = try real(0)
    guard x.shape.count >= 2 else {
      throw place.fail("input has shape \(x.shape)", "allowed: two dimensions or more")
    }
    let (scale, rest) = try NormalizationParameters(place, inputs).steps(channels: x.shape[1])
    let inner = x.shape[2...].reduce(1, *)
    return made(
      x.type, x.shape,
      x.reals.enumerated().map { index, value in
        let channel = index / inner % x.shape[1]
        return value * scale[channel] + rest[channel]
      })
  }

  func flatten() throws(NetworkError) -> Tensor {
    var x = try input(0)
    let axis = try place.axis(
      try place.integer("axis", default: 1), rank: x.shape.count, end: true)
    x.shape = [x.shape[..<axis].reduce(1, *), x.shape[axis...].reduce(1, *)]
    return x
  }

  func reshape() throws(NetworkError) -> Tensor {
    var x = try input(0)
    guard let target = try input(1).integers else { throw place.fail("the shape is not integer") }
    let keepsZero = try place.integer("allowzero", default: 0) != 0
    var shape: [Int] = []
    for (index, dimension) in target.enumerated() {
      if dimension == 0, !keepsZero {
        guard index < x.shape.count else { throw place.fail("shape \(target) does not fit") }
        shape.append(x.shape[index])
      } else {
        shape.append(Int(dimension))
      }
    }
    let open = shape.indices.filter { shape[$0] == -1 }
    if let place = open.first, open.count == 1 {
      shape[place] = 1
      if let known = Tensor.count(shape), known > 0 { shape[place] = x.count / known }
    }
    guard Tensor.count(shape) == x.count else {
      throw place.fail("\(x.shape) cannot become \(target)")
    }
    x.shape = shape
    return x
  }

  func concat() throws(NetworkError) -> Tensor {
    let first = try input(0)
    let axis = try place.axis(
      try place.integer("axis", default: 1), rank: first.shape.count)
    var shape = first.shape
    shape[axis] = 0
    var parts: [Tensor] = []
    for index in inputs.indices {
      let part = try input(index)
      var others = part.shape
      guard others.count == shape.count, part.type == first.type else {
        throw place.fail("input \(index) has another type or rank")
      }
      shape[axis] += others[axis]
      others[axis] = first.shape[axis]
      guard others == first.shape else {
        throw place.fail("shapes \(first.shape) and \(part.shape) do not fit")
      }
      parts.append(part)
    }
    _ = try count(shape)
    let outer = shape[..<axis].reduce(1, *)
    func joined<Value>(_ lists: [[Value]]) -> [Value] {
      var result: [Value] = []
      for row in 0..<outer {
        for list in lists {
          let size = list.count / outer
          result += list[row * size..<(row + 1) * size]
        }
      }
      return result
    }
    if first.type.isReal {
      return Tensor(type: first.type, shape: shape, values: .reals(joined(parts.map(\.reals))))
    }
    return Tensor(
      type: first.type, shape: shape, values: .integers(joined(parts.map { $0.integers ?? [] })))
  }
}

/// The constants of a BatchNormalization in inference.
struct NormalizationParameters {
  let place: NodePlace
  let parameters: [Tensor?]

  init(_ place: NodePlace, _ inputs: [Tensor?]) { (self.place, parameters) = (place, inputs) }

  /// Factor and summand for each channel: y = x * factor + summand.
  func steps(channels: Int) throws(NetworkError) -> (scale: [Double], rest: [Double]) {
    let trains = try place.integer("training_mode", default: 0) != 0
    let isTest = try place.integer("is_test", default: 0) != 0
    let isOldTraining = place.opset < 7 && !isTest
    guard !trains, !isOldTraining else {
      throw place.fail("is in training mode", "export the network in inference mode")
    }
    let epsilon = Double(try place.number("epsilon", default: 1e-5))
    var lists: [[Double]] = []
    for index in 1..<5 {
      guard parameters.indices.contains(index), let tensor = parameters[index],
        tensor.shape == [channels]
      else { throw place.fail("input \(index) does not have \(channels) values") }
      lists.append(tensor.reals)
    }
    let scale = (0..<channels).map { lists[0][$0] / (lists[3][$0] + epsilon).squareRoot() }
    return (scale, (0..<channels).map { lists[1][$0] - lists[2][$0] * scale[$0] })
  }
}
