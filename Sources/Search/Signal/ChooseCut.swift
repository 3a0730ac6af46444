import PipelineSpec

/// Chooses the cut on a network's score on the optimisation part of the simulated samples.
struct ChooseCut: Sendable {
  let plan: SearchPlan

  /// Chooses the cut at a place of `scan.select`.
  ///
  /// `signal` gives the efficiency; `backgrounds` are all background processes, which are scaled to
  /// the luminosity of all data.
  func workingPoint(_ index: Int, signal: SkimmedSample, backgrounds: [SkimmedSample]) throws
    -> WorkingPoint
  {
    guard let scan = plan.pipeline.scan, let settings = plan.pipeline.signal,
      let measured = settings.measured,
      case .score(let network, .optimised(let cut)) = scan.select[index].criterion
    else { preconditionFailure("no cut to choose") }
    let range = scan.select[index].range
    let part = plan.pipeline.split?.optimisationRange ?? 0..<1
    let curves = try plan.signalCurves(settings)
    let rules = HypothesisCuts(scan.select, points: [:])
    let excluded = try plan.excludedRanges(curves)
    func isExcluded(_ mean: Double) -> Bool {
      excluded.contains { $0.low <= mean && mean <= $0.high }
    }
    let candidates = try SignalCandidates.read(
      signal, part: part, hypothesis: plan.hypothesis(mass:),
      choose: { hypothesis in
        hypothesis.isInside(range)
          ? [.init(rules: rules.requirements(at: hypothesis).rules, network: network)] : []
      })
    let fraction = part.upperBound - part.lowerBound
    let signals = try candidates.compactMap { candidates -> WorkingPointSignal? in
      let mean = try curves.mean(at: candidates.hypothesis)
      if candidates.values.isEmpty || isExcluded(mean) { return nil }
      return WorkingPointSignal(
        mass: candidates.hypothesis.mass, mean: mean,
        resolution: SmallestInterval(
          probability: measured.interval, values: candidates.values, weights: candidates.weights
        ).halfWidth,
        generated: candidates.generated * fraction, values: candidates.values,
        scores: candidates.scores, weights: candidates.weights)
    }
    return try WorkingPoint.chosen(
      name: network, signals: signals,
      background: try background(backgrounds, network: network, part: part),
      settings: WorkingPointSettings(
        mode: cut.reach.map { .curve(reach: $0) } ?? .oneCut, significance: cut.significance,
        window: cut.window, averaging: cut.averaging,
        limits: scan.window.limits ?? -.infinity ... .infinity,
        excluded: excluded))
  }

  /// All background processes together, ascending in the observable, as expected in the data.
  private func background(_ samples: [SkimmedSample], network: String, part: Range<Double>) throws
    -> WorkingPointBackground
  {
    var values: [Double] = []
    var scores: [Double] = []
    var weights: [Double] = []
    let data = plan.wholeLuminosity ?? 1
    for sample in samples {
      let own = plan.pipeline.samples.value(named: sample.name)?.luminosity ?? data
      let scale = data / own / (part.upperBound - part.lowerBound)
      let rows = 0..<sample.count
      guard let events = try sample.events(rows: rows) else {
        throw SearchError.identity(sample: sample.name)
      }
      let x = try sample.values(sample.columns[0], rows: rows)
      let score = try sample.values(network, rows: rows)
      let weight = try sample.weights(rows: rows)
      for row in rows where part.contains(EventHash.fraction(events[row])) {
        values.append(x[row])
        scores.append(score[row])
        weights.append(scale * (weight?[row] ?? 1))
      }
    }
    let order = SortByObservable.order(values).map { Int($0) }
    return WorkingPointBackground(
      values: order.map { values[$0] }, scores: order.map { scores[$0] },
      weights: order.map { weights[$0] })
  }
}

extension SearchPlan {
  /// The hypothesis of a generated mass.
  func hypothesis(mass: Double) -> Hypothesis {
    Hypothesis(mass, .mass, constituent: constituentMass)
  }
}
