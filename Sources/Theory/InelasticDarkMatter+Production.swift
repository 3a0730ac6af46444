import NumericalMethods

/// e⁺e⁻ → h'A' at Born level; radiation of h' from χ is left out.
///
/// With x = m(h')²/s, z = m(A')²/s, λ = (1 − x − z)² − 4xz (Batell, Pospelov, Ritz, arXiv:0903.0363,
/// for q = 1):
///
///     σ = q² π α α_D ε²/(3s) √λ (λ + 12z)/(1 − z)²
extension InelasticDarkMatter {
  /// Computes σ(e⁺e⁻ → h'A') for a dark photon of no width, fb.
  ///
  /// - Parameter higgsMass: GeV, not negative.
  /// - Returns: The cross section; zero where `higgsMass` is above √s − m(A').
  public func crossSection(higgsMass: Double) -> Double {
    precondition(higgsMass >= 0, "InelasticDarkMatter: the mass must not be negative")
    return crossSection(higgsMass: higgsMass, pairMass: darkPhotonMass)
  }

  /// Computes σ(e⁺e⁻ → h'χ1χ2) through a dark photon of its natural width, fb, to 1e-6.
  ///
  /// ∫ dQ²/π Q Γ(Q)/[(Q² − M²)² + M²Γ²] (M²/Q²) σ(Q), where σ(Q) has z = Q²/s in λ + 12z but keeps
  /// (1 − z)² of the dark photon that the beams make. In x, Q² = M² + MΓ sinh x, the peak has the
  /// shape 1/cosh x and its tails the scale 1 for any width; x = middle − half × cos φ takes out the
  /// roots at both thresholds. 200 Gauss points suffice down to Γ/M = 1e-11.
  /// - Parameter higgsMass: GeV, not negative.
  /// - Returns: The cross section, also for an A' off its mass shell alone; zero where h'χ1χ2 is
  ///   closed and for m(A') from √s on, where the beams make A' first.
  public func crossSectionWithWidth(higgsMass: Double) -> Double {
    precondition(higgsMass >= 0, "InelasticDarkMatter: the mass must not be negative")
    let highest = sqrtS - higgsMass
    guard highest > massSum, darkPhotonMass < sqrtS else { return 0 }
    let scale = darkPhotonMass * darkPhotonWidth
    func place(_ mass: Double) -> Double {
      Self.asinh((mass - darkPhotonMass) * (mass + darkPhotonMass) / scale)
    }
    let (low, high) = (place(massSum), place(highest))
    let (middle, half) = (0.5 * (low + high), 0.5 * (high - low))
    let integral = Self.peakRule.integrate(over: 0...Double.pi) { angle in
      let x = middle - half * SpecialFunctions.cos(angle)
      let squared = darkPhotonMass * darkPhotonMass + scale * SpecialFunctions.sinh(x)
      let mass = max(squared, massSum * massSum).squareRoot()
      return half * SpecialFunctions.sin(angle) / SpecialFunctions.cosh(x)
        * darkPhotonWidth(atMass: mass) / mass * crossSection(higgsMass: higgsMass, pairMass: mass)
    }
    return integral * darkPhotonMass / (.pi * darkPhotonWidth)
  }

  /// Computes the angular distribution of h' in the rest frame of the beams.
  ///
  /// dσ/dcos θ is proportional to λ sin²θ + 8z; its integral over cos θ is (4/3)(λ + 12z).
  /// - Parameter higgsMass: GeV, not negative.
  /// - Returns: λ and 8z; nil where `higgsMass` is above √s − m(A').
  public func angularCoefficients(higgsMass: Double) -> (sineSquared: Double, constant: Double)? {
    precondition(higgsMass >= 0, "InelasticDarkMatter: the mass must not be negative")
    guard let momentum = Kinematics.momentum(of: sqrtS, to: higgsMass, and: darkPhotonMass) else {
      return nil
    }
    let (root, ratio) = (2 * momentum / sqrtS, darkPhotonMass / sqrtS)
    return (root * root, 8 * ratio * ratio)
  }

  private func crossSection(higgsMass: Double, pairMass: Double) -> Double {
    guard let momentum = Kinematics.momentum(of: sqrtS, to: higgsMass, and: pairMass),
      momentum > 0
    else { return 0 }
    let (root, ratio) = (2 * momentum / sqrtS, pairMass / sqrtS)
    let propagator = (1 - darkPhotonMass / sqrtS) * (1 + darkPhotonMass / sqrtS)
    let couplings = higgsCharge * higgsCharge * alphaD * kineticMixing * kineticMixing
    return .pi * Constants.fineStructure * couplings / (3 * sqrtS * sqrtS)
      * root * (root * root + 12 * ratio * ratio) / (propagator * propagator)
      * Constants.femtobarnPerInverseGeVSquared
  }

  private static func asinh(_ x: Double) -> Double {
    let size = x.magnitude
    let value = SpecialFunctions.log1p(size + size * size / (1 + (1 + size * size).squareRoot()))
    return x < 0 ? -value : value
  }

  private static let peakRule = GaussLegendreRule(count: 200)
}
