import Columns
import Expressions
import Networks
import Settings

/// Which scores the skim computes for every selected row.
struct ScoreRecipe: Sendable {
  /// Inputs in the order of the networks.
  let inputs: [ExpressionSource]
  /// Networks by name, one output each.
  let networks: [Named<Network>]
}

/// Scores the selected rows of a block; one per thread, buffers reused.
final class ScoreWorker {
  private let evaluators: [NetworkEvaluator]
  private let features = ColumnBuffer(type: .float32)
  private let scores = ColumnBuffer(type: .float32)

  init(_ recipe: ScoreRecipe) { evaluators = recipe.networks.map { NetworkEvaluator($0.value) } }

  /// Scores of every network for some rows, shape [networks][rows].
  ///
  /// `columns` are the inputs' values for all rows of the block.
  func scores(of rows: [Int32], columns: [UnsafeMutablePointer<Double>]) -> [[Double]] {
    let width = columns.count
    features.resize(to: rows.count * width)
    scores.resize(to: rows.count)
    let matrix = features.bytes.assumingMemoryBound(to: Float.self)
    let results = scores.bytes.assumingMemoryBound(to: Float.self)
    for (input, column) in columns.enumerated() {
      for (place, row) in rows.enumerated() {
        matrix[place * width + input] = Float(column[Int(row)])
      }
    }
    return evaluators.map { evaluator in
      evaluator.evaluate(matrix, rows: rows.count, into: results)
      return rows.indices.map { Double(results[$0]) }
    }
  }
}
