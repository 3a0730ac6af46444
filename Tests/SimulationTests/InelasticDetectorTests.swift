import Foundation
import Simulation
import TestSupport
import Testing

/// What the detector makes of pairs of tracks.
@Suite struct InelasticDetectorTests {
  /// Half the width of the central 68.27 % of measured masses, MeV.
  private static func resolution(_ masses: [Double]) -> Double {
    let sorted = masses.sorted()
    func quantile(_ part: Double) -> Double { sorted[Int(part * Double(sorted.count))] }
    return 500 * (quantile(0.841_35) - quantile(0.158_65))
  }

  @Test(arguments: [(0.3, 0.7...2.0), (1.0, 3.0...5.0), (3.0, 8.5...12.5)])
  func masesAreMeasuredWithAFewMeV(mass: Double, range: ClosedRange<Double>) throws {
    let made = try InelasticSample.make(
      masses: [mass], lifetimes: [10], events: 20_000)
    let masses = try LongLivedNtuple(try #require(made.written.last).path)
      .pairMasses(InelasticPair.mumu.mass)
    let found = Self.resolution(masses)
    #expect(range.contains(found), "\(found)")
    // Unbiased: the median lies within its error at the mass.
    let median = masses.sorted()[masses.count / 2]
    #expect(abs(median - mass) < 6e-3 * found / Double(masses.count).squareRoot())
  }

  @Test func fewerVerticesAreFoundFarAway() {
    #expect(InelasticDetector.foundPart(radius: 0) == 1)
    #expect(abs(InelasticDetector.foundPart(radius: 30) - 0.25) < 1e-12)
    #expect(InelasticDetector.foundPart(radius: 60) == 0)
    #expect(InelasticDetector.foundPart(radius: 70) == 0)
    #expect(InelasticDetector.dataRatio(radius: 0.01) == 1)
    #expect(abs(InelasticDetector.dataRatio(radius: 10) - 0.95) < 1e-12)
    #expect(abs(InelasticDetector.dataRatio(radius: 50) - 0.92) < 1e-12)
  }

  @Test func candidatesLieInTheAcceptance() throws {
    let made = try InelasticSample.make(
      lifetimes: [0.1, 100], chi2Lifetimes: [100], events: 10_000)
    let ntuple = try InelasticNtuple(try #require(made.written.last).path)
    try #require(ntuple.rows > 300)
    for row in 0..<ntuple.rows {
      for track in ["t0", "t1", "e0", "e1"] {
        let p = ntuple.vector(track, 0, row)
        // Momenta are smeared after the cuts.
        let theta = acos(p[2] / p[3]) * 180 / Double.pi
        #expect(theta > 16 && theta < 151)
        #expect((p[0] * p[0] + p[1] * p[1]).squareRoot() > 0.048)
        if track.hasPrefix("e") { #expect(p[3] > 0.097) }
      }
      #expect(max(ntuple["higgsDr", row], ntuple["chi2Dr", row]) > 0.05)
      #expect(max(ntuple["higgsDr", row], ntuple["chi2Dr", row]) < 62)
      #expect(min(ntuple["higgsProbability", row], ntuple["chi2Probability", row]) > 0.001)
      #expect(ntuple["extraEnergy", row] < 2)
    }
  }

  @Test func higgsBosonsPointBackAndOthersDoNot() throws {
    let made = try InelasticSample.make(events: 10_000)
    let ntuple = try InelasticNtuple(try #require(made.written.last).path)
    let far = (0..<ntuple.rows).filter {
      ntuple["higgsDr", $0] > 0.5 && ntuple["chi2Dr", $0] > 0.5
    }
    let all = Double(far.count)
    #expect(Double(far.count { ntuple["higgsPointing", $0] < 0.05 }) > 0.95 * all)
    #expect(Double(far.count { ntuple["chi2Pointing", $0] > 0.2 }) > 0.8 * all)
  }

  /// K_S in data against simulation of four times the luminosity, beside tracks that are not displaced.
  @Test func aControlSampleFindsHowDataDiffer() throws {
    let made = try InelasticSample.make(background: 4, luminosity: 1500)
    let pion = InelasticPair.pipi.mass
    func sample(_ index: Int) throws -> [(mass: Double, dr: Double)] {
      let ntuple = try InelasticNtuple(made.written[index].path)
      return (0..<ntuple.rows).filter { row in
        ntuple["higgsPointing", row] < 0.05 && ntuple["chi2Dr", row] < 0.05
          && min(ntuple["t0_pionID", row], ntuple["t1_pionID", row]) > 0.6
      }.map { (mass: ntuple.mass(pion, pion, $0), dr: ntuple["higgsDr", $0]) }
        .filter { abs($0.mass - 0.497_611) < 0.012 && $0.dr > 0.2 }
    }
    let (data, simulated) = (try sample(0), try sample(1))
    for (from, to, ratio) in [(0.2, 4.0, 0.974), (4, 10, 0.959), (10, 20, 0.935), (20, 50, 0.92)] {
      let found = Double(data.count { $0.dr > from && $0.dr < to })
      let expected = Double(simulated.count { $0.dr > from && $0.dr < to }) / 4
      let error = (found + expected / 4).squareRoot()
      // A few vertices next to 0.05 cm are displaced: 2 % of some are lost.
      #expect(
        abs(found - ratio * expected) < 3.5 * error + 0.01 * expected,
        "\(from) cm: \(found / expected) ± \(error / expected)")
    }
    let ratio = Self.resolution(data.map(\.mass)) / Self.resolution(simulated.map(\.mass))
    #expect(abs(ratio - 1.04) < 0.03, "\(ratio)")
  }
}
