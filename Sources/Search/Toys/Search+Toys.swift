import Inference
import PipelineSpec
import Platform
import Settings

extension SearchPlan {
  /// The place of the hypothesis at a mass, at most one resolution away.
  public func hypothesisIndex(scan: Int, mass: Double) throws(ToyTableError) -> Int {
    let windows = scans[scan].windows
    guard
      let index = windows.indices.min(by: {
        abs(windows[$0].hypothesis.mass - mass) < abs(windows[$1].hypothesis.mass - mass)
      })
    else { throw .mass(asked: mass, nearest: .nan, resolution: .nan) }
    let window = windows[index]
    guard abs(window.hypothesis.mass - mass) <= window.resolution else {
      throw .mass(asked: mass, nearest: window.hypothesis.mass, resolution: window.resolution)
    }
    if let skipped = window.skipped {
      throw .skipped(mass: window.hypothesis.mass, reason: skipped.text)
    }
    return index
  }
}

extension Search {
  /// Toys: a range of pseudo-data of one hypothesis, each fitted.
  ///
  /// - Parameters:
  ///   - scanIndex: Place of the scan.
  ///   - index: Place of the hypothesis.
  ///   - strength: Parameter of interest the toys are drawn at.
  ///   - tested: Values at which q̃ is taken, >= 0.
  ///   - range: Numbers of the toys.
  ///   - samples: The data of the scan.
  ///   - version: The program's version, kept with the toys.
  ///   - advance: Is told of finished toys.
  /// - Returns: One row a toy; the same for any division of the range and number of threads.
  /// - Throws: What is wrong with the hypothesis, its data or a fit with the strength fixed.
  public func toys(
    _ scanIndex: Int, hypothesis index: Int, strength: Double, tested: [Double],
    range: Range<Int64>, samples: [SkimmedSample], version: String,
    advance: @Sendable (Int) -> Void = { _ in }
  ) throws -> ToyTable {
    guard let scan = plan.pipeline.scan else { throw ToyTableError.signal(asked: "", known: []) }
    for value in tested where !(value >= 0 && value.isFinite) { throw ToyError.strength(value) }
    let window = plan.scans[scanIndex].windows[index]
    try window.checkFitted(for: "toys of a hypothesis")
    let data = try ScanData(samples, windows: [window])
    let seed = plan.pipeline.seed
    let stream = ToyStream.task(
      window: SetLimit(scan: scan, number: scanIndex, seed: seed).streamNumber(of: window),
      strength: strength)
    let clusters = data.clusterSizes(of: window)
    let (generator, model) = try WindowWorker().withProblem(window, scan: scan, data: data) {
      problem, solver in
      (
        try ToyGenerator(
          window: problem, signal: strength, clusters: clusters,
          isSorted: ToyGenerator.needsSorting(problem), solver: solver),
        Self.digest(problem)
      )
    }
    let piece: Int64 = 256
    let pieces = Int((Int64(range.count) + piece - 1) / piece)
    let slots = Slots<[ToyTable.Row]>(count: pieces)
    try pool.forEach(count: pieces) { _, number in
      try stop.check()
      let first = range.lowerBound + Int64(number) * piece
      let own = first..<min(first + piece, range.upperBound)
      let toy = ToyData(for: generator), solver = WindowSolver()
      var qTilde = [Double](repeating: 0, count: tested.count)
      slots.set(
        number,
        own.map { n in
          generator.draw(seed: seed, task: stream, toy: UInt64(n), into: toy)
          let statistics = solver.toyStatistics(toy.window, strengths: tested, into: &qTilde)
          return ToyTable.Row(toy: n, statistics: statistics, qTilde: qTilde)
        })
      advance(own.count)
    }
    let isCrossSection = scan.limit?.parameter == .crossSection
    return ToyTable(
      origin: ToyTable.Origin(
        mass: window.hypothesis.mass, signal: plan.scans[scanIndex].signal ?? "",
        window: [window.range.lowerBound, window.range.upperBound], strength: strength,
        unit: isCrossSection ? scan.limit?.unit?.rawValue ?? "fb" : "1", tested: tested,
        nuisanceValues: generator.nuisanceValues, nuisances: window.nuisances.map(\.name),
        expectedEvents: generator.expectedEvents, clusterSizes: clusters.probabilities,
        seed: seed, stream: stream, construction: ToyGenerator.construction, model: model,
        version: version),
      rows: slots.all().flatMap { $0 })
  }

  /// SHA-256 of a window's data and model.
  private static func digest(_ window: ScanWindow) -> String {
    var encoder = CanonicalEncoder()
    for segment in window.segments { encoder.append("\(segment)") }
    encoder.append("\(window.signal) \(window.normalisation) \(window.background)")
    encoder.append("\(window.positivity) \(window.likelihood) \(window.yieldPerUnit)")
    for nuisance in window.nuisances { encoder.append("\(nuisance)") }
    encoder.append(window.events.count)
    for event in window.events { encoder.append("\(event.bitPattern)") }
    return "\(SHA256Digest.of(encoder.bytes))"
  }
}
