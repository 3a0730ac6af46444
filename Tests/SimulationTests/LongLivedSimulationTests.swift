import Foundation
import Platform
import Simulation
import TestSupport
import Testing

/// Ntuples of B → K(*) S against closed forms and integrals made here.
@Suite struct LongLivedSimulationTests {
  @Test(arguments: [0.1, 1.0, 10.0])
  func efficienciesAreThoseOfTheModel(lifetime: Double) throws {
    let events = 40_000
    let made = try LongLivedSample.make(masses: 3, lifetimes: [lifetime], events: events)
    let detector = LongLivedDetector(LongLivedSample.charged)
    for written in made.written {
      guard case .signal(let mass, _) = written.file.content, mass < 4.5 else { continue }
      let ntuple = try LongLivedNtuple(written.path)
      #expect(try ntuple("generated").allSatisfy { $0 == Double(events) })
      // The usual selection; the shortest distance well above the resolution.
      let (dr, score0, score1) = (
        try ntuple("dr"), try ntuple("t0_muonID"), try ntuple("t1_muonID")
      )
      let (mbc, deltaE, shape, kaon) = (
        try ntuple("Mbc"), try ntuple("deltaE"), try ntuple("R2"), try ntuple("K_kaonID")
      )
      let selected = dr.indices.count { row in
        dr[row] > 0.1 && score0[row] > 0.9 && score1[row] > 0.9 && kaon[row] > 0.6
          && mbc[row] > 5.27 && abs(deltaE[row]) < 0.05 && shape[row] < 0.45
      }
      let expected =
        LongLivedSample.geometry(
          mass: mass, lifetime: lifetime, shortest: 0.1, radius: detector.radius(mass: mass))
        * detector.selectedPart(mass: mass)
      let found = Double(selected) / Double(events)
      let error = (found * (1 - found) / Double(events)).squareRoot()
      // Half a per cent for the smeared edge and what the box of Mbc and ΔE loses.
      #expect(abs(found - expected) < 4 * error + 0.008 * expected, "\(mass): \(found) \(expected)")
    }
  }

  /// Mixtures of lifetimes weighted to another one give the efficiency of a sample made with it.
  @Test func lifetimesCanBeReweighted() throws {
    let events = 60_000
    func accepted(_ lifetimes: [Double], seed: UInt64) throws -> (LongLivedNtuple, Double) {
      let made = try LongLivedSample.make(
        masses: 3, lifetimes: lifetimes, events: events, seed: seed)
      let second = try #require(made.written.first { $0.path.contains("signal-0002") })
      return (try LongLivedNtuple(second.path), Double(events * lifetimes.count))
    }
    let target = 3.0
    let (direct, made) = try accepted([target], seed: 1)
    let rows = Double(try direct("dr").count)
    let (mixed, generated) = try accepted([1, 10], seed: 2)
    let weights = try mixed("trueLength").map { length -> Double in
      func density(_ lifetime: Double) -> Double { exp(-length / lifetime) / lifetime }
      return density(target) / (0.5 * density(1) + 0.5 * density(10))
    }
    let efficiency = weights.reduce(0, +) / generated
    let error = weights.reduce(0) { $0 + $1 * $1 }.squareRoot() / generated
    let expected = rows / made
    let own = rows.squareRoot() / made
    #expect(abs(efficiency - expected) < 4 * (error * error + own * own).squareRoot())
    #expect(error / efficiency < 0.02)
    let truth = try mixed("trueLifetime")
    #expect(Set(truth) == [1, 10])
  }

  /// Half the width of the central 68.27 % of a double-sided Crystal Ball, by integration.
  @Test func resolutionsAreTheStatedOnes() throws {
    func density(_ t: Double) -> Double {
      func tail(_ n: Double) -> Double {
        let a = 1.4, u = t.magnitude
        return pow(n / a, n) * exp(-0.5 * a * a) * pow(n / a - a + u, -n)
      }
      if t < -1.4 { return tail(5) }
      return t > 1.4 ? tail(8) : exp(-0.5 * t * t)
    }
    let step = 1e-3
    let grid = stride(from: -60.0, to: 60.0, by: step).map { $0 + 0.5 * step }
    let total = grid.reduce(0) { $0 + density($1) }
    var (sum, low, high) = (0.0, 0.0, 0.0)
    for t in grid {
      sum += density(t) / total
      if sum < 0.158_65 { low = t }
      if sum < 0.841_35 { high = t }
    }
    let made = try LongLivedSample.make(masses: 3, events: 60_000)
    let written = try #require(made.written.first { $0.path.contains("signal-0002") })
    guard case .signal(let mass, _) = written.file.content else { return }
    let square = 4 * 0.105_658_375_5 * 0.105_658_375_5
    let truth = (mass * mass - square).squareRoot()
    let width = LongLivedDetector(LongLivedSample.charged).resolution(mass: mass)
    let pulls = try LongLivedNtuple(written.path).pairMasses(0.105_658_375_5).map {
      (($0 * $0 - square).squareRoot() - truth) / width
    }.sorted()
    func quantile(_ p: Double) -> Double { pulls[Int(p * Double(pulls.count))] }
    let error = 1.5 / Double(pulls.count).squareRoot()
    #expect(abs(quantile(0.158_65) - low) < 4 * error)
    #expect(abs(quantile(0.841_35) - high) < 4 * error)
  }

