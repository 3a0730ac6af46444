/// A model as its file says it: the parts of onnx.proto that networks need.
struct ONNXModel {
  /// Versions of the operator sets by domain ("" for ai.onnx).
  var opsets: [String: Int] = [:]
  var nodes: [ONNXNode] = []
  var initializers: [String: ONNXTensor] = [:]
  var inputs: [ONNXValue] = []
  var outputs: [ONNXValue] = []
  /// Properties that the model's author added.
  var metadata: [String: String] = [:]
}

/// One node of the graph.
struct ONNXNode {
  var name = ""
  var domain = ""
  var operation = ""
  var inputs: [String] = []
  var outputs: [String] = []
  var attributes: [String: ONNXAttribute] = [:]
}

/// What an attribute holds; graphs, sparse tensors and types are only noted.
enum ONNXAttribute {
  case number(Float)
  case integer(Int64)
  case text(String)
  case tensor(ONNXTensor)
  case numbers([Float])
  case integers([Int64])
  case texts([String])
  case other
}

/// The declared type of an input or output.
struct ONNXValue {
  enum Dimension: Equatable {
    case fixed(Int64)
    case free
  }

  var name = ""
  /// Code of the element type; nil where the value is no tensor.
  var elementType: Int64?
  var dimensions: [Dimension]?
}

/// A tensor as it stands in the file.
struct ONNXTensor {
  var name = ""
  var dimensions: [Int64] = []
  var elementType: Int64 = 0
  var floats: [Float] = []
  var integers: [Int64] = []
  var doubles: [Double] = []
  /// Values of any type as little-endian bytes.
  var raw: [UInt8]?
  var isExternal = false
}

extension ONNXModel {
  /// Reads a model; the bytes are not trusted.
  init(bytes: [UInt8]) throws(WireFault) {
    var reader = WireReader(bytes)
    var hasGraph = false
    while let (field, value) = try reader.next() {
      switch field {
      case 7:
        hasGraph = true  // parts of a message that stands twice are merged
        try readGraph(WireReader(bytes, try reader.range(value)))
      case 8:
        var inner = WireReader(bytes, try reader.range(value))
        var (domain, version) = ("", Int64(0))
        while let (field, value) = try inner.next() {
          if field == 1 { domain = try inner.text(value) }
          if field == 2 { version = try inner.integer(value) }
        }
        guard (1...1000).contains(version) else {
          throw WireFault(reason: "operator set '\(domain)' has version \(version)")
        }
        opsets[domain == "ai.onnx" ? "" : domain] = Int(version)
      case 14:
        var inner = WireReader(bytes, try reader.range(value))
        var (key, text) = ("", "")
        while let (field, value) = try inner.next() {
          if field == 1 { key = try inner.text(value) }
          if field == 2 { text = try inner.text(value) }
        }
        metadata[key] = text
      default: break
      }
    }
    guard hasGraph else { throw WireFault(reason: "it has no graph") }
  }

  private mutating func readGraph(_ start: WireReader) throws(WireFault) {
    var reader = start
    while let (field, value) = try reader.next() {
      guard [1, 5, 11, 12].contains(field) else { continue }
      let inner = WireReader(reader.bytes, try reader.range(value))
      switch field {
      case 1: nodes.append(try ONNXNode(inner))
      case 5:
        let tensor = try ONNXTensor(inner)
        guard initializers.updateValue(tensor, forKey: tensor.name) == nil else {
          throw WireFault(reason: "two initialisers are named '\(tensor.name)'")
        }
      case 11: inputs.append(try ONNXValue(inner))
      default: outputs.append(try ONNXValue(inner))
      }
    }
  }
}

