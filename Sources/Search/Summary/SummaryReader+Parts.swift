import HDF5Files

/// Limits on a coupling as a summary holds them.
struct SummaryCoupling {
  var name: String
  var signal: String
  var model: String
  var coupling: Quantity
  var expectedSigmas: [Double]
  var limitName: String
  var points: [Interpretation.Point]
}

/// A measured signal as a summary holds it: a row for each generated mass.
struct SummarySignal {
  var name: String
  var observableUnits: String
  var masses: [Double]
  var efficiency, efficiencyError, resolution, resolutionError: [Double]
}

extension SummaryReader {
  /// Cut flows in the order of names.
  func cutFlows() throws -> [CutFlow] {
    try groups("/cutFlow").map { group in
      let names = try strings("\(group)/step"), n = names.count
      func whole(_ name: String) throws -> [Int64] {
        try (numbers("\(group)/\(name)", count: n) ?? [Double](repeating: 0, count: n)).map {
          Int64($0)
        }
      }
      let kinds = try strings("\(group)/kind", count: n) ?? []
      let expressions = try strings("\(group)/expression", count: n) ?? []
      let candidates = try whole("candidates"), events = try whole("events")
      let sums = try numbers("\(group)/sumOfWeights", count: n) ?? []
      let squares = try numbers("\(group)/sumOfSquares", count: n) ?? []
      return CutFlow(
        sample: text(group, "sample") ?? "",
        steps: names.indices.map { i in
          CutFlow.Step(
            name: names[i],
            kind: kinds.indices.contains(i) ? CutFlow.Kind(rawValue: kinds[i]) ?? .cut : .cut,
            expression: expressions.indices.contains(i) ? expressions[i] : "",
            candidates: candidates[i], events: events[i],
            sumOfWeights: sums.indices.contains(i) ? sums[i] : .nan,
            sumOfSquares: squares.indices.contains(i) ? squares[i] : .nan)
        }, isCutShortByBlinding: number(group, "cutShortByBlinding") == 1)
    }
  }

  /// Named fits without their pictures, in the order of names.
  func namedFits() throws -> [NamedFit] {
    try groups("/fits").filter { file.contains($0 + "/parameter") }.map { group in
      let names = try strings("\(group)/parameter"), n = names.count
      let values = try numbers("\(group)/value", count: n) ?? []
      let errors = try numbers("\(group)/error", count: n) ?? []
      let units = try strings("\(group)/unit", count: n) ?? []
      let fixed = try numbers("\(group)/isFixed", count: n) ?? []
      let bound = try numbers("\(group)/isAtLimit", count: n) ?? []
      guard values.count == n, errors.count == n, units.count == n, fixed.count == n,
        bound.count == n
      else {
        throw SummaryError.damaged(path: file.name, dataset: group, reason: "lacks a column")
      }
      let free =
        file.contains("\(group)/freeParameter") ? try strings("\(group)/freeParameter") : []
      var window = [Double.nan, .nan]
      if case .doubles(let stated)? = try file.attribute(group, "window"), stated.count == 2 {
        window = stated
      }
      let unit = text(group, "observableUnits") ?? ""
      return NamedFit(
        name: text(group, "fit") ?? "", sample: text(group, "sample") ?? "",
        observable: Quantity(name: text(group, "observable") ?? "", unit: unit == "1" ? "" : unit),
        low: window[0], high: window[1], events: Int64(number(group, "events") ?? 0),
        status: number(group, "status").flatMap { PointStatus(rawValue: Int32($0)) } ?? .failed,
        negativeLogLikelihood: number(group, "negativeLogLikelihood") ?? .nan,
        parameters: names.indices.map { i in
          FittedParameter(
            name: names[i], value: values[i], error: errors[i].isFinite ? errors[i] : nil,
            unit: units[i] == "1" ? "" : units[i], isFixed: fixed[i] == 1,
            isAtLimit: bound[i] == 1)
        }, freeParameters: free,
        covariance: try numbers("\(group)/covariance", count: free.count * free.count) ?? [],
        plot: nil)
    }
  }

  /// Limits on couplings, in the order of names.
  func couplings() throws -> [SummaryCoupling] {
    try groups("/interpret").filter { file.contains($0 + "/mass") }.map { group in
      let masses = try file.dataset("\(group)/mass").doubles(), n = masses.count
      func column(_ name: String) throws -> [Double] {
        try numbers("\(group)/\(name)", count: n) ?? [Double](repeating: .nan, count: n)
      }
      let sigmas =
        file.contains("\(group)/expectedSigma")
        ? try file.dataset("\(group)/expectedSigma").doubles() : []
      let expected = try numbers("\(group)/expectedLimits", count: n * sigmas.count) ?? []
      let section = try column("crossSection"), fraction = try column("branchingFraction")
      let factor = try column("radiationFactor"), observed = try column("observedLimit")
      let width = try column("width"), wide = try column("isWide")
      return SummaryCoupling(
        name: group.split(separator: "/").last.map(String.init) ?? "",
        signal: text(group, "signal") ?? "", model: text(group, "model") ?? "",
        coupling: Quantity(
          name: text(group, "coupling") ?? "", label: text(group, "couplingLabel")),
        expectedSigmas: sigmas, limitName: note("\(group)/observedLimit", "long_name"),
        points: masses.indices.map { i in
          Interpretation.Point(
            mass: masses[i], crossSection: section[i], branchingFraction: fraction[i],
            radiationFactor: factor[i], observedLimit: observed[i],
            expectedLimits: expected.isEmpty
              ? [] : Array(expected[(i * sigmas.count)..<((i + 1) * sigmas.count)]),
            width: width[i], isWide: wide[i] == 1)
        })
    }
  }

  /// Measured signals, in the order of names.
  func measuredSignals() throws -> [SummarySignal] {
    try groups("/signal").filter { file.contains($0 + "/efficiency") }.map { group in
      let masses = try file.dataset("\(group)/mass").doubles(), n = masses.count
      func column(_ name: String) throws -> [Double] {
        try numbers("\(group)/\(name)", count: n) ?? [Double](repeating: .nan, count: n)
      }
      return SummarySignal(
        name: text(group, "signal") ?? "", observableUnits: note("\(group)/resolution", "units"),
        masses: masses, efficiency: try column("efficiency"),
        efficiencyError: try column("efficiencyError"), resolution: try column("resolution"),
        resolutionError: try column("resolutionError"))
    }
  }
}
