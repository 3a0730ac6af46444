import Kernels
import NumericalMethods

/// A signal shape as the kernels know it: one or two components in units of the first width.
struct SignalComponents: Equatable {
  /// The number of components, 1 or 2.
  let count: Int
  /// The position of the peak.
  let mean: Double
  /// The first width.
  let width: Double
  /// The share of the first component.
  let fraction: Double
  let first: nj_component
  let second: nj_component

  init(_ shape: SignalShape) {
    let none = 1e30
    let plain = nj_component(ratio: 1, alpha_low: none, n_low: 2, alpha_high: none, n_high: 2)
    switch shape {
    case .gaussian(let mean, let width):
      (count, self.mean, self.width, fraction) = (1, mean, width, 1)
      (first, second) = (plain, plain)
    case .doubleSidedCrystalBall(
      let mean, let width, let alphaLow, let nLow, let alphaHigh, let nHigh):
      (count, self.mean, self.width, fraction) = (1, mean, width, 1)
      first = nj_component(
        ratio: 1, alpha_low: alphaLow, n_low: nLow, alpha_high: alphaHigh, n_high: nHigh)
      second = plain
    case .twoCrystalBalls(let mean, let width, let tail, let width2, let tail2, let fraction):
      (count, self.mean, self.width, self.fraction) = (2, mean, width, fraction)
      first = Self.component(tail, ratio: 1)
      second = Self.component(tail2, ratio: Self.rounded(width2 / width))
    }
  }

  private static func component(_ tail: CrystalBallTail, ratio: Double) -> nj_component {
    let none = 1e30
    return switch tail.side {
    case .low:
      nj_component(
        ratio: ratio, alpha_low: tail.alpha, n_low: tail.n, alpha_high: none, n_high: 2)
    case .high:
      nj_component(
        ratio: ratio, alpha_low: none, n_low: 2, alpha_high: tail.alpha, n_high: tail.n)
    }
  }

  /// Rounds to 40 bits, so that widths in one proportion share a table whatever their last bits.
  ///
  /// The table, and with it the result, depends on the rounded ratio alone: not on which window of
  /// many filled the table. A relative change of 1e-12 in a width is far below any accuracy.
  private static func rounded(_ x: Double) -> Double {
    Double(bitPattern: (x.bitPattern &+ 0x800) & ~0xfff)
  }

  static func == (a: Self, b: Self) -> Bool {
    a.count == b.count && same(a.first, b.first) && same(a.second, b.second)
  }

  private static func same(_ a: nj_component, _ b: nj_component) -> Bool {
    a.ratio == b.ratio && a.alpha_low == b.alpha_low && a.n_low == b.n_low
      && a.alpha_high == b.alpha_high && a.n_high == b.n_high
  }
}

/// A signal shape placed in a window: polynomial cells, normalisation, A_w.
///
/// The cells depend on the ratio of the widths and the tails alone, so that windows of one shape
/// in units of the width share them (shared by all windows of most scans).
final class SignalModel {
  private let table: OpaquePointer = nj_shape_table_make()
  let cells: OpaquePointer = nj_signal_cells_make()
  private let components = UnsafeMutablePointer<nj_component>.allocate(capacity: 2)
  private let amplitudes = UnsafeMutablePointer<Double>.allocate(capacity: 2)
  private let values = UnsafeMutablePointer<Double>.allocate(capacity: 4)
  private var tabled: SignalComponents?
  private var fullLine = (1.0, 1.0)
  /// Whether the cells lie at the nominal width.
  private(set) var isNominal = false

  private(set) var mean = 0.0
  private(set) var width = 1.0
  /// A_w at the nominal width.
  private(set) var acceptance = 1.0
  /// An upper bound of the density.
  private(set) var peak = 0.0

  init() { amplitudes.initialize(repeating: 0, count: 2) }

  deinit {
    nj_shape_table_free(table)
    nj_signal_cells_free(cells)
    components.deallocate()
    amplitudes.deallocate()
    values.deallocate()
  }

