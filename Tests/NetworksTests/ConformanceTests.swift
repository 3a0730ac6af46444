import Glibc
import Networks
import Platform
import Testing

/// The operator cases of the onnx wheel (node and pytorch) against their expected outputs.
///
/// A case is tried with all its inputs as rows, then with the first as rows and the others as
/// constants: both ways go through the kernels. Then with all inputs as constants, which goes
/// through what evaluates static parts at load. Every way that is accepted must give the expected output.
@Suite(.enabled(if: NetworkFixture.data != nil, "NIGHTJAR_TEST_DATA is not set"))
struct ConformanceTests {
  /// Cases whose operators are all in this list must pass one way at least.
  static let operators: Set<String> = [
    "Gemm", "MatMul", "Add", "Sub", "Mul", "Div", "Relu", "LeakyRelu", "Elu", "Selu", "Tanh",
    "Sigmoid", "Softmax", "BatchNormalization", "Identity", "Dropout", "Cast", "Flatten", "Reshape",
    "Concat", "Clip", "Constant",
  ]
  /// The one with strings.
  static let exceptions: Set<String> = ["test_cast_STRING_to_FLOAT"]

  static func list(_ folder: String) -> [String] {
    guard let directory = opendir(folder) else { return [] }
    defer { closedir(directory) }
    var names: [String] = []
    while let entry = readdir(directory) {
      names.append(
        withUnsafePointer(to: &entry.pointee.d_name) {
          $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
        })
    }
    return names.filter { !$0.hasPrefix(".") }.sorted()
  }

  /// A tensor of the test data.
  static func tensor(_ path: String) throws -> Tensor {
    var writer = ModelWriter()
    writer.initializer(try AtomicFile.read(path) + ModelWriter.field(8, "t"))
    writer.output("t")
    return try Network.constant(bytes: writer.bytes, name: path, output: "t")
  }

  struct Case {
    let name: String
    let model: [UInt8]
    let inputs: [[UInt8]]
    let folder: String
    let expected: String

    init(_ folder: String, _ name: String) throws {
      self.name = name
      self.folder = folder + name + "/test_data_set_0/"
      model = try AtomicFile.read(folder + name + "/model.onnx")
      let data = self.folder
      inputs = try ConformanceTests.list(data).filter { $0.hasPrefix("input_") }
        .map { try AtomicFile.read(data + $0) }
      expected = data + "output_0.pb"
    }

    /// The model with inputs from one on bound to constants.
    func bound(from first: Int) -> [UInt8] {
      var writer = ModelWriter()
      for input in inputs.dropFirst(first) { writer.initializer(input) }
      return model + writer.part
    }

    /// Scores with the first `count` inputs as rows.
    func rows(_ count: Int) throws -> [Double] {
      let network = try Network(bytes: bound(from: count), name: name)
      let tensors = try (0..<count).map { try ConformanceTests.tensor(folder + "input_\($0).pb") }
      let rows = tensors.first?.shape.first ?? 0
      var features: [Float] = []
      for row in 0..<rows {
        for tensor in tensors {
          let width = tensor.count / rows
          features += tensor.reals[row * width..<(row + 1) * width].map(Float.init)
        }
      }
      return evaluate(network, features, rows: rows).map(Double.init)
    }

    /// The output with all inputs constant.
    func constant() throws -> [Double] {
      let output = ConformanceTests.fields(model[...], 7)
        .flatMap { ConformanceTests.fields($0, 12) }.flatMap { ConformanceTests.fields($0, 1) }
        .first.map { String(decoding: $0, as: UTF8.self) }
      return try Network.constant(bytes: bound(from: 0), name: name, output: output).reals
    }
  }

  static func agree(_ a: [Double], _ b: [Double]) -> Bool {
    a.count == b.count
      && zip(a, b).allSatisfy { $0 == $1 || abs($0 - $1) <= 1e-6 + 2e-6 * abs($1) }
  }

  @Test func everyCaseIsRightOrNamed() throws {
    let base = (NetworkFixture.data ?? "") + "/data/onnx/"
    var (byRows, byConstants, refused, wrong) = (0, 0, 0, [String]())
    for folder in ["node/", "pytorch/"] {
      for name in Self.list(base + folder) {
        let test = try Case(base + folder, name)
        let operators = Set(try Self.operators(test.model))
        let isApplicable = operators.isSubset(of: Self.operators) && !Self.exceptions.contains(name)
        var (passed, errors) = (0, [String]())
        func attempt(_ way: () throws -> [Double]) -> Bool {
          do {
            guard Self.agree(try way(), try Self.tensor(test.expected).reals) else {
              wrong.append("\(name): values")
              return false
            }
            passed += 1
            return true
          } catch {
            errors.append("\(error)")
            return false
          }
        }
        let all = attempt { try test.rows(test.inputs.count) }
        let first = attempt { try test.rows(min(1, test.inputs.count)) }
        if all || first { byRows += 1 }
        if folder == "node/", attempt({ try test.constant() }) { byConstants += 1 }
        if isApplicable {
          if passed == 0 { wrong.append("\(name): \(errors)") }
        } else {
          refused += 1
          let isNamed = errors.allSatisfy { text in
            text.hasPrefix("\(name): ") && text.contains("; ")
          }
          if passed > 0 || !isNamed { wrong.append("\(name): passed or unnamed: \(errors)") }
        }
      }
    }
    #expect(wrong.isEmpty, "\(wrong.joined(separator: "\n"))")
    #expect(byRows >= 40)
    #expect(byConstants >= 50)
    #expect(refused >= 140)
  }

  /// Operators of a model's nodes, read here without the module.
  static func operators(_ model: [UInt8]) throws -> [String] {
    fields(model[...], 7).flatMap { fields($0, 1) }.flatMap { fields($0, 4) }
      .map { String(decoding: $0, as: UTF8.self) }
  }

  /// The length-delimited fields of one number in a sound message.
  static func fields(_ bytes: ArraySlice<UInt8>, _ number: Int) -> [ArraySlice<UInt8>] {
    var (result, rest) = ([ArraySlice<UInt8>](), bytes)
    func varint() -> Int {
      var (value, shift) = (0, 0)
      while let byte = rest.popFirst() {
        value |= Int(byte & 127) << shift
        shift += 7
        if byte < 128 { break }
      }
      return value
    }
    while !rest.isEmpty {
      let tag = varint()
      switch tag & 7 {
      case 0: _ = varint()
      case 1: rest = rest.dropFirst(8)
      case 5: rest = rest.dropFirst(4)
      default:
        let length = varint()
        if tag >> 3 == number { result.append(rest.prefix(length)) }
        rest = rest.dropFirst(length)
      }
    }
    return result
  }
}
