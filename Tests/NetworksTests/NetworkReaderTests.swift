import Networks
import Testing

@Suite struct NetworkReaderTests {
  /// Reads and, where that succeeds, evaluates; any error must be named.
  private func read(_ bytes: [UInt8]) throws(NetworkError) {
    let network = try Network(bytes: bytes, name: "m.onnx")
    guard network.inputCount < 4096, network.outputCount < 4096 else { return }
    let features = [Float](repeating: 0.25, count: 2 * network.inputCount)
    _ = evaluate(network, features, rows: 2)
  }

  @Test(arguments: ["zoo", "modes_sum", "sklearn_mlp", "sklearn_forest_three", "xgboost_two"])
  func truncatedFilesAreRefusedOrComplete(_ name: String) throws {
    let bytes = try NetworkFixture.bytes(name)
    var refused = 0
    for length in stride(from: 0, to: bytes.count, by: max(1, bytes.count / 1500)) {
      do throws(NetworkError) {
        try read(Array(bytes.prefix(length)))
      } catch {
        refused += 1
        #expect(error.description.hasPrefix("m.onnx: "))
      }
    }
    #expect(refused > 500)
  }

  @Test(arguments: ["zoo", "modes_min", "sklearn_mlp", "sklearn_boosting_three", "xgboost_three"])
  func mutatedFilesNeverCrash(_ name: String) throws {
    let bytes = try NetworkFixture.bytes(name)
    var state: UInt64 = 7
    func random(_ bound: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(state >> 33) % bound
    }
    var refused = 0
    for _ in 0..<3000 {
      var mutated = bytes
      for _ in 0...random(3) {
        let place = random(mutated.count)
        switch random(5) {
        case 0: mutated[place] = UInt8(random(256))
        case 1: mutated[place] ^= 1 << UInt8(random(8))
        case 2: mutated[place] = 255
        case 3: mutated.remove(at: place)
        default: mutated.insert(UInt8(random(256)), at: place)
        }
      }
      do throws(NetworkError) {
        try read(mutated)
      } catch {
        refused += 1
        #expect(error.description.hasPrefix("m.onnx: "))
      }
    }
    #expect(refused > 300)
  }

  @Test func sizesAreCheckedBeforeAnythingIsMade() {
    func message(_ build: (inout ModelWriter) -> Void) -> String {
      var writer = ModelWriter()
      writer.input("x", [nil, 2])
      build(&writer)
      writer.output("y")
      do throws(NetworkError) {
        try read(writer.bytes)
        return "read"
      } catch {
        return error.description
      }
    }
    let huge = message {
      $0.constant("c", [1 << 40, 1 << 40], [1])
      $0.node("Add", ["x", "c"], ["y"])
    }
    #expect(
      huge == "m.onnx: tensor 'c' has dimensions [1099511627776, 1099511627776], "
        + "which is too large or negative")
    let short = message {
      $0.constant("c", [3], [1, 2])
      $0.node("Add", ["x", "c"], ["y"])
    }
    #expect(short == "m.onnx: tensor 'c' has 8 bytes; its dimensions need 12")
    let wide = message {
      $0.constant("a", [1 << 14, 1], [Float](repeating: 1, count: 1 << 14))
      $0.constant("b", [1, 1 << 14], [Float](repeating: 1, count: 1 << 14))
      $0.node("Add", ["a", "b"], ["c"])
      $0.node("Add", ["x", "c"], ["y"])
    }
    #expect(
      wide == "m.onnx: node 'c' (Add): a constant of shape [16384, 16384] has more than "
        + "67108864 values")
    let ring = message {
      $0.node("Add", ["x", "b"], ["a"])
      $0.node("Relu", ["a"], ["b"])
      $0.node("Relu", ["b"], ["y"])
    }
    #expect(
      ring == "m.onnx: node 'a' (Add): its input 'b' is a label or a mask, or made by no node "
        + "before it")
    #expect(
      message { _ in } == "m.onnx: output 'y' is a label or a mask, or made by no node; "
        + "choose the output with the scores")
  }

  @Test func valuesInOtherFilesAreRefused() {
    var writer = ModelWriter()
    writer.input("x", [nil, 2])
    writer.initializer(
      ModelWriter.field(1, 2) + ModelWriter.field(2, 1) + ModelWriter.field(8, "w")
        + ModelWriter.field(14, 1))
    writer.node("Add", ["x", "w"], ["y"])
    writer.output("y")
    #expect(
      throws: NetworkError.graph(
        model: "m.onnx", finding: "tensor 'w' keeps its values in another file",
        remedy: "save the model in one file")
    ) { try read(writer.bytes) }
  }
}
