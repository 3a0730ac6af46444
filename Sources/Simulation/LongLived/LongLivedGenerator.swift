import NumericalMethods
import Theory

/// Makes the candidates of one file, each event from its own random stream.
struct LongLivedGenerator: Sendable {
  let file: LongLivedFile
  let seed: UInt64
  private let detector: LongLivedDetector
  let channel: LongLivedChannel
  private let isData: Bool

  init(file: LongLivedFile, seed: UInt64) {
    self.file = file
    self.seed = seed
    channel = file.channel
    detector = LongLivedDetector(file.channel)
    isData = file.content == .data
  }

  /// Appends the candidate of an event, if there is one.
  func append(event index: Int, to block: NumberBlock) {
    var random = RandomStream(seed: seed, task: file.task, toy: UInt64(index))
    let part = file.part(ofEvent: index)
    guard let candidate = candidate(part.process, &random) else { return }
    // Drawn last: what else a stream gives does not move.
    let sides = LongLivedSides(
      isPositive: random.uniform() < 0.5, isLeft: random.uniform() < 0.5)
    block.append(
      candidate.values(
        channel: channel, sides: sides, generated: isData ? nil : part.generated),
      event: file.firstEvent + index)
  }

  private func candidate(
    _ process: LongLivedProcess, _ random: inout RandomStream
  ) -> LongLivedCandidate? {
    switch process {
    case .signal(let mass, let lifetime): signal(mass, lifetime, &random)
    case .peak(let peak): self.peak(peak, &random)
    case .combinatorial(let scale): combinatorial(falling: scale, &random)
    case .conversion: conversion(&random)
    }
  }

  private func signal(
    _ mass: Double, _ lifetime: Double, _ random: inout RandomStream
  ) -> LongLivedCandidate? {
    let length = random.exponential(mean: lifetime)
    let decay = draw(mass, &random)
    guard case .found(let distance) = seen(decay.boson, mass: mass, length: length, &random),
      random.uniform() < detector.writtenPart(mass: mass)
        * LongLivedDetector.nearness(distance: distance)
    else { return nil }
    let square = mass * mass - 4 * channel.pair.mass * channel.pair.mass
    let reduced = detector.reducedMass(
      max(0, square).squareRoot(), mass: mass, width: isData ? LongLivedDetector.dataWidth : 1,
      &random)
    let kind = channel.pair.kind
    var candidate = self.candidate(
      decay, mass: Self.mass(reduced: reduced, channel.pair.mass), kinds: (kind, kind),
      distance: distance, &random)
    candidate.truth = .init(
      mass: mass, length: length, lifetime: lifetime,
      meson: decay.boson.adding(decay.kaon))
    candidate.mbc = Kaonic.mesonMass(channel) + 0.0026 * random.normal()
    candidate.deltaE = 0.015 * random.normal()
    // Density (1 − x)²: few signal events look like jets.
    candidate.shape = 0.6 * (1 - Self.cubeRoot(random.uniform()))
    return candidate
  }

  private func peak(_ peak: LongLivedPeak, _ random: inout RandomStream) -> LongLivedCandidate? {
    for _ in 0..<10_000 {
      let swap = random.uniform() < 0.5
      let (first, second) = swap ? (peak.daughters.1, peak.daughters.0) : peak.daughters
      var mass = peak.mass
      if peak.width > 0 {
        let angle = Double.pi * (random.uniform() - 0.5)
        mass += 0.5 * peak.width * SpecialFunctions.tan(angle)
        guard mass > first.mass + second.mass + 1e-4, mass < channel.massRange.upperBound else {
          continue
        }
      }
      let decay = draw(mass, &random)
      var distance: Double?
      if peak.lifetime > 0 {
        let length = random.exponential(mean: peak.lifetime)
        switch seen(decay.boson, mass: mass, length: length, &random) {
        case .found(let place): distance = place
        // Rates are those of simulation: what only data lose is not made up for.
        case .lost: return nil
        case .outside: break
        }
      }
      if peak.tail > 0, distance == nil {
        distance = LongLivedDetector.shortest + random.exponential(mean: peak.tail)
      }
      guard let distance else { continue }
      let resolution =
        detector.resolution(mass: max(mass, channel.massRange.lowerBound))
        * (isData ? LongLivedDetector.dataWidth : 1)
      let measured = max(first.mass + second.mass + 1e-5, mass + resolution * random.normal())
      return background(
        candidate(
          decay, mass: measured, kinds: (first, second), distance: distance, &random), &random)
    }
    return nil
  }

  private func combinatorial(
    falling slope: Double?, _ random: inout RandomStream
  ) -> LongLivedCandidate? {
    let kind = channel.pair.kind
    let (low, high) = (channel.massRange.lowerBound, channel.massRange.upperBound)
    var mass = low + (high - low) * random.uniform()
    if let slope {
      let covered = -SpecialFunctions.expm1(-(high - low) / slope)
      mass = low - slope * SpecialFunctions.log1p(-random.uniform() * covered)
    }
    let decay = draw(mass, &random)
    // Crossings of tracks: mostly near the beam.
    let scale = random.uniform() < 0.7 ? 0.1 : 3.0
    let distance = LongLivedDetector.shortest + random.exponential(mean: scale)
    var candidate = background(
      candidate(decay, mass: mass, kinds: (kind, kind), distance: distance, &random), &random)
    candidate.probability = random.uniform() * random.uniform()
    // Half of them do not point back.
    if random.uniform() < 0.5 { candidate.pointing = 2 * random.uniform() - 1 }
    return candidate
  }

