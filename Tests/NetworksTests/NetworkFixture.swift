import Glibc
import Networks
import Platform

/// A model of `make_fixtures.py` with features and the scores of ONNX Runtime.
struct NetworkFixture {
  let network: Network
  let rows: Int
  let features: [Float]
  let scores: [Float]

  static let names = [
    "mlp", "zoo", "modes_sum", "modes_min", "modes_max", "modes_average", "sklearn_mlp",
    "sklearn_mlp_three", "sklearn_mlp_regressor", "sklearn_boosting", "sklearn_boosting_zipmap",
    "sklearn_boosting_three", "sklearn_boosting_regressor", "sklearn_forest",
    "sklearn_forest_three", "sklearn_extra_trees", "xgboost_two", "xgboost_three",
    "xgboost_regressor",
  ]

  static func path(_ name: String, file: String = #filePath) -> String {
    file.split(separator: "/").dropLast().reduce("") { $0 + "/" + $1 } + "/Fixtures/" + name
  }

  /// Folder with the large public files, if there is one.
  static var data: String? { getenv("NIGHTJAR_TEST_DATA").map { String(cString: $0) } }

  static func bytes(_ name: String) throws -> [UInt8] {
    try AtomicFile.read(path(name + ".onnx"))
  }

  init(_ name: String) throws {
    network = try Network(path: Self.path(name + ".onnx"))
    let bytes = try AtomicFile.read(Self.path(name + ".bin"))
    let words = stride(from: 0, to: bytes.count, by: 4).map { start in
      (0..<4).reduce(UInt32(0)) { $0 | UInt32(bytes[start + $1]) << UInt32(8 * $1) }
    }
    rows = Int(words[0])
    let (inputs, outputs) = (Int(words[1]), Int(words[2]))
    let numbers = words.dropFirst(3).map(Float.init(bitPattern:))
    features = Array(numbers[..<(rows * inputs)])
    scores = Array(numbers[(rows * inputs)...])
    guard scores.count == rows * outputs, network.inputCount == inputs,
      network.outputCount == outputs
    else { throw Mismatch(name: name) }
  }

  struct Mismatch: Error { let name: String }
}

/// Scores of rows, in calls of at most `batch` rows.
func evaluate(_ network: Network, _ features: [Float], rows: Int, batch: Int = .max) -> [Float] {
  let evaluator = NetworkEvaluator(network)
  var scores = [Float](repeating: .signalingNaN, count: rows * network.outputCount)
  features.withUnsafeBufferPointer { features in
    scores.withUnsafeMutableBufferPointer { scores in
      guard let features = features.baseAddress, let scores = scores.baseAddress else { return }
      var row = 0
      while row < rows {
        let count = min(batch, rows - row)
        evaluator.evaluate(
          features + row * network.inputCount, rows: count,
          into: scores + row * network.outputCount)
        row += count
      }
    }
  }
  return scores
}
