import NumericalMethods

/// Signal and background of one mass in order of their scores.
struct ScoredWindow {
  /// Candidates by descending score with running sums.
  struct Ranking {
    /// Scores, descending; none is NaN.
    private(set) var scores: [Double] = []
    /// Weights in this order.
    private(set) var weights: [Double] = []
    /// Sums of weights of the first candidates, shape [candidates + 1].
    private(set) var sums: [Double] = [0]
    /// Sums of squared weights, as `sums`.
    private(set) var squares: [Double] = [0]

    init(_ candidates: [(score: Double, weight: Double)]) {
      let kept = candidates.filter { !$0.score.isNaN }.sorted {
        ($1.score, $1.weight) < ($0.score, $0.weight)
      }
      for c in kept {
        scores.append(c.score)
        weights.append(c.weight)
        sums.append(sums[sums.count - 1] + c.weight)
        squares.append(squares[squares.count - 1] + c.weight * c.weight)
      }
    }

    /// How many candidates have at least a score.
    func count(atLeast threshold: Double) -> Int {
      SmallestInterval.firstIndex(scores) { $0 < threshold }
    }
  }

  let mass: Double
  let generated: Double
  let signal: Ranking
  let background: Ranking
  /// The window's length over that of the averaging.
  let scale: Double
  /// What NaN scores and all keep before the cut, sums of weights.
  let signalBefore: Double
  let backgroundBefore: Double

  /// Takes the candidates of one mass; throws where it has no signal or no background.
  init(
    _ place: String, _ s: WorkingPointSignal, _ b: WorkingPointBackground,
    _ settings: WorkingPointSettings
  ) throws(SignalError) {
    mass = s.mass
    generated = s.generated
    let half = settings.window * s.resolution, wide = settings.averaging * s.resolution
    var candidates: [(score: Double, weight: Double)] = [], before = 0.0
    for i in s.values.indices where abs(s.values[i] - s.mean) <= half && settings.keeps(s.values[i])
    {
      let w = s.weights?[i] ?? 1
      candidates.append((s.scores[i], w))
      before += w
    }
    signal = Ranking(candidates)
    signalBefore = before
    guard signal.sums[signal.sums.count - 1] > 0 else {
      throw .noSignal(
        place: place,
        reason: "no signal candidate at m = \(s.mass) GeV has a score in the window; check the "
          + "selection and the score's inputs, or leave the sample out")
    }
    let low = s.mean - wide, high = s.mean + wide
    let first = SmallestInterval.firstIndex(b.values) { $0 >= low }
    let end = SmallestInterval.firstIndex(b.values) { $0 > high }
    candidates = []
    before = 0
    for i in first..<max(first, end) where settings.keeps(b.values[i]) {
      candidates.append((b.scores[i], b.weights[i]))
      before += b.weights[i]
    }
    guard before > 0 else {
      throw .emptyBackground(place: place, mass: s.mass, low: low, high: high)
    }
    background = Ranking(candidates)
    backgroundBefore = before
    scale = settings.length(s.mean - half, s.mean + half) / settings.length(low, high)
  }

  /// ε / (a/2 + √B) after so many signal and background candidates.
  func figureOfMerit(_ signalCount: Int, _ backgroundCount: Int, _ a: Double) -> Double {
    merit(signal.sums[signalCount], background.sums[backgroundCount], a)
  }

  private func merit(_ signal: Double, _ background: Double, _ a: Double) -> Double {
    signal / generated / (0.5 * a + (background * scale).squareRoot())
  }

  /// What a threshold does at this mass.
  func choice(threshold: Double, _ settings: WorkingPointSettings) -> WorkingPoint.MassChoice {
    let s = signal.count(atLeast: threshold), b = background.count(atLeast: threshold)
    let sum = signal.sums[s]
    let squares = background.squares[b]
    return WorkingPoint.MassChoice(
      mass: mass, threshold: threshold, efficiencyBefore: signalBefore / generated,
      efficiency: sum / generated,
      efficiencyError: max(signal.squares[s] - sum * sum / generated, 0).squareRoot() / generated,
      backgroundBefore: backgroundBefore * scale, background: background.sums[b] * scale,
      backgroundEntries: squares > 0 ? background.sums[b] * background.sums[b] / squares : 0,
      figureOfMeritBefore: merit(signalBefore, backgroundBefore, settings.significance),
      figureOfMerit: figureOfMerit(s, b, settings.significance))
  }

