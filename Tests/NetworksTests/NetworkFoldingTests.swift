import Kernels
import Networks
import Testing

/// Small networks checked by hand, and the functions of the kernel.
@Suite struct NetworkFoldingTests {
  private func network(
    _ inputs: [[Int?]], _ build: (inout ModelWriter) -> Void
  ) throws -> Network {
    var writer = ModelWriter()
    for (index, shape) in inputs.enumerated() { writer.input("x\(index)", shape) }
    build(&writer)
    writer.output("y")
    return try Network(bytes: writer.bytes, name: "m.onnx")
  }

  @Test func aDenseLayerIsItsFormula() throws {
    let network = try network([[nil, 2]]) {
      $0.constant("w", [2, 3], [1, 2, 3, 10, 20, 30])
      $0.constant("b", [3], [0.5, -100, 0])
      $0.node("Gemm", ["x0", "w", "b"], ["g"])
      $0.node("Relu", ["g"], ["y"])
    }
    #expect(network.inputNames == ["x0"])
    #expect(evaluate(network, [1, 1, -1, 2], rows: 2) == [11.5, 0, 33, 19.5, 0, 57])
  }

  @Test func severalInputsFollowOneAnother() throws {
    let network = try network([[nil, 1], [nil, 2], [nil]]) {
      $0.node(
        "Concat", ["x1", "x0"], ["c"], attributes: [ModelWriter.attribute("axis", integer: 1)])
      $0.constant("s", [1, 3], [1, 10, 100])
      $0.node("Mul", ["c", "s"], ["y"])
    }
    #expect(network.inputNames == ["x0", "x1", "x2"])
    #expect(network.inputCount == 4)
    #expect(evaluate(network, [1, 2, 3, 9], rows: 1) == [2, 30, 100])
  }

  @Test func scalingKeepsTheDigitsOfANarrowFeature() throws {
    // (x - 10.58) / 0.001 for x one float away from the mean: exact difference first.
    let mean = Float(10.58)
    let network = try network([[nil, 1]]) {
      $0.node(
        "Scaler", ["x0"], ["s"], domain: "ai.onnx.ml",
        attributes: [
          ModelWriter.attribute("offset", floats: [mean]),
          ModelWriter.attribute("scale", floats: [1000]),
        ])
      $0.constant("w", [1, 1], [2])
      $0.node("MatMul", ["s", "w"], ["y"])
    }
    #expect(evaluate(network, [mean.nextUp, mean], rows: 2) == [2000 * mean.ulp, 0])
  }

  @Test func stepsOfConstantsAreJoinedInTheirOrder() throws {
    let network = try network([[nil, 2]]) {
      $0.constant("a", [2], [1, 2])
      $0.constant("two", [], [2])
      $0.constant("w", [2, 1], [1, 10])
      $0.constant("b", [1], [-4])
      $0.node("Sub", ["a", "x0"], ["d"])  // a - x
      $0.node("Add", ["d", "two"], ["e"])
      $0.node("Mul", ["e", "two"], ["f"])
      $0.node("MatMul", ["f", "w"], ["g"])
      $0.node("Add", ["g", "b"], ["h"])
      $0.node("Div", ["two", "h"], ["y"])
    }
    // 2 (1 - 0.5 + 2) + 20 (2 - 1 + 2) - 4 = 61
    #expect(evaluate(network, [0.5, 1], rows: 1) == [2 / 61])
  }

  @Test func functionsAreRightToAFewUlp() {
    var x: [Float] = []
    for step in -4000...4000 { x.append(Float(step) * 0.03) }
    x += [0, -0.0, 1e-20, -1e-20, 1e-7, -1e-7, 88.7, 88.8, -103, -104, 3e38, -3e38]
    x += [.infinity, -.infinity, .greatestFiniteMagnitude]
    let cases: [(nj_activation, Float, Float, (Double) -> Double)] = [
      (NJ_TANH, 0, 0, { nj_tanh_scalar($0) }),
      (NJ_SIGMOID, 0, 0, { 1 / (1 + nj_exp_scalar(-$0)) }),
      (NJ_ELU, 1.25, 0, { $0 < 0 ? 1.25 * nj_expm1_scalar($0) : $0 }),
      (NJ_SELU, 1.5, 2, { 2 * ($0 < 0 ? 1.5 * nj_expm1_scalar($0) : $0) }),
      (NJ_LEAKY_RELU, 0.25, 0, { $0 < 0 ? 0.25 * $0 : $0 }),
      (NJ_RELU, 0, 0, { max($0, 0) }), (NJ_CLIP, -1, 2, { min(max($0, -1), 2) }),
    ]
    for (function, alpha, beta, exact) in cases {
      var y = [Float](repeating: 0, count: x.count)
      nj_network_apply(Int32(function.rawValue), x, &y, x.count, alpha, beta)
      var worst = 0.0
      for (x, y) in zip(x, y) {
        let value = exact(Double(x))
        guard abs(value) < 1e38 else {
          #expect(y == Float(value))
          continue
        }
        // Below the normal numbers an absolute error of a few of their steps.
        worst = max(worst, abs(Double(y) - value) / Double(max(Float(value).ulp, 0x1p-140)))
      }
      #expect(worst <= 4, "function \(function.rawValue): \(worst) ulp")
      var missing: Float = .nan
      nj_network_apply(Int32(function.rawValue), [.nan], &missing, 1, alpha, beta)
      #expect(missing.isNaN)
    }
  }
}
