import Kernels

/// Scores rows with a network; one for each thread.
///
/// It owns its buffers; no call allocates. A row's scores have the same bits for any number of
/// rows in a call and on any processor.
public final class NetworkEvaluator {
  private let plan: NetworkPlan
  private let arena: UnsafeMutablePointer<Float>

  /// Creates an evaluator with buffers for one block of rows.
  public init(_ network: Network) {
    plan = network.plan
    let count = max(1, nj_network_arena(plan.network))
    arena = UnsafeMutableRawPointer.allocate(byteCount: 4 * count, alignment: 64)
      .bindMemory(to: Float.self, capacity: count)
    arena.initialize(repeating: 0, count: count)
  }

  deinit { UnsafeMutableRawPointer(arena).deallocate() }

  /// Computes the scores of rows.
  ///
  /// NaN among the features of a row gives NaN scores of dense networks; trees take the branch
  /// their nodes say for missing values.
  /// - Parameters:
  ///   - features: Row by row, [rows][inputCount].
  ///   - rows: Number of rows, >= 0.
  ///   - scores: Written row by row, [rows][outputCount].
  public func evaluate(
    _ features: UnsafePointer<Float>, rows: Int, into scores: UnsafeMutablePointer<Float>
  ) {
    nj_network_run(plan.network, features, rows, scores, arena)
  }
}
