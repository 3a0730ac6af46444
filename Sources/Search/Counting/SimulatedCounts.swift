import PipelineSpec

/// Simulated background in memory, for counted windows.
struct SimulatedCounts: Sendable {
  private let data: ScanData
  private let weights: [Double]?
  /// Luminosity of the scanned data over that of the sample.
  private let scale: Double

  /// Loads what windows need from one sample.
  init(_ sample: SkimmedSample, windows: some Collection<MassWindow>, scale: Double) throws {
    data = try ScanData([sample], windows: windows)
    weights = try data.rows.isEmpty ? nil : sample.weights(rows: data.rows)
    self.scale = scale
  }

  /// Σ w and Σ w² of a window's candidates in ranges, at the luminosity of the data.
  private func sums(_ segments: [ClosedRange<Double>], of window: MassWindow) -> (Double, Double) {
    var (sum, squares) = (0.0, 0.0)
    data.forEach(in: segments, of: window) { index in
      let weight = scale * (weights?[index] ?? 1)
      sum += weight
      squares += weight * weight
    }
    return (sum, squares)
  }

  /// What samples say together: a count that is known as well as theirs, and what it is divided by.
  ///
  /// With one weight for all these are the count and one over the weight; with several (Σw)²/Σw² and Σw/Σw².
  /// Without any candidate the largest luminosity factor counts.
  static func total(
    _ samples: [SimulatedCounts], _ segments: [ClosedRange<Double>], of window: MassWindow
  ) -> (count: Double, ratio: Double) {
    var (sum, squares) = (0.0, 0.0)
    for sample in samples {
      let own = sample.sums(segments, of: window)
      sum += own.0
      squares += own.1
    }
    guard squares > 0 else { return (0, 1 / (samples.map(\.scale).max() ?? 1)) }
    return (sum * sum / squares, sum / squares)
  }
}

extension SearchPlan {
  /// Names of the samples that a scan counts its background in.
  func simulatedNames(_ scan: ScanSettings) -> [String] {
    scan.background.contains { $0.counted?.source == .simulation }
      ? pipeline.samples(role: .background).map(\.name) : []
  }

  /// Data and simulated background among samples, for some windows.
  func scanned(
    _ samples: [SkimmedSample], _ scan: ScanSettings, windows: [MassWindow]
  ) throws -> (data: ScanData, simulation: [SimulatedCounts]) {
    let names = simulatedNames(scan)
    let seen = Self.luminosity(
      of: pipeline, samples: Self.names(of: scan.sample, in: pipeline))
    return (
      try ScanData(samples.filter { !names.contains($0.name) }, windows: windows),
      try samples.filter { names.contains($0.name) }.map { sample in
        let own = pipeline.samples.value(named: sample.name)?.luminosity ?? .nan
        return try SimulatedCounts(sample, windows: windows, scale: (seen ?? .nan) / own)
      }
    )
  }
}
