import Inference

extension HS3Builder {
  /// A distribution with its data: one entry of the likelihood.
  struct Measurement {
    var distribution: String
    var data: JSONValue
  }

  /// Writes a channel as one distribution a segment, or as one product of Poisson terms.
  mutating func measurements(of channel: ModelChannel, isAlone: Bool) -> [Measurement] {
    switch channel.data {
    case .binned(let contents): return [counts(channel, contents)]
    case .unbinned(let points, let weights):
      return densities(channel, points, weights, isAlone: isAlone)
    case .expectation(let points, let contents):
      return densities(channel, points, contents, isAlone: isAlone)
    }
  }

  /// A component of an unbinned channel in one segment.
  private struct Summand {
    var distribution: String
    var coefficient: JSONValue
  }

  private mutating func densities(
    _ channel: ModelChannel, _ points: [Double], _ weights: [Double]?, isAlone: Bool
  ) -> [Measurement] {
    let segments = channel.segments
    let suffixes = segments.count == 1 ? [""] : segments.indices.map { "_part\($0 + 1)" }
    let plain = channel.observable.isEmpty ? "observable" : channel.observable
    let axes = segments.indices.map { index in
      observable(
        (isAlone ? plain : "\(channel.name)_\(plain)") + suffixes[index], segments[index])
    }
    var summands = [[Summand]](repeating: [], count: segments.count)
    for component in channel.components {
      let own = self.summands(component, channel, axes: axes, suffixes: suffixes)
      for index in own.indices { summands[index] += own[index] }
    }
    var rows = [[Int]](repeating: [], count: segments.count)
    for row in points.indices {
      if let index = segments.firstIndex(where: { $0.contains(points[row]) }) {
        rows[index].append(row)
      }
    }
    return segments.indices.map { index in
      let distribution = distribution(
        channel.name + suffixes[index], "mixture_dist",
        [
          ("summands", .texts(summands[index].map(\.distribution))),
          ("coefficients", .array(summands[index].map(\.coefficient))),
          ("extended", .boolean(true)),
        ])
      let segment = segments[index]
      let rows = rows[index]
      let axis = JSONValue.members(
        ("name", .string(axes[index])), ("min", .number(segment.lowerBound)),
        ("max", .number(segment.upperBound)))
      let data = JSONValue.members(
        ("name", .string(names.name("data_" + channel.name + suffixes[index]))),
        ("type", "unbinned"), ("axes", .array([axis])),
        ("entries", .array(rows.map { .numbers([points[$0]]) })),
        ("weights", weights.map { weights in .numbers(rows.map { weights[$0] }) }))
      return Measurement(distribution: distribution, data: data)
    }
  }

  private mutating func summands(
    _ component: ModelComponent, _ channel: ModelChannel, axes: [String], suffixes: [String]
  ) -> [[Summand]] {
    let base = "\(channel.name)_\(component.name)"
    let segments = channel.segments
    let yield = define("\(base)_yield", term(component.constant, component.factors))
    var result = [[Summand]](repeating: [], count: segments.count)
    if let peaks = peaks(of: component, base) {
      for (number, peak) in peaks.enumerated() {
        let own = peaks.count == 1 ? base : "\(base)_core\(number + 1)"
        let shares = shares(of: peak, own, component.normalisation, segments)
        for index in segments.indices {
          let density = peak.distribution(own + suffixes[index], of: axes[index], &self)
          result[index].append(
            Summand(
              distribution: density,
              coefficient: reference(
                "\(own)_events\(suffixes[index])", yield * peak.share * shares[index])))
        }
      }
      return result
    }
    guard let smooth = smooth(component) else { return result }
    let pieces = segments.map { standard($0, in: channel) }
    let shares = shares(of: smooth, base, pieces)
    for index in segments.indices {
      let density = self.density(
        smooth, base, suffixes[index], of: axes[index], pieces[index], channel)
      result[index].append(
        Summand(
          distribution: density,
          coefficient: reference("\(base)_events\(suffixes[index])", yield * shares[index])))
    }
    return result
  }

  private mutating func density(
    _ smooth: HS3Smooth, _ base: String, _ suffix: String, of axis: String,
    _ piece: (Double, Double), _ channel: ModelChannel
  ) -> String {
    let half = 0.5 * (end(channel) - start(channel))
    let middle = 0.5 * (end(channel) + start(channel))
    let x = ("x", JSONValue.string(axis))
    switch smooth {
    case .chebyshev([]): return distribution(base + suffix, "uniform_dist", [x])
    case .chebyshev(let coefficients):
      let powers = HS3Smooth.powers(coefficients, middle: middle, half: half)
      let own = powers ?? HS3Smooth.coefficients(coefficients, piece.0, piece.1)
      let first = powers == nil ? 1 : 0
      let names = own.enumerated().map {
        reference("\(base)_\(first == 0 ? "a" : "c")\($0.offset + first)\(suffix)", $0.element)
      }
      return distribution(
        base + suffix, powers == nil ? "chebychev_dist" : "polynomial_dist",
        [x, ("coefficients", .array(names))])
    case .exponential(let slope):
      // The standard's exp(-c x); x runs over half a window while u runs from 0 to 1.
      let c = reference("\(base)_c\(suffix)", (-1 / half) * slope)
      return distribution(base + suffix, "exponential_dist", [x, ("c", c)])
    }
  }

