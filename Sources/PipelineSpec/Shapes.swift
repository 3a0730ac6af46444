import Expressions
import Settings

/// Families of signal shapes.
public enum SignalShapeKind: String, Sendable, CaseIterable {
  case gaussian
  /// Two Crystal Balls with one mean, each with its own width and tail.
  case twoCrystalBalls = "two crystal balls"
  /// A Gaussian core with a power law on each side.
  case doubleSidedCrystalBall = "double-sided crystal ball"

  /// Names of the shape's parameters in the order of the pipeline file.
  public var parameters: [String] {
    switch self {
    case .gaussian: ["mean", "width"]
    case .twoCrystalBalls:
      ["mean", "width", "alpha", "n", "width2", "alpha2", "n2", "fraction"]
    case .doubleSidedCrystalBall: ["mean", "width", "alphaLow", "nLow", "alphaHigh", "nHigh"]
    }
  }
}

/// Where a peak's probability density is one.
public enum Normalisation: String, Sendable, CaseIterable {
  /// On the whole line: the yield counts all signal, inside and outside the window.
  case fullLine = "full line"
  /// On the window: the yield counts the signal inside.
  case window
}

/// On which side of the mean a Crystal Ball has its power-law tail.
public enum TailSide: String, Sendable, CaseIterable {
  case low, high
}

/// A background density.
public indirect enum BackgroundShapeSettings: Sendable, Equatable {
  /// A polynomial of the given order on the window.
  case polynomial(order: Int)
  /// An exponential.
  case exponential
  /// A peak of a fixed shape, its parameters by name; its yield is free and not negative.
  case peak(SignalShapeKind, [Named<Double>])
  /// A sum of shapes with own yields.
  case sum([BackgroundShapeSettings])
}

/// A background density as it is read.
struct BackgroundShapeSection: SettingsSection {
  enum Kind: String, Sendable, CaseIterable {
    case polynomial, exponential
  }

  static let sectionName = "background shape"
  static let summary = "States a background density."

  var shape: BackgroundShapeSettings

  static func read(_ keys: inout SectionReader) -> BackgroundShapeSection {
    BackgroundShapeSection(shape: keys.backgroundShape())
  }
}

/// A peak of the background: every parameter is a number.
private struct BackgroundPeakSection: SettingsSection {
  var shape: SignalShapeKind
  var parameters: [Named<Double>]

  static let sectionName = "background peak"
  static let summary = "States a peak of a background whose yield alone is fitted."

  static func read(_ keys: inout SectionReader) -> Self {
    let shape = keys.required("shape", Format<SignalShapeKind>.choice(), "Family of the shape")
    let parameters = keys.shapeParameters(
      of: shape, Format<Double>.number(), isComplete: true, meanDefault: nil)
    if keys.isClean {
      if shape == .twoCrystalBalls {
        keys.report("shape", "is not available yet for a peak of a background")
      }
      for parameter in parameters where parameter.name != "mean" && !(parameter.value > 0) {
        keys.report(parameter.name, "must be positive")
      }
      for parameter in parameters
      where parameter.name.hasPrefix("n") && !(parameter.value > 1 && parameter.value <= 1000) {
        keys.report(parameter.name, "must be above 1 and at most 1000")
      }
    }
    return Self(shape: shape, parameters: parameters)
  }
}

extension BackgroundShapeSettings {
  /// How many peaks are among the shapes.
  var peakCount: Int {
    switch self {
    case .polynomial, .exponential: 0
    case .peak: 1
    case .sum(let shapes): shapes.reduce(0) { $0 + $1.peakCount }
    }
  }

  /// Whether peaks are among the shapes.
  var hasPeaks: Bool { peakCount > 0 }

  /// Whether there is nothing but peaks.
  var isPeaksAlone: Bool {
    switch self {
    case .polynomial, .exponential: false
    case .peak: true
    case .sum(let shapes): shapes.allSatisfy(\.isPeaksAlone)
    }
  }
}

