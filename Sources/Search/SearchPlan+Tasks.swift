import Ntuples
import PipelineSpec
import Platform
import Settings

/// One piece of work whose result is one checkpoint.
public enum SearchTask: Sendable, Hashable {
  /// Select the rows of a stretch of an input file.
  case skim(sample: Int, file: Int, part: Int)
  /// Merge the runs of a sample.
  case merge(sample: Int)
  /// A named fit.
  case fit(Int)
  /// Fit and limit in these windows of a scan.
  case scan(Int, Range<Int>)
}

/// A task with everything that decides its content.
public struct PlannedTask: Sendable {
  /// What is to be done.
  public var task: SearchTask
  /// What decides the content.
  public var recipe: TaskRecipe
  /// The recipe's digest.
  public var key: SHA256Digest
  /// Keys of the tasks whose results it takes, in order.
  public var inputs: [SHA256Digest]
  /// Amount of work in the unit of the stage: rows, or windows.
  public var amount: Int

  init(_ task: SearchTask, _ recipe: TaskRecipe, inputs: [SHA256Digest], amount: Int) {
    self.task = task
    self.recipe = recipe
    self.key = recipe.key
    self.inputs = inputs
    self.amount = amount
  }
}

extension SearchPlan {
  /// Estimated seconds a window takes on one core, on the safe side: sizes tasks, nothing else.
  static let secondsPerWindow = 1e-3

  /// All tasks, each after those it takes results from.
  public func tasks() throws -> [PlannedTask] {
    var planned: [PlannedTask] = []
    var merges: [String: SHA256Digest] = [:]
    for (index, sample) in samples.enumerated() {
      let runs = try skimTasks(index, sample)
      planned += runs
      let merge = PlannedTask(
        .merge(sample: index),
        recipe(.merge, sample.name, paths: ["skim.bestCandidate.keep"], inputs: runs.map(\.key)),
        inputs: runs.map(\.key), amount: runs.reduce(0) { $0 + $1.amount })
      merges[sample.name] = merge.key
      planned.append(merge)
    }
    func inputs(_ sample: String?) -> [SHA256Digest] {
      Self.names(of: sample, in: pipeline).compactMap { merges[$0] }
    }
    for (index, fit) in pipeline.fits.enumerated() {
      let keys = inputs(fit.value.sample)
      planned.append(
        PlannedTask(
          .fit(index), recipe(.fit, fit.name, paths: ["fits.\(fit.name)"], inputs: keys),
          inputs: keys, amount: 1))
    }
    if let scan = pipeline.scan {
      let keys = inputs(scan.sample)
      for index in scans.indices {
        for range in scanRanges(index) { planned.append(scanTask(index, range, scan, keys)) }
      }
    }
    return planned
  }

  /// Settings that decide which rows hypothesis-dependent cuts keep: where windows lie and who
  /// rules them.
  private static let reachPaths = [
    "scan.observable", "scan.select", "scan.hypotheses", "scan.window", "scan.constituentMass",
    "scan.minimumAcceptance", "scan.limit.parameter", "signal", "skim.veto",
  ]

  private func skimTasks(_ index: Int, _ sample: SampleFiles) throws -> [PlannedTask] {
    var planned: [PlannedTask] = []
    let paths =
      ["constants", "massHypotheses", "beams", "skim", "samples.\(sample.name).weight"]
      + ["samples.\(sample.name).role", "samples.\(sample.name).table"]
      + ["blind", "unblindFraction", "regions"]
      + (pipeline.scan?.select.isEmpty ?? true ? ["scan.observable"] : Self.reachPaths)
    for (number, file) in sample.files.enumerated() {
      let opened = try NtupleFile.open(
        path: file.path, table: sample.settings.table ?? schema.table)
      for (part, stretch) in SkimPart.parts(ofRows: opened.rowCount).enumerated() {
        var own = recipe(
          .skim, "\(sample.name)/\(padded(number)).\(part)", paths: paths, inputs: [])
        own.settings.append(Named("ntuple", canonicalSchema))
        own.settings.append(
          Named("outputs", .list(observables.map { .text("\($0.name) = \($0.source.text)") })))
        own.settings.append(
          Named("rows", .text("\(stretch.rows.lowerBound)..<\(stretch.rows.upperBound)")))
        own.settings += correctionSettings(of: sample)
        own.inputs.append(Named(file.path, file.identity.digest))
        planned.append(
          PlannedTask(
            .skim(sample: index, file: number, part: part), own, inputs: [],
            amount: stretch.rows.count))
      }
    }
    return planned
  }

  private func scanTask(
    _ index: Int, _ range: Range<Int>, _ scan: ScanSettings, _ keys: [SHA256Digest]
  ) -> PlannedTask {
    let paths =
      ["constants", "scan", "signal", "skim.veto", "unblindFraction", "blind"]
      + Self.names(of: scan.sample, in: pipeline).map { "samples.\($0).luminosity" }
    var own = recipe(
      .scan,
      (scans[index].signal.map { $0 + "/" } ?? "")
        + "\(padded(range.lowerBound))-\(padded(range.upperBound - 1))",
      paths: paths, inputs: keys)
    own.settings.append(
      Named("hypotheses", .text("\(range.lowerBound)..<\(range.upperBound)")))
    return PlannedTask(.scan(index, range), own, inputs: keys, amount: range.count)
  }

  /// Windows of one task: about `execution.taskSeconds`, at least eight tasks for a long scan.
  private func scanRanges(_ index: Int) -> [Range<Int>] {
    let windows = scans[index].windows
    let bySeconds = Int(pipeline.execution.taskSeconds / Self.secondsPerWindow)
    let size = max(1, min(bySeconds, max(64, (windows.count + 7) / 8)))
    return stride(from: 0, to: windows.count, by: size).map {
      $0..<min(windows.count, $0 + size)
    }
  }

  private func recipe(
    _ stage: TaskRecipe.Stage, _ name: String, paths: [String], inputs: [SHA256Digest]
  ) -> TaskRecipe {
    let keyed = self.keyed
    return TaskRecipe(
      stage: stage, name: name, settings: paths.map { Named($0, keyed[$0]) },
      inputs: inputs.enumerated().map { Named("input \($0.offset)", $0.element.bytes) })
  }

  private func padded(_ number: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(0, 4 - digits.count)) + digits
  }
}