  /// The part of a peak's events in each piece of the window.
  private mutating func shares(
    of peak: HS3Peak, _ wanted: String, _ normalisation: ShapeNormalisation,
    _ pieces: [ClosedRange<Double>], of window: [ClosedRange<Double>]? = nil
  ) -> [HS3Term] {
    if normalisation == .window, window == nil, pieces.count == 1 { return [HS3Term(1)] }
    let all = pieces + (normalisation == .window ? window ?? [] : [])
    let edges = Set(all.flatMap { [$0.lowerBound, $0.upperBound] }).sorted()
    let places = Dictionary(uniqueKeysWithValues: zip(edges, edges.indices))
    let below = peak.below(edges, wanted, &self)
    func inside(_ piece: ClosedRange<Double>) -> HS3Term {
      guard let a = places[piece.lowerBound], let b = places[piece.upperBound] else {
        preconditionFailure("all ends of the pieces are edges")
      }
      return below[b] - below[a]
    }
    let parts = pieces.map(inside)
    guard normalisation == .window else { return parts }
    let whole = define(
      "\(wanted)_window",
      window.map { $0.map(inside).reduce(HS3Term(0), +) } ?? parts.reduce(HS3Term(0), +))
    return parts.map { $0 / whole }
  }

  /// The part of a smooth component's events in each piece of its window.
  private mutating func shares(
    of smooth: HS3Smooth, _ wanted: String, _ pieces: [(Double, Double)],
    of window: [(Double, Double)]? = nil
  ) -> [HS3Term] {
    if window == nil, pieces.count == 1 { return [HS3Term(1)] }
    let parts = pieces.map { smooth.integral($0.0, $0.1) }
    let whole = define(
      "\(wanted)_window",
      (window.map { $0.map { smooth.integral($0.0, $0.1) } } ?? parts).reduce(HS3Term(0), +))
    return parts.map { $0 / whole }
  }

  private func smooth(_ component: ModelComponent) -> HS3Smooth? {
    switch component.shape {
    case .chebyshev(let coefficients): .chebyshev(coefficients.map(term))
    case .exponential(let slope): .exponential(term(slope))
    case .counts, .template, .gaussian, .doubleSidedCrystalBall, .twoCrystalBalls: nil
    }
  }

  private func start(_ channel: ModelChannel) -> Double { channel.segments.first?.lowerBound ?? 0 }
  private func end(_ channel: ModelChannel) -> Double { channel.segments.last?.upperBound ?? 1 }

  /// A range of the observable in u = -1…1.
  private func standard(_ range: ClosedRange<Double>, in channel: ModelChannel) -> (Double, Double)
  {
    let low = start(channel), high = end(channel)
    func u(_ x: Double) -> Double {
      x == low ? -1 : x == high ? 1 : 2 * (x - low) / (high - low) - 1
    }
    return (u(range.lowerBound), u(range.upperBound))
  }

  // MARK: Counts

  /// One Poisson term a bin: exact for any shape, where a density at the bin's centre is not.
  private mutating func counts(_ channel: ModelChannel, _ contents: [Double]) -> Measurement {
    let bins = contents.count
    var means = [HS3Term](repeating: HS3Term(0), count: bins)
    for component in channel.components {
      let base = "\(channel.name)_\(component.name)"
      let yield = define("\(base)_yield", term(component.constant, component.factors))
      let own = self.contents(of: component, channel, base, bins: bins)
      for bin in 0..<bins { means[bin] = means[bin] + yield * own[bin] }
    }
    let digits = String(bins).count
    var factors: [String] = []
    var axes: [JSONValue] = []
    for bin in 0..<bins {
      let number = String(bin + 1)
      let suffix =
        bins == 1
        ? "" : "_" + String(repeating: "0", count: digits - number.count) + number
      let most = 10 * contents[bin].rounded(.up) + 1000
      let x = observable("n_\(channel.name)\(suffix)", 0...most)
      axes.append(.members(("name", .string(x)), ("min", .number(0)), ("max", .number(most))))
      factors.append(
        distribution(
          "\(channel.name)_bin\(suffix)", "poisson_dist",
          [
            ("x", .string(x)),
            ("mean", reference("\(channel.name)_expected\(suffix)", means[bin])),
            ("integer", .boolean(false)),
          ]))
    }
    let distribution = distribution(
      channel.name, "product_dist", [("factors", .texts(factors))])
    return Measurement(
      distribution: distribution,
      data: .members(
        ("name", .string(names.name("data_" + channel.name))), ("type", "unbinned"),
        ("axes", .array(axes)), ("entries", .array([.numbers(contents)]))))
  }

  private mutating func contents(
    of component: ModelComponent, _ channel: ModelChannel, _ wanted: String, bins: Int
  ) -> [HS3Term] {
    switch component.shape {
    case .counts: return [HS3Term](repeating: HS3Term(1), count: bins)
    case .template(let contents, let variations, let binFactors):
      return (0..<bins).map { bin in
        HS3Term.content(
          bin: bin, contents: contents, variations: variations, binFactors: binFactors,
          name: name(of:))
      }
    case .gaussian, .doubleSidedCrystalBall, .twoCrystalBalls, .chebyshev, .exponential: break
    }
    let ranges = channel.binRanges
    if let smooth = smooth(component) {
      return shares(
        of: smooth, wanted, ranges.map { standard($0, in: channel) },
        of: channel.segments.map { standard($0, in: channel) })
    }
    var sums = [HS3Term](repeating: HS3Term(0), count: bins)
    let peaks = peaks(of: component, wanted) ?? []
    for (number, peak) in peaks.enumerated() {
      let own = peaks.count == 1 ? wanted : "\(wanted)_core\(number + 1)"
      let parts = shares(
        of: peak, own, component.normalisation, ranges, of: channel.segments)
      for bin in 0..<bins { sums[bin] = sums[bin] + peak.share * parts[bin] }
    }
    return sums
  }
}
