import NumericalMethods
import PipelineSpec
import Settings

extension Gather {
  /// Distributions of data beside simulation, in the order of the pipeline file.
  func comparisons(_ samples: [SkimmedSample]) throws -> [Comparison] {
    guard !plan.comparisons.isEmpty else { return [] }
    // Data that the scan does not take have another luminosity.
    let scanned = pipeline.scan.map { SearchPlan.names(of: $0.sample, in: pipeline) }
    let shown = try zip(plan.samples, samples).filter { files, _ in
      files.settings.role != .data || scanned?.contains(files.name) ?? true
    }.compactMap { files, skimmed in try skimmed.counts.histograms.map { (files, $0) } }
    return plan.comparisons.compactMap { comparison in
      let layers = shown.compactMap { files, histograms in
        histograms.layout.items.firstIndex { $0.name == comparison.name }.map {
          SampleHistogram(files, histograms, index: $0, scale: scale(of: files))
        }
      }
      return self.comparison(comparison, layers)
    }
  }

  private func comparison(
    _ comparison: Named<ComparisonSettings>, _ layers: [SampleHistogram]
  ) -> Comparison? {
    let settings = comparison.value
    var layers = layers
    let edges: [Double]
    if let range = settings.range {
      let width = (range.upperBound - range.lowerBound) / Double(settings.bins)
      edges = (0...settings.bins).map {
        $0 == settings.bins ? range.upperBound : range.lowerBound + width * Double($0)
      }
    } else {
      guard let found = SampleHistogram.fit(&layers, bins: settings.bins) else { return nil }
      edges = found
    }
    let steps = pipeline.skim.select.map(\.name) + pipeline.skim.veto.map(\.name)
    let depth = pipeline.skim.depth(of: settings)
    let label =
      pipeline.outputs.report?.labels.value(named: comparison.name)
      ?? pipeline.outputs.report?.labels.value(named: settings.expression.text) ?? comparison.name
    let unit =
      settings.unit ?? plan.schema.columns.value(named: settings.expression.text)?.unit ?? ""
    return Comparison(
      name: comparison.name, quantity: Quantity(name: comparison.name, label: label, unit: unit),
      expression: settings.expression.text, after: depth == 0 ? "" : steps[depth - 1],
      edges: edges, layers: layers.map(\.layer),
      isBlinded: pipeline.blind && pipeline.visibleFraction == nil)
  }

  /// What moving the tables of each systematic does to the selected candidates of each sample.
  func weightShifts(_ samples: [SkimmedSample]) throws -> [WeightShift] {
    try samples.flatMap { sample in
      try sample.systematics.map { systematic in
        var nominal = FixedTreeSum()
        var shifted = FixedTreeSum()
        for start in stride(from: 0, to: sample.count, by: 1 << 18) {
          let rows = start..<min(sample.count, start + 1 << 18)
          try (sample.weights(rows: rows) ?? []).withUnsafeBufferPointer {
            nominal.append(rows: $0)
          }
          try (sample.shiftedWeights(systematic, rows: rows) ?? []).withUnsafeBufferPointer {
            shifted.append(rows: $0)
          }
        }
        return WeightShift(
          sample: sample.name, systematic: systematic, nominal: nominal.total,
          shifted: shifted.total)
      }
    }
  }
}

/// The histogram of one sample on its way to the outputs.
private struct SampleHistogram {
  private let sample: String
  private let role: SampleRole
  private let scale: Double
  private var axis: GrowingAxis
  private var sums: [Double]
  private var squares: [Double]
  /// Underflow, overflow, not a number.
  private var outside: (below: Double, above: Double, notANumber: Double)

  init(_ files: SampleFiles, _ histograms: HistogramSums, index: Int, scale: Double) {
    sample = files.name
    role = SampleRole(files.settings.role)
    self.scale = scale
    let item = histograms.layout.items[index]
    axis = histograms.axes[index]
    let bins = (item.first + 1)..<(item.first + 1 + item.bins)
    sums = Array(histograms.sums[bins])
    squares = histograms.squares.isEmpty ? sums : Array(histograms.squares[bins])
    if item.axis == .growing {
      sums = Array(sums.prefix(axis.occupied.count))
      squares = Array(squares.prefix(axis.occupied.count))
    }
    outside = (
      histograms.sums[item.first], histograms.sums[bins.upperBound],
      histograms.sums[bins.upperBound + 1]
    )
  }

  /// Scaled to the data's luminosity.
  var layer: Comparison.Layer {
    Comparison.Layer(
      sample: sample, role: role, sums: sums.map { $0 * scale },
      variances: squares.map { $0 * scale * scale }, underflow: outside.below * scale,
      overflow: outside.above * scale, notANumber: outside.notANumber * scale)
  }

  /// Part of all candidates that may lie beyond the shown bins on each side.
  private static let tail = 0.001

  /// Brings growing histograms to common bins around the bulk of all; returns their edges.
  static func fit(_ layers: inout [SampleHistogram], bins: Int) -> [Double]? {
    var axis = layers.reduce(GrowingAxis.empty) { $0.joined($1.axis) }
    guard !axis.occupied.isEmpty else { return nil }
    for index in layers.indices { layers[index].move(to: axis) }
    // Each sample has the same say in what is shown, whatever its size.
    var density = [Double](repeating: 0, count: axis.occupied.count)
    for layer in layers {
      let total = layer.sums.reduce(0) { $0 + $1.magnitude }
      guard total > 0 else { continue }
      for bin in density.indices { density[bin] += layer.sums[bin].magnitude / total }
    }
    let total = density.reduce(0, +)
    func first(_ order: some Sequence<Int>) -> Int? {
      var sum = 0.0
      return order.first { bin in
        sum += density[bin]
        return sum > tail * total
      }
    }
    guard let low = first(density.indices), let high = first(density.indices.reversed()) else {
      return nil
    }
    var shown = (axis.occupied.lowerBound + low)..<(axis.occupied.lowerBound + high + 1)
    while shown.count > bins {
      axis = axis.doubled
      shown = (shown.lowerBound >> 1)..<(((shown.upperBound - 1) >> 1) + 1)
    }
    for index in layers.indices {
      layers[index].move(to: axis)
      layers[index].cut(to: shown)
    }
    return (shown.lowerBound...shown.upperBound).map(axis.edge)
  }

  private mutating func move(to wider: GrowingAxis) {
    func moved(_ values: [Double]) -> [Double] {
      var result = [Double](repeating: 0, count: wider.occupied.count)
      for (offset, value) in values.enumerated() {
        let bin = (axis.occupied.lowerBound + offset) >> (wider.exponent - axis.exponent)
        result[bin - wider.occupied.lowerBound] += value
      }
      return result
    }
    sums = moved(sums)
    squares = moved(squares)
    axis = wider
  }

  private mutating func cut(to shown: Range<Int>) {
    let first = shown.lowerBound - axis.occupied.lowerBound
    let last = shown.upperBound - axis.occupied.lowerBound
    outside.below += sums[..<first].reduce(0, +)
    outside.above += sums[last...].reduce(0, +)
    sums = Array(sums[first..<last])
    squares = Array(squares[first..<last])
  }
}
