import Platform

/// A neural network or an ensemble of trees from an ONNX model, ready to score rows of float32.
///
/// Everything that does not depend on the inputs is evaluated when it is made.
public struct Network: Sendable {
  /// Names of the graph's inputs: one of k features, or several, whose features follow one another.
  public let inputNames: [String]
  /// Features of a row.
  public let inputCount: Int
  /// Names of the features: the property `inputs` of the model, with commas; empty without it.
  public let featureNames: [String]
  /// Scores of a row.
  public let outputCount: Int
  /// Digest of the file's bytes.
  public let digest: SHA256Digest
  let plan: NetworkPlan

  /// Reads a model from a file.
  ///
  /// - Parameters:
  ///   - path: An ONNX file.
  ///   - output: The graph output to compute; by default the first of float numbers, a classifier's
  ///     probabilities.
  /// - Throws: `NetworkError` naming the file, the node and a remedy.
  public init(path: String, output: String? = nil) throws(NetworkError) {
    let bytes: [UInt8]
    do throws(PlatformError) {
      bytes = try AtomicFile.read(path)
    } catch {
      if case .cannotRead(_, let reason) = error {
        throw .unreadable(path: path, reason: reason)
      }
      throw .unreadable(path: path, reason: error.description)
    }
    try self.init(bytes: bytes, name: path, output: output)
  }

  /// Reads a model from bytes; `name` stands for it in errors.
  ///
  /// - Throws: `NetworkError` naming the model, the node and a remedy.
  public init(bytes: [UInt8], name: String, output: String? = nil) throws(NetworkError) {
    var builder = try Self.builder(bytes, name)
    guard case .rows(let rows) = try builder.build(output: output) else {
      throw builder.fail(
        "its output does not depend on an input", "choose another output of the model")
    }
    let graph = LayerGraph(layers: builder.layers, output: rows.source).folded()
    inputNames = builder.inputNames
    inputCount = builder.inputCount
    featureNames = builder.featureNames
    outputCount = rows.source.width
    digest = SHA256Digest.of(bytes)
    plan = try NetworkPlan(graph, model: name)
  }

  /// Evaluates an output that depends on no input, the way static parts of a network are.
  package static func constant(
    bytes: [UInt8], name: String, output: String? = nil
  ) throws(NetworkError) -> Tensor {
    var builder = try builder(bytes, name)
    guard case .constant(let tensor) = try builder.build(output: output) else {
      throw builder.fail("its output depends on an input", nil)
    }
    return tensor
  }

  private static func builder(
    _ bytes: [UInt8], _ name: String
  ) throws(NetworkError) -> GraphBuilder {
    guard !bytes.isEmpty else { throw .damaged(model: name, reason: "it is empty") }
    let model: ONNXModel
    do throws(WireFault) {
      model = try ONNXModel(bytes: bytes)
    } catch {
      throw .damaged(model: name, reason: error.reason)
    }
    return try GraphBuilder(model, name: name)
  }
}
