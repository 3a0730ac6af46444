import Foundation
import HDF5Files
import Platform
import Simulation
import TestSupport

/// Small samples of `simulate bks` and what should be in them.
enum LongLivedSample {
  static let charged = LongLivedChannel(parent: .chargedB, pair: .mumu)

  static func make(
    _ channel: LongLivedChannel = charged, masses: Int = 2, lifetimes: [Double] = [1],
    events: Int = 0, background: Double = 0, luminosity: Double = 189, seed: UInt64 = 5,
    threads: Int = 2, injections: [LongLivedInjection] = []
  ) throws -> (folder: TemporaryFolder, written: [LongLivedSimulation.Written]) {
    let folder = try TemporaryFolder()
    let simulation = LongLivedSimulation(
      settings: try LongLivedSettings(
        channels: [channel], luminosity: luminosity, backgroundFactor: background, masses: masses,
        lifetimes: lifetimes, signalEvents: events, injections: injections, seed: seed))
    let written = try simulation.run(into: folder.path, pool: WorkerPool(threads: threads))
    return (folder, written)
  }

  /// p_T/m of S, for the directions that are seen of a lattice of directions; B⁰ goes with K*(892)⁰ at
  /// its peak.
  static func slopes(
    mass: Double, parent: LongLivedChannel.Parent = .chargedB
  ) -> (seen: [Double], points: Int) {
    let (meson, kaon) = parent == .chargedB ? (5.27934, 0.493677) : (5.27965, 0.89555)
    let square =
      (meson * meson - (kaon + mass) * (kaon + mass))
      * (meson * meson - (kaon - mass) * (kaon - mass))
    let momentum = square.squareRoot() / (2 * meson)
    let energy = (momentum * momentum + mass * mass).squareRoot()
    let boostB = 0.33 / meson
    let gammaB = (1 + boostB * boostB).squareRoot()
    let (boost, gamma) = (0.284, (1 + 0.284 * 0.284).squareRoot())
    var seen: [Double] = []
    let n = 40
    for i in 0..<n {
      for j in 0..<n {
        for k in 0..<n {
          // Angle of S to the flight of B, azimuth about it, polar angle of B.
          let cosine = 2 * (Double(i) + 0.5) / Double(n) - 1
          let azimuth = 2 * Double.pi * (Double(j) + 0.5) / Double(n)
          let cosineB = 2 * (Double(k) + 0.5) / Double(n) - 1
          let along = gammaB * momentum * cosine + boostB * energy
          let e = gammaB * energy + boostB * momentum * cosine
          let across = momentum * (1 - cosine * cosine).squareRoot()
          let sineB = (1 - cosineB * cosineB).squareRoot()
          let z = along * cosineB - across * cos(azimuth) * sineB
          let x = along * sineB + across * cos(azimuth) * cosineB
          let y = across * sin(azimuth)
          let pz = gamma * z + boost * e
          let pT = (x * x + y * y).squareRoot()
          let theta = acos(pz / (pT * pT + pz * pz).squareRoot()) * 180 / .pi
          if theta > 17, theta < 150 { seen.append(pT / mass) }
        }
      }
    }
    return (seen, n * n * n)
  }

  /// Exponentials of which the distribution of found decay lengths is made: weights and lengths.
  ///
  /// exp(−t/τ)/τ times 1 + g exp(−s t/l), with the transverse distance s t.
  private static func parts(_ lifetime: Double, slope: Double) -> [(weight: Double, length: Double)]
  {
    let short = 1 / (1 / lifetime + slope / LongLivedDetector.nearLength)
    return [(1, lifetime), (LongLivedDetector.nearGain * short / lifetime, short)]
  }

  /// ⟨acceptance · ∫ exp(−r/L)/L (1 + g exp(−r/l)) dr from d to R⟩ over directions, L = (p_T/m) c τ.
  static func geometry(
    mass: Double, lifetime: Double, shortest: Double, radius: Double,
    parent: LongLivedChannel.Parent = .chargedB
  ) -> Double {
    let (seen, points) = slopes(mass: mass, parent: parent)
    let sum = seen.reduce(0) { sum, slope in
      parts(lifetime, slope: slope).reduce(sum) {
        $0 + $1.weight
          * (exp(-shortest / (slope * $1.length)) - exp(-radius / (slope * $1.length)))
      }
    }
    return sum / Double(points)
  }

  /// Mean and standard deviation of the proper decay lengths of what decays between two transverse
  /// distances, from the primitives of tⁿ exp(−t/τ).
  static func lengths(
    mass: Double, lifetime: Double, shortest: Double, radius: Double
  ) -> (mean: Double, deviation: Double) {
    var sums = (0.0, 0.0, 0.0)
    for slope in slopes(mass: mass).seen {
      for (weight, length) in parts(lifetime, slope: slope) {
        for (edge, sign) in [(shortest / slope, weight), (radius / slope, -weight)] {
          let u = edge / length
          let rest = sign * exp(-u)
          sums.0 += rest
          sums.1 += rest * length * (u + 1)
          sums.2 += rest * length * length * (u * u + 2 * u + 2)
        }
      }
    }
    let mean = sums.1 / sums.0
    return (mean, (sums.2 / sums.0 - mean * mean).squareRoot())
  }
}

/// Columns of one file.
struct LongLivedNtuple {
  let file: HDF5File
  init(_ path: String) throws { file = try HDF5File(path: path) }
  func callAsFunction(_ name: String) throws -> [Double] {
    try file.dataset("/events/\(name)").doubles()
  }
  /// Invariant masses of the pair under a mass hypothesis.
  func pairMasses(_ mass: Double) throws -> [Double] {
    let p = try ["t0_px", "t0_py", "t0_pz", "t1_px", "t1_py", "t1_pz"].map { try self($0) }
    return p[0].indices.map { row in
      func energy(_ first: Int) -> Double {
        (p[first][row] * p[first][row] + p[first + 1][row] * p[first + 1][row]
          + p[first + 2][row] * p[first + 2][row] + mass * mass).squareRoot()
      }
      let sum = (0..<3).map { p[$0][row] + p[$0 + 3][row] }
      let total = energy(0) + energy(3)
      return (total * total - sum.reduce(0) { $0 + $1 * $1 }).squareRoot()
    }
  }
}
