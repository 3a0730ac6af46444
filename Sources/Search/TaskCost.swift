import PipelineSpec

/// Predicted seconds of work on one core: sizes tasks and jobs, and decides no result.
///
/// Measured on a core of 2023 and rounded up. A group of windows or toys costs about
/// `execution.taskSeconds`, but at most a sixteenth of its stage, as long as that is no less than a
/// few seconds: many hosts can help, and no task is lost in the cost of starting it.
struct TaskCost {
  private let execution: ExecutionSettings
  private let networks: Int
  /// Of a window of the scan.
  let window: Double

  /// Of a named fit.
  static let fit = 0.1
  /// Of the fits of a control sample.
  static let control = 2.0
  /// Of the choice of a cut.
  static let workingPoint = 1.0
  /// Of a signal's measurement.
  static let signal = 1.0
  /// Of a window of a full-scan toy.
  static let scannedWindow = 3e-5
  /// Of a toy of the closure.
  static let closureToy = 3e-4
  /// Groups need not be smaller than this, seconds.
  static let few = 3.0

  /// The costs of a search.
  init(_ pipeline: Pipeline) {
    execution = pipeline.execution
    networks = pipeline.skim.score?.networks.count ?? 0
    window = Self.window(pipeline.scan)
  }

  private static func window(_ scan: ScanSettings?) -> Double {
    guard let scan else { return 1e-3 }
    if scan.limit?.method == .bayesian { return 0.1 }
    if scan.limit?.toys != nil { return 0.5 }
    return 1e-3 + (scan.limit?.beside.map { 0.5 / Double($0.every) } ?? 0)
  }

  /// Of a stretch of an input file.
  func skim(rows: Int) -> Double { Double(rows) * (1e-6 + 0.5e-6 * Double(networks)) }

  /// Of the merge of a sample whose files have so many rows.
  func merge(rows: Int) -> Double { 0.1 + Double(rows) * 1e-7 }

  /// How many of `count` equal pieces make a task.
  func groupSize(of count: Int, seconds: Double) -> Int {
    let whole = Double(count) * seconds
    let least = min(Self.few, execution.taskSeconds)
    let wanted = min(execution.taskSeconds, max(least, whole / 16))
    return max(1, Int(min(1e9, wanted / seconds)))
  }
}

extension SearchPlan {
  /// What tasks cost.
  var cost: TaskCost { TaskCost(pipeline) }
}
