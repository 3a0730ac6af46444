import NumericalMethods

extension FitPlot {
  /// Bins events and samples the fitted densities for a picture.
  ///
  /// - Parameters:
  ///   - segments: The window without excluded ranges, ascending.
  ///   - window: The whole window.
  ///   - events: Values of the observable.
  ///   - weights: Their weights; nil for ones.
  ///   - total: Density of the whole fit, events per unit of the observable.
  ///   - background: Density of its background.
  ///   - parts: Densities of further parts by name.
  ///   - bins: Number of bins; nil chooses 40 to 120 by the number of events.
  init(
    segments: [ClosedRange<Double>], window: ClosedRange<Double>, events: [Double],
    weights: [Double]? = nil, total: (Double) -> Double, background: (Double) -> Double,
    parts: [(name: String, density: (Double) -> Double)], bins: Int? = nil
  ) {
    let low = window.lowerBound
    let length = window.upperBound - low
    let count = bins ?? min(120, max(40, events.count / 25 / 10 * 10))
    let width = length / Double(count)
    let edges = (0...count).map { low + length * Double($0) / Double(count) }
    var counts = [Double](repeating: 0, count: count)
    var variances = counts
    for (index, value) in events.enumerated() {
      let bin = min(count - 1, max(0, Int((value - low) / width)))
      let weight = weights?[index] ?? 1
      counts[bin] += weight
      variances[bin] += weight * weight
    }
    // Four Gauss points a bin and segment: far below the line width of any figure.
    let rule = GaussLegendreRule(count: 4)
    let expected = (0..<count).map { bin in
      segments.reduce(0.0) { sum, segment in
        let start = max(edges[bin], segment.lowerBound)
        let end = min(edges[bin + 1], segment.upperBound)
        return end > start ? sum + rule.integrate(over: start...end, total) : sum
      }
    }
    let points = 400
    let curveX = (0...points).map { low + length * Double($0) / Double(points) }
    var gaps: [NamedRange] = []
    for (left, right) in zip(segments, segments.dropFirst()) {
      gaps.append(NamedRange(name: "excluded", low: left.upperBound, high: right.lowerBound))
    }
    if let first = segments.first, first.lowerBound > low {
      gaps.insert(NamedRange(name: "excluded", low: low, high: first.lowerBound), at: 0)
    }
    if let last = segments.last, last.upperBound < window.upperBound {
      gaps.append(
        NamedRange(name: "excluded", low: last.upperBound, high: window.upperBound))
    }
    self.init(
      edges: edges, counts: counts, variances: variances, expected: expected, curveX: curveX,
      total: curveX.map { total($0) * width }, background: curveX.map { background($0) * width },
      parts: parts.map { part in
        Part(name: part.name, values: curveX.map { part.density($0) * width })
      }, excluded: gaps)
  }
}