  /// The scores of all windows in equal bins between the lowest and the highest finite one.
  static func histogram(_ windows: [ScoredWindow], bins: Int) -> WorkingPoint.Scores {
    var low = Double.infinity, high = -Double.infinity
    for x in windows.flatMap({ $0.signal.scores + $0.background.scores }) where x.isFinite {
      (low, high) = (min(low, x), max(high, x))
    }
    if low > high { (low, high) = (0, 1) }
    if low == high { high = low + 1 }
    var out = WorkingPoint.Scores(
      edges: (0...bins).map { low + (high - low) * Double($0) / Double(bins) },
      signal: [Double](repeating: 0, count: bins), background: [Double](repeating: 0, count: bins))
    func fill(_ ranking: Ranking, _ into: WritableKeyPath<WorkingPoint.Scores, [Double]>) {
      for (x, w) in zip(ranking.scores, ranking.weights) where x.isFinite {
        let bin = min(Int((x - low) / (high - low) * Double(bins)), bins - 1)
        out[keyPath: into][bin] += w
      }
    }
    for window in windows {
      fill(window.signal, \.signal)
      fill(window.background, \.background)
    }
    return out
  }
}

/// The weighted geometric mean of Punzi's figure over masses, as a function of the threshold.
struct FigureOfMerit {
  private let windows: [ScoredWindow]
  private let weights: [Double]
  private let significance: Double

  /// Takes the windows whose weight is positive.
  init(_ windows: [ScoredWindow], weights: [Double], _ settings: WorkingPointSettings) {
    let kept = windows.indices.filter { weights[$0] > 0 }
    self.windows = kept.map { windows[$0] }
    var total = 0.0
    for i in kept { total += weights[i] }
    self.weights = kept.map { weights[$0] / total }
    significance = settings.significance
  }

  private func mean(_ signal: [Int], _ background: [Int]) -> Double {
    var sum = 0.0
    for (i, window) in windows.enumerated() {
      let f = window.figureOfMerit(signal[i], background[i], significance)
      guard f > 0 else { return 0 }
      sum += weights[i] * SpecialFunctions.log(f)
    }
    return SpecialFunctions.exp(sum)
  }

  /// The threshold of the largest mean; of equal ones the lowest.
  func best() -> Double {
    var signal = [Int](repeating: 0, count: windows.count), background = signal
    var best = (threshold: -Double.infinity, value: -1.0)
    for threshold in Self.descending(windows.flatMap(\.signal.scores)) {
      for (i, window) in windows.enumerated() {
        let s = window.signal.scores, b = window.background.scores
        while signal[i] < s.count, s[signal[i]] >= threshold { signal[i] += 1 }
        while background[i] < b.count, b[background[i]] >= threshold { background[i] += 1 }
      }
      let value = mean(signal, background)
      if value >= best.value { best = (threshold, value) }
    }
    return best.threshold
  }

  /// The mean on equal steps between the lowest and the highest finite signal score.
  func curve(points: Int) -> WorkingPoint.Curve {
    let finite = windows.flatMap(\.signal.scores).filter(\.isFinite)
    let low = finite.min() ?? 0, high = finite.max() ?? 1
    let thresholds = (0..<points).map { low + (high - low) * Double($0) / Double(points - 1) }
    return WorkingPoint.Curve(
      thresholds: thresholds,
      figureOfMerit: thresholds.map { threshold in
        mean(
          windows.map { $0.signal.count(atLeast: threshold) },
          windows.map { $0.background.count(atLeast: threshold) })
      })
  }

  private static func descending(_ scores: [Double]) -> [Double] {
    var out: [Double] = []
    for x in scores.sorted(by: >) where out.last != x { out.append(x) }
    return out
  }
}
