import Networks
import Testing

@Suite struct NetworkErrorTests {
  private func message(
    _ inputs: [[Int?]] = [[nil, 3]], output: String? = nil, type: Int = 1,
    _ build: (inout ModelWriter) -> Void
  ) -> String {
    var writer = ModelWriter()
    for (index, shape) in inputs.enumerated() { writer.input("x\(index)", shape, type: type) }
    build(&writer)
    writer.output("score")
    do throws(NetworkError) {
      _ = try Network(bytes: writer.bytes, name: "m.onnx", output: output)
      return "read"
    } catch {
      return error.description
    }
  }

  @Test func anUnknownOperatorIsNamedWithTheKnownOnes() {
    #expect(
      message { $0.node("LayerNormalization", ["x0"], ["score"], name: "norm") }
        == "m.onnx: node 'norm' (LayerNormalization): operator is not supported; supported: Gemm, "
        + "MatMul, Add, Sub, Mul, Div, Relu, LeakyRelu, Elu, Selu, Tanh, Sigmoid, Softmax, "
        + "BatchNormalization, Identity, Dropout, Cast, Flatten, Reshape, Concat, Clip, Constant, "
        + "Scaler, TreeEnsembleRegressor, TreeEnsembleClassifier, ZipMap; export the network "
        + "without it")
    #expect(
      message { $0.node("Relu", ["x0"], ["score"], domain: "own") }
        .hasPrefix("m.onnx: node 'score' (Relu): operator is not supported"))
  }

  @Test func typesAndShapesAreNamed() {
    #expect(
      message(type: 11) { $0.node("Relu", ["x0"], ["score"]) }
        == "m.onnx: input 'x0' has element type double; allowed: float; "
        + "export the network in float32")
    #expect(
      message([[nil, nil]]) { $0.node("Relu", ["x0"], ["score"]) }
        == "m.onnx: input 'x0' has a dimension that is not fixed or not in 1...65536; "
        + "only the first, the number of rows, may be free")
    #expect(
      message {
        $0.constant("w", [4, 2], [Float](repeating: 1, count: 8))
        $0.node("MatMul", ["x0", "w"], ["score"], name: "first")
      } == "m.onnx: node 'first' (MatMul): has 3 inputs; its weights have shape [4, 2]")
    #expect(
      message {
        $0.node(
          "Softmax", ["x0"], ["score"], name: "s",
          attributes: [ModelWriter.attribute("axis", integer: 0)])
      } == "m.onnx: node 's' (Softmax): works along axis 0 of 2; "
        + "allowed: the last axis, within a row")
  }

  @Test func outputsAreChosenByName() {
    #expect(
      message(output: "scores") { $0.node("Relu", ["x0"], ["score"]) }
        == "m.onnx: no output named 'scores'; found: 'score'; did you mean 'score'?")
    #expect(message(output: "score") { $0.node("Relu", ["x0"], ["score"]) } == "read")
  }

  @Test func foreignAndMissingFilesAreNamed() {
    #expect(throws: NetworkError.damaged(model: "m.onnx", reason: "it is empty")) {
      try Network(bytes: [], name: "m.onnx")
    }
    #expect(throws: NetworkError.damaged(model: "m.onnx", reason: "wire type 6 at byte 1")) {
      try Network(bytes: Array("NOT A MODEL".utf8), name: "m.onnx")
    }
    #expect(
      throws: NetworkError.unreadable(
        path: "/no/such/file.onnx", reason: "no such file or directory")
    ) { try Network(path: "/no/such/file.onnx") }
  }

  @Test func aLabelIsNoScore() throws {
    let path = NetworkFixture.path("sklearn_boosting.onnx")
    let error = #expect(throws: NetworkError.self) { try Network(path: path, output: "label") }
    #expect(error?.description.contains("choose the output with the scores") == true)
    #expect(try Network(path: path, output: "probabilities").outputCount == 2)
  }
}