  /// Momenta of S and K(*): a K* with its natural width.
  func draw(_ mass: Double, _ random: inout RandomStream) -> LongLivedKinematics.Decay {
    var kaon = channel.parent.meson.kaon.mass
    if channel.parent == .neutralB {
      repeat {
        kaon =
          Kaonic.kStarMass
          + 0.5 * Kaonic.kStarWidth * SpecialFunctions.tan(.pi * (random.uniform() - 0.5))
      } while kaon < Constants.kaonMass + Constants.pionMass + 0.001
        || kaon + mass > Kaonic.mesonMass(channel) - 0.001
    }
    return LongLivedKinematics.draw(
      meson: Kaonic.mesonMass(channel), kaon: kaon, boson: mass, &random)
  }

  /// What becomes of a vertex.
  private enum Seen {
    case outside
    /// Found in simulation, not in data.
    case lost
    /// Found at a transverse distance, cm.
    case found(Double)
  }

  /// The measured transverse distance of a decay, if it is seen.
  private func seen(
    _ boson: FourMomentum, mass: Double, length: Double, _ random: inout RandomStream
  ) -> Seen {
    guard LongLivedKinematics.angles.contains(boson.cosTheta) else { return .outside }
    let flight = boson.transverseMomentumSquared.squareRoot() / mass * length
    guard flight < detector.radius(mass: mass) else { return .outside }
    if isData, random.uniform() > LongLivedDetector.dataRatio(distance: flight) { return .lost }
    let distance = (flight + LongLivedDetector.vertexResolution * random.normal()).magnitude
    return distance > LongLivedDetector.shortest ? .found(distance) : .outside
  }

  func candidate(
    _ decay: LongLivedKinematics.Decay, mass: Double, kinds: (ParticleKind, ParticleKind),
    distance: Double, _ random: inout RandomStream
  ) -> LongLivedCandidate {
    // The pair is made with its measured mass: what is computed from the tracks is what was drawn.
    let measured = FourMomentum.withMass(
      mass, px: decay.boson.px, py: decay.boson.py, pz: decay.boson.pz)
    let tracks = LongLivedKinematics.decay(
      measured, mass: mass, to: kinds.0.mass, and: kinds.1.mass, &random)
    var (kaon, pion) = (decay.kaon, FourMomentum?.none)
    if channel.parent == .neutralB {
      let mass = max(0, kaon.massSquared).squareRoot()
      let daughters = LongLivedKinematics.decay(
        kaon, mass: mass, to: Constants.kaonMass, and: Constants.pionMass, &random)
      (kaon, pion) = (daughters.0, daughters.1)
    }
    let transverse = decay.boson.transverseMomentumSquared.squareRoot()
    let z = transverse > 0 ? distance * decay.boson.pz / transverse : 0
    let angle =
      random.normal() * 0.02 + LongLivedDetector.vertexResolution / distance * random.normal()
    return LongLivedCandidate(
      tracks: tracks, kinds: kinds, kaon: kaon, pion: pion, distance: distance,
      z: z + 0.01 * random.normal(), mbc: 0, deltaE: 0, shape: 0,
      pointing: SpecialFunctions.cos(angle), scores: scores(kinds, &random),
      prompt: promptNumbers(&random), probability: random.uniform())
  }

  /// Kinematics of what is no B meson: a phase-space edge at the beam energy, flat in ΔE, jets.
  func background(
    _ candidate: LongLivedCandidate, _ random: inout RandomStream
  ) -> LongLivedCandidate {
    var candidate = candidate
    let (edge, low) = (5.2895, 5.2)
    let widest = 1 - low / edge * (low / edge)
    let root = Self.cubeRoot(random.uniform())
    candidate.mbc = edge * (1 - widest * root * root).squareRoot()
    candidate.deltaE = 0.25 * (2 * random.uniform() - 1)
    candidate.shape = 0.9 * random.uniform()
    return candidate
  }

  /// Identification of both tracks as electron, muon, pion and kaon.
  ///
  /// What is searched for is 1 but for a tail of u^(1/40) for leptons, u^(1/8) for hadrons; the rest u⁵.
  private func scores(
    _ kinds: (ParticleKind, ParticleKind), _ random: inout RandomStream
  ) -> [Double] {
    var scores: [Double] = []
    for _ in 0..<2 {
      for kind in [ParticleKind.electron, .muon, .pion, .kaon] {
        let u = random.uniform()
        let logarithm = SpecialFunctions.log(u)
        let isLepton = kind == .electron || kind == .muon
        // Candidates of a channel have passed for its particles, whatever they are.
        let power = kind == channel.pair.kind ? (isLepton ? 1.0 / 40 : 1.0 / 8) : 5
        scores.append(SpecialFunctions.exp(power * logarithm))
      }
    }
    return scores
  }

  /// Identification and impact parameters of the prompt kaon, and of the pion of a K*.
  private func promptNumbers(_ random: inout RandomStream) -> [Double] {
    (0..<(channel.parent == .neutralB ? 2 : 1)).flatMap { _ in
      [
        SpecialFunctions.exp(SpecialFunctions.log(random.uniform()) / 8),
        (0.01 * random.normal()).magnitude, (0.03 * random.normal()).magnitude,
      ]
    }
  }

  /// The cube root of a positive number.
  private static func cubeRoot(_ u: Double) -> Double {
    SpecialFunctions.exp(SpecialFunctions.log(u) / 3)
  }

  private static func mass(reduced: Double, _ product: Double) -> Double {
    (reduced * reduced + 4 * product * product).squareRoot()
  }
}

/// Masses of what is beside S, GeV (PDG 2022).
private enum Kaonic {
  static let kStarMass = 0.89555
  static let kStarWidth = 0.0473
  static func mesonMass(_ channel: LongLivedChannel) -> Double { channel.parent.meson.parent.mass }
}
