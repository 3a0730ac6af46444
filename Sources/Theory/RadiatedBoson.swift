import NumericalMethods

/// A boson radiated by one of the muons of e+e- → γ* → μ+μ-, at tree level and unit coupling.
///
/// With a = (p1+k)² - m², b = (p2+k)² - m² (p1, p2 the muons, m their mass, k the boson, M its mass) the
/// tensor of the photon's decay, summed over spins and contracted with -g for the photon and the vector:
///
///     Σ|T|² = N1(a,b)/a² + N1(b,a)/b² + N12/(ab)
///
/// N1 and N12 are traces of eight and fewer gamma matrices, polynomials in a, b, s, M² and m². Currents
/// are conserved, so only -g of the boson's polarization sum counts, and one third of the contraction
/// stands for each direction of the photon.
public struct RadiatedBoson: Equatable, Sendable {
  /// The spin of the boson and its coupling to the muon.
  public enum Kind: Equatable, Sendable, CaseIterable {
    /// Spin 1, coupling γ^μ.
    case vector
    /// Spin 0, coupling 1.
    case scalar
  }

  /// The spin and coupling.
  public let kind: Kind
  /// The mass of the boson, GeV.
  public let mass: Double
  /// The mass of the fermion that radiates, GeV.
  public let fermionMass: Double
  /// The fine-structure constant used.
  public let alpha: Double

  /// Makes the process.
  ///
  /// - Parameters:
  ///   - kind: The spin and coupling.
  ///   - mass: The mass of the boson, GeV, positive.
  ///   - fermionMass: The mass of the fermion that radiates, GeV, positive.
  ///   - alpha: The fine-structure constant.
  public init(
    _ kind: Kind, mass: Double, fermionMass: Double = Constants.muonMass,
    alpha: Double = Constants.fineStructure
  ) {
    precondition(mass.isFinite && mass > 0, "RadiatedBoson: the mass must be positive")
    precondition(fermionMass > 0, "RadiatedBoson: the mass of the fermion must be positive")
    self.kind = kind
    self.mass = mass
    self.fermionMass = fermionMass
    self.alpha = alpha
  }

  /// The smallest energy at which the boson is made, GeV.
  public var threshold: Double { 2 * fermionMass + mass }

  /// Computes Σ|T|² for unit couplings, in GeV⁰.
  ///
  /// - Parameters:
  ///   - a: (p1+k)² - m², GeV².
  ///   - b: (p2+k)² - m², GeV².
  ///   - s: The squared mass of the photon, GeV².
  /// - Returns: The sum over spins, contracted with -g for the photon and for a vector boson.
  public func squaredAmplitude(a: Double, b: Double, s: Double) -> Double {
    let terms = Terms(self, s: s)
    let one = terms.product * a * b + terms.constant
    return (one + terms.linear * a) / (a * a) + (one + terms.linear * b) / (b * b)
      + (terms.crossConstant + terms.crossSum * (a + b)) / (a * b) + terms.crossProduct
  }

  /// Computes the Born cross section over all phase space at unit coupling, fb, to 1e-9.
  ///
  /// α² g²/(48 pi s³) ∫ Σ|T|² dm₁₂² dm₂₃². The inner integral (over a at fixed sum A = a + b, where
  /// m₁₂² = s + M² - A) is elementary. The outer runs in η, A = 2 M √s cosh η: it takes out the pole of
  /// the soft boson and the root of the phase space; its upper end, the threshold of the muon pair,
  /// where the velocity has a root, is taken quadratically. 48 Gauss points then suffice.
  /// - Parameter s: The squared energy, GeV².
  /// - Returns: The cross section; zero below threshold.
  public func crossSection(s: Double) -> Double {
    guard s > threshold * threshold else { return 0 }
    let energy = s.squareRoot()
    let (mm, ff) = (mass * mass, fermionMass * fermionMass)
    let terms = Terms(self, s: s)
    // cosh η - 1 at the end, in factors: exact near the threshold.
    let excess =
      (energy - mass - 2 * fermionMass) * (energy - mass + 2 * fermionMass) / (2 * mass * energy)
    let end = SpecialFunctions.log1p(excess + (excess * (excess + 2)).squareRoot())
    let integral = RadiatedBoson.rule.integrate(over: 0...1) { u in
      let eta = end * (1 - u * u)
      let sum = 2 * mass * energy * SpecialFunctions.cosh(eta)
      let root = 2 * mass * energy * SpecialFunctions.sinh(eta)
      let pair = s + mm - sum
      guard pair > 4 * ff else { return 0 }
      // a runs over (sum ± width)/2; the product of the two ends without cancellation.
      let velocitySquared = 1 - 4 * ff / pair
      let width = root * velocitySquared.squareRoot()
      let product = sum * sum * ff / pair + velocitySquared * s * mm
      let high = 0.5 * (sum + width)
      return 2 * end * u * root
        * terms.integral(
          sum: sum, width: width, product: product,
          logarithm: SpecialFunctions.log(high * high / product))
    }
    return alpha * alpha / (48 * .pi * s * s * s) * integral
      * Constants.femtobarnPerInverseGeVSquared
  }

  /// Computes the cross section with radiation over the Born one.
  ///
  /// - Parameters:
  ///   - radiator: The radiation of the beams.
  ///   - finalStateMass: The smallest mass of all final particles that counts, GeV; nil for all.
  /// - Returns: The ratio, to 1e-6; nil at and below threshold.
  public func radiationFactor(_ radiator: Radiator, finalStateMass: Double? = nil) -> Double? {
    let lowest = max(threshold, finalStateMass ?? 0)
    let born = crossSection(s: radiator.s)
    guard born > 0, lowest * lowest < radiator.s else { return nil }
    let radiated = radiator.convolve(upTo: 1 - lowest * lowest / radiator.s) {
      crossSection(s: $0)
    }
    return radiated / born
  }

  private static let rule = GaussLegendreRule(count: 48)
}
