import Foundation
import Platform
import Simulation
import TestSupport

/// Small samples of `simulate idm`.
enum InelasticSample {
  static func make(
    _ pair: InelasticPair = .mumu, masses: [Double] = [1.5], chi1: Double = 2.5,
    lifetimes: [Double] = [1], chi2Lifetimes: [Double] = [10], events: Int = 0,
    background: Double = 0, luminosity: Double = 0.01, seed: UInt64 = 5, threads: Int = 2,
    injections: [InelasticInjection] = []
  ) throws -> (folder: TemporaryFolder, written: [InelasticSimulation.Written]) {
    let folder = try TemporaryFolder()
    let simulation = InelasticSimulation(
      settings: try InelasticSettings(
        pairs: [pair], luminosity: luminosity, backgroundFactor: background,
        masses: .list(masses), chiMasses: [chi1], lifetimes: lifetimes,
        chi2Lifetimes: chi2Lifetimes, signalEvents: events, injections: injections, seed: seed))
    let written = try simulation.run(into: folder.path, pool: WorkerPool(threads: threads))
    return (folder, written)
  }
}

/// Candidates of one file of `simulate idm`, with what a search computes from their momenta.
struct InelasticNtuple {
  let read: LongLivedNtuple
  private let columns: [String: [Double]]
  let rows: Int

  init(_ path: String) throws {
    read = try LongLivedNtuple(path)
    var columns: [String: [Double]] = [:]
    for column in InelasticColumn.all(hasTruth: false) {
      columns[column.name] = try read(column.name)
    }
    self.columns = columns
    rows = columns["t0_px"]?.count ?? 0
  }

  subscript(name: String, row: Int) -> Double { columns[name]?[row] ?? .nan }

  /// Momentum and energy of a track of a mass, in the laboratory.
  func vector(_ track: String, _ mass: Double, _ row: Int) -> [Double] {
    let p = ["px", "py", "pz"].map { self["\(track)_\($0)", row] }
    return p + [(p.reduce(mass * mass) { $0 + $1 * $1 }).squareRoot()]
  }

  /// Mass of t0 and t1 under two hypotheses, GeV.
  func mass(_ first: Double, _ second: Double, _ row: Int) -> Double {
    let sum = zip(vector("t0", first, row), vector("t1", second, row)).map { $0 + $1 }
    return (sum[3] * sum[3] - sum[..<3].reduce(0) { $0 + $1 * $1 }).squareRoot()
  }

  /// Energy of the beams less that of the four tracks in the rest frame of the beams, GeV.
  func missingEnergy(_ mass: Double, _ row: Int) -> Double {
    let beams = [0.2903 + 0.1661, 0, 6.9942 - 4.0026, 7.0004 + 4.006]
    let energy =
      (beams[3] * beams[3] - beams[0] * beams[0] - beams[2] * beams[2]).squareRoot()
    return [("t0", mass), ("t1", mass), ("e0", 0.000_511), ("e1", 0.000_511)].reduce(energy) {
      let p = vector($1.0, $1.1, row)
      return $0 - (p[3] * beams[3] - p[0] * beams[0] - p[2] * beams[2]) / energy
    }
  }

  /// Angle between the electrons in the laboratory, rad.
  func openingAngle(_ row: Int) -> Double {
    let (a, b) = (vector("e0", 0, row), vector("e1", 0, row))
    return acos(min(1, (0..<3).reduce(0) { $0 + a[$1] * b[$1] } / (a[3] * b[3])))
  }

  /// Whether a candidate of a pair passes the usual selection, without vetoes.
  func isSelected(_ pair: InelasticPair, _ row: Int) -> Bool {
    let name = ["mumu": "muonID", "pipi": "pionID", "KK": "kaonID"][pair.rawValue] ?? ""
    let least = pair == .mumu ? 0.9 : 0.6
    guard min(self["t0_\(name)", row], self["t1_\(name)", row]) > least,
      min(self["e0_electronID", row], self["e1_electronID", row]) > 0.9,
      max(self["higgsDr", row], self["chi2Dr", row]) > 0.2,
      self["higgsPointing", row] < 0.05, self["chi2Pointing", row] > 0.2,
      self["extraEnergy", row] < 1
    else { return false }
    return missingEnergy(pair.mass, row) > 4 && openingAngle(row) > 0.1
  }

  /// Whether a candidate looks like K_S, Λ or φ.
  func isKnown(_ row: Int) -> Bool {
    let (pion, kaon, proton) = (0.139_570_39, 0.493_677, 0.938_272)
    return (0.48...0.52).contains(mass(pion, pion, row))
      || (1.110...1.121).contains(mass(proton, pion, row))
      || (1.110...1.121).contains(mass(pion, proton, row))
      || (1.00...1.04).contains(mass(kaon, kaon, row))
  }
}
