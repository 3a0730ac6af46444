import Kernels
import NumericalMethods

/// Upper limits by CLs from toys of one window (`ToyUpperLimit.construction`).
///
/// p_{s+b}(μ) is the part of the toys at μ, p_b that of the toys without signal, whose q̃_μ is at or
/// above that of the data; CLs is their ratio. Strengths lie around the asymptotic limits; where an
/// error is too large, the strength nearest to the limit gets as many toys again, or a new strength
/// is tested there. ln CLs against ln μ is the asymptotic curve with a smooth correction from all
/// toys near the limit (`ToyCurve`); its error over its slope is the Monte Carlo error. The expected limit at N standard deviations is the
/// same for data whose q̃_μ has the part Φ(N) of the background-only toys at or above it. Results
/// depend on settings and window alone.
public struct ToyLimit {
  private let window: ScanWindow
  private let settings: ToyLimitSettings
  private let solver: WindowSolver
  private let isSorted: Bool
  private let background: ToyGenerator
  private let data: ToyData
  private var points: [ToyPoint] = []
  private var toys = 0
  private var baseline = AsymptoticBaseline(deviations: [], limits: [], level: 0.9, fallback: 1)

  /// The toys of each kind that a strength begins with.
  private var firstToys = 400
  private static let mostPoints = 60
  /// So many toys above a statistic at the goal tell something.
  private static let fewest = 10.0

  /// Finds the limits.
  ///
  /// - Parameters:
  ///   - window: The data and their model.
  ///   - settings: The level, the errors wanted, the seed.
  ///   - solver: Fits data and toys.
  /// - Returns: Limits with status and errors.
  /// - Throws: `ToyError` where the data cannot be fitted with fixed signal.
  public static func solve(
    _ window: ScanWindow, settings: ToyLimitSettings, solver: WindowSolver
  ) throws(ToyError) -> ToyUpperLimit {
    var search = try ToyLimit(window, settings, solver)
    return try search.run()
  }

  /// Computes the tail probabilities of the data at one strength.
  ///
  /// - Parameters:
  ///   - window: The data and their model.
  ///   - strength: The tested parameter of interest, > 0.
  ///   - toys: How many toys with signal, and without.
  ///   - settings: The seed and the window's number.
  ///   - solver: Fits data and toys.
  /// - Returns: Both tails, with which CLs has its error.
  /// - Throws: `ToyError` where the data cannot be fitted with fixed signal.
  public static func tail(
    _ window: ScanWindow, strength: Double, toys: Int, settings: ToyLimitSettings,
    solver: WindowSolver
  ) throws(ToyError) -> ToyTail {
    var search = try ToyLimit(window, settings, solver)
    let index = try search.addPoint(strength)
    search.draw(index, signal: toys, background: toys)
    return search.points[index].tail
  }

  private init(
    _ window: ScanWindow, _ settings: ToyLimitSettings, _ solver: WindowSolver
  ) throws(ToyError) {
    self.window = window
    self.settings = settings
    self.solver = solver
    isSorted = ToyGenerator.needsSorting(window)
    background = try ToyGenerator(
      window: window, signal: 0, clusters: settings.clusters, isSorted: isSorted, solver: solver)
    data = ToyData(for: background)
  }

  // MARK: toys

  /// Tests one more strength, without toys as yet; returns its place.
  private mutating func addPoint(_ strength: Double) throws(ToyError) -> Int {
    guard strength > 0, strength.isFinite else { throw .strength(strength) }
    var statistic = [0.0]
    let observed = solver.toyStatistics(
      window, strengths: [strength], into: &statistic, wantsNull: false)
    guard observed.status != .failed else {
      throw .conditionalFit(strength: strength, status: "failed")
    }
    let generator = try ToyGenerator(
      window: window, signal: strength, clusters: settings.clusters, isSorted: isSorted,
      solver: solver)
    let place = points.firstIndex { $0.strength > strength } ?? points.count
    points.insert(
      ToyPoint(strength: strength, statistic: statistic[0], generator: generator), at: place)
    return place
  }

  /// Draws more toys of a point, with and without signal.
  private mutating func draw(_ place: Int, signal: Int, background others: Int) {
    let point = points[place]
    let a = point.signalToys, b = point.backgroundToys
    points[place].add(
      signal: statistics(point.generator, at: [point.strength], a..<a + signal)[0],
      background: statistics(background, at: [point.strength], b..<b + others)[0])
    toys += signal + others
  }

  /// Draws the first toys without signal, tested at all strengths at once.
  private mutating func drawBackground(_ count: Int) {
    let found = statistics(background, at: points.map(\.strength), 0..<count)
    for place in points.indices { points[place].add(background: found[place]) }
    toys += count
  }

