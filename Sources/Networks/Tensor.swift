/// Element types of constants, by their codes in the format.
package enum ElementType: Int64, Sendable {
  case float = 1
  case uint8 = 2
  case int8 = 3
  case uint16 = 4
  case int16 = 5
  case int32 = 6
  case int64 = 7
  case bool = 9
  case float16 = 10
  case double = 11
  case uint32 = 12

  /// What the format calls a code, for messages.
  static func name(_ code: Int64) -> String {
    let names = [
      "undefined", "float", "uint8", "int8", "uint16", "int16", "int32", "int64", "string", "bool",
      "float16", "double", "uint32", "uint64", "complex64", "complex128", "bfloat16",
    ]
    return names.indices.contains(Int(clamping: code)) ? names[Int(code)] : "type \(code)"
  }

  var isReal: Bool { self == .float || self == .double || self == .float16 }

  /// Bytes of one value.
  var size: Int {
    switch self {
    case .uint8, .int8, .bool: 1
    case .uint16, .int16, .float16: 2
    case .float, .int32, .uint32: 4
    case .int64, .double: 8
    }
  }

  /// The nearest value of this type.
  func rounded(_ value: Double) -> Double {
    switch self {
    case .float: return Double(Float(value))
    case .float16:
      guard value.isFinite, value != 0 else { return value }
      // Half precision: 11 bits, quantum 2^-24 for the smallest.
      let quantum = Double(sign: .plus, exponent: max(-24, value.exponent - 10), significand: 1)
      let nearest = (value / quantum).rounded(.toNearestOrEven) * quantum
      return nearest.magnitude < 65536 ? nearest : value.sign == .minus ? -.infinity : .infinity
    default: return value
    }
  }

  /// The value with the bits this type keeps.
  func wrapped(_ value: Int64) -> Int64 {
    switch self {
    case .uint8: Int64(UInt8(truncatingIfNeeded: value))
    case .int8: Int64(Int8(truncatingIfNeeded: value))
    case .uint16: Int64(UInt16(truncatingIfNeeded: value))
    case .int16: Int64(Int16(truncatingIfNeeded: value))
    case .int32: Int64(Int32(truncatingIfNeeded: value))
    case .uint32: Int64(UInt32(truncatingIfNeeded: value))
    case .bool: value == 0 ? 0 : 1
    default: value
    }
  }
}

/// A constant of the graph.
package struct Tensor: Equatable, Sendable {
  /// Values row by row; reals are kept in double, rounded to the type after each operation.
  package enum Values: Equatable, Sendable {
    case reals([Double])
    case integers([Int64])
  }

  package var type: ElementType
  package var shape: [Int]
  package var values: Values

  /// Largest number of values of a constant.
  static let limit = 1 << 26

  package init(type: ElementType, shape: [Int], values: Values) {
    (self.type, self.shape, self.values) = (type, shape, values)
  }

  package init(floats: [Float], shape: [Int]) {
    self.init(type: .float, shape: shape, values: .reals(floats.map(Double.init)))
  }

  /// Number of values.
  package var count: Int {
    switch values {
    case .reals(let list): list.count
    case .integers(let list): list.count
    }
  }

  /// The values in double.
  package var reals: [Double] {
    switch values {
    case .reals(let list): list
    case .integers(let list): list.map(Double.init)
    }
  }

  /// The values if they are integers.
  var integers: [Int64]? {
    if case .integers(let list) = values { list } else { nil }
  }

  /// Product of dimensions; nil where one is negative or the product too large.
  static func count(_ shape: [Int]) -> Int? {
    var product = 1
    for dimension in shape {
      guard dimension >= 0 else { return nil }
      let (next, overflow) = product.multipliedReportingOverflow(by: dimension)
      guard !overflow, next <= limit else { return nil }
      product = next
    }
    return product
  }
}

extension Tensor {
  /// Takes the values out of a tensor of the file, with all counts checked.
  init(_ tensor: ONNXTensor, model: String) throws(NetworkError) {
    let label = "tensor '\(tensor.name.prefix(80))'"
    func fail(_ finding: String, _ remedy: String? = nil) -> NetworkError {
      .graph(model: model, finding: "\(label) \(finding)", remedy: remedy)
    }
    guard !tensor.isExternal else {
      throw fail("keeps its values in another file", "save the model in one file")
    }
    guard let type = ElementType(rawValue: tensor.elementType) else {
      throw fail(
        "has element type \(ElementType.name(tensor.elementType)), which is not supported",
        "export the network in float32")
    }
    var shape: [Int] = []
    for dimension in tensor.dimensions { shape.append(Int(clamping: dimension)) }
    guard shape.count <= 32, let count = Tensor.count(shape) else {
      throw fail("has dimensions \(tensor.dimensions.prefix(8)), which is too large or negative")
    }
    let values: Values
    if let raw = tensor.raw {
      guard raw.count == count * type.size else {
        throw fail("has \(raw.count) bytes; its dimensions need \(count * type.size)")
      }
      values = Self.values(raw, type)
    } else {
      values =
        switch type {
        case .float: .reals(tensor.floats.map(Double.init))
        case .double: .reals(tensor.doubles)
        case .float16:
          .reals(tensor.integers.map { Self.half(UInt16(truncatingIfNeeded: $0)) })
        default: .integers(tensor.integers.map(type.wrapped))
        }
    }
    self.init(type: type, shape: shape, values: values)
    guard self.count == count else {
      throw fail("has \(self.count) values; its dimensions need \(count)")
    }
  }

  private static func values(_ raw: [UInt8], _ type: ElementType) -> Values {
    let bits = stride(from: 0, to: raw.count, by: type.size).map { start in
      (0..<type.size).reduce(UInt64(0)) { $0 | UInt64(raw[start + $1]) << UInt64(8 * $1) }
    }
    return switch type {
    case .float:
      .reals(bits.map { Double(Float(bitPattern: UInt32(truncatingIfNeeded: $0))) })
    case .double: .reals(bits.map(Double.init(bitPattern:)))
    case .float16: .reals(bits.map { half(UInt16(truncatingIfNeeded: $0)) })
    default: .integers(bits.map { type.wrapped(Int64(bitPattern: $0)) })
    }
  }

  private static func half(_ bits: UInt16) -> Double {
    let (exponent, fraction) = (Int(bits >> 10 & 31), Double(bits & 1023))
    let size =
      exponent == 31
      ? (fraction == 0 ? Double.infinity : .nan)
      : exponent == 0
        ? fraction * 0x1p-24
        : Double(sign: .plus, exponent: exponent - 15, significand: 1 + fraction / 1024)
    return bits >> 15 == 0 ? size : -size
  }
}
