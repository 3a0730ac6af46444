import NumericalMethods

/// Makes the candidates of one file, each event from its own random stream.
struct InelasticGenerator: Sendable {
  let file: InelasticFile
  let seed: UInt64
  private let isData: Bool
  private let background = InelasticBackground()
  /// Of the parts of the file that are signals.
  private let productions: [InelasticProduction?]

  init(file: InelasticFile, seed: UInt64) {
    self.file = file
    self.seed = seed
    isData = file.content == .data
    productions = file.parts.map { part in
      guard case .signal(let signal) = part.process else { return nil }
      return InelasticProduction(signal.pair, signal.point)
    }
  }

  /// Appends the candidate of an event, if there is one.
  func append(event index: Int, to block: NumberBlock) {
    var random = RandomStream(seed: seed, task: file.task, toy: UInt64(index))
    let (number, place) = file.part(ofEvent: index)
    guard let candidate = candidate(part: number, event: place, &random) else { return }
    if isData {
      for vertex in [candidate.higgs, candidate.chi2] {
        let found = InelasticDetector.dataRatio(radius: vertex.trueRadius)
        guard random.uniform() < found else { return }
      }
    }
    block.append(
      candidate.values(generated: isData ? nil : file.events, &random), event: 1 + index)
  }

  private func candidate(
    part number: Int, event place: Int, _ random: inout RandomStream
  ) -> InelasticCandidate? {
    let process = file.parts[number].process
    if case .signal(let signal) = process, let production = productions[number] {
      return candidate(signal, production, event: place, &random)
    }
    // Rates are those of simulation: what only data lose is not made up for.
    for _ in 0..<10_000 {
      guard let (higgs, chi2) = background.draw(process, &random),
        InelasticDetector.sees(higgs), InelasticDetector.sees(chi2)
      else { continue }
      var candidate = measure(higgs, chi2, &random)
      candidate.extraEnergy = random.exponential(mean: 0.6)
      candidate.tracks = 4 + random.poisson(mean: 0.3)
      // Tracks that do not meet.
      if case .combinatorial = process { candidate.higgs.probability *= random.uniform() }
      if candidate.isKept { return candidate }
    }
    return nil
  }

  private func candidate(
    _ signal: InelasticSignal, _ production: InelasticProduction, event place: Int,
    _ random: inout RandomStream
  ) -> InelasticCandidate? {
    let lifetimes = signal.lifetimes(ofEvent: place)
    let (point, event) = (signal.point, production.draw(&random))
    let truth = InelasticCandidate.Truth(
      point: point, higgsLength: random.exponential(mean: lifetimes.higgs),
      chi2Length: random.exponential(mean: lifetimes.chi2))
    let kind = signal.pair.kind
    let higgs = DisplacedPair(
      kinds: (kind, kind), tracks: event.pair,
      vertex: .init(of: event.higgs, mass: point.mass, length: truth.higgsLength))
    let chi2 = DisplacedPair(
      kinds: (.electron, .electron), tracks: event.electrons,
      vertex: .init(of: event.chi2, mass: point.chi2, length: truth.chi2Length))
    guard InelasticDetector.sees(higgs), InelasticDetector.sees(chi2),
      InelasticDetector.triggers([higgs, chi2]),
      random.uniform() < InelasticDetector.reconstructedPart
        * InelasticDetector.foundPart(radius: higgs.vertex.radius)
        * InelasticDetector.foundPart(radius: chi2.vertex.radius)
    else { return nil }
    var candidate = measure(higgs, chi2, &random)
    candidate.truth = truth
    return candidate.isKept ? candidate : nil
  }

  /// Measures both pairs in an event where nothing else is seen but what the beams leave.
  private func measure(
    _ higgs: DisplacedPair, _ chi2: DisplacedPair, _ random: inout RandomStream
  ) -> InelasticCandidate {
    func measured(_ pair: DisplacedPair) -> InelasticCandidate.Pair {
      let width = isData ? InelasticDetector.dataWidth : 1
      return InelasticCandidate.Pair(
        tracks: (
          InelasticTrack(pair.tracks.0, pair.kinds.0, width: width, &random),
          InelasticTrack(pair.tracks.1, pair.kinds.1, width: width, &random)
        ), vertex: InelasticTracking.measure(pair.vertex, &random), probability: random.uniform(),
        trueRadius: pair.vertex.radius)
    }
    return InelasticCandidate(
      higgs: measured(higgs), chi2: measured(chi2), extraEnergy: random.exponential(mean: 0.1),
      tracks: random.uniform() < 0.02 ? 5 : 4)
  }
}
