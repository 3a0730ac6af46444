/// What may stand behind a displaced pair beside a kaon, with its number of candidates in 1 fb⁻¹.
///
/// Numbers are chosen, not measured: few events under the signal of leptons, as the published limits
/// say, more hadrons below 1.2 GeV; peaks of long-lived and of prompt particles whose vertices are
/// badly measured.
enum LongLivedProcess: Sendable, Equatable {
  /// S of a mass, GeV, and a lifetime c τ, cm.
  case signal(mass: Double, lifetime: Double)
  /// Unrelated tracks: evenly in mass, or falling from threshold with a scale, GeV.
  case combinatorial(falling: Double?)
  /// A known particle: mass, daughters, mean transverse displacement.
  case peak(LongLivedPeak)
  /// A photon that converts in the material.
  case conversion

  /// Processes of data and background of a channel, with candidates in 1 fb⁻¹.
  static func all(_ channel: LongLivedChannel) -> [(process: LongLivedProcess, rate: Double)] {
    let part = channel.parent == .chargedB ? 1.0 : 0.8
    var processes: [(LongLivedProcess, Double)]
    switch channel.pair {
    case .ee: processes = [(.combinatorial(falling: nil), 3.2)]
    case .mumu: processes = [(.combinatorial(falling: nil), 2.4)]
    // Hadrons: as muons above 1.2 GeV, where one event in ten windows is left of the falling part.
    case .pipi:
      processes = [(.combinatorial(falling: nil), 2.4), (.combinatorial(falling: 0.15), 450)]
    case .KK:
      processes = [(.combinatorial(falling: nil), 2.4), (.combinatorial(falling: 0.06), 250)]
    }
    processes += LongLivedPeak.all(channel.pair).map { (.peak($0.peak), $0.rate) }
    if channel.pair == .ee { processes.append((.conversion, 20)) }
    return processes.map { ($0.0, $0.1 * part) }
  }
}

/// A known particle that decays to a pair of tracks.
struct LongLivedPeak: Sendable, Equatable {
  /// Mass, GeV.
  var mass: Double
  /// Natural width, GeV.
  var width = 0.0
  /// What it decays to, the positive particle first.
  var daughters: (ParticleKind, ParticleKind)
  /// c τ, cm; 0 for prompt ones.
  var lifetime = 0.0
  /// Scale of the tail of the vertex distance of what is prompt, cm.
  var tail = 0.0

  static func == (left: LongLivedPeak, right: LongLivedPeak) -> Bool {
    left.mass == right.mass && left.width == right.width && left.daughters == right.daughters
      && left.lifetime == right.lifetime && left.tail == right.tail
  }

  /// K_S, PDG 2022.
  static let kShort = LongLivedPeak(mass: 0.497_611, daughters: (.pion, .pion), lifetime: 2.684)
  static let lambda = LongLivedPeak(mass: 1.115_683, daughters: (.proton, .pion), lifetime: 7.89)
  static let dZero = LongLivedPeak(
    mass: 1.864_84, daughters: (.kaon, .pion), lifetime: 0.0123, tail: 0.02)
  static let phi = LongLivedPeak(
    mass: 1.019_461, width: 0.004_249, daughters: (.kaon, .kaon), tail: 0.04)

  static func charmonium(_ mass: Double, _ kind: ParticleKind) -> LongLivedPeak {
    LongLivedPeak(mass: mass, daughters: (kind, kind), tail: 0.06)
  }

  /// Peaks in a channel with candidates in 1 fb⁻¹ beyond the shortest distance.
  static func all(_ pair: LongLivedChannel.Pair) -> [(peak: LongLivedPeak, rate: Double)] {
    switch pair {
    case .pipi: [(kShort, 400), (lambda, 12), (dZero, 1.5)]
    // Pions taken for leptons.
    case .mumu:
      [
        (kShort, 1.5), (dZero, 0.15), (charmonium(3.0969, .muon), 0.15),
        (charmonium(3.6861, .muon), 0.05),
      ]
    case .ee:
      [
        (kShort, 0.4), (dZero, 0.05), (charmonium(3.0969, .electron), 0.12),
        (charmonium(3.6861, .electron), 0.04),
      ]
    case .KK: [(phi, 3), (dZero, 0.6), (lambda, 1)]
    }
  }
}
