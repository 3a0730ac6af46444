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
  /// Measure a control sample.
  case control
  /// Choose the cut on a score at this place of `scan.select`.
  case workingPoint(Int)
  /// Measure the signal at this place of `signal.samples`.
  case signal(Int)
  /// Fit and limit in these windows of a scan.
  case scan(Int, Range<Int>)
  /// Scan these toys of a scan's background.
  case lookElsewhere(Int, Range<Int>)
  /// Make and fit these toys of the closure of a scan, counted over hypotheses and strengths.
  case closure(Int, Range<Int>)
}

/// A task with everything that decides its content.
public struct PlannedTask: Sendable {
  /// What is to be done.
  public var task: SearchTask
  /// Place of the channel it belongs to; numbers in `task` are those of the channel.
  public var channel = 0
  /// Place of the control sample it belongs to; numbers in `task` are then those of its plan.
  public var control: Int?
  /// What decides the content.
  public var recipe: TaskRecipe
  /// The recipe's digest.
  public var key: SHA256Digest
  /// Keys of the tasks whose results it takes, in order.
  public var inputs: [SHA256Digest]
  /// Amount of work in the unit of the stage: rows, or windows.
  public var amount: Int
  /// Predicted seconds on one core: sizes tasks and jobs, nothing else.
  public var seconds: Double

  init(
    _ task: SearchTask, _ recipe: TaskRecipe, inputs: [SHA256Digest], amount: Int, seconds: Double
  ) {
    self.task = task
    self.recipe = recipe
    self.key = recipe.key
    self.inputs = inputs
    self.amount = amount
    self.seconds = seconds
  }
}