  /// Makes the density of a shape over a window, normalised on the full line.
  ///
  /// With components normalised on the window their shares there are the fractions; the sum is
  /// scaled so that its integral over the full line is one all the same: ν_S = parameter · ε · A_w.
  func place(
    _ shape: SignalShape, normalisation: ShapeNormalisation, segments: [ClosedRange<Double>]
  ) {
    let wanted = SignalComponents(shape)
    if tabled != wanted {
      components[0] = wanted.first
      components[1] = wanted.second
      nj_shape_table_build(table, components, wanted.count)
      tabled = wanted
      fullLine.0 = Self.lineIntegral(table, 0, wanted.first)
      fullLine.1 = wanted.count > 1 ? Self.lineIntegral(table, 1, wanted.second) : 1
    }
    mean = wanted.mean
    width = wanted.width
    let inside0 = windowIntegral(0, segments, width: width)
    let inside1 = wanted.count > 1 ? windowIntegral(1, segments, width: width) : 1
    let f = wanted.fraction, inverse = 1 / width
    switch normalisation {
    case .fullLine:
      let a = f / fullLine.0, b = (1 - f) / fullLine.1
      acceptance = wanted.count > 1 ? a * inside0 + b * inside1 : a * inside0
      amplitudes[0] = a * inverse
      amplitudes[1] = b * inverse
    case .window:
      let a = f / inside0, b = (1 - f) / inside1
      acceptance =
        wanted.count > 1 ? 1 / (a * fullLine.0 + b * fullLine.1) : 1 / (a * fullLine.0)
      amplitudes[0] = a * inverse * acceptance
      amplitudes[1] = b * inverse * acceptance
    }
    peak = amplitudes[0] + (wanted.count > 1 ? amplitudes[1] : 0)
    rescale(widthFactor: 1, segments: segments)
  }

  /// Places the cells again with all widths multiplied; the full-line normalisation stays one.
  func rescale(widthFactor: Double, segments: [ClosedRange<Double>]) {
    guard let first = segments.first, let last = segments.last else { return }
    let scaled = width * widthFactor
    isNominal = widthFactor == 1
    if isNominal {
      nj_signal_place(
        table, mean, scaled, amplitudes, first.lowerBound, last.upperBound, cells)
    } else {
      let keep = (amplitudes[0], amplitudes[1])
      amplitudes[0] /= widthFactor
      amplitudes[1] /= widthFactor
      nj_signal_place(
        table, mean, scaled, amplitudes, first.lowerBound, last.upperBound, cells)
      (amplitudes[0], amplitudes[1]) = keep
    }
  }

  /// A_w and its first two derivatives in ln(width) with all widths multiplied.
  func acceptance(
    widthFactor: Double, segments: [ClosedRange<Double>]
  ) -> (value: Double, first: Double, second: Double) {
    var (value, first, second) = (0.0, 0.0, 0.0)
    let scaled = width * widthFactor
    for segment in segments {
      for (x, sign) in [(segment.upperBound, 1.0), (segment.lowerBound, -1.0)] {
        let t = (x - mean) / scaled
        for c in 0..<(tabled?.count ?? 0) {
          // Amplitude in t: the density in x times the nominal width.
          let a = amplitudes[c] * width * sign
          nj_shape_value(table, c, t, values)
          value += a * nj_shape_integral(table, c, t)
          first -= a * t * values[0]
          second += a * (t * values[0] + t * t * values[1])
        }
      }
    }
    return (value, first, second)
  }

  /// The first component's share of the density on the full line.
  var fullLineShare: Double { min(max(amplitudes[0] * width * fullLine.0, 0), 1) }

  /// The density at x with all widths multiplied.
  func density(at x: Double, widthFactor: Double = 1) -> Double {
    var sum = 0.0
    let t = (x - mean) / (width * widthFactor)
    for c in 0..<(tabled?.count ?? 0) {
      nj_shape_value(table, c, t, values)
      sum += amplitudes[c] / widthFactor * values[0]
    }
    return sum
  }

  private func windowIntegral(
    _ component: Int, _ segments: [ClosedRange<Double>], width: Double
  ) -> Double {
    var sum = 0.0
    let inverse = 1 / width
    for segment in segments {
      sum += nj_shape_integral(table, component, (segment.upperBound - mean) * inverse)
      sum -= nj_shape_integral(table, component, (segment.lowerBound - mean) * inverse)
    }
    return sum
  }

  /// The integral over the full line: the cells, and the power laws beyond them.
  private static func lineIntegral(
    _ table: OpaquePointer, _ component: Int, _ c: nj_component
  ) -> Double {
    let end = 131072.0 / c.ratio
    func beyond(_ alpha: Double, _ n: Double) -> Double {
      guard alpha < 1e29 else { return 0 }
      let b = n / alpha - alpha
      let peak = n * nj_log_scalar(n / alpha) - 0.5 * alpha * alpha
      return c.ratio * nj_exp_scalar(peak - (n - 1) * nj_log_scalar(b + end)) / (n - 1)
    }
    return nj_shape_integral(table, component, 131072) + beyond(c.alpha_low, c.n_low)
      + beyond(c.alpha_high, c.n_high)
  }
}
