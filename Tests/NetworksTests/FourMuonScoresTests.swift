import Networks
import Platform
import Testing

/// Scores of the five networks of the four-muon pipeline beside those of ONNX Runtime
/// (`Fixtures/make_fourmuon.py`).
struct FourMuonScoresTests {
  /// `Pipelines/fourmuon/models/mlp-N.onnx`.
  private func path(_ number: Int, file: String = #filePath) -> String {
    file.split(separator: "/").dropLast(3).reduce("") { $0 + "/" + $1 }
      + "/Pipelines/fourmuon/models/mlp-\(number).onnx"
  }

  @Test func scoresAreThoseOfONNXRuntime() throws {
    let bytes = try AtomicFile.read(NetworkFixture.path("fourmuon_scores.bin"))
    let words = stride(from: 0, to: bytes.count, by: 4).map { start in
      (0..<4).reduce(UInt32(0)) { $0 | UInt32(bytes[start + $1]) << UInt32(8 * $1) }
    }
    let (rows, inputs, networks) = (Int(words[0]), Int(words[1]), Int(words[2]))
    let numbers = words.dropFirst(3).map(Float.init(bitPattern:))
    try #require(rows == 320 && inputs == 16 && networks == 5)
    try #require(numbers.count == rows * (inputs + networks))
    let features = Array(numbers[..<(rows * inputs)])
    for index in 0..<networks {
      let network = try Network(path: path(index + 1))
      #expect(network.inputCount == inputs)
      #expect(network.outputCount == 1)
      let scores = evaluate(network, features, rows: rows)
      let references = (0..<rows).map { numbers[rows * inputs + $0 * networks + index] }
      let worst = zip(scores, references).map { abs($0 - $1) }.max() ?? .infinity
      #expect(worst <= 1e-6, "mlp-\(index + 1): \(worst)")
      #expect(!scores.contains { !$0.isFinite })
      // The rows span the scores: a network that answers the same everywhere cannot pass.
      #expect((references.max() ?? 0) > 0.8 && (references.min() ?? 1) < 0.05)
    }
  }
}
