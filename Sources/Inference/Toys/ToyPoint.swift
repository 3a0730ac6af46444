import Kernels
import NumericalMethods

/// One strength of a limit from toys: the test statistics of toys with and without signal.
struct ToyPoint {
  let strength: Double
  let statistic: Double
  let generator: ToyGenerator
  /// q̃ of the toys that were fitted, ascending, with and without signal.
  private(set) var signal: [Double] = []
  private(set) var background: [Double] = []
  private(set) var failedSignal = 0
  private(set) var failedBackground = 0
  /// The toys with signal, and without.
  var signalToys: Int { signal.count + failedSignal }
  var backgroundToys: Int { background.count + failedBackground }

  init(strength: Double, statistic: Double, generator: ToyGenerator) {
    self.strength = strength
    self.statistic = statistic
    self.generator = generator
  }

  /// Takes more toys; statistics that are NaN failed.
  mutating func add(signal more: [Double] = [], background others: [Double]) {
    failedSignal += more.count { $0.isNaN }
    failedBackground += others.count { $0.isNaN }
    signal = (signal + more.filter { !$0.isNaN }).sorted()
    background = (background + others.filter { !$0.isNaN }).sorted()
  }

  /// Equal counts have equal statistics but for the last digits of their fits.
  private static func tied(_ q: Double) -> Double { q - 1e-6 * (1 + q) }

  private static func countAtLeast(_ q: Double, _ values: [Double]) -> Int {
    var low = 0, high = values.count
    while low < high {
      let middle = (low + high) / 2
      if values[middle] < q { low = middle + 1 } else { high = middle }
    }
    return values.count - low
  }

  /// The toys with signal at or above q; a failed one counts as such.
  func signalCount(_ q: Double) -> Int {
    failedSignal + Self.countAtLeast(Self.tied(q), signal)
  }

  /// The toys without signal at or above q; a failed one does not count.
  func backgroundCount(_ q: Double) -> Int { Self.countAtLeast(Self.tied(q), background) }

  var tail: ToyTail {
    ToyTail(
      strength: strength, statistic: statistic, toys: signalToys, backgroundToys: backgroundToys,
      signalTail: Double(signalCount(statistic)) / Double(signalToys),
      backgroundTail: Double(backgroundCount(statistic)) / Double(backgroundToys),
      failed: failedSignal + failedBackground)
  }

  /// ln CLs with its errors: independent from strength to strength, and common to all.
  struct Value {
    var logarithm: Double
    var error: Double
    var commonError: Double
    /// Whether it only bounds ln CLs: no toy with signal lies at or above the statistic, or the
    /// statistic is zero and all do.
    var isBound: Bool
  }

  /// ln CLs of the data.
  func observed() -> Value {
    let s = Double(signalCount(statistic)), b = Double(backgroundCount(statistic))
    return value(s, b, commonError: Self.relative(b, Double(backgroundToys)))
  }

  /// ln CLs where the part `tail` of the background-only toys lies at or above the statistic.
  func expected(tail: Double) -> Value {
    let wanted = max(tail * Double(backgroundToys), 1)
    guard !background.isEmpty else { return value(0, 1, commonError: 1) }
    /// The statistic above which so many of the background-only toys lie.
    func quantile(_ count: Double) -> Double {
      let k = min(max(Int(count.rounded(.up)), 1), background.count)
      return background[background.count - k]
    }
    let q = quantile(wanted), spread = (wanted * (1 - tail)).squareRoot()
    let s = Double(signalCount(q)), b = Double(backgroundCount(q))
    // Where the statistic is one of a few values, the quantile does not move.
    let moves = quantile(wanted + spread) < quantile(max(wanted - spread, 1)) - 1e-6 * (1 + q)
    let common = moves ? Self.relative(wanted, Double(backgroundToys)) : 0
    return value(
      s, b,
      commonError: common * Self.hazard(max(s, 0.5) / Double(signalToys)) / Self.hazard(tail))
  }

  /// The change of the logarithm of a normal tail with the square root of the statistic: the tail
  /// with signal changes by the ratio of two of them where that without signal does by one.
  private static func hazard(_ tail: Double) -> Double {
    guard tail < 1 else { return 0 }
    return NormalDistribution.density(NormalDistribution.quantile(tail)) / tail
  }

  /// Without any toy above the statistic half of one counts.
  private func value(_ s: Double, _ b: Double, commonError: Double) -> Value {
    let n = Double(signalToys), signal = max(s, 0.5)
    let binomial = Self.relative(signal, n)
    return Value(
      logarithm: nj_log_scalar(signal / n * Double(backgroundToys) / max(b, 0.5)),
      error: (binomial * binomial + Self.leastError * Self.leastError).squareRoot(),
      commonError: commonError, isBound: s == 0 || s == n)
  }

  /// No point weighs as if its ln CLs were better known than this.
  private static let leastError = 0.005

  /// The relative binomial error of a count among n.
  private static func relative(_ count: Double, _ n: Double) -> Double {
    (max(1 - count / n, 0) / max(count, 0.5)).squareRoot()
  }
}
