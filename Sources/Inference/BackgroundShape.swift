/// The shape of the background in a window; its parameters are free in every fit.
public indirect enum BackgroundShape: Hashable, Sendable {
  /// A polynomial: Chebyshev polynomials up to `order` on the window mapped to [-1, 1].
  case polynomial(order: Int)
  /// exp(slope · u), u the window mapped to [-1, 1], with free slope.
  case exponential
  /// A peak of a fixed shape, as of a known particle; its yield is free and not negative.
  case peak(SignalShape)
  /// A sum of shapes, each with its own yield; at most one polynomial.
  case sum([BackgroundShape])

  /// The highest polynomial order, or nil without a polynomial.
  public var polynomialOrder: Int? {
    switch self {
    case .polynomial(let order): order
    case .exponential, .peak: nil
    case .sum(let shapes): shapes.compactMap(\.polynomialOrder).max()
    }
  }

  /// How many exponentials the shape holds.
  public var exponentialCount: Int {
    switch self {
    case .polynomial, .peak: 0
    case .exponential: 1
    case .sum(let shapes): shapes.reduce(0) { $0 + $1.exponentialCount }
    }
  }

  /// The peaks among the shapes.
  public var peaks: [SignalShape] {
    switch self {
    case .polynomial, .exponential: []
    case .peak(let shape): [shape]
    case .sum(let shapes): shapes.flatMap(\.peaks)
    }
  }
}