  /// q̃ of toys at each strength, ascending: one array a strength.
  private func statistics(
    _ generator: ToyGenerator, at strengths: [Double], _ range: Range<Int>
  ) -> [[Double]] {
    let task = ToyStream.task(window: settings.window, strength: generator.strength)
    var all = strengths.map { _ -> [Double] in
      var one: [Double] = []
      one.reserveCapacity(range.count)
      return one
    }
    var statistic = [Double](repeating: 0, count: strengths.count)
    for toy in range {
      generator.draw(seed: settings.seed, task: task, toy: UInt64(toy), into: data)
      _ = solver.toyStatistics(
        data.window, strengths: strengths, into: &statistic, wantsNull: false)
      for i in strengths.indices { all[i].append(statistic[i]) }
    }
    return all
  }

  // MARK: the search

  /// What a limit is looked for: the data, or a quantile of background-only data.
  private enum Target {
    case observed
    case expected(deviation: Double)

    func value(_ point: ToyPoint) -> ToyPoint.Value {
      switch self {
      case .observed: point.observed()
      case .expected(let n): point.expected(tail: NormalDistribution.cumulative(n))
      }
    }

    /// The part of the background-only toys at or above the statistic, where it is given.
    var tail: Double? {
      switch self {
      case .observed: nil
      case .expected(let n): NormalDistribution.cumulative(n)
      }
    }

    /// How much larger an error may be.
    var looseness: Double {
      switch self {
      case .observed: 1
      case .expected(let n): SpecialFunctions.pow(2, abs(n))
      }
    }
  }

  private func asymptotic(_ target: Target, _ point: ToyPoint) -> Double {
    switch target {
    case .observed: baseline.observed(point.strength, statistic: point.statistic)
    case .expected(let n): baseline.expected(point.strength, deviation: n)
    }
  }

  /// Where a limit is; `isFinal` takes the toys there are, however few.
  private func root(_ target: Target, isFinal: Bool = false) -> ToyCurve.Root {
    ToyCurve.solve(
      points.map { point in
        let wanted = enough(target, point)
        return ToyCurve.Point(
          x: nj_log_scalar(point.strength), value: target.value(point),
          asymptotic: asymptotic(target, point),
          isEnough: isFinal
            || point.signalToys >= wanted.signal
              && point.backgroundToys >= wanted.background
        )
      },
      goal: nj_log_scalar(1 - settings.level))
  }

  private mutating func run() throws(ToyError) -> ToyUpperLimit {
    let targets = [Target.observed] + settings.expected.map { .expected(deviation: $0) }
    let spread = try start()
    var isEnough = false, hasGivenUp = false
    for _ in 0..<1000 {
      guard let step = nextStep(targets, spread: spread) else {
        isEnough = true
        break
      }
      let left = settings.most - toys
      if left < 2 { break }
      switch step {
      case .test(let strength, let count):
        guard points.count < Self.mostPoints, strength > 0, strength.isFinite else {
          hasGivenUp = true
          break
        }
        let place = try addPoint(strength)
        draw(place, signal: min(count, left / 3), background: min(3 * count, left / 2))
      case .draw(let place, let signal, let background):
        let share = min(1, Double(left) / Double(signal + background))
        draw(
          place, signal: Int(share * Double(signal)), background: Int(share * Double(background)))
      }
      if hasGivenUp { break }
    }
    return result(targets, isEnough: isEnough)
  }

  private enum Step {
    case test(Double, toys: Int)
    case draw(Int, signal: Int, background: Int)
  }

  /// The strength that needs more toys most; nil where every limit is known well enough.
  private func nextStep(_ targets: [Target], spread: Double) -> Step? {
    var worst = 1.0
    var next: Step?
    for target in targets {
      switch root(target) {
      case .above(let x): return .test(1.4 * SpecialFunctions.exp(x), toys: firstToys)
      case .below(let x): return .test(SpecialFunctions.exp(x) / 1.4, toys: firstToys)
      case .between(let x, let left, let right):
        return narrow(target, x, left, right)
      case .found(let x, let error, let slope):
        let limit = SpecialFunctions.exp(x)
        let goal = min(settings.relativeError * limit, settings.absoluteError * spread)
        let ratio = error * limit / (goal * target.looseness)
        guard ratio > worst else { continue }
        worst = ratio
        next = improve(target, x, error * -slope)
      }
    }
    return next
  }

