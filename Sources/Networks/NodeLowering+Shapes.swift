import Kernels

extension NodeLowering {
  /// The value with its features in the order of a larger shape.
  private mutating func broadcast(_ x: Rows, to shape: [Int]) throws(NetworkError) -> Rows {
    guard x.shape != shape else { return x }
    guard let width = Tensor.count(shape), width <= GraphBuilder.limit else {
      throw place.fail("gives rows of shape \(shape)", "allowed: \(GraphBuilder.limit) features")
    }
    let from = Broadcast(x.shape, to: shape)
    return append(.gather((0..<width).map { (0, from[$0]) }), x, shape)
  }

  mutating func arithmetic() throws(NetworkError) -> Rows {
    guard rows.count == 2 else { throw place.fail("has \(rows.count) inputs; needs 2") }
    guard let left = rows[0], let right = rows[1] else { return try arithmeticWithConstant() }
    guard left.shape.count == right.shape.count,
      let shape = Broadcast.shape(left.shape, right.shape)
    else {
      throw place.fail("rows of shapes \(left.shape) and \(right.shape) do not fit")
    }
    let sources = [try broadcast(left, to: shape).source, try broadcast(right, to: shape).source]
    let function =
      switch operation {
      case .add: NJ_PLUS
      case .sub: NJ_MINUS
      case .mul: NJ_TIMES
      default: NJ_OVER
      }
    return append(.combine(function), sources, shape)
  }

  private mutating func arithmeticWithConstant() throws(NetworkError) -> Rows {
    let isLeft = rows[0] != nil
    guard let x = rows[0] ?? rows[1], let constant = constants[isLeft ? 1 : 0],
      constant.type == .float
    else { throw place.fail("its other input is no float constant", "export in float32") }
    var dimensions = constant.shape
    if dimensions.count > x.shape.count {
      let extra = dimensions.count - x.shape.count
      guard extra == 1, dimensions[0] == 1 else {
        throw place.fail(
          "a constant of shape \(constant.shape) has one value a row",
          "allowed: constants that are the same for all rows")
      }
      dimensions.removeFirst()
    }
    guard let shape = Broadcast.shape(dimensions, x.shape) else {
      throw place.fail(
        "a constant of shape \(constant.shape) does not fit rows of shape \(x.shape)")
    }
    let y = try broadcast(x, to: shape)
    let (from, reals) = (Broadcast(dimensions, to: shape), constant.reals)
    let values = (0..<y.source.width).map { reals[from[$0]] }
    let (zeros, ones) = (values.map { _ in 0.0 }, values.map { _ in 1.0 })
    let kind: Layer.Kind =
      switch (operation, isLeft) {
      case (.add, _): .affine(Affine(shift: values.map { -$0 }, scale: ones, rest: zeros))
      case (.sub, true): .affine(Affine(shift: values, scale: ones, rest: zeros))
      case (.sub, false): .affine(Affine(shift: values, scale: ones.map { -$0 }, rest: zeros))
      case (.mul, _): .affine(Affine(shift: zeros, scale: values, rest: zeros))
      case (_, true): .affine(Affine(shift: zeros, scale: values.map { 1 / $0 }, rest: zeros))
      default: .divide(values)
      }
    return append(kind, y, shape)
  }

  mutating func flatten() throws(NetworkError) -> Rows {
    var x = try only()
    let axis = try place.axis(
      try place.integer("axis", default: 1), rank: x.shape.count + 1, end: true)
    guard axis > 0, x.shape[..<(axis - 1)].reduce(1, *) == 1 else {
      throw place.fail("joins rows (axis \(axis))", "allowed: axis 1, which keeps rows apart")
    }
    x.shape = [x.source.width]
    return x
  }

  mutating func reshape() throws(NetworkError) -> Rows {
    var x = try only()
    guard constants.count == 2, let target = constants[1]?.integers, let first = target.first
    else { throw place.fail("its shape is no constant of integers") }
    let keepsZero = try place.integer("allowzero", default: 0) != 0
    guard first == -1 || (first == 0 && !keepsZero) || first == batch else {
      throw place.fail(
        "shape \(target) joins or splits rows", "allowed: 0 or -1 as its first number")
    }
    var shape: [Int] = []
    for (index, size) in target.dropFirst().enumerated() {
      let copied = size == 0 && !keepsZero && index < x.shape.count
      shape.append(copied ? x.shape[index] : Int(size))
    }
    if first != -1, let open = shape.firstIndex(of: -1) {
      shape[open] = 1
      if let known = Tensor.count(shape), known > 0 { shape[open] = x.source.width / known }
    }
    guard Tensor.count(shape) == x.source.width else {
      throw place.fail(
        "shape \(target) does not hold \(x.source.width) features a row",
        "allowed: shapes that keep rows apart")
    }
    x.shape = shape
    return x
  }

  mutating func concat() throws(NetworkError) -> Rows {
    var parts: [Rows] = []
    for part in rows {
      guard let part else {
        throw place.fail("joins rows with constants", "allowed: values that depend on the row")
      }
      parts.append(part)
    }
    let rank = parts[0].shape.count + 1
    let axis = try place.axis(try place.integer("axis", default: 1), rank: rank)
    guard axis > 0 else { throw place.fail("joins rows (axis 0)", "allowed: axes after the first") }
    var shape = parts[0].shape
    shape[axis - 1] = 0
    for part in parts {
      var other = part.shape
      guard other.count == shape.count else { throw place.fail("its inputs differ in dimensions") }
      shape[axis - 1] += other[axis - 1]
      other[axis - 1] = parts[0].shape[axis - 1]
      guard other == parts[0].shape else {
        throw place.fail("rows of shapes \(parts[0].shape) and \(part.shape) do not fit")
      }
    }
    guard let width = Tensor.count(shape), width <= GraphBuilder.limit else {
      throw place.fail("gives rows of shape \(shape)", "allowed: \(GraphBuilder.limit) features")
    }
    var places: [(source: Int, feature: Int)] = []
    for outer in 0..<shape[..<(axis - 1)].reduce(1, *) {
      for (source, part) in parts.enumerated() {
        let inner = part.shape[(axis - 1)...].reduce(1, *)
        for feature in 0..<inner { places.append((source, outer * inner + feature)) }
      }
    }
    return append(.gather(places), parts.map(\.source), shape)
  }
}
