import Expressions
import Settings

/// Where the expected background of a counting window comes from, and how well it is known.
public struct CountedBackground: Sendable, Equatable {
  /// What is counted for it.
  public enum Source: Sendable, Equatable {
    /// Candidates beside the window, as if they were even there and in it.
    case sidebands
    /// Candidates of all samples of role background.
    case simulation
    /// Candidates that fail one of two independent cuts, or both: b = n₁ n₂ / n₁₂.
    case inverted(ExpressionSource, ExpressionSource)
    /// Nothing: so many are expected in each window, with a normal error.
    case stated(MeasuredNumber)
  }

  /// What is counted.
  public var source: Source
  /// Full width of the range it is counted in, about the mean of the signal; nil: the window.
  public var width: StepSize?
  /// Ranges of the observable that are left out there, beside those of the window.
  public var exclude: [ClosedRange<Double>]
  /// Relative error of the estimate beside that of its counts: log-normal, κ = 1 + error.
  public var error: Double
}

extension CountedBackground: SettingsSection {
  private enum Method: String, Sendable, CaseIterable {
    case sideband, abcd, simulation, stated
  }

  /// Name in schema and reference page.
  public static let sectionName = "scan.background.from"
  /// What it states, in one sentence.
  public static let summary = "Estimates the background of a counting window."

  /// Reads all keys.
  public static func read(_ keys: inout SectionReader) -> Self {
    let method = keys.required(
      "method", Format<Method>.choice(),
      "How: from candidates beside the window, from two inverted cuts, from samples of role "
        + "background, or a number")
    let width = keys.optional(
      "width", Format<StepSize>.length,
      "Full width of the range that is counted, centred as the window and cut by its 'limits', which should "
        + "hold thresholds; absent: the window")
    let exclude = keys.value(
      "exclude", Format<[ClosedRange<Double>]>.list(of: .interval()), default: "[]",
      "Ranges [low, high] of the observable that are not counted, such as resonances nearby")
    let invert = keys.optional(
      "invert", Format<[ExpressionSource]>.list(of: .expression, count: 2...2, of: "cuts"),
      "The two cuts of 'abcd': candidates of windows fulfil both")
    let events = keys.optional(
      "events", Format<MeasuredNumber>.measuredCount,
      "Candidates that are expected, with their error")
    let error = keys.value(
      "error", Format<Double>.quantity(.fraction, .init(from: 0, to: 10)), default: "0",
      "Relative error of the method, beside that of its counts")
    if keys.isClean { check(&keys, method, width) }
    let source: Source =
      switch method {
      case .sideband: .sidebands
      case .simulation: .simulation
      case .abcd: invert.map { .inverted($0[0], $0[1]) } ?? .sidebands
      case .stated: .stated(events ?? MeasuredNumber(value: 0, error: 0))
      }
    return Self(
      source: source, width: width, exclude: exclude.sorted { $0.lowerBound < $1.lowerBound },
      error: error)
  }

  private static func check(_ keys: inout SectionReader, _ method: Method, _ width: StepSize?) {
    let needs = [Method.sideband: "width", .abcd: "invert", .stated: "events"]
    if let needed = needs[method], !keys.has(needed) {
      keys.reportMissing(needed, "the method '\(method.rawValue)' needs it")
    }
    let known = [
      ("invert", [Method.abcd]), ("events", [.stated]), ("width", [.sideband, .abcd, .simulation]),
      ("exclude", [.sideband, .abcd, .simulation]), ("error", [.sideband, .abcd, .simulation]),
    ]
    for (key, methods) in known where keys.has(key) && !methods.contains(method) {
      keys.report(
        atKey: key, "'\(key)' does not belong to the method '\(method.rawValue)'",
        remedy: "remove it")
    }
  }
}

extension BackgroundRule {
  /// The cuts of windows that the background inverts, for the hypotheses of the rule at a place.
  func invertedCuts(_ place: Int) -> [HypothesisCut] {
    guard case .inverted(let first, let second)? = counted?.source else { return [] }
    return [first, second].map {
      HypothesisCut(range: range, criterion: .expression($0), background: place)
    }
  }
}

extension Format where Value == MeasuredNumber {
  /// A number >= 0 with its error or not: "3 ± 1".
  static var measuredCount: Format<MeasuredNumber> {
    Format<MeasuredNumber>(
      shape: .either([.number(.notNegative), .text(hint: "3 ± 1")]),
      placeholder: { MeasuredNumber(value: 1, error: 0) }
    ) { node, log in
      let numbers = node.scalarText.split(separator: "±", omittingEmptySubsequences: false).map {
        Double($0.filter { $0 != " " }) ?? .nan
      }
      guard node.isScalar, (1...2).contains(numbers.count),
        numbers.allSatisfy({ $0.isFinite && $0 >= 0 })
      else {
        log.report(
          node, "must be a number, with or without its error, found \(node.found)",
          remedy: "write for example '3 ± 1'")
        return nil
      }
      let count = MeasuredNumber(value: numbers[0], error: numbers.count == 2 ? numbers[1] : 0)
      return .init(count, .list([.number(count.value), .number(count.error)]))
    }
  }
}
