import ArgumentParser
import Diagnostics
import Execution
import Platform
import Search

/// `nightjar plan`: stages and tasks, what of it would run, and why.
struct Plan: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Show the stages and tasks of a search, what would run and why.",
    discussion: """
      With the name of a task or a stage it says why it would run: which setting or input file is \
      other than in the last run, with the old and the new value.

      Examples:
        nightjar plan Pipelines/dimuon/1-simulated.yaml
        nightjar plan search.yaml --output results --tasks
        nightjar plan search.yaml scan/0000-0249 --set 'scan.limit.level=95 %'
        nightjar plan search.yaml --json
      """)

  @OptionGroup var options: PipelineOptions

  @Argument(help: "A task, as scan/0000-0249, or a stage, as scan.")
  var task: String?

  @OptionGroup var place: RunFolderOptions

  @Flag(help: "List every task with its key.")
  var tasks = false

  @Flag(help: "List every task as JSON.")
  var json = false

  private struct Judged {
    var task: PlannedTask
    var verdict: SealedFile.Verdict
  }

  func run() throws {
    try reportingErrors {
      let loaded = try options.load()
      let folder = place.folder(for: options.pipeline)
      var plan = try loaded.plan(folder)
      let store = CheckpointStore(runFolder: folder)
      var planned = try Self.judged(plan, store)
      if !plan.isResolved, planned.allSatisfy({ $0.verdict == .good }) {
        plan = try store.resolved(plan, planned.map(\.task))
        planned = try Self.judged(plan, store)
      }
      let source = options.source
      let before = json && task == nil ? nil : PlanStore(runFolder: folder).read(source)
      func difference(_ tasks: [PlannedTask]) -> PlanDifference? {
        before.map { PlanDifference(old: $0, new: PlanRecord(source: source, tasks: tasks)) }
      }
      if let task {
        try explain(task, planned, plan, difference(planned.map(\.task)))
      } else if json {
        Terminal.writeOutput(Self.json(planned) + "\n")
      } else {
        // Only input files are compared here.
        let skims = planned.map(\.task).filter { $0.recipe.stage == .skim }
        Terminal.writeOutput(overview(plan, planned, difference(skims)))
      }
    }
  }

  private static func judged(_ plan: ChannelPlans, _ store: CheckpointStore) throws -> [Judged] {
    try plan.tasks().map { Judged(task: $0, verdict: store.verdict(on: $0)) }
  }

  private static func json(_ planned: [Judged]) -> String {
    JSONText.array(
      planned.map { item in
        .object([
          ("task", .string(item.task.recipe.title)), ("key", .string(item.task.key.description)),
          ("amount", .integer(item.task.amount)), ("seconds", .number(item.task.seconds)),
          ("state", .string(word(item.verdict))),
        ])
      }
    ).text
  }

  private func overview(
    _ plan: ChannelPlans, _ planned: [Judged], _ difference: PlanDifference?
  ) -> String {
    var lines = ["\(plan.pipeline.title)", ""]
    lines += plan.missingFiles + (difference?.files ?? [])
    for stage in TaskRecipe.Stage.allCases {
      let own = planned.filter { $0.task.recipe.stage == stage }
      guard !own.isEmpty else { continue }
      let finished = own.filter { $0.verdict == .good }.count
      let amount = own.reduce(0) { $0 + $1.task.amount }
      let seconds = own.reduce(0) { $0 + $1.task.seconds }
      let longest = own.map(\.task.seconds).max() ?? 0
      lines.append(
        Self.column(stage.rawValue, 14)
          + Self.column("\(own.count) \(own.count == 1 ? "task" : "tasks")", 12)
          + Self.column("\(Progress.grouped(amount)) \(stage.unit)", 20)
          + Self.column("about \(Progress.duration(seconds)) CPU", 18)
          + Self.column(
            own.count > 1 ? "at most \(Progress.duration(longest)) a task" : "", 24)
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
    return lines.joined(separator: "\n") + "\n"
  }

  /// Says why a task, or each task of a stage, would run.
  private func explain(
    _ name: String, _ planned: [Judged], _ plan: ChannelPlans, _ difference: PlanDifference?
  ) throws {
    var chosen = planned.filter { $0.task.recipe.title == name }
    if chosen.isEmpty { chosen = planned.filter { $0.task.recipe.stage.rawValue == name } }
    guard !chosen.isEmpty else {
      throw TaskFault.unknown(
        name, known: planned.map(\.task.recipe.title), isResolved: plan.isResolved)
    }
    var lines: [String] = []
    var told: Set<[String]> = []
    for item in chosen where !json && (item.verdict != .good || chosen.count == 1) {
      let reasons = self.reasons(item, difference)
      // Many tasks of a stage have the same reason: it is told once.
      guard told.insert(reasons).inserted else { continue }
      let state = item.verdict == .good ? "finished" : "would run"
      lines.append("\(item.task.recipe.title): \(state)")
      lines += reasons.map { "  \($0)" }
    }
    if json {
      let text = JSONText.array(
        chosen.map { item in
          .object([
            ("task", .string(item.task.recipe.title)), ("state", .string(Self.word(item.verdict))),
            ("reasons", .array(self.reasons(item, difference).map { .string($0) })),
          ])
        }
      ).text
      Terminal.writeOutput(text + "\n")
      return
    }
    if chosen.count > 1 {
      let open = chosen.count { $0.verdict != .good }
      lines.insert("\(name): \(open) of \(chosen.count) tasks would run", at: 0)
    }
    Terminal.writeOutput(lines.joined(separator: "\n") + "\n")
  }

  private func reasons(_ item: Judged, _ difference: PlanDifference?) -> [String] {
    if item.verdict == .good { return [] }
    if case .damaged(let reason) = item.verdict { return ["its checkpoint is damaged: \(reason)"] }
    guard let difference else { return ["no run has planned it in this folder"] }
    let reasons = difference.reasons(item.task.recipe.title).map(\.description)
    return reasons.isEmpty
      ? ["nothing changed: it was not finished yet, or its checkpoint was removed"] : reasons
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
