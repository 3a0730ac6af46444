import PipelineSpec
import Platform
import Settings

/// A control sample with the plan of its own samples.
public struct ControlPlan: Sendable {
  /// Name in the pipeline file.
  public let name: String
  /// What is measured.
  public let settings: ControlSettings
  /// Its samples, which are skimmed and merged like those of a search.
  public let plan: SearchPlan
}

extension SearchPlan {
  /// The tasks of all control samples; the last one of each measures it.
  func controlTasks() throws -> [PlannedTask] {
    try controls.enumerated().flatMap { index, control in
      var tasks = try control.plan.tasks()
      let keys = tasks.filter { $0.recipe.stage == .merge }.map(\.key)
      let luminosities = control.plan.samples.map { "samples.\($0.name).luminosity" }
      tasks.append(
        PlannedTask(
          .control,
          control.plan.recipe(
            .control, "measured",
            paths: [control.settings.measure.key, "bins", "gives"] + luminosities, inputs: keys),
          inputs: keys, amount: 1, seconds: TaskCost.control))
      return tasks.map { task in
        var task = task
        task.control = index
        task.recipe.name = "\(control.name)/\(task.recipe.name)"
        return task
      }
    }
  }
}

extension Search {
  /// The search of a control sample by its place.
  public func control(_ index: Int) -> Search {
    Search(plan: plan.controls[index].plan, pool: pool, stop: stop)
  }

  /// Control: data over simulation in a control sample.
  public func measure(_ control: ControlPlan, samples: [SkimmedSample]) throws
    -> ControlMeasurement
  {
    try MeasureControl(name: control.name, settings: control.settings, plan: control.plan)
      .measured(samples, pool: pool, stop: stop)
  }
}
