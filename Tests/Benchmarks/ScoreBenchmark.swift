import Foundation
import Networks
import NumericalMethods
import Platform

/// Rows a second through a network of 16-64-64-32-1 units.
final class ScoreBenchmark: @unchecked Sendable {
  /// The network of the tests.
  static var model: String {
    URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().path
      + "/NetworksTests/Fixtures/mlp.onnx"
  }
  /// Each so many rows a score is compared.
  static let every = 1000

  /// The scores of two programs differ by more than float32 explains.
  struct Disagreement: Error, CustomStringConvertible {
    let peer: String
    let difference: Double
    var description: String { "scores of \(peer) differ by \(difference); allowed: 1e-6" }
  }

  private let network: Network
  private let rows: Int
  private let repeats: Int
  private let features: UnsafeMutableBufferPointer<Float>
  private let scores: UnsafeMutableBufferPointer<Float>

  init(rows: Int, repeats: Int) throws {
    network = try Network(path: Self.model)
    (self.rows, self.repeats) = (rows, repeats)
    features = .allocate(capacity: rows * network.inputCount)
    scores = .allocate(capacity: rows * network.outputCount)
    scores.initialize(repeating: 0)
    var random = RandomStream(seed: 20_240_917, task: 2, toy: 0)
    for index in features.indices {
      features.initializeElement(at: index, to: Float(random.normal()))
    }
  }

  deinit {
    features.deallocate()
    scores.deallocate()
  }

  func write(to path: String) throws {
    try Data(buffer: features).write(to: URL(fileURLWithPath: path))
  }

  func run(threads: Int) throws -> Measurement {
    let evaluators = Evaluators(network, threads: threads)
    let pool = WorkerPool(threads: threads)
    let block = 24_576
    let seconds = try fastest(of: repeats + 1) {
      try pool.forEach(count: (rows + block - 1) / block) { worker, index in
        let start = index * block
        guard let input = features.baseAddress, let output = scores.baseAddress else { return }
        evaluators.list[worker].evaluate(
          input + start * network.inputCount, rows: min(block, rows - start),
          into: output + start * network.outputCount)
      }
    }
    return Measurement(
      task: "score", peer: Measurement.own, variant: "16-64-64-32-1", threads: threads,
      items: Double(rows), seconds: seconds,
      values: stride(from: 0, to: rows, by: Self.every).map { Double(scores[$0]) })
  }

  /// One evaluator a thread; each thread uses its own.
  private final class Evaluators: @unchecked Sendable {
    let list: [NetworkEvaluator]

    init(_ network: Network, threads: Int) {
      list = (0..<threads).map { _ in NetworkEvaluator(network) }
    }
  }

  /// Throws unless the scores agree to 1e-6.
  static func agree(_ own: Measurement, _ peer: Measurement) throws {
    let (a, b) = (own.values ?? [], peer.values ?? [])
    let worst = zip(a, b).map { abs($0 - $1) }.max() ?? .infinity
    guard a.count == b.count, worst <= 1e-6 else {
      throw Disagreement(peer: peer.peer, difference: worst)
    }
  }
}
