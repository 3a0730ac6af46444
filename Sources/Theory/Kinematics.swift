import NumericalMethods

/// Kinematics of two-body decays (PDG 2024, section 49).
public enum Kinematics {
  /// Computes Källén's function a² + b² + c² - 2ab - 2bc - 2ca of squared masses, without cancellation
  /// when `a` is the largest.
  public static func kallen(_ a: Double, _ b: Double, _ c: Double) -> Double {
    let difference = a - b - c
    return difference * difference - 4 * b * c
  }

  /// Computes the momentum of the two products of a decay in the rest frame of `mass`, GeV.
  ///
  /// - Parameters:
  ///   - mass: The decaying mass, GeV, positive.
  ///   - first: The mass of one product, GeV, not negative.
  ///   - second: The mass of the other.
  /// - Returns: The momentum; nil below threshold.
  public static func momentum(of mass: Double, to first: Double, and second: Double) -> Double? {
    guard mass > 0, mass >= first + second else { return nil }
    let (sum, difference) = (first + second, first - second)
    // λ in factors: exact at the threshold.
    let factors = (mass - sum) * (mass + sum) * (mass - difference) * (mass + difference)
    return factors.squareRoot() / (2 * mass)
  }

  /// Computes the velocity of two equal masses in the rest frame of `mass`; zero below threshold.
  public static func velocity(of mass: Double, toPairOf product: Double) -> Double {
    guard mass > 2 * product else { return 0 }
    return ((mass - 2 * product) * (mass + 2 * product)).squareRoot() / mass
  }
}
