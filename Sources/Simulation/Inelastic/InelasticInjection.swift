/// A signal put into the data.
public struct InelasticInjection: Sendable, Equatable {
  /// What h' decays to.
  public let pair: InelasticPair
  /// Mass of h', GeV.
  public let mass: Double
  /// Mass of χ₁, GeV.
  public let chi1: Double
  /// Lifetime c τ of h', cm.
  public let lifetime: Double
  /// Lifetime c τ of χ₂, cm.
  public let chi2Lifetime: Double
  /// Cross section with both branching fractions, fb; the number of events fluctuates.
  public let crossSection: Double

  /// Reads PAIR:MASS:CHI1:CTAU:CHI2CTAU:SIGMABfb; `InelasticSettings` checks χ₁.
  /// - Throws: `SimulationError.badInelastic`, `.outOfRange`.
  public init(text: String) throws(SimulationError) {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count == 6, let pair = InelasticPair(rawValue: String(parts[0])) else {
      throw .badInelastic(text: text)
    }
    let section = parts[5].hasSuffix("fb") ? parts[5].dropLast(2) : parts[5]
    let numbers = (parts[1..<5] + [section]).compactMap { Double($0) }
    guard numbers.count == 5, numbers.allSatisfy(\.isFinite) else {
      throw .badInelastic(text: text)
    }
    try SimulationError.check("--inject", numbers[0], pair.threshold...10, unit: "GeV")
    for lifetime in numbers[2...3] {
      try SimulationError.check(
        "--inject", lifetime, InelasticSettings.lifetimeRange, unit: "cm")
    }
    guard numbers[4] > 0, numbers[4] <= 1e6 else {
      throw .outOfRange(
        option: "--inject", found: "\(numbers[4]) fb", allowed: "above 0, up to 1000000 fb")
    }
    self.pair = pair
    mass = numbers[0]
    chi1 = numbers[1]
    lifetime = numbers[2]
    chi2Lifetime = numbers[3]
    crossSection = numbers[4]
  }
}
