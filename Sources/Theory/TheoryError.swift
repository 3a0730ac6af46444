/// Why a model cannot be made.
public enum TheoryError: Error, Equatable, Sendable, CustomStringConvertible {
  /// A quantity is zero, negative, infinite or NaN.
  case notPositive(quantity: String, value: Double)
  /// A particle is too light for the decay that the model is about.
  case closed(decay: String, mass: Double, threshold: Double)

  /// The text for people.
  public var description: String {
    switch self {
    case .notPositive(let quantity, let value):
      "\(quantity): must be positive and finite, found \(value); give a positive number"
    case .closed(let decay, let mass, let threshold):
      "\(decay): closed at \(mass) GeV; the mass must be above \(threshold) GeV; raise it"
    }
  }
}