  /// K_S → ππ taken for two leptons: √(m_K² − 4 m_π² + 4 m_x²) for small momenta of the pions.
  @Test func kShortsAreSeenAtShiftedMasses() throws {
    for (pair, mass, place) in [
      (LongLivedChannel.Pair.mumu, 0.105_658_375_5, 0.4628), (.ee, 0.000_510_998_95, 0.4119),
      (.pipi, 0.139_570_39, 0.4976),
    ] {
      let made = try LongLivedSample.make(
        .init(parent: .chargedB, pair: pair), luminosity: pair == .pipi ? 20 : 10_000)
      let masses = try LongLivedNtuple(try #require(made.written.first).path).pairMasses(mass)
      // Decays with unequal energies lie below: the place is the upper end of what piles up there.
      let near = masses.filter { abs($0 - place) < 0.015 }.sorted()
      let densest = near.indices.max { left, right in
        func count(_ low: Double) -> Int { near.count { $0 >= low && $0 < low + 0.004 } }
        return count(near[left]) < count(near[right])
      }
      let centre = near[try #require(densest)] + 0.002
      #expect(abs(centre - place) < 0.003, "\(pair): \(centre)")
      let beside = masses.count { abs($0 - place - 0.06) < 0.015 }
      #expect(near.count > 2 * beside, "\(pair): \(near.count) \(beside)")
    }
  }

  @Test func dataHoldWhatTheRatesSay() throws {
    // Candidates in 1 fb⁻¹ of the muon channel: unrelated tracks, K_S, D⁰, J/ψ, ψ(2S).
    let mean = (2.4 + 1.5 + 0.15 + 0.15 + 0.05) * 189.0
    // Of K_S data lose a few: 2 % near the beam, 8 % at the most.
    let largestLoss = 0.08 * 1.5 * 189
    let made = try LongLivedSample.make()
    let data = try #require(made.written.first)
    let generated = Double(data.file.events)
    #expect(abs(generated - mean) < 5 * mean.squareRoot())
    let lost = generated - Double(data.rows)
    #expect(lost > 0 && lost < largestLoss + 5 * largestLoss.squareRoot())
    // 200 events of a signal on average, a fifth of them seen.
    let injection = try LongLivedInjection(text: "Bplus-mumu:1.2:1:1e-6")
    let more = try LongLivedSample.make(injections: [injection])
    let expected = 1e-6 * 2 * 198e6 * 0.514
    let added = Double(try #require(more.written.first).file.events) - generated
    #expect(abs(added - expected) < 5 * (expected + 1).squareRoot())
  }

  @Test func theSameBytesForAnyNumberOfThreads() throws {
    let channel = LongLivedChannel(parent: .neutralB, pair: .KK)
    let one = try LongLivedSample.make(
      channel, events: 3000, background: 1, luminosity: 5, threads: 1)
    let two = try LongLivedSample.make(
      channel, events: 3000, background: 1, luminosity: 5, threads: 2)
    #expect(one.written.count == 4)
    for (first, second) in zip(one.written, two.written) {
      let name = (first.path as NSString).lastPathComponent
      #expect(first.rows == second.rows && first.rows > 0)
      #expect(try one.folder.bytes(name) == two.folder.bytes(name), "\(name)")
    }
  }

  @Test func wrongOptionsAreToldExactly() throws {
    for (options, message) in [
      (
        ["--channels", "Bplus-mumu,B+-ee"],
        "--channels: 'Bplus-mumu,B+-ee' is not a list of channels; write all or names with commas, "
          + "as in Bplus-mumu,B0-ee (Bplus or B0; ee, mumu, pipi or KK)"
      ),
      (
        ["--lifetimes", "1,x"],
        "--lifetimes: '1,x' is not a list of lifetimes; write values of c tau in cm with commas, as in "
          + "0.01,1,100"
      ),
      (
        ["--inject", "Bplus-mumu:1.2:1"],
        "--inject: 'Bplus-mumu:1.2:1' is not a channel, a mass, a lifetime and a branching product; "
          + "write CHANNEL:MASS:CTAU:B in GeV and cm, as in Bplus-mumu:1.2:1:5e-7"
      ),
      (
        ["--inject", "Bplus-KK:0.5:1:5e-7"],
        "--inject: value is out of range; found 0.5 GeV, allowed 0.9884 to 4.6357 GeV"
      ),
    ] {
      let run = try ToolProcess.run(["simulate", "bks", "--output", "/nowhere"] + options)
      #expect(run.status == 64)
      #expect(run.errors.hasPrefix("Error: \(message)\n"), "\(run.errors)")
    }
  }
}
