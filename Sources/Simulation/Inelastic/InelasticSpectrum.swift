import NumericalMethods
import Theory

/// The squared mass q² of the electrons of χ₂ → χ₁ e⁺e⁻ by a virtual A'.
///
/// dΓ/dq² ∝ p H q² L / (M² − q²)² with the momentum p of χ₁, L = (1 + 2 m²/q²) √(1 − 4 m²/q²) of the two
/// electrons, and H the trace over χ₁ and χ₂ (Majorana, coupled off the diagonal) with −g + qq/q²,
/// H = 8 P − 16 m₁ m₂ + (4/q²) [2 (P − m₁²)(m₂² − P) − q² P + q² m₁ m₂], P = (m₁² + m₂² − q²)/2; for a heavy
/// A' and m ≪ m₂ − m₁ ≪ m₁ its integral goes with the fifth power of the splitting (arXiv:1911.03176).
package struct InelasticSpectrum: Sendable {
  private let chi1: Double
  private let chi2: Double
  private let darkPhoton: Double
  /// log q² over the part of the decays below it.
  private let inverse: Interpolant

  /// Steps of the table, even in log q².
  private static let steps = 400
  private static let rule = GaussLegendreRule(count: 4)

  /// The spectrum of a point.
  package init(_ point: InelasticPoint) {
    (chi1, chi2, darkPhoton) = (point.chi1, point.chi2, point.darkPhoton)
    let low = SpecialFunctions.log(4 * Constants.electronMass * Constants.electronMass)
    let high = 2 * SpecialFunctions.log(point.splitting)
    let edges = (0...Self.steps).map { step in
      low + (high - low) * Double(step) / Double(Self.steps)
    }
    var (parts, places, sum) = ([0.0], [low], 0.0)
    for (left, right) in zip(edges, edges.dropFirst()) {
      sum += Self.rule.integrate(over: left...right) { logarithm in
        let square = SpecialFunctions.exp(logarithm)
        return square
          * Self.density(square, chi1: point.chi1, chi2: point.chi2, darkPhoton: point.darkPhoton)
      }
      // Next to the ends a step may add nothing.
      if sum > parts[parts.count - 1] {
        parts.append(sum)
        places.append(right)
      }
    }
    let shares = parts.map { $0 / sum }
    guard let inverse = try? Interpolant(arguments: shares, values: places, method: .linear) else {
      preconditionFailure("the spectrum of the electrons is positive")
    }
    self.inverse = inverse
  }

  /// The density in q², GeV², without a constant; zero where there is no decay.
  package func density(_ square: Double) -> Double {
    Self.density(square, chi1: chi1, chi2: chi2, darkPhoton: darkPhoton)
  }

  private static func density(
    _ square: Double, chi1: Double, chi2: Double, darkPhoton: Double
  ) -> Double {
    let electron = 4 * Constants.electronMass * Constants.electronMass / square
    guard electron < 1,
      let momentum = Kinematics.momentum(of: chi2, to: chi1, and: square.squareRoot())
    else { return 0 }
    let (one, two) = (chi1 * chi1, chi2 * chi2)
    let product = 0.5 * (one + two - square)
    let trace =
      8 * product - 16 * chi1 * chi2 + 8 * (product - one) * (two - product) / square
      + 4 * (chi1 * chi2 - product)
    let leptons = (1 + 0.5 * electron) * (1 - electron).squareRoot()
    let propagator = darkPhoton * darkPhoton - square
    return momentum * max(0, trace) * square * leptons / (propagator * propagator)
  }

  /// Draws q², GeV².
  package func draw(_ random: inout RandomStream) -> Double {
    SpecialFunctions.exp(inverse.clamped(at: random.uniform()))
  }
}
