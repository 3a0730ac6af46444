import Inference
import PipelineSpec

/// How the background of a counted window is estimated.
public struct WindowBackground: Sendable {
  /// What is counted for it.
  public enum Source: Sendable {
    /// Candidates beside the window.
    case sidebands
    /// Simulated candidates.
    case simulation
    /// Candidates that fail one of two cuts, or both; each cut is a bit of `MassWindow.rules`.
    case inverted(first: UInt64, second: UInt64)
    /// Nothing: a number with its error.
    case stated(MeasuredNumber)
  }

  /// What is counted.
  public var source: Source
  /// Where in the observable, ascending.
  public var segments: [ClosedRange<Double>]
  /// Its length over that of the window.
  public var ratio: Double
  /// κ of the log-normal error of the estimate, 1 for none.
  public var kappa: Double
}

/// What was counted for the background of a window.
public struct WindowCount: Equatable, Sendable {
  /// Central interval of 68.27 % of the expected background, from what is known of it beforehand.
  public var backgroundLow: Double
  /// Its upper end.
  public var backgroundHigh: Double
  /// Candidates beside the window, simulated ones, or those that fail the first of two cuts; NaN without.
  public var first: Double
  /// Candidates that fail the second cut; NaN without.
  public var second: Double
  /// Candidates that fail both; NaN without.
  public var both: Double
  /// What these counts are divided by for the expected background.
  public var ratio: Double

  /// The numbers in the order of checkpoints.
  var numbers: [Double] { [backgroundLow, backgroundHigh, first, second, both, ratio] }

  /// Takes the numbers in the order of checkpoints.
  init(_ numbers: ArraySlice<Double>) {
    let values = Array(numbers)
    (backgroundLow, backgroundHigh, first) = (values[0], values[1], values[2])
    (second, both, ratio) = (values[3], values[4], values[5])
  }

  static let count = 6
}

extension WindowPlanner {
  /// How the background of a window is estimated; nil where it is fitted.
  func counted(_ window: MassWindow) -> WindowBackground? {
    guard
      let (place, rule) = scan.background.enumerated().first(where: {
        window.hypothesis.isInside($0.element.range)
      }), let settings = rule.counted
    else { return nil }
    let width =
      switch settings.width {
      case .fixed(let value): value
      case .resolutions(let factor): factor * window.resolution
      case nil: window.range.upperBound - window.range.lowerBound
      }
    var low = min(window.signal.mean - width / 2, window.range.lowerBound)
    var high = max(window.signal.mean + width / 2, window.range.upperBound)
    if let limits = scan.window.limits {
      low = max(low, limits.lowerBound)
      high = min(high, limits.upperBound)
    }
    var left = excluded.map { $0.low...$0.high } + settings.exclude
    if settings.source == .sidebands { left.append(window.range) }
    let segments = Self.segments(low, max(low, high), without: left)
    let source: WindowBackground.Source =
      switch settings.source {
      case .sidebands: .sidebands
      case .simulation: .simulation
      case .stated(let number): .stated(number)
      case .inverted:
        .inverted(first: invertedBit(place), second: invertedBit(place) << 1)
      }
    return WindowBackground(
      source: source, segments: segments,
      ratio: Self.length(segments) / Self.length(window.segments), kappa: 1 + settings.error)
  }

  /// The bit of the first cut that a background inverts, among those of `HypothesisCuts`.
  private func invertedBit(_ place: Int) -> UInt64 {
    let bit = scan.select.filter { $0.expression != nil }.firstIndex { $0.background == place }
    return 1 << UInt64(bit ?? 0)
  }

  /// Total length of ranges.
  static func length(_ segments: [ClosedRange<Double>]) -> Double {
    segments.reduce(0) { $0 + $1.upperBound - $1.lowerBound }
  }

  /// A range without others, which may overlap.
  static func segments(
    _ low: Double, _ high: Double, without excluded: [ClosedRange<Double>]
  ) -> [ClosedRange<Double>] {
    var segments: [ClosedRange<Double>] = []
    var start = low
    for gap in excluded.sorted(by: { $0.lowerBound < $1.lowerBound })
    where gap.upperBound > start && gap.lowerBound < high {
      if gap.lowerBound > start { segments.append(start...gap.lowerBound) }
      start = max(start, gap.upperBound)
    }
    if start < high { segments.append(start...high) }
    return segments
  }
}

extension MassWindow {
  /// Throws where the window is counted, which `what` does not know yet.
  func checkFitted(for what: String) throws(InferenceError) {
    guard counted == nil else {
      throw .unsupported(what: what, found: "a counted window", allowed: "windows that are fitted")
    }
  }

  /// Where in the observable its candidates are, and those that its background is estimated from.
  var reach: ClosedRange<Double> {
    guard let segments = counted?.segments, let first = segments.first, let last = segments.last
    else { return range }
    return min(range.lowerBound, first.lowerBound)...max(range.upperBound, last.upperBound)
  }
}
