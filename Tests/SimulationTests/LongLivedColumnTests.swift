import Foundation
import Ntuples
import Settings
import Simulation
import TestSupport
import Testing

/// What columns of the ntuples of B → K(*) S say of each other.
@Suite struct LongLivedColumnTests {
  private static func square(_ ntuple: LongLivedNtuple, _ track: String) throws -> [Double] {
    let (x, y, z) = (
      try ntuple("\(track)_px"), try ntuple("\(track)_py"), try ntuple("\(track)_pz")
    )
    return x.indices.map { x[$0] * x[$0] + y[$0] * y[$0] + z[$0] * z[$0] }
  }

  @Test(arguments: LongLivedChannel.allCases)
  func energiesMassesAndChargesAreThoseOfTheMomenta(channel: LongLivedChannel) throws {
    let made = try LongLivedSample.make(channel, lifetimes: [0.1, 1], events: 3000, luminosity: 40)
    #expect(made.written.count == 3)
    for written in made.written {
      let ntuple = try LongLivedNtuple(written.path)
      let mass = channel.pair.mass
      let pairs = try ntuple.pairMasses(mass)
      let stated = try ntuple("M")
      try #require(stated.count > 10, "\(written.path)")
      // Momenta are stored with 24 bits: at 3 GeV 2e-7 GeV each; m² = E² − p² carries p · 1e-6.
      for (own, mass) in zip(pairs, stated) { #expect(abs(own - mass) * mass < 2e-5) }
      for track in ["t0", "t1"] {
        let momenta = try Self.square(ntuple, track)
        for (square, energy) in zip(momenta, try ntuple("\(track)_E")) {
          #expect(abs((square + mass * mass).squareRoot() - energy) < 2e-6)
        }
      }
      #expect(try ntuple("t0_charge").allSatisfy { $0 == 1 })
      #expect(try ntuple("t1_charge").allSatisfy { $0 == -1 })
      #expect(try ntuple("weight").allSatisfy { $0 == 1 })
      let charges = try ntuple("K_charge")
      #expect(charges.allSatisfy { abs($0) == 1 })
      let positive = Double(charges.count { $0 > 0 })
      let rows = Double(charges.count)
      #expect(abs(positive - rows / 2) < 2.5 * rows.squareRoot())
      guard channel.parent == .neutralB else { continue }
      #expect(try zip(charges, ntuple("pi_charge")).allSatisfy { $0 == -$1 })
      let (kaon, pion) = (try Self.square(ntuple, "K"), try Self.square(ntuple, "pi"))
      let parts = try ["px", "py", "pz"].map { (try ntuple("K_\($0)"), try ntuple("pi_\($0)")) }
      for (row, mass) in try ntuple("kStarMass").enumerated() {
        let energy =
          (kaon[row] + 0.493677 * 0.493677).squareRoot()
          + (pion[row] + 0.139_570_39 * 0.139_570_39).squareRoot()
        let momentum = parts.reduce(0) { $0 + pow($1.0[row] + $1.1[row], 2) }
        #expect(abs((energy * energy - momentum).squareRoot() - mass) < 2e-5)
      }
    }
  }

  @Test func verticesLieWherePointingAndDistanceSay() throws {
    let channel = LongLivedChannel(parent: .chargedB, pair: .pipi)
    let made = try LongLivedSample.make(channel, luminosity: 5)
    let ntuple = try LongLivedNtuple(try #require(made.written.first).path)
    let momenta = try ["px", "py", "pz"].map { axis in
      zip(try ntuple("t0_\(axis)"), try ntuple("t1_\(axis)")).map { $0 + $1 }
    }
    let place = try ["x", "y", "z"].map { try ntuple($0) }
    let (dr, flat, space) = (
      try ntuple("dr"), try ntuple("cosPointing"), try ntuple("cosPointing3D")
    )
    let (square0, square1) = (try Self.square(ntuple, "t0"), try Self.square(ntuple, "t1"))
    var left = 0
    for (row, angle) in try ntuple("openingAngle").enumerated() {
      func product(_ axes: Range<Int>, _ a: [[Double]], _ b: [[Double]]) -> Double {
        axes.reduce(0) { $0 + a[$1][row] * b[$1][row] }
      }
      let transverse = product(0..<2, place, place).squareRoot()
      #expect(abs(transverse - dr[row]) < 1e-6 * (1 + dr[row]))
      let cosine =
        product(0..<2, momenta, place)
        / (product(0..<2, momenta, momenta) * product(0..<2, place, place)).squareRoot()
      #expect(abs(cosine - flat[row]) < 1e-5)
      let inSpace =
        product(0..<3, momenta, place)
        / (product(0..<3, momenta, momenta) * product(0..<3, place, place)).squareRoot()
      #expect(abs(inSpace - space[row]) < 1e-5)
      if momenta[0][row] * place[1][row] > momenta[1][row] * place[0][row] { left += 1 }
      // |p|² of the sum is |p₀|² + |p₁|² + 2 |p₀| |p₁| cos.
      let opening =
        (product(0..<3, momenta, momenta) - square0[row] - square1[row])
        / (2 * (square0[row] * square1[row]).squareRoot())
      #expect(abs(opening - cos(angle)) < 1e-5)
    }
    let rows = Double(dr.count)
    #expect(abs(Double(left) - rows / 2) < 2.5 * rows.squareRoot())
  }

  /// The B meson has 0.33 GeV in the frame of Υ(4S), any direction, whatever is selected of its decays.
  @Test func mesonsMoveAsFromTheirResonance() throws {
    let made = try LongLivedSample.make(events: 4000)
    let written = try #require(made.written.last)
    let ntuple = try LongLivedNtuple(written.path)
    let momenta = try ["x", "y", "z"].map { try ntuple("trueB_p\($0)") }
    try #require(momenta[0].count > 100)
    for row in momenta[0].indices {
      let (x, y, z) = (momenta[0][row], momenta[1][row], momenta[2][row])
      let energy = (x * x + y * y + z * z + 5.27934 * 5.27934).squareRoot()
      // Back into the c.m. frame: the boost along z has βγ = 0.284.
      let along = (1 + 0.284 * 0.284).squareRoot() * z - 0.284 * energy
      #expect(abs((x * x + y * y + along * along).squareRoot() - 0.33) < 1e-5)
    }
  }

  @Test func convertedPhotonsComeFromTheMaterialWithSmallAngles() throws {
    let channel = LongLivedChannel(parent: .chargedB, pair: .ee)
    let made = try LongLivedSample.make(channel, luminosity: 189)
    let ntuple = try LongLivedNtuple(try #require(made.written.first).path)
    let (masses, dr, angles) = (
      try ntuple("M"), try ntuple("dr"), try ntuple("openingAngle")
    )
    // Unrelated tracks are spread from 0.025 to 4.6 GeV: none of 600 lies below 0.02 GeV.
    let photons = masses.indices.filter { masses[$0] < 0.02 }
    // 20 in 1 fb⁻¹ with a mean of 10 MeV above two electrons.
    let mean = 20 * 189 * (1 - exp(-(0.02 - 2 * 0.000_510_998_95) / 0.01))
    #expect(abs(Double(photons.count) - mean) < 5 * mean.squareRoot())
    let layers = [1.0, 1.4, 2.2, 3.9, 8, 10.4, 13.5]
    #expect(photons.allSatisfy { row in layers.contains { abs($0 - dr[row]) < 0.0501 } })
    let pipe = Double(photons.count { abs(dr[$0] - 1) < 0.06 })
    let all = Double(photons.count)
    #expect(abs(pipe / all - 0.25) < 5 * (0.25 * 0.75 / all).squareRoot())
    #expect(Double(photons.count { angles[$0] < 0.1 }) > 0.98 * all)
  }

  @Test func theSchemaReadsTheFilesAndNamesEveryColumn() throws {
    let path = ToolProcess.root + "/Schemas/v1/bks.ntuple.yaml"
    let text = try String(contentsOfFile: path, encoding: .utf8)
    let file = try SettingsFile<NtupleSchema>(text: text, file: "bks.ntuple.yaml")
    #expect(file.log.faults.sorted.map(\.description) == [])
    let schema = file.value
    let all = LongLivedColumn.all(parent: .neutralB, hasTruth: true)
    #expect(schema.columns.map(\.name) == all.map(\.name))
    let charged = LongLivedColumn.all(parent: .chargedB, hasTruth: false)
    for column in all + charged {
      #expect(schema.names(of: column.name).contains(column.tableName))
      #expect(schema.columns.value(named: column.name)?.unit == column.unit)
      #expect(schema.columns.value(named: column.name)?.meaning == column.meaning)
    }
    let everywhere = Set(charged.map(\.name))
    for column in schema.columns where column.value.isRequired {
      #expect(everywhere.contains(column.name), "\(column.name)")
    }
  }
}