  /// More toys at the limit, or beside it: those whose number is to blame for the error of ln CLs.
  private func improve(_ target: Target, _ x: Double, _ error: Double) -> Step {
    let place = nearest(x), point = points[place]
    let distance = nj_log_scalar(point.strength) - x
    if abs(distance) > 0.08, points.count < Self.mostPoints {
      return .test(SpecialFunctions.exp(x), toys: firstToys)
    }
    let value = target.value(point)
    let own = (value.error * value.error + value.commonError * value.commonError).squareRoot()
    if own < 0.5 * error {
      // The curve beside the limit is to blame: a point on the other side of it.
      let beside = distance > 0 ? place - 1 : place + 1
      if points.indices.contains(beside) {
        let other = points[beside]
        if abs(nj_log_scalar(other.strength) - x) > 0.25, points.count < Self.mostPoints {
          return .test(SpecialFunctions.exp(x + (distance > 0 ? -0.15 : 0.15)), toys: firstToys)
        }
        return .draw(beside, signal: other.signalToys, background: other.backgroundToys)
      }
    }
    return .draw(
      place, signal: value.error > 0.4 * value.commonError ? point.signalToys : 0,
      background: value.commonError > 0.4 * value.error ? point.backgroundToys : 0)
  }

  /// The toys of a strength that tell CLs near the goal, with signal and without.
  private func enough(_ target: Target, _ point: ToyPoint) -> (signal: Int, background: Int) {
    let tail =
      target.tail ?? Double(max(point.backgroundCount(point.statistic), 1))
      / Double(point.backgroundToys)
    return (
      Int(Self.fewest / ((1 - settings.level) * tail)), Int(Self.fewest / tail)
    )
  }

  /// Near a limit: enough toys of the strengths around it, then a strength there, then more toys.
  private func narrow(_ target: Target, _ x: Double, _ left: Int, _ right: Int) -> Step {
    for place in [left, right] {
      let point = points[place], wanted = enough(target, point)
      let signal = max(wanted.signal - point.signalToys, 0)
      let background = max(wanted.background - point.backgroundToys, 0)
      if signal > 0 || background > 0 {
        return .draw(place, signal: signal, background: background)
      }
    }
    let place = nearest(x), point = points[place]
    if abs(nj_log_scalar(point.strength) - x) > 0.08, points.count < Self.mostPoints {
      return .test(SpecialFunctions.exp(x), toys: firstToys)
    }
    return .draw(place, signal: point.signalToys, background: point.backgroundToys)
  }

  private func nearest(_ x: Double) -> Int {
    points.indices.min {
      abs(nj_log_scalar(points[$0].strength) - x) < abs(nj_log_scalar(points[$1].strength) - x)
    } ?? 0
  }

  /// Tests strengths around the asymptotic limits; returns the error of the parameter of interest
  /// in background-only data.
  private mutating func start() throws(ToyError) -> Double {
    var asymptotic = window
    asymptotic.level = settings.level
    asymptotic.expected = [-2, -1, 0, 1, 2]
    let found = solver.solve(asymptotic)
    let limits = ([found.limit?.observed ?? .nan] + (found.limit?.expected ?? [])).filter {
      $0 > 0 && $0.isFinite
    }
    let event = 1 / (window.yieldPerUnit * max(found.acceptance, 1e-3))
    let median = found.limit?.expected[2] ?? .nan
    baseline = AsymptoticBaseline(
      deviations: asymptotic.expected, limits: found.limit?.expected ?? [], level: settings.level,
      fallback: event)
    let target = AsymptoticLimit<LinearProfile>.target(0, alpha: 1 - settings.level)
    let low = 0.8 * (limits.min() ?? event), high = 1.3 * (limits.max() ?? 10 * event)
    let steps = max(Int((nj_log_scalar(high / low) / 0.3).rounded(.up)), 2)
    firstToys = min(firstToys, max(settings.most / (3 * (steps + 4)), 10))
    for i in 0...steps {
      let part = Double(i) / Double(steps)
      _ = try addPoint(low * SpecialFunctions.exp(part * nj_log_scalar(high / low)))
    }
    drawBackground(3 * firstToys)
    for place in points.indices { draw(place, signal: firstToys, background: 0) }
    return median > 0 && median.isFinite ? median / target : event
  }

  private func result(_ targets: [Target], isEnough: Bool) -> ToyUpperLimit {
    let limits = targets.map { target -> ToyEstimate in
      guard case .found(let x, let error, _) = root(target, isFinal: !isEnough) else {
        return ToyEstimate(value: .nan, error: .nan)
      }
      let value = SpecialFunctions.exp(x)
      return ToyEstimate(value: value, error: error * value)
    }
    let isFound = limits.allSatisfy { $0.value.isFinite }
    return ToyUpperLimit(
      status: isFound ? (isEnough ? .found : .mostToys) : .notFound, level: settings.level,
      observed: limits[0], expected: Array(limits.dropFirst()), toys: toys,
      failedToys: points.reduce(0) { $0 + $1.tail.failed }, seed: settings.seed,
      points: points.map(\.tail))
  }
}