extension ONNXNode {
  fileprivate init(_ start: WireReader) throws(WireFault) {
    var reader = start
    while let (field, value) = try reader.next() {
      switch field {
      case 1: inputs.append(try reader.text(value))
      case 2: outputs.append(try reader.text(value))
      case 3: name = try reader.text(value)
      case 4: operation = try reader.text(value)
      case 5:
        let (name, attribute) = try ONNXAttribute.read(
          WireReader(reader.bytes, try reader.range(value)))
        attributes[name] = attribute
      case 7: domain = try reader.text(value)
      default: break
      }
    }
  }
}

extension ONNXAttribute {
  fileprivate static func read(
    _ start: WireReader
  ) throws(WireFault) -> (name: String, ONNXAttribute) {
    var reader = start
    var (name, type, number, integer, text) = ("", Int64(0), Float(0), Int64(0), "")
    var tensor: ONNXTensor?
    var (numbers, integers, texts) = ([Float](), [Int64](), [String]())
    var seen = Set<Int>()
    while let (field, value) = try reader.next() {
      seen.insert(field)
      switch field {
      case 1: name = try reader.text(value)
      case 2: number = try reader.number(value)
      case 3: integer = try reader.integer(value)
      case 4: text = try reader.text(value)
      case 5: tensor = try ONNXTensor(WireReader(reader.bytes, try reader.range(value)))
      case 7: try reader.append(value, to: &numbers)
      case 8: try reader.append(value, to: &integers)
      case 9: texts.append(try reader.text(value))
      case 20: type = try reader.integer(value)
      default: break
      }
    }
    // Old writers leave the type out; then it is the field that stands there.
    let fields: [Int64: Int] = [1: 2, 2: 3, 3: 4, 4: 5, 6: 7, 7: 8, 8: 9]
    let kind = type == 0 ? fields.values.sorted().first(where: seen.contains) : fields[type]
    return switch kind {
    case 2: (name, .number(number))
    case 3: (name, .integer(integer))
    case 4: (name, .text(text))
    case 5: (name, tensor.map { .tensor($0) } ?? .other)
    case 7: (name, .numbers(numbers))
    case 8: (name, .integers(integers))
    case 9: (name, .texts(texts))
    default: (name, .other)
    }
  }
}

extension ONNXValue {
  fileprivate init(_ start: WireReader) throws(WireFault) {
    var reader = start
    while let (field, value) = try reader.next() {
      if field == 1 { name = try reader.text(value) }
      guard field == 2 else { continue }
      var type = WireReader(reader.bytes, try reader.range(value))
      while let (field, value) = try type.next() {
        guard field == 1 else { continue }
        try readTensorType(WireReader(type.bytes, try type.range(value)))
      }
    }
  }

  private mutating func readTensorType(_ start: WireReader) throws(WireFault) {
    var reader = start
    elementType = 0
    while let (field, value) = try reader.next() {
      if field == 1 { elementType = try reader.integer(value) }
      guard field == 2 else { continue }
      var shape = WireReader(reader.bytes, try reader.range(value))
      var list: [Dimension] = []
      while let (field, value) = try shape.next() {
        guard field == 1 else { continue }
        var inner = WireReader(shape.bytes, try shape.range(value))
        var dimension = Dimension.free
        while let (field, value) = try inner.next() {
          if field == 1 { dimension = .fixed(try inner.integer(value)) }
        }
        list.append(dimension)
      }
      dimensions = list
    }
  }
}

extension ONNXTensor {
  init(_ start: WireReader) throws(WireFault) {
    var reader = start
    while let (field, value) = try reader.next() {
      switch field {
      case 1: try reader.append(value, to: &dimensions)
      case 2: elementType = try reader.integer(value)
      case 4: try reader.append(value, to: &floats)
      case 5, 7, 11: try reader.append(value, to: &integers)
      case 8: name = try reader.text(value)
      case 9: raw = Array(reader.bytes[try reader.range(value)])
      case 10: try reader.append(value, to: &doubles)
      case 13: isExternal = true
      case 14: isExternal = try reader.integer(value) == 1
      default: break
      }
    }
  }
}
