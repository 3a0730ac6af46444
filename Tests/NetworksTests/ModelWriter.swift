/// Writes ONNX models for tests: protobuf messages put together by hand.
struct ModelWriter {
  private(set) var graph: [UInt8] = []
  var opset = 13

  static func field(_ number: Int, _ bytes: [UInt8]) -> [UInt8] {
    varint(number << 3 | 2) + varint(bytes.count) + bytes
  }

  static func field(_ number: Int, _ text: String) -> [UInt8] { field(number, Array(text.utf8)) }

  static func field(_ number: Int, _ value: Int) -> [UInt8] { varint(number << 3) + varint(value) }

  static func varint(_ value: Int) -> [UInt8] {
    var (rest, bytes) = (UInt64(bitPattern: Int64(value)), [UInt8]())
    repeat {
      bytes.append(UInt8(rest & 127) | (rest > 127 ? 128 : 0))
      rest >>= 7
    } while rest > 0
    return bytes
  }

  static func floats(_ values: [Float]) -> [UInt8] {
    values.flatMap { value in (0..<4).map { UInt8(value.bitPattern >> UInt32(8 * $0) & 255) } }
  }

  static func tensor(_ name: String, _ shape: [Int], _ values: [Float]) -> [UInt8] {
    shape.flatMap { field(1, $0) } + field(2, 1) + field(8, name) + field(9, floats(values))
  }

  static func value(_ name: String, _ shape: [Int?], type: Int = 1) -> [UInt8] {
    let dimensions = shape.flatMap { size in
      field(1, size.map { field(1, $0) } ?? field(2, "n"))
    }
    return field(1, name) + field(2, field(1, field(1, type) + field(2, dimensions)))
  }

  mutating func input(_ name: String, _ shape: [Int?], type: Int = 1) {
    graph += Self.field(11, Self.value(name, shape, type: type))
  }

  mutating func output(_ name: String, type: Int = 1) {
    graph += Self.field(12, Self.value(name, [nil, nil], type: type))
  }

  mutating func constant(_ name: String, _ shape: [Int], _ values: [Float]) {
    graph += Self.field(5, Self.tensor(name, shape, values))
  }

  /// An initialiser as its message stands in a file.
  mutating func initializer(_ message: [UInt8]) { graph += Self.field(5, message) }

  mutating func node(
    _ operation: String, _ inputs: [String], _ outputs: [String], name: String = "",
    domain: String = "", attributes: [[UInt8]] = []
  ) {
    graph += Self.field(
      1,
      inputs.flatMap { Self.field(1, $0) } + outputs.flatMap { Self.field(2, $0) }
        + Self.field(3, name) + Self.field(4, operation)
        + attributes.flatMap { Self.field(5, $0) } + Self.field(7, domain))
  }

  static func attribute(_ name: String, integer: Int) -> [UInt8] {
    field(1, name) + field(3, integer) + field(20, 2)
  }

  static func attribute(_ name: String, floats list: [Float]) -> [UInt8] {
    field(1, name) + field(7, floats(list)) + field(20, 6)
  }

  var bytes: [UInt8] {
    Self.field(8, Self.field(2, opset))
      + Self.field(8, Self.field(1, "ai.onnx.ml") + Self.field(2, 3)) + Self.field(7, graph)
  }

  /// What makes an empty model of this graph part that is merged into another model's bytes.
  var part: [UInt8] { Self.field(7, graph) }
}
