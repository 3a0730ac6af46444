import NumericalMethods

/// Makes the events of one file, each from its own random stream.
struct DimuonGenerator: Sendable {
  let process: DimuonProcess
  let settings: DimuonSettings
  let file: DimuonFile
  private let sinhLargestPseudorapidity = SpecialFunctions.sinh(
    DimuonProcess.largestPseudorapidity)

  init(process: DimuonProcess = DimuonProcess(), settings: DimuonSettings, file: DimuonFile) {
    self.process = process
    self.settings = settings
    self.file = file
  }

  /// Appends all candidates of one event.
  func append(event index: Int, to block: DimuonBlock) {
    var random = RandomStream(
      seed: settings.seed, task: file.task, toy: UInt64(index))
    var main = candidate(ofEvent: index, from: &random)
    main.weight = file.sample == .background ? 0.8 + 0.4 * random.uniform() : 1
    var extra = 0
    while extra < DimuonBlock.mostCandidates - 1,
      random.uniform() < process.extraCandidateFraction
    {
      extra += 1
    }
    let place = extra == 0 ? 0 : Int(random.uniform() * Double(extra + 1))
    let number = UInt32(truncatingIfNeeded: file.firstEvent + index)
    for position in 0...extra {
      let candidate = position == place ? main : mixed(with: main, from: &random)
      block.append(candidate, event: number, index: position, count: extra + 1)
    }
  }

  /// Draws what the event is, then its pair.
  private func candidate(
    ofEvent index: Int, from random: inout RandomStream
  ) -> DimuonCandidate {
    if let injection = file.injection(ofEvent: index) {
      return peak(at: settings.injections[injection].mass, from: &random)
    }
    var choice = random.uniform()
    for resonance in process.resonances {
      if choice < resonance.fraction { return peak(at: resonance.mass, from: &random) }
      choice -= resonance.fraction
    }
    if choice < process.combinatorialFraction {
      return unrelatedPair(from: &random)
    }
    return genuinePair(mass: continuumMass(process.continuum, from: &random), from: &random)
  }

  private func peak(at mass: Double, from random: inout RandomStream) -> DimuonCandidate {
    var measured = 0.0
    repeat {
      measured = process.peak.draw(mass: mass, from: &random)
    } while measured < DimuonProcess.massRange.lowerBound
    return genuinePair(mass: measured, from: &random)
  }

  /// Inverts the primitive of the cut exponential: m = low - mean log(1 - u (1 - e^(-range/mean))).
  private func continuumMass(
    _ slopes: [DimuonProcess.Slope], from random: inout RandomStream
  ) -> Double {
    var choice = random.uniform()
    var mean = slopes[slopes.count - 1].mean
    for slope in slopes {
      if choice < slope.fraction {
        mean = slope.mean
        break
      }
      choice -= slope.fraction
    }
    let (low, high) = (
      DimuonProcess.massRange.lowerBound, DimuonProcess.massRange.upperBound
    )
    let covered = -SpecialFunctions.expm1(-(high - low) / mean)
    return low - mean * SpecialFunctions.log1p(-random.uniform() * covered)
  }

  private func genuinePair(mass: Double, from random: inout RandomStream) -> DimuonCandidate {
    var (first, second) = decay(mass: mass, from: &random)
    let positiveFirst = random.uniform() < 0.5
    first.charge = positiveFirst ? 1 : -1
    second.charge = -first.charge
    first.muonID = genuineScore(from: &random)
    second.muonID = genuineScore(from: &random)
    return DimuonCandidate(
      first: first, second: second, vertexProbability: random.uniform(), weight: 1)
  }

  private func unrelatedPair(from random: inout RandomStream) -> DimuonCandidate {
    let mass = continuumMass(process.combinatorial, from: &random)
    var (first, second) = decay(mass: mass, from: &random)
    first.charge = random.uniform() < 0.5 ? 1 : -1
    second.charge = random.uniform() < 0.5 ? 1 : -1
    first.muonID = unrelatedScore(from: &random)
    second.muonID = unrelatedScore(from: &random)
    return DimuonCandidate(
      first: first, second: second, vertexProbability: unrelatedProbability(from: &random),
      weight: 1)
  }

  /// The first muon of a candidate beside another track of the event.
  private func mixed(
    with main: DimuonCandidate, from random: inout RandomStream
  ) -> DimuonCandidate {
    let momentum = FourMomentum.draw(
      mass: DimuonProcess.muonMass, scale: 1.5, largestRapidity: 2.2, from: &random)
    let other = DimuonCandidate.Muon(
      momentum: momentum, charge: random.uniform() < 0.5 ? 1 : -1,
      muonID: unrelatedScore(from: &random))
    return DimuonCandidate(
      first: main.first, second: other, vertexProbability: unrelatedProbability(from: &random),
      weight: main.weight)
  }

  /// Draws the pair's momentum and an isotropic decay until both muons are in the acceptance, so
  /// that the acceptance does not change the mass spectrum.
  private func decay(
    mass: Double, from random: inout RandomStream
  ) -> (DimuonCandidate.Muon, DimuonCandidate.Muon) {
    let muonMass = DimuonProcess.muonMass
    let momentum = (0.25 * mass * mass - muonMass * muonMass).squareRoot()
    while true {
      let pair = FourMomentum.draw(
        mass: mass, scale: 2.5 + 0.2 * mass, largestRapidity: 2.2, from: &random)
      let cosine = 2 * random.uniform() - 1
      let sine = (1 - cosine * cosine).squareRoot()
      let azimuth = 2 * Double.pi * random.uniform()
      let x = momentum * sine * SpecialFunctions.cos(azimuth)
      let y = momentum * sine * SpecialFunctions.sin(azimuth)
      let z = momentum * cosine
      let first = FourMomentum(px: x, py: y, pz: z, energy: 0.5 * mass)
        .boosted(along: pair, mass: mass)
      let second = FourMomentum(px: -x, py: -y, pz: -z, energy: 0.5 * mass)
        .boosted(along: pair, mass: mass)
      guard first.isCentral(sinhLimit: sinhLargestPseudorapidity),
        second.isCentral(sinhLimit: sinhLargestPseudorapidity)
      else { continue }
      return (
        DimuonCandidate.Muon(momentum: first, charge: 0, muonID: 0),
        DimuonCandidate.Muon(momentum: second, charge: 0, muonID: 0)
      )
    }
  }

  /// Score of a genuine muon: density 8 x^7, so 0.4 % lie below 0.5.
  private func genuineScore(from random: inout RandomStream) -> Double {
    random.uniform().squareRoot().squareRoot().squareRoot()
  }

  /// Score of a track of unknown kind: half are muons, the rest flat.
  private func unrelatedScore(from random: inout RandomStream) -> Double {
    random.uniform() < 0.5 ? genuineScore(from: &random) : random.uniform()
  }

  /// Vertex probability of unrelated tracks: u^6, so 32 % lie below 0.001.
  private func unrelatedProbability(from random: inout RandomStream) -> Double {
    let u = random.uniform()
    let cube = u * u * u
    return cube * cube
  }
}