extension SearchPlan {
  /// All tasks that are known, each after those it takes results from.
  ///
  /// Scans are among them once the plan is resolved.
  public func tasks() throws -> [PlannedTask] {
    var planned: [PlannedTask] = []
    var merges: [String: SHA256Digest] = [:]
    for (index, sample) in samples.enumerated() {
      let runs = try skimTasks(index, sample)
      planned += runs
      let merge = PlannedTask(
        .merge(sample: index),
        recipe(.merge, sample.name, paths: ["skim.bestCandidate.keep"], inputs: runs.map(\.key)),
        inputs: runs.map(\.key), amount: runs.reduce(0) { $0 + $1.amount },
        seconds: cost.merge(rows: runs.reduce(0) { $0 + $1.amount }))
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
          inputs: keys, amount: 1, seconds: TaskCost.fit))
    }
    let controls = try controlTasks()
    planned += controls
    let points = workingPointTasks(merges)
    planned += points
    let signals = signalTasks(
      merges, points: points.map(\.key),
      controls: controls.filter { $0.task == .control }.map(\.key))
    planned += signals
    guard let scan = pipeline.scan, isResolved else { return planned }
    let keys = inputs(scan.sample) + simulatedNames(scan).compactMap { merges[$0] }
    for index in scans.indices {
      let measured = signals.isEmpty ? [] : [signals[index].key] + points.map(\.key)
      planned += scanTasks(index, scan, data: keys, signal: measured)
      planned += closureTasks(index, scan, data: keys, signal: measured)
    }
    for index in scans.indices {
      let measured = signals.isEmpty ? [] : [signals[index].key] + points.map(\.key)
      planned += lookElsewhereTasks(index, scan, data: keys, signal: measured)
    }
    return planned
  }

  /// Settings that decide what a signal looks like at its generated masses.
  private static let signalPaths = [
    "constants", "signal", "split", "scan.select", "scan.constituentMass", "scan.observable",
    "scan.window.limits", "scan.window.exclude", "skim.veto",
  ]

  private func workingPointTasks(_ merges: [String: SHA256Digest]) -> [PlannedTask] {
    let cuts = pipeline.scan?.select ?? []
    return cuts.indices.compactMap { index in
      guard case .score(let network, .optimised(let settings)) = cuts[index].criterion,
        let measured = pipeline.signal?.measured
      else { return nil }
      let signal = settings.signal ?? measured.samples.first ?? ""
      let backgrounds = pipeline.samples(role: .background).map(\.name)
      let names = [signal] + backgrounds
      let keys = names.compactMap { merges[$0] }
      let luminosities = (backgrounds + pipeline.samples(role: .data).map(\.name)).map {
        "samples.\($0).luminosity"
      }
      return PlannedTask(
        .workingPoint(index),
        recipe(
          .workingPoint, "\(network)-\(index)",
          paths: Self.signalPaths.filter { $0 != "scan.select" && $0 != "signal" }
            + ["scan.select.\(index)", "signal.mean", "signal.resolution"] + luminosities,
          inputs: keys), inputs: keys, amount: 1, seconds: TaskCost.workingPoint)
    }
  }

  private func signalTasks(
    _ merges: [String: SHA256Digest], points: [SHA256Digest], controls: [SHA256Digest]
  ) -> [PlannedTask] {
    guard pipeline.scan != nil, let measured = pipeline.signal?.measured else { return [] }
    return measured.samples.enumerated().map { index, name in
      let keys = [merges[name]].compactMap { $0 } + points + controls
      let hasLifetimes = pipeline.signal?.lifetimes != nil
      let paths = Self.signalPaths + (hasLifetimes ? ["samples.\(name).lifetimes"] : [])
      return PlannedTask(
        .signal(index), recipe(.signal, name, paths: paths, inputs: keys), inputs: keys,
        amount: 1, seconds: TaskCost.signal)
    }
  }

  /// Settings that decide which rows hypothesis-dependent cuts keep: where windows lie and who
  /// rules them.
  private static let reachPaths = [
    "scan.observable", "scan.select", "scan.hypotheses", "scan.window", "scan.constituentMass",
    "scan.minimumAcceptance", "scan.limit.parameter", "signal", "skim.veto",
  ]

  /// Settings by which cuts of the hypothesis decide what the skim keeps and notes of a row.
  private var rulePaths: [String] {
    let cuts = pipeline.scan?.select ?? []
    let rules = cuts.indices.filter { cuts[$0].expression != nil }
    if pipeline.scan?.fit.likelihood == .counting {
      let inverted = Set(cuts.compactMap(\.background)).sorted()
      return ["scan.observable"] + inverted.map { "scan.background.\($0)" }
        + rules.filter { cuts[$0].background == nil }.map { "scan.select.\($0).cut" }
    }
    if rules.isEmpty { return ["scan.observable"] }
    guard pipeline.signal?.measured != nil else { return Self.reachPaths }
    return ["scan.observable"] + rules.map { "scan.select.\($0).cut" }
  }

  private func skimTasks(_ index: Int, _ sample: SampleFiles) throws -> [PlannedTask] {
    var planned: [PlannedTask] = []
    let paths =
      ["constants", "massHypotheses", "beams", "skim", "samples.\(sample.name).weight"]
      + ["role", "table", "hypothesis", "generated", "matched"].map {
        "samples.\(sample.name).\($0)"
      }
      + ["blind", "unblindFraction", "regions"]
      + rulePaths
      + (sample.settings.truth?.decays.isEmpty != false
        ? [] : ["samples.\(sample.name).decayLength"])
    let shared = CommonSettings(
      common(paths).values
        + [
          Named("ntuple", canonicalSchema),
          Named("networks", .list(networks.map { .text("\($0.name) \($0.value.digest)") })),
          Named("outputs", .list(observables.map { .text("\($0.name) = \($0.source.text)") })),
        ] + correctionSettings(of: sample))
    let table = sample.settings.table ?? schema.table
    try NtupleFile.prepare(
      sample.files.map(\.path).filter { notes.known(rowsKind(table), of: $0) == nil })
    for (number, file) in sample.files.enumerated() {
      let rows = try rowCount(of: file.path, table: table)
      for (part, stretch) in SkimPart.parts(ofRows: rows).enumerated() {
        var own = recipe(.skim, "\(sample.name)/\(padded(number)).\(part)", shared, inputs: [])
        own.settings.append(
          Named("rows", .text("\(stretch.rows.lowerBound)..<\(stretch.rows.upperBound)")))
        own.inputs.append(Named(file.path, file.identity.digest))
        planned.append(
          PlannedTask(
            .skim(sample: index, file: number, part: part), own, inputs: [],
            amount: stretch.rows.count, seconds: cost.skim(rows: stretch.rows.count)))
      }
    }
    return planned
  }

  /// Rows of an input file.
  private func rowCount(of path: String, table: String?) throws -> Int {
    func count() throws -> Int { try NtupleFile.open(path: path, table: table).rowCount }
    let text = try notes.note(rowsKind(table), of: path) { "\(try count())" }
    return try Int(text) ?? count()
  }

  /// What numbers of rows are noted as.
  private func rowsKind(_ table: String?) -> String { "rows:\(table ?? "")" }

  /// Groups of windows of a scan.
  private func scanTasks(
    _ index: Int, _ scan: ScanSettings, data: [SHA256Digest], signal: [SHA256Digest]
  ) -> [PlannedTask] {
    let shared = common(
      ["constants", "scan", "signal", "skim.veto", "unblindFraction", "blind"]
        + countPaths(scan)
        + (scan.limit?.toys == nil && scan.limit?.beside == nil ? [] : ["seed"]))
    let windows = scans[index].windows
    let size = cost.groupSize(of: windows.count, seconds: cost.window)
    return stride(from: 0, to: windows.count, by: size).map { start in
      let range = start..<min(windows.count, start + size)
      var own = recipe(
        .scan,
        (scans[index].signal.map { $0 + "/" } ?? "")
          + "\(padded(range.lowerBound))-\(padded(range.upperBound - 1))",
        shared, inputs: data + signal)
      own.settings.append(
        Named("hypotheses", .text("\(range.lowerBound)..<\(range.upperBound)")))
      let open = windows[range].count { $0.skipped == nil }
      return PlannedTask(
        .scan(index, range), own, inputs: data, amount: range.count,
        seconds: Double(open) * cost.window)
    }
  }

  /// Settings by which yields become cross sections or branching fractions.
  func countPaths(_ scan: ScanSettings) -> [String] {
    (Self.names(of: scan.sample, in: pipeline) + simulatedNames(scan)).map {
      "samples.\($0).luminosity"
    }
      + (pipeline.normalisation == nil ? [] : ["normalisation"])
  }

  /// Settings at these paths.
  func common(_ paths: [String]) -> CommonSettings {
    let keyed = self.keyed
    return CommonSettings(paths.map { Named($0, keyed[$0]) })
  }

  func recipe(
    _ stage: TaskRecipe.Stage, _ name: String, paths: [String], inputs: [SHA256Digest]
  ) -> TaskRecipe {
    recipe(stage, name, common(paths), inputs: inputs)
  }

  func recipe(
    _ stage: TaskRecipe.Stage, _ name: String, _ common: CommonSettings, inputs: [SHA256Digest]
  ) -> TaskRecipe {
    TaskRecipe(
      stage: stage, name: name, common: common, settings: [],
      inputs: inputs.enumerated().map { Named("input \($0.offset)", $0.element.bytes) })
  }

  func padded(_ number: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(0, 4 - digits.count)) + digits
  }
}