extension SectionReader {
  /// Reads the keys of a background density: `shape` with its order, or `sum`.
  mutating func backgroundShape() -> BackgroundShapeSettings {
    let kind = optional(
      "shape", Format<BackgroundShapeSection.Kind>.choice(later: ["histogram"]),
      "Family of the density")
    let order = optional(
      "order", Format<Int>.integer(.init(from: 0, to: 9)), "Order of a polynomial")
    let sum = optional(
      "sum",
      Format<[BackgroundShapeSection]>.list(of: .section, count: 2...4, of: "background shapes"),
      "Shapes with own yields that are added, instead of one shape")
    let peak = optional(
      "peak", Format<BackgroundPeakSection>.section,
      "A peak of the background, of fixed shape, instead of a smooth one; in a sum of a scan's "
        + "backgrounds")
    guard isClean else { return .polynomial(order: order ?? 0) }
    if let sum {
      if has("shape") { report("shape", "and 'sum' are both stated", remedy: "keep one of them") }
      if has("order") { report("order", "belongs to a polynomial, not to a sum") }
      return .sum(sum.map(\.shape))
    }
    if let peak {
      if has("shape") || has("order") {
        report("peak", "stands beside a shape", remedy: "write 'sum: [{shape: …}, {peak: …}]'")
      }
      return .peak(peak.shape, peak.parameters)
    }
    switch kind {
    case nil:
      if !has("from") { reportMissing("shape", "a background needs a density") }
      return .polynomial(order: 0)
    case .polynomial:
      if order == nil { reportMissing("order", "a polynomial needs it") }
      return .polynomial(order: order ?? 0)
    case .exponential:
      if has("order") {
        report(
          "order", "belongs to a polynomial, found with the shape 'exponential'",
          remedy: "remove it")
      }
      return .exponential
    }
  }

  /// Reads the parameters that a signal shape may have; checks that those of its family are there.
  mutating func shapeParameters<Value>(
    of shape: SignalShapeKind, _ format: Format<Value>, isComplete: Bool, meanDefault: Value?
  ) -> [Named<Value>] {
    var found: [Named<Value>] = []
    for (name, summary) in Self.shapeParameterSummaries {
      if let value = optional(name, format, summary) { found.append(Named(name, value)) }
    }
    guard isClean else { return found }
    for (name, _) in Self.shapeParameterSummaries
    where has(name) && !shape.parameters.contains(name) {
      report(
        atKey: name, "'\(name)' is not a parameter of the shape '\(shape.rawValue)'",
        remedy: "allowed: \(SettingsText.quoted(shape.parameters))")
    }
    return shape.parameters.compactMap { name in
      if let value = found.value(named: name) { return Named(name, value) }
      if name == "mean", let meanDefault { return Named(name, meanDefault) }
      if isComplete {
        reportMissing(name, "the shape '\(shape.rawValue)' needs it")
      }
      return nil
    }
  }

  /// Reads the sides of the tails of two Crystal Balls.
  mutating func tailSides(of shape: SignalShapeKind) -> [TailSide] {
    let sides = optional(
      "sides", Format<[TailSide]>.list(of: .choice(), count: 2...2, of: "sides"),
      "Sides of the tails of two Crystal Balls; absent: [low, high]")
    guard shape == .twoCrystalBalls else {
      if isClean, has("sides") {
        report(
          atKey: "sides", "'sides' belongs to 'two crystal balls', found with '\(shape.rawValue)'",
          remedy: "remove it")
      }
      return []
    }
    return sides ?? [.low, .high]
  }

  private static var shapeParameterSummaries: [(String, String)] {
    [
      ("mean", "Mean, in the observable"),
      ("width", "Width of the core (of the first Crystal Ball)"),
      ("alpha", "Where the first Crystal Ball's tail starts, in widths"),
      ("n", "Power of the first Crystal Ball's tail"),
      ("width2", "Width of the second Crystal Ball"),
      ("alpha2", "Where the second Crystal Ball's tail starts, in widths"),
      ("n2", "Power of the second Crystal Ball's tail"),
      ("fraction", "Part of the first Crystal Ball, 0…1"),
      ("alphaLow", "Where the tail below the mean starts, in widths"),
      ("nLow", "Power of the tail below the mean"),
      ("alphaHigh", "Where the tail above the mean starts, in widths"),
      ("nHigh", "Power of the tail above the mean"),
    ]
  }
}
