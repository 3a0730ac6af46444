import NumericalMethods
import Simulation
import Testing
import Theory

@Suite struct FourMuonDetectorTests {
  private let frame = BeamFrame()
  private let mass = Constants.muonMass

  /// Laboratory momenta of a block of radiating background.
  private func events(
    seed: UInt64, radiates: Bool
  ) -> [(muons: [FourMomentum], radiated: Double)] {
    let sampler = HardSampler(
      process: .resonance(.zprime, mass: 4), energy: frame.energy, spread: 0,
      smallest: radiates ? 6 : nil)
    let block = TrialBlock()
    var random = RandomStream(seed: seed)
    sampler.fill(block, from: &random)
    return (0..<TrialBlock.trials).map { trial in
      (
        (0..<4).map {
          frame.laboratory(
            block.momentum(muon: $0, trial: trial), radiated: block.radiated[trial],
            azimuth: (0.6, 0.8))
        }, block.radiated[trial]
      )
    }
  }

  private func sum(_ momenta: [FourMomentum]) -> FourMomentum {
    momenta.reduce(FourMomentum(px: 0, py: 0, pz: 0, energy: 0)) {
      FourMomentum(
        px: $0.px + $1.px, py: $0.py + $1.py, pz: $0.pz + $1.pz, energy: $0.energy + $1.energy)
    }
  }

  @Test func beamsMeetAtTheEnergyOfTheUpsilon4S() {
    #expect(abs(frame.energy - 10.58) < 0.005)
  }

  @Test func whatIsMissingIsAMasslessPhotonAlongOneBeam() {
    let beams = [BeamFrame.electron, BeamFrame.positron]
    for event in events(seed: 2, radiates: true) {
      let total = sum(event.muons)
      let photon = FourMomentum(
        px: frame.total.px - total.px, py: frame.total.py - total.py,
        pz: frame.total.pz - total.pz, energy: frame.total.energy - total.energy)
      #expect(abs(photon.massSquared) < 1e-9)
      // x sqrt(s)/2 in the rest frame: x s = 2 k P.
      let product =
        photon.energy * frame.total.energy - photon.px * frame.total.px
        - photon.py * frame.total.py - photon.pz * frame.total.pz
      #expect(
        abs(product - event.radiated.magnitude * frame.energy * frame.energy / 2) < 1e-9)
      guard photon.energy > 1e-3 else { continue }
      // Massless beams: the electron's mass and the crossing angle's rounding stay below 1e-3.
      let beam = event.radiated > 0 ? beams[0] : beams[1]
      let cosine = photon.px * beam.px + photon.py * beam.py + photon.pz * beam.pz
      let length = (beam.energy * photon.energy)
      #expect(cosine / length > 0.999)
    }
  }

  @Test func tracksBeyondTheChamberAreLost() {
    let detector = Detector()
    func muon(degrees: Double, transverse: Double) -> FourMomentum {
      let angle = degrees * Double.pi / 180
      let z = transverse * SpecialFunctions.cos(angle) / SpecialFunctions.sin(angle)
      return FourMomentum(
        px: transverse, py: 0, pz: z,
        energy: (transverse * transverse + z * z + mass * mass).squareRoot())
    }
    for (degrees, transverse, accepted) in [
      (16.9, 1.0, false), (17.1, 1, true), (149.9, 1, true), (150.1, 1, false), (90, 0.099, false),
      (90, 0.101, true),
    ] {
      #expect(detector.accepts(muon(degrees: degrees, transverse: transverse)) == accepted)
    }
  }

  @Test func aCutAtOneHalfGivesTheStatedEfficiency() {
    let detector = Detector()
    var random = RandomStream(seed: 3)
    // 0.93 below the reach of the outer detector, 0.99 from 1.5 GeV, a straight line between.
    for (momentum, efficiency) in [(0.4, 0.93), (0.69, 0.93), (1.1, 0.96), (2, 0.99), (5, 0.99)] {
      let p = FourMomentum(
        px: 0.8 * momentum, py: 0, pz: 0.6 * momentum,
        energy: (momentum * momentum + mass * mass).squareRoot())
      var passed = 0
      let n = 40_000
      for _ in 0..<n {
        let track = detector.measure(p, from: &random)
        let score = momentum > Detector.outerReach ? track.outerScore : track.innerScore
        if score > 0.5 { passed += 1 }
        #expect(score >= 0 && score <= 1)
        if momentum < 0.6 { #expect(track.outerScore.isNaN) }
        if momentum > 0.8 { #expect(track.innerScore == 0.5) }
      }
      let error = (efficiency * (1 - efficiency) / Double(n)).squareRoot()
      #expect(abs(Double(passed) / Double(n) - efficiency) < 4.5 * error)
    }
  }

  @Test func theFitKeepsExactEventsAndGivesBackTheBeams() {
    let fit = KinematicFit(frame: frame)
    for event in events(seed: 5, radiates: false).prefix(200) {
      let tracks = event.muons.map(exact)
      var (px, py, pz) = (SIMD4<Double>.zero, SIMD4<Double>.zero, SIMD4<Double>.zero)
      fit.fit(tracks, px: &px, py: &py, pz: &pz)
      for muon in 0..<4 {
        #expect(abs(px[muon] - event.muons[muon].px) < 1e-6)
        #expect(abs(py[muon] - event.muons[muon].py) < 1e-6)
        #expect(abs(pz[muon] - event.muons[muon].pz) < 1e-6)
      }
    }
  }

  private func exact(_ p: FourMomentum) -> MeasuredTrack {
    MeasuredTrack(
      px: p.px, py: p.py, pz: p.pz, outerScore: 1, innerScore: 0.5, dr: 0, dz: 0)
  }

  @Test func theFitSharpensTheMass() {
    let (fit, detector) = (KinematicFit(frame: frame), Detector())
    var random = RandomStream(seed: 6)
    var (before, after): ([Double], [Double]) = ([], [])
    for event in events(seed: 6, radiates: true)
    where event.radiated.magnitude < 0.1 && event.muons.allSatisfy(detector.accepts) {
      let tracks = event.muons.map { detector.measure($0, from: &random) }
      var (px, py, pz) = (SIMD4<Double>.zero, SIMD4<Double>.zero, SIMD4<Double>.zero)
      fit.fit(tracks, px: &px, py: &py, pz: &pz)
      func deviation(_ momenta: [(Double, Double, Double)]) -> Double {
        let pair = sum(
          momenta.map { x, y, z in
            FourMomentum(
              px: x, py: y, pz: z, energy: (x * x + y * y + z * z + mass * mass).squareRoot())
          })
        return (pair.massSquared.squareRoot() - 4).magnitude
      }
      before.append(deviation((2..<4).map { (tracks[$0].px, tracks[$0].py, tracks[$0].pz) }))
      after.append(deviation((2..<4).map { (px[$0], py[$0], pz[$0]) }))
    }
    #expect(before.count > 200)
    let median = { (values: [Double]) in values.sorted()[values.count / 2] }
    #expect(median(after) < 0.7 * median(before))
  }
}
