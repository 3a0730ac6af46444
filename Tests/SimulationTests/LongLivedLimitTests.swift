import Foundation
import Simulation
import TestSupport
import Testing

/// The detector against what it was tuned to, and decay lengths against integrals.
@Suite struct LongLivedLimitTests {
  /// Published limits at 95 %, 1e-8, for c τ of 0.25, 1, 10 and 100 cm.
  ///
  /// Phys. Rev. D 108 (2023) L111104, in the numbers that ALPACA collected.
  static let published: [(LongLivedChannel, mass: Double, limits: [Double])] = [
    (.init(parent: .chargedB, pair: .mumu), 0.25, [3.60, 3.88, 13.0, 110]),
    (.init(parent: .chargedB, pair: .mumu), 1.0, [5.56, 5.34, 10.0, 63.7]),
    (.init(parent: .chargedB, pair: .mumu), 2.0, [5.83, 4.97, 7.40, 38.3]),
    (.init(parent: .chargedB, pair: .mumu), 3.3, [5.75, 3.91, 4.22, 14.4]),
    (.init(parent: .chargedB, pair: .ee), 0.1, [9.06, 11.4, 60.6, 1040]),
    (.init(parent: .chargedB, pair: .ee), 1.0, [8.57, 7.99, 14.1, 84.7]),
    (.init(parent: .neutralB, pair: .mumu), 1.0, [12.9, 12.3, 23.4, 144]),
    (.init(parent: .neutralB, pair: .ee), 1.0, [14.9, 14.1, 25.2, 157]),
  ]

  /// Without background the limit is 1.92 events over mesons and efficiency.
  ///
  /// The geometry with one radius describes single points to about 10 %; what was tuned is the mean from
  /// 0.25 to 10 cm. Below 0.25 GeV the published limits rise faster than c τ, which no radius gives.
  @Test func limitsWithoutBackgroundAreThePublishedOnes() {
    for (channel, mass, limits) in Self.published {
      let detector = LongLivedDetector(channel)
      let mesons = channel.parent == .chargedB ? 2.04e8 : 1.92e8
      var logarithms: [Double] = []
      for (lifetime, published) in zip([0.25, 1, 10, 100], limits) {
        let efficiency =
          LongLivedSample.geometry(
            mass: mass, lifetime: lifetime, shortest: 0.05, radius: detector.radius(mass: mass),
            parent: channel.parent) * detector.selectedPart(mass: mass)
        let ratio = 1.92 / (mesons * efficiency) / (published * 1e-8)
        if lifetime <= 10 { logarithms.append(log(ratio)) }
        let isDescribed = mass > 0.3 || lifetime <= 1
        #expect(
          !isDescribed || abs(log(ratio)) < 0.2, "\(channel.name) \(mass) \(lifetime): \(ratio)")
      }
      let mean = exp(logarithms.reduce(0, +) / Double(logarithms.count))
      #expect(abs(mean - 1) < 0.1, "\(channel.name) \(mass): \(mean)")
    }
  }

  /// Hadrons crowd below 1.2 GeV; above they are as few as muons, for limits of 1.3 and 1.5 times theirs.
  @Test(arguments: [
    (LongLivedChannel.Pair.pipi, 450.0, 0.15), (.KK, 250.0, 0.06),
  ])
  func hadronsCrowdAtLowMasses(
    pair: LongLivedChannel.Pair, rate: Double, scale: Double
  ) throws {
    let channel = LongLivedChannel(parent: .chargedB, pair: pair)
    let made = try LongLivedSample.make(channel, luminosity: 500)
    let masses = try LongLivedNtuple(try #require(made.written.first).path)("M")
    let (low, high) = (channel.massRange.lowerBound, channel.massRange.upperBound)
    // Between known particles and above all of them.
    for (from, to) in [(0.7, 0.9), (1.2, 1.4), (2.2, 4.5)] where from > low {
      let even = 2.4 * 500 * (to - from) / (high - low)
      let falling = rate * 500 * (exp(-(from - low) / scale) - exp(-(to - low) / scale))
      let found = Double(masses.count { $0 > from && $0 < to })
      #expect(
        abs(found - even - falling) < 5 * (even + falling).squareRoot(),
        "\(from) to \(to): \(found), not \(even) + \(falling)")
    }
  }

  /// K_S in data against simulation of four times the luminosity: fewer by the stated ratio at each
  /// distance, and wider by 4 %.
  @Test func aControlSampleFindsHowDataDiffer() throws {
    let channel = LongLivedChannel(parent: .chargedB, pair: .pipi)
    let made = try LongLivedSample.make(channel, background: 4, luminosity: 150)
    func sample(_ index: Int) throws -> [(mass: Double, dr: Double)] {
      let ntuple = try LongLivedNtuple(made.written[index].path)
      // Beyond 0.5 cm and within pointing there is little but K_S.
      return try zip(zip(ntuple("M"), ntuple("dr")), ntuple("cosPointing"))
        .filter { abs($0.0.0 - 0.497_611) < 0.008 && $0.0.1 > 0.5 && $0.1 > 0.98 }
        .map { (mass: $0.0.0, dr: $0.0.1) }
    }
    let (data, simulated) = (try sample(0), try sample(1))
    for (from, to, ratio) in [(0.5, 2.0, 0.976), (2, 6, 0.968), (6, 12, 0.955), (12, 20, 0.932)] {
      let found = Double(data.count { $0.dr > from && $0.dr < to })
      let expected = Double(simulated.count { $0.dr > from && $0.dr < to }) / 4
      let error = (found + expected / 4).squareRoot()
      // The ratio changes by 3 % across the widest bin, by less than 1 % about its mean.
      #expect(
        abs(found - ratio * expected) < 3.5 * error + 0.008 * expected,
        "\(from) cm: \(found / expected) ± \(error / expected)")
    }
    let all = Double(data.count) / (Double(simulated.count) / 4)
    #expect(abs(all - 0.965) < 0.02, "\(all)")
    func width(_ sample: [(mass: Double, dr: Double)]) -> Double {
      let sorted = sample.map(\.mass).sorted()
      return sorted[sorted.count * 84 / 100] - sorted[sorted.count * 16 / 100]
    }
    let ratio = width(data) / width(simulated)
    #expect(abs(ratio - 1.04) < 0.02, "\(ratio)")
  }

  /// Candidates keep the lengths with which S was generated: their mean is that of an exponential cut at
  /// both ends, averaged over directions.
  @Test(arguments: [0.1, 1, 10, 100])
  func decayLengthsAreThoseOfTheLifetime(lifetime: Double) throws {
    let made = try LongLivedSample.make(masses: 3, lifetimes: [lifetime], events: 60_000)
    let detector = LongLivedDetector(LongLivedSample.charged)
    let written = try #require(made.written.first { $0.path.contains("signal-0002") })
    let ntuple = try LongLivedNtuple(written.path)
    let mass = try #require(try ntuple("trueMass").first)
    let dr = try ntuple("dr")
    // The shortest distance well above the resolution.
    let lengths = zip(dr, try ntuple("trueLength")).filter { $0.0 > 0.1 }.map(\.1)
    try #require(lengths.count > 1000)
    let (expected, deviation) = LongLivedSample.lengths(
      mass: mass, lifetime: lifetime, shortest: 0.1, radius: detector.radius(mass: mass))
    let mean = lengths.reduce(0, +) / Double(lengths.count)
    let error = deviation / Double(lengths.count).squareRoot()
    // Half a per cent for the smeared edge.
    #expect(abs(mean - expected) < 4 * error + 0.005 * expected, "\(mean) \(expected) ± \(error)")
  }
}
