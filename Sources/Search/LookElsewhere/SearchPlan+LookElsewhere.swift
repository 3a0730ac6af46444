import PipelineSpec
import Platform
import Settings

extension SearchPlan {
  /// Settings of the scan that decide fits and windows; limits and the number of toys do not.
  private static let toyPaths =
    ["constants", "signal", "skim.veto", "unblindFraction", "blind", "seed"]
    + [
      "sample", "observable", "constituentMass", "hypotheses", "select", "window", "background",
      "fit", "systematics", "minimumAcceptance", "limit.parameter", "limit.unit",
    ].map { "scan.\($0)" }

  /// Groups of full-scan toys; none where every window is skipped, as in a blind search.
  ///
  /// A group is a range of toys of fixed size: more toys later leave finished groups as they are.
  func lookElsewhereTasks(
    _ index: Int, _ scan: ScanSettings, data: [SHA256Digest], signal: [SHA256Digest]
  ) -> [PlannedTask] {
    guard let settings = scan.lookElsewhere, let toys = settings.toys else { return [] }
    let open = scans[index].windows.count { $0.skipped == nil }
    guard open > 0 else { return [] }
    let seconds = Double(open) * TaskCost.scannedWindow
    // The size must not follow the number of toys: more toys later leave finished groups as they are.
    let size = max(5, Int(min(pipeline.execution.taskSeconds / seconds, 1e6)))
    let shared = CommonSettings(
      common(
        Self.toyPaths + countPaths(scan)
      ).values
        + [
          Named("level", .number(settings.level)), Named("scan", .number(Double(index))),
        ])
    return stride(from: 0, to: toys, by: size).map { start in
      let range = start..<min(toys, start + size)
      var own = recipe(
        .lookElsewhere,
        (scans[index].signal.map { $0 + "/" } ?? "")
          + "\(padded(range.lowerBound))-\(padded(range.upperBound - 1))",
        shared, inputs: data + signal)
      own.settings.append(
        Named("toys", .text("\(range.lowerBound)..<\(range.upperBound)")))
      return PlannedTask(
        .lookElsewhere(index, range), own, inputs: data, amount: range.count,
        seconds: Double(range.count) * seconds)
    }
  }
}

extension Search {
  /// Look elsewhere: background-only pseudo-data over the whole range → a complete scan of each; after
  /// a stop signal those finished at the start.
  public func lookElsewhere(
    _ index: Int, _ range: Range<Int>, samples: [SkimmedSample],
    advance: @Sendable (Int) -> Void = { _ in }
  ) throws -> [ScanToy] {
    guard let scan = plan.pipeline.scan, let settings = scan.lookElsewhere else { return [] }
    if scan.fit.likelihood == .counting {
      return try countToys(
        index, range, scan, level: settings.level, samples: samples, advance: advance)
    }
    let windows = plan.scans[index].windows
    let data = try ScanData(samples, windows: windows.filter { $0.skipped == nil })
    let pseudoData = try PseudoData(windows, fit: scan.fit, data: data, pool: pool, stop: stop)
    return try ToyScan(
      pseudoData, fit: scan.fit, level: settings.level, seed: plan.pipeline.seed, index: index
    ).toys(range, pool: pool, stop: stop, advance: advance)
  }
}
