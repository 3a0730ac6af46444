import NumericalMethods

/// Two-body decays of a B meson to a kaon and a light spin-0 boson that couples to b and s quarks.
///
/// Γ(B → K X) = g² (m_B² − m_K²)² λ^½(m_B, m_K, m_X) f₀² / (64 π m_B³) and
/// Γ(B → K* X) = g² λ^{3/2}(m_B, m_K*, m_X) A₀² / (64 π m_B³) with g the coefficient of X s̄ P_R b over m_b
/// (Winkler, Phys. Rev. D 99 (2019) 015018, appendix A); form factors of Ball and Zwicky,
/// hep-ph/0406232 and hep-ph/0412079.
public struct MesonDecay: Sendable, Equatable {
  /// The decaying meson.
  public enum Parent: String, Sendable, CaseIterable {
    case chargedB = "B+"
    case neutralB = "B0"

    /// Its mass, GeV (PDG 2022).
    public var mass: Double {
      switch self {
      case .chargedB: 5.27934
      case .neutralB: 5.27965
      }
    }

    /// Its lifetime, s (PDG 2022).
    public var lifetime: Double {
      switch self {
      case .chargedB: 1.638e-12
      case .neutralB: 1.519e-12
      }
    }
  }

  /// The kaon beside the boson.
  public enum Kaon: String, Sendable, CaseIterable {
    case kaon = "K"
    case kStar = "K*"

    /// Its mass, GeV (PDG 2022; charged kaon, neutral K*(892)).
    public var mass: Double {
      switch self {
      case .kaon: 0.493677
      case .kStar: 0.89555
      }
    }
  }

  /// The decaying meson.
  public var parent: Parent
  /// The kaon.
  public var kaon: Kaon

  /// A decay.
  public init(parent: Parent, kaon: Kaon) {
    self.parent = parent
    self.kaon = kaon
  }

  /// The branching fraction at a coefficient `g`.
  ///
  /// - Parameters:
  ///   - mass: Of the boson, GeV.
  ///   - coefficient: The coefficient g, GeV⁻¹.
  /// - Returns: Γ τ_B / ħ; 0 above the threshold.
  public func branchingFraction(mass: Double, coefficient: Double) -> Double {
    let g = coefficient
    let (b, k) = (parent.mass, kaon.mass)
    guard let momentum = Kinematics.momentum(of: b, to: k, and: mass) else { return 0 }
    let root = 2 * b * momentum  // λ^½
    let width: Double
    switch kaon {
    case .kaon:
      let factor = 0.330 / (1 - mass * mass / 37.46)
      let difference = (b - k) * (b + k) * factor
      width = g * g * difference * difference * root / (64 * .pi * b * b * b)
    case .kStar:
      let factor = 1.364 / (1 - mass * mass / (b * b)) - 0.990 / (1 - mass * mass / 36.78)
      width = g * g * root * root * root * factor * factor / (64 * .pi * b * b * b)
    }
    return width * parent.lifetime / Constants.reducedPlanckGeVSeconds
  }
}
