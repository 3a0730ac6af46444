import NumericalMethods
import Theory

/// A decay B → K(*) S, S → two charged particles.
public struct LongLivedChannel: Sendable, Equatable, Hashable, CaseIterable {
  /// The decaying meson; B⁰ goes with K*(892)⁰ → K⁺π⁻.
  public enum Parent: String, Sendable, CaseIterable {
    case chargedB = "Bplus"
    case neutralB = "B0"

    var meson: MesonDecay {
      switch self {
      case .chargedB: MesonDecay(parent: .chargedB, kaon: .kaon)
      case .neutralB: MesonDecay(parent: .neutralB, kaon: .kStar)
      }
    }
  }

  /// What S decays to.
  public enum Pair: String, Sendable, CaseIterable {
    case ee, mumu, pipi, KK

    /// Mass of a daughter, GeV.
    public var mass: Double {
      switch self {
      case .ee: Constants.electronMass
      case .mumu: Constants.muonMass
      case .pipi: Constants.pionMass
      case .KK: Constants.kaonMass
      }
    }

    var kind: ParticleKind {
      switch self {
      case .ee: .electron
      case .mumu: .muon
      case .pipi: .pion
      case .KK: .kaon
      }
    }
  }

  /// The decaying meson.
  public var parent: Parent
  /// What S decays to.
  public var pair: Pair

  /// A channel.
  public init(parent: Parent, pair: Pair) {
    self.parent = parent
    self.pair = pair
  }

  /// All eight.
  public static var allCases: [LongLivedChannel] {
    Parent.allCases.flatMap { parent in Pair.allCases.map { .init(parent: parent, pair: $0) } }
  }

  /// `Bplus-mumu`.
  public var name: String { "\(parent.rawValue)-\(pair.rawValue)" }

  /// Reads a name.
  public init?(name: String) {
    guard let channel = Self.allCases.first(where: { $0.name == name }) else { return nil }
    self = channel
  }

  /// Masses of S that are simulated, GeV.
  ///
  /// Nearer to the endpoint S moves along the beams, where the simulated detector sees nothing.
  public var massRange: ClosedRange<Double> {
    func rounded(_ mass: Double) -> Double { (mass * 10_000).rounded() / 10_000 }
    let threshold = rounded(max(0.025, 2 * pair.mass + 0.001))
    return threshold...rounded(parent.meson.parent.mass - parent.meson.kaon.mass - 0.15)
  }

  /// Number among all channels.
  var index: Int { Self.allCases.firstIndex(of: self) ?? 0 }
}

/// Charged particles that a track may be.
enum ParticleKind: Int, CaseIterable, Sendable {
  case electron, muon, pion, kaon, proton

  var mass: Double {
    switch self {
    case .electron: Constants.electronMass
    case .muon: Constants.muonMass
    case .pion: Constants.pionMass
    case .kaon: Constants.kaonMass
    case .proton: 0.938_272_088
    }
  }
}
