import ArgumentParser
import Execution
import Platform
import Search

/// `nightjar plan`: stages and tasks, and what of it would run.
struct Plan: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Show the stages and tasks of a search and what would run.",
    discussion: """
      Examples:
        nightjar plan Pipelines/dimuon/1-simulated.yaml
        nightjar plan search.yaml --output results --tasks
        nightjar plan search.yaml --json
      """)

  @OptionGroup var options: PipelineOptions
  @OptionGroup var place: RunFolderOptions

  @Flag(help: "List every task with its key.")
  var tasks = false

  @Flag(help: "List every task as JSON.")
  var json = false

  func run() throws {
    try reportingErrors {
      let loaded = try options.load()
      var plan = try loaded.plan()
      let store = CheckpointStore(runFolder: place.folder(for: options.pipeline))
      var planned = try Self.judged(plan, store)
      if !plan.isResolved, planned.allSatisfy({ $0.verdict == .good }) {
        plan = try store.resolved(plan, planned.map(\.task))
        planned = try Self.judged(plan, store)
      }
      if json {
        Terminal.writeOutput(
          JSONText.array(
            planned.map { item in
              .object([
                ("task", .string(item.task.recipe.title)),
                ("key", .string(item.task.key.description)),
                ("amount", .integer(item.task.amount)), ("state", .string(Self.word(item.verdict))),
              ])
            }
          ).text + "\n")
        return
      }
      var lines = ["\(plan.pipeline.title)", ""]
      for stage in TaskRecipe.Stage.allCases {
        let own = planned.filter { $0.task.recipe.stage == stage }
        guard !own.isEmpty else { continue }
        let finished = own.filter { $0.verdict == .good }.count
        let amount = own.reduce(0) { $0 + $1.task.amount }
        lines.append(
          Self.column(stage.rawValue, 14) + Self.column("\(own.count) tasks", 12)
            + Self.column("\(Progress.grouped(amount)) \(stage.unit)", 22)
            + (finished == own.count
              ? "finished" : finished == 0 ? "to do" : "\(own.count - finished) to do"))
        if tasks {
          for item in own {
            lines.append(
              "  " + Self.column(item.task.recipe.title, 30)
                + "\(item.task.key)".prefix(16) + "  \(Self.word(item.verdict))")
          }
        }
      }
      if !plan.isResolved {
        lines.append(Self.column("scan", 14) + "follows from the measured signals")
      }
      Terminal.writeOutput(lines.joined(separator: "\n") + "\n")
    }
  }

  private static func judged(_ plan: SearchPlan, _ store: CheckpointStore) throws
    -> [(task: PlannedTask, verdict: SealedFile.Verdict)]
  {
    try plan.tasks().map { (task: $0, verdict: store.verdict(on: $0)) }
  }

  private static func column(_ text: String, _ width: Int) -> String {
    text + String(repeating: " ", count: max(1, width - text.count))
  }

  private static func word(_ verdict: SealedFile.Verdict) -> String {
    switch verdict {
    case .good: "finished"
    case .missing: "to do"
    case .damaged(let reason): "to do again: \(reason)"
    }
  }
}
