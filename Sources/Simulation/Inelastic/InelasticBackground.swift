import NumericalMethods

/// Draws events without a signal: two pairs and missing energy.
struct InelasticBackground: Sendable {
  private let frame = BeamFrame()

  /// Energy that is missing in the rest frame of the beams, GeV: mean, width, limits.
  static let missing = (mean: 3.6, width: 1.4, range: 0.2...8.0)
  /// Scale of the falling mass spectra of unrelated tracks and of unrelated electrons, GeV, and the largest
  /// mass of the former.
  static let scales = (pair: 1.2, electrons: 0.35)
  static let largestMass = 3.2

  /// Draws both pairs, nil where energies do not suffice.
  func draw(
    _ process: InelasticProcess, _ random: inout RandomStream
  ) -> (higgs: DisplacedPair, chi2: DisplacedPair)? {
    let missing = random.normal(mean: Self.missing.mean, width: Self.missing.width)
    guard Self.missing.range.contains(missing) else { return nil }
    let visible = frame.energy - missing
    let energy = visible * random.uniform(in: 0.4...0.9)
    guard let higgs = higgs(process, energy: energy, &random),
      let chi2 = electrons(energy: visible - energy, &random)
    else { return nil }
    return (higgs, chi2)
  }

  private func higgs(
    _ process: InelasticProcess, energy: Double, _ random: inout RandomStream
  ) -> DisplacedPair? {
    switch process {
    case .signal: nil
    case .known(let peak): known(peak, energy: energy, &random)
    case .combinatorial(let kind): combinatorial(kind, energy: energy, &random)
    }
  }

  private func known(
    _ peak: LongLivedPeak, energy: Double, _ random: inout RandomStream
  ) -> DisplacedPair? {
    let swap = random.uniform() < 0.5
    let kinds = swap ? (peak.daughters.1, peak.daughters.0) : peak.daughters
    var mass = peak.mass
    if peak.width > 0 {
      let angle = Double.pi * (random.uniform() - 0.5)
      mass += 0.5 * peak.width * SpecialFunctions.tan(angle)
    }
    guard mass > kinds.0.mass + kinds.1.mass,
      let momentum = momentum(mass, energy: energy, &random)
    else { return nil }
    let vertex =
      peak.lifetime > 0
      ? DisplacedVertex(
        of: momentum, mass: mass, length: random.exponential(mean: peak.lifetime))
      : DisplacedVertex(
        distance: random.exponential(mean: peak.tail), angle: 0, to: momentum, &random)
    guard random.uniform() < InelasticDetector.foundPart(radius: vertex.radius) else { return nil }
    return pair(momentum, mass: mass, kinds: kinds, vertex: vertex, &random)
  }

  private func combinatorial(
    _ kind: ParticleKind, energy: Double, _ random: inout RandomStream
  ) -> DisplacedPair? {
    let low = 2 * kind.mass
    let covered = -SpecialFunctions.expm1(-(Self.largestMass - low) / Self.scales.pair)
    let mass = low - Self.scales.pair * SpecialFunctions.log1p(-random.uniform() * covered)
    guard let momentum = momentum(mass, energy: energy, &random) else { return nil }
    // Crossings of tracks: mostly near the beam; half of them do not point back.
    let distance = random.exponential(mean: random.uniform() < 0.7 ? 0.1 : 3)
    let angle = random.uniform() < 0.5 ? 0 : Self.anyAngle(&random)
    return pair(
      momentum, mass: mass, kinds: (kind, kind),
      vertex: .init(distance: distance, angle: angle, to: momentum, &random), &random)
  }

  private func electrons(energy: Double, _ random: inout RandomStream) -> DisplacedPair? {
    switch InelasticElectrons.allCases[random.index(weights: InelasticElectrons.parts)] {
    case .conversion: conversion(energy: energy, &random)
    case .pions: unrelated(.pion, energy: energy, &random)
    case .electrons: unrelated(.electron, energy: energy, &random)
    }
  }

  private func unrelated(
    _ kind: ParticleKind, energy: Double, _ random: inout RandomStream
  ) -> DisplacedPair? {
    let mass = 2 * kind.mass + random.exponential(mean: Self.scales.electrons)
    guard let momentum = momentum(mass, energy: energy, &random) else { return nil }
    let distance = random.exponential(mean: random.uniform() < 0.8 ? 0.02 : 2)
    return pair(
      momentum, mass: mass, kinds: (kind, kind),
      vertex: .init(
        distance: distance, angle: Self.anyAngle(&random), to: momentum, &random), &random)
  }

  /// A photon that converts in the material; one in twenty is measured badly.
  private func conversion(energy: Double, _ random: inout RandomStream) -> DisplacedPair? {
    let kind = ParticleKind.electron
    let mass = 2 * kind.mass + random.exponential(mean: LongLivedConversion.meanMass)
    guard let momentum = momentum(mass, energy: energy, &random),
      LongLivedKinematics.angles.contains(momentum.cosTheta)
    else { return nil }
    let radius =
      LongLivedConversion.radius(random.uniform())
      + LongLivedConversion.thickness * (random.uniform() - 0.5)
    let angle = random.uniform() < 0.05 ? random.exponential(mean: 0.2) : 0
    let cosine = momentum.cosTheta
    return pair(
      momentum, mass: mass, kinds: (kind, kind),
      vertex: .init(
        distance: radius / (1 - cosine * cosine).squareRoot(), angle: angle, to: momentum, &random),
      &random)
  }

  /// A momentum of any direction in the rest frame of the beams, seen in the laboratory; nil above the
  /// energy.
  private func momentum(
    _ mass: Double, energy: Double, _ random: inout RandomStream
  ) -> FourMomentum? {
    guard energy > mass else { return nil }
    let direction = LongLivedKinematics.isotropic(
      ((energy - mass) * (energy + mass)).squareRoot(), &random)
    return frame.laboratory(
      .withMass(mass, px: direction.0, py: direction.1, pz: direction.2), radiated: 0,
      azimuth: (1, 0))
  }

  private func pair(
    _ momentum: FourMomentum, mass: Double, kinds: (ParticleKind, ParticleKind),
    vertex: DisplacedVertex, _ random: inout RandomStream
  ) -> DisplacedPair {
    let tracks = LongLivedKinematics.decay(
      momentum, mass: mass, to: kinds.0.mass, and: kinds.1.mass, &random)
    return DisplacedPair(kinds: kinds, tracks: tracks, vertex: vertex)
  }

  /// Angle to a direction that has nothing to do with it, rad.
  private static func anyAngle(_ random: inout RandomStream) -> Double {
    let cosine = 2 * random.uniform() - 1
    return SpecialFunctions.atan2(y: (1 - cosine * cosine).squareRoot(), x: cosine)
  }
}
