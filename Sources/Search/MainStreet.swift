import HDF5Files
import Inference
import PipelineSpec
import Platform

/// The main street of a search, from ntuples to limits.
///
/// Three phases: **skim** (per stretch of an input file: ntuple → columns → masks → selected rows),
/// **scan** (per mass hypothesis: window → likelihood → fit → limit) and **gather** (all results
/// in a fixed order). Each function takes a plan and earlier results and returns a value; where
/// results are kept between them is not its business.
public struct Search: Sendable {
  /// What is to be done.
  public let plan: SearchPlan
  /// Threads for the work inside a task.
  public let pool: WorkerPool
  /// Set when the work should end.
  public let stop: StopSignal

  /// Prepares a search.
  public init(plan: SearchPlan, pool: WorkerPool, stop: StopSignal) {
    self.plan = plan
    self.pool = pool
    self.stop = stop
  }

  /// Skim: reads a stretch of an input file, defines, selects, vetoes; keeps what later stages need.
  public func skim(
    sample: Int, file: Int, part: Int, advance: @Sendable (Int) -> Void = { _ in }
  ) throws -> SkimRun {
    let files = plan.samples[sample]
    let table = files.settings.table ?? plan.schema.table
    let parts = try SkimPart.parts(ofFile: files.files[file].path, table: table)
    return try Select(
      recipe: plan.recipe(for: files), chunkRows: plan.pipeline.execution.chunkRows
    ).run(
      path: files.files[file].path, fileNumber: files.files[file].identity.number, table: table,
      part: parts[part], pool: pool, stop: stop,
      advance: advance)
  }

  /// Merge: orders the runs of a sample by the observable, one candidate an event where asked.
  public func merge(_ runs: [HDF5File], writingTo path: String) throws {
    try SampleMerge(
      runs: runs, keepLargest: plan.pipeline.skim.bestCandidate.map { $0.keep == .largest }
    ).write(to: path)
  }

  /// Fit: a named fit with free shapes.
  public func fit(_ index: Int, samples: [SkimmedSample]) throws -> NamedFit {
    let fit = plan.pipeline.fits[index]
    return try FitMass(name: fit.name, settings: fit.value).fit(
      samples, observable: plan.quantity(of: fit.value.observable))
  }

  /// Working point: the cut on a score that maximises the figure of merit on simulation.
  public func workingPoint(
    _ index: Int, signal: SkimmedSample, backgrounds: [SkimmedSample]
  ) throws -> WorkingPoint {
    try ChooseCut(plan: plan).workingPoint(index, signal: signal, backgrounds: backgrounds)
  }

  /// Signal: efficiency, resolution and shape as functions of the mass; `points` by place of the cut.
  ///
  /// `controls` are those of the plan, in its order.
  public func measure(
    _ signal: SkimmedSample, points: [Int: WorkingPoint], controls: [ControlMeasurement] = []
  ) throws -> SignalByCuts {
    try MeasureSignal(plan: plan, points: points, controls: controls).measured(
      signal, pool: pool, stop: stop)
  }

  /// Scan: window → likelihood → fit → significance → limit, for a stretch of hypotheses; after a stop
  /// signal those finished at its start.
  public func scan(
    _ index: Int, _ range: Range<Int>, samples: [SkimmedSample],
    advance: @Sendable (Int) -> Void = { _ in }
  ) throws -> [ScanPoint] {
    guard let scan = plan.pipeline.scan else { return [] }
    let windows = Array(plan.scans[index].windows[range])
    let (data, simulation) = try plan.scanned(samples, scan, windows: windows)
    return try SetLimit(
      scan: scan, number: index, seed: plan.pipeline.seed, simulation: simulation
    ).points(
      windows, data: data, pool: pool, stop: stop, advance: advance)
  }

  /// Gather: everything that the outputs show, in a fixed order.
  public func gather(
    samples: [SkimmedSample], fits: [NamedFit], signals: [SignalByCuts],
    workingPoints: [WorkingPoint], points: [[ScanPoint]], toys: [[ScanToy]],
    closures: [ClosureResults?],
    provenance: Provenance
  ) throws -> SearchResults {
    var results = try Gather(plan: plan).results(
      samples: samples, fits: fits, points: points, provenance: provenance)
    try Gather(plan: plan).addSignals(signals, workingPoints, to: &results)
    Gather(plan: plan).addLookElsewhere(toys, to: &results)
    for (scan, closure) in zip(results.scans.indices, closures) {
      results.scans[scan].closure = closure
    }
    results.interpretations = try interpret(results.scans)
    return results
  }
}
