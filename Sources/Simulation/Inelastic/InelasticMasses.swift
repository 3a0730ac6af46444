/// Which masses of h' are simulated.
public enum InelasticMasses: Sendable, Equatable {
  /// So many for each pair, from near its threshold to 3 GeV.
  case count(Int)
  /// These, GeV, for each pair that h' can decay to.
  case list([Double])

  /// Reads `--masses`: a number of masses, or masses in GeV with commas.
  /// - Throws: `SimulationError.badMasses`.
  public init(text: String) throws(SimulationError) {
    if let count = Int(text) {
      self = .count(count)
      return
    }
    guard let masses = SimulationError.numbers(text) else { throw .badMasses(text: text) }
    self = .list(masses)
  }

  /// Masses for a pair, GeV: evenly in the reduced mass √(m² − 4 m_x²), rounded to 0.1 MeV; listed ones
  /// from the threshold on.
  func values(_ pair: InelasticPair) -> [Double] {
    switch self {
    case .list(let masses): return masses.filter { $0 >= pair.threshold }
    case .count(let count):
      let square = 4 * pair.mass * pair.mass
      func reduced(_ mass: Double) -> Double { (mass * mass - square).squareRoot() }
      let (low, high) = (reduced(pair.usualMasses.lowerBound), reduced(pair.usualMasses.upperBound))
      return (0..<count).map { index in
        let value = low + (high - low) * Double(index) / Double(count - 1)
        return ((value * value + square).squareRoot() * 10_000).rounded() / 10_000
      }
    }
  }
}
