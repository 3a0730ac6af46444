/// The decay A' → χ1 χ2, all others being of order ε².
extension InelasticDarkMatter {
  /// The width of the dark photon, GeV.
  public var darkPhotonWidth: Double { darkPhotonWidth(atMass: darkPhotonMass) }

  /// Computes the width to χ1 χ2 of a dark photon of another mass, GeV.
  ///
  /// (α_D M/3) (1 + S²/2M²) (1 − S²/M²)^½ (1 − d²/M²)^{3/2} with S and d the sum and the difference of the
  /// masses: the width of arXiv:2410.00881, whose bracket [1 + 2m₁m₂/M² − (d²/2M²)(1 + S²/M²)] is the
  /// product (1 + S²/2M²)(1 − d²/M²) because 4m₁m₂ = S² − d².
  /// - Parameter mass: GeV, positive.
  /// - Returns: The width; zero below threshold.
  public func darkPhotonWidth(atMass mass: Double) -> Double {
    guard mass > massSum else { return 0 }
    let (sum, difference) = (massSum / mass, splitting / mass)
    let one = (1 - sum) * (1 + sum)
    let other = (1 - difference) * (1 + difference)
    return alphaD * mass / 3 * (1 + 0.5 * sum * sum) * (one * other).squareRoot() * other
  }
}
