import Settings

/// Toys with injected signals that check the fits and limits of a scan.
public struct ClosureSettings: Sendable, Equatable {
  /// Which hypotheses are checked.
  public enum Hypotheses: Sendable, Equatable {
    /// So many, evenly spread over those that are fitted.
    case spread(Int)
    /// The fitted ones nearest to these masses, GeV.
    case masses([Double])
  }

  /// Which hypotheses are checked.
  public var hypotheses: Hypotheses
  /// Injected parameters in units of the expected error without a signal, ascending.
  public var strengths: [Double]
  /// Toys of each hypothesis and strength.
  public var toys: Int
  /// Mean pull that is tolerated, in errors.
  public var bias: Double
  /// Departure of the pulls' width from 1 that is tolerated.
  public var width: Double
  /// Confidence of intervals, and with which a departure must be seen to be flagged, 0…1.
  public var confidence: Double
}

extension ClosureSettings: SettingsSection {
  /// Name in schema and reference page.
  public static let sectionName = "scan.closure"
  /// What it states, in one sentence.
  public static let summary = "Checks fits and limits with toys that hold injected signals."

  /// Reads all keys.
  public static func read(_ keys: inout SectionReader) -> ClosureSettings {
    let toys = keys.value(
      "toys", Format<Int>.integer(.init(from: 20, to: 10_000_000)), default: "1000",
      "Toys of each hypothesis and strength")
    let count = keys.value(
      "hypotheses", Format<Int>.integer(.init(from: 1, to: 100_000)), default: "12",
      "Number of hypotheses, evenly spread over those that are fitted")
    let masses = keys.optional(
      "masses", Format<[Double]>.list(of: .number(.notNegative), count: 1...Int.max),
      "Masses in GeV instead: the nearest fitted hypotheses are checked")
    let strengths = keys.value(
      "strengths",
      Format<[Double]>.list(of: .number(.init(from: 0, to: 1000)), count: 1...Int.max),
      default: "[0, 1, 2, 3, 5]",
      "Injected parameters, in units of its expected error without a signal; ascending")
    let bias = keys.value(
      "bias", Format<Double>.number(.positive), default: "0.2",
      "Largest mean of (fitted - injected) / error that is not flagged")
    let width = keys.value(
      "width", Format<Double>.number(.positive), default: "0.2",
      "Largest departure of the pulls' width from 1 that is not flagged")
    let confidence = keys.value(
      "confidence", Format<Double>.quantity(.fraction, .init(from: 0.5, to: 0.9999)),
      default: "99 %",
      "Confidence of binomial intervals, and with which a departure is seen before it is flagged")
    if keys.isClean {
      if masses != nil, keys.has("hypotheses") {
        keys.report(
          atKey: "hypotheses", "'hypotheses' is stated together with 'masses'",
          remedy: "remove one of the two")
      }
      if zip(strengths, strengths.dropFirst()).contains(where: { $0 >= $1 }) {
        keys.report("strengths", "must be ascending")
      }
    }
    return ClosureSettings(
      hypotheses: masses.map { .masses($0) } ?? .spread(count), strengths: strengths, toys: toys,
      bias: bias, width: width, confidence: confidence)
  }
}

extension PipelineValidator {
  /// Checks that the masses of a closure lie where hypotheses are.
  mutating func checkClosure(_ scan: ScanSettings) {
    guard case .masses(let masses)? = scan.closure?.hypotheses, isClean("scan.closure"),
      isClean("scan.hypotheses"), let range = bounds(scan, in: .mass)
    else { return }
    for (index, mass) in masses.enumerated() where !range.contains(mass) {
      report(
        "scan.closure.masses.\(index)",
        "lies outside the hypotheses from \(SettingsText.number(range.lowerBound)) to "
          + "\(SettingsText.number(range.upperBound)) GeV, found \(SettingsText.number(mass))",
        remedy: "choose masses that are scanned")
    }
  }
}
