import Inference
import PipelineSpec

extension Gather {
  /// Number of bins of the whole spectrum.
  private static let spectrumBins = 400

  /// Histograms of the ordering observable over the range of the scan, one a sample.
  func spectrum(_ samples: [SkimmedSample]) throws -> Spectrum? {
    guard let observable = plan.observables.first else { return nil }
    guard let range = try spectrumRange(samples) else { return nil }
    let bins = Self.spectrumBins
    let width = (range.upperBound - range.lowerBound) / Double(bins)
    let edges = (0...bins).map { range.lowerBound + width * Double($0) }
    // Data that the scan does not take would look like a part of its spectrum.
    let scanned = pipeline.scan.map { SearchPlan.names(of: $0.sample, in: pipeline) }
    let shown = zip(plan.samples, samples).filter { files, _ in
      files.settings.role != .data || scanned?.contains(files.name) ?? true
    }
    let layers = try shown.map { files, sample in
      let rows = try sample.rows(in: range)
      let values = try sample.values(sample.columns[0], rows: rows)
      let weights = try sample.weights(rows: rows)
      let factor = scale(of: files)
      var sums = [Double](repeating: 0, count: bins)
      var variances = sums
      for (index, value) in values.enumerated() {
        let bin = min(bins - 1, Int((value - range.lowerBound) / width))
        let weight = (weights?[index] ?? 1) * factor
        sums[bin] += weight
        variances[bin] += weight * weight
      }
      return Spectrum.Layer(
        sample: sample.name, role: SampleRole(files.settings.role), sums: sums,
        variances: variances)
    }
    return Spectrum(
      observable: plan.quantity(of: observable.source), edges: edges, layers: layers,
      excluded: plan.scans.first?.excluded ?? [])
  }

  private func spectrumRange(_ samples: [SkimmedSample]) throws -> ClosedRange<Double>? {
    let windows = plan.scans.flatMap(\.windows)
    if let low = windows.map(\.range.lowerBound).min(),
      let high = windows.map(\.range.upperBound).max(), low < high
    {
      return low...high
    }
    var low = Double.infinity
    var high = -Double.infinity
    for sample in samples where sample.count > 0 {
      let ends = try [0, sample.count - 1].map {
        try sample.values(sample.columns[0], rows: $0..<($0 + 1))[0]
      }
      low = min(low, ends[0])
      high = max(high, ends[1])
    }
    return low < high && low.isFinite && high.isFinite ? low...high : nil
  }

  /// The most significant windows, each apart from the others, and those of the named masses.
  func windowPlots(
    _ scan: ScanSettings, _ own: SignalScan, points: [ScanPoint], samples: [SkimmedSample]
  ) throws -> [WindowPlot] {
    guard let report = pipeline.outputs.report else { return [] }
    var chosen: [(point: Int, reason: WindowPlot.Reason)] = []
    let fitted = points.indices.filter {
      points[$0].status.isValid && points[$0].signedRoot.isFinite
    }
    let ranked = fitted.sorted {
      (points[$0].signedRoot, $1) > (points[$1].signedRoot, $0)
    }
    for index in ranked where points[index].signedRoot > 0 {
      guard chosen.count < report.windows else { break }
      let isApart = chosen.allSatisfy { other in
        let distance = abs(points[index].observable - points[other.point].observable)
        return distance > (points[index].windowHigh - points[index].windowLow) / 2
      }
      if isApart { chosen.append((index, .mostSignificant(rank: chosen.count + 1))) }
    }
    for mass in report.masses {
      let nearest = fitted.min { abs(points[$0].mass - mass) < abs(points[$1].mass - mass) }
      if let nearest, abs(points[nearest].mass - mass) <= 3 * points[nearest].resolution {
        chosen.append((nearest, .named))
      }
    }
    let scanned = SearchPlan.names(of: scan.sample, in: pipeline)
    let worker = WindowWorker()
    return try chosen.map { choice in
      let window = own.windows[choice.point]
      let data = try ScanData(
        samples.filter { scanned.contains($0.name) }, windows: [window])
      if window.counted != nil {
        return WindowPlot(
          point: choice.point, reason: choice.reason,
          plot: countedPlot(window, data: data, background: points[choice.point].backgroundYield))
      }
      return WindowPlot(
        point: choice.point, reason: choice.reason,
        plot: plot(window, scan: scan, data: data, worker: worker))
    }
  }

  private func plot(
    _ window: MassWindow, scan: ScanSettings, data: ScanData, worker: WindowWorker
  ) -> FitPlot {
    let result = worker.solve(window, scan: scan, data: data)
    var buffer: [Double] = []
    let events = data.withEvents(of: window, buffer: &buffer) { Array($0) }
    return FitPlot(
      segments: window.segments, window: window.range, events: events,
      total: { result.curve.density(.total, at: $0) },
      background: { result.curve.density(.background, at: $0) },
      parts: [("signal", { result.curve.density(.signal, at: $0) })],
      bins: Self.bins(window))
  }

  /// A counted window: the expected background is even in it.
  private func countedPlot(_ window: MassWindow, data: ScanData, background: Double) -> FitPlot {
    var buffer: [Double] = []
    let level = background / WindowPlanner.length(window.segments)
    return FitPlot(
      segments: window.segments, window: window.range,
      events: data.withEvents(of: window, buffer: &buffer) { Array($0) }, total: { _ in level },
      background: { _ in level }, parts: [], bins: Self.bins(window))
  }

  /// Bins of a window's picture: half a resolution each, at least 30, at most 120.
  private static func bins(_ window: MassWindow) -> Int {
    let length = window.range.upperBound - window.range.lowerBound
    return min(120, max(30, Int((length / window.resolution * 2).rounded())))
  }
}
