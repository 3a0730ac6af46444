/// What `ConstrainedNewton` minimises: a value with exact gradient and Hessian, and linearised
/// inequality constraints beside the box of the parameters.
protocol NewtonObjective: AnyObject {
  /// The number of parameters.
  var count: Int { get }
  /// Computes value, gradient [count] and Hessian [count, count]; false outside the domain.
  func evaluate(
    _ q: UnsafePointer<Double>, value: inout Double, gradient: UnsafeMutablePointer<Double>,
    hessian: UnsafeMutablePointer<Double>
  ) -> Bool
  /// The number of constraints in force, with two rows a parameter at most `mostRows`.
  var constraintCount: Int { get }
  /// Computes a constraint's value (allowed: >= 0) and gradient.
  func constraint(
    _ index: Int, _ q: UnsafePointer<Double>, row: UnsafeMutablePointer<Double>
  ) -> Double
  /// Looks for constraints violated at q and brings them into force; true where one was added.
  func findViolated(_ q: UnsafePointer<Double>) -> Bool
  /// How a constraint that is the least of a function f(x, q) over x bends: writes ∂²f/∂q∂x to
  /// `cross` [count] and returns ∂²f/∂x², 0 for any other constraint.
  func bend(
    _ index: Int, _ q: UnsafePointer<Double>, cross: UnsafeMutablePointer<Double>
  ) -> Double
  /// Whether two such constraints stand for one and the same least value.
  func isSame(_ index: Int, _ other: Int) -> Bool
}

extension NewtonObjective {
  func bend(
    _ index: Int, _ q: UnsafePointer<Double>, cross: UnsafeMutablePointer<Double>
  ) -> Double { 0 }
  func isSame(_ index: Int, _ other: Int) -> Bool { false }
}

/// A minimum found by `ConstrainedNewton`.
struct RawFit {
  var status = FitStatus.notANumber
  var values: [Double] = []
  /// Covariance with binding constraints held, shape [count, count].
  var covariance: [Double] = []
  /// Whether a parameter has no freedom left at the minimum.
  var isUndefined: [Bool] = []
  var isAtLimit = false
  var nll = Double.nan
  /// The derivative of the constrained minimum's value in each parameter.
  var slope: [Double] = []
  var calls = 0
}

/// Safeguarded Newton steps with an exact Hessian under linearised inequality constraints.
///
/// Each step solves the quadratic programme by a dual active set, on H⁻¹ from a Cholesky
/// decomposition of H scaled to unit diagonal (with a ridge where it is not positive definite).
/// Constraints found violated at its end are added and the step is solved again: on a convex
/// problem every iterate is allowed. Steps are halved until the value falls.
final class ConstrainedNewton {
  /// The most parameters and the most rows (of boxes and other constraints) there is room for.
  let mostParameters: Int
  let mostRows: Int

  private(set) var q: UnsafeMutablePointer<Double>
  let trial: UnsafeMutablePointer<Double>
  let gradient: UnsafeMutablePointer<Double>
  let trialGradient: UnsafeMutablePointer<Double>
  let hessian: UnsafeMutablePointer<Double>
  let trialHessian: UnsafeMutablePointer<Double>
  let inverse: UnsafeMutablePointer<Double>
  let step: UnsafeMutablePointer<Double>
  let scale: UnsafeMutablePointer<Double>
  let work: UnsafeMutablePointer<Double>
  let rows: UnsafeMutablePointer<Double>
  let solved: UnsafeMutablePointer<Double>
  let white: UnsafeMutablePointer<Double>
  let target: UnsafeMutablePointer<Double>
  let basis: UnsafeMutablePointer<Double>
  let triangle: UnsafeMutablePointer<Double>
  let along: UnsafeMutablePointer<Double>
  let rowValue: UnsafeMutablePointer<Double>
  let multiplier: UnsafeMutablePointer<Double>
  let rowScale: UnsafeMutablePointer<Double>
  let trialRow: UnsafeMutablePointer<Double>
  var free: [Int] = []
  /// The rows that bind in the last step.
  var inForce: [Int] = []
  /// The rows that bind at the minimum, one for each point where the density touches zero.
  var binding: [Int] = []
  var rowCount = 0
  var boxRows = 0

  /// The allowed range of each parameter.
  var lower: [Double] = []
  var upper: [Double] = []
  /// Which parameters stay where they are.
  var isFixed: [Bool] = []
  /// The longest step of each parameter in one iteration.
  var longestStep: [Double] = []
  /// A small part of this Hessian diagonal is the ridge where H is singular.
  var ridge: [Double] = []
  /// Whether negative curvature is mirrored instead of drowned in a ridge; `ridge` is then the
  /// least curvature that counts for the scale of a parameter.
  var mirrorsNegativeCurvature = false
  /// Buffers of the mirror, made when first needed.
  var mirrored: [Double] = []
  var mostCalls = 2000

  init(parameters: Int = 28, rows mostRows: Int = 128) {
    mostParameters = parameters
    self.mostRows = mostRows
    let n = parameters, m = mostRows
    func make(_ count: Int) -> UnsafeMutablePointer<Double> {
      let p = UnsafeMutablePointer<Double>.allocate(capacity: count)
      p.initialize(repeating: 0, count: count)
      return p
    }
    q = make(n)
    trial = make(n)
    gradient = make(n)
    trialGradient = make(n)
    hessian = make(n * n)
    trialHessian = make(n * n)
    inverse = make(n * n)
    step = make(n)
    scale = make(n)
    work = make(n * n)
    rows = make(m * n)
    solved = make(m * n)
    white = make(m * n)
    target = make(n)
    basis = make(n * n)
    triangle = make(n * n)
    along = make(n)
    rowValue = make(m)
    multiplier = make(m)
    rowScale = make(m)
    trialRow = make(n)
  }

  deinit {
    for p in [
      q, trial, gradient, trialGradient, hessian, trialHessian, inverse, step, scale, work, rows,
      solved, white, target, basis, triangle, along, rowValue, multiplier, rowScale, trialRow,
    ] { p.deallocate() }
  }

  /// Frees all parameters of limits, longest steps and ridges.
  func reset(_ n: Int) {
    if lower.count != n {
      lower = [Double](repeating: -.infinity, count: n)
      upper = [Double](repeating: .infinity, count: n)
      isFixed = [Bool](repeating: false, count: n)
      longestStep = [Double](repeating: .infinity, count: n)
      ridge = [Double](repeating: 1e-300, count: n)
    }
    for i in 0..<n {
      lower[i] = -.infinity
      upper[i] = .infinity
      isFixed[i] = false
      longestStep[i] = .infinity
      ridge[i] = 1e-300
      q[i] = 0
    }
  }

  /// Minimises from q.
  ///
  /// Without binding constraints the last step is taken on the parabola as soon as it gains less
  /// than `tolerance` in -ln L: what is left is of the order of its power of 3/2.
  func minimise(_ objective: some NewtonObjective, tolerance: Double = 1e-9) -> RawFit {
    let n = objective.count
    free = (0..<n).filter { !isFixed[$0] }
    var result = RawFit()
    var value = 0.0
    guard objective.evaluate(q, value: &value, gradient: gradient, hessian: hessian) else {
      result.calls = 1
      result.values = (0..<n).map { q[$0] }
      result.covariance = [Double](repeating: 0, count: n * n)
      result.isUndefined = [Bool](repeating: true, count: n)
      result.slope = [Double](repeating: 0, count: n)
      return result
    }
    var calls = 1, distance = Double.infinity, isDone = false, wasPositive = true, stalls = 0
    while calls < mostCalls {
      wasPositive = invert(n)
      gatherRows(objective, n)
      solveStep(n)
      var length = 0.0, linear = 0.0, size = 1.0
      for round in 0..<40 {
        (length, linear, size) = (0, 0, 1)
        for i in free {
          linear += gradient[i] * step[i]
          for j in free { length += step[i] * hessian[i * n + j] * step[j] }
          if abs(step[i]) > longestStep[i] { size = min(size, longestStep[i] / abs(step[i])) }
        }
        // Where the step would leave the allowed region, it is solved again with the new bounds.
        for i in 0..<n { trial[i] = q[i] + (isFixed[i] ? 0 : size * step[i]) }
        clamp(n)
        guard round < 39, objective.findViolated(trial) else { break }
        gatherRows(objective, n)
        solveStep(n)
      }
      distance = 0.5 * max(abs(length), abs(linear + length))
      if distance < tolerance, size == 1, inForce.isEmpty, wasPositive {
        takeParabola(n)
        value += linear + 0.5 * length
        result.nll = value
        finish(&result, n, isDone: true, isPositive: true, calls: calls, distance: distance)
        return result
      }
      if distance < 1e-10, size == 1 {
        for i in 0..<n { trial[i] = q[i] + (isFixed[i] ? 0 : step[i]) }
        clamp(n)
        var after = 0.0
        calls += 1
        if objective.evaluate(
          trial, value: &after, gradient: trialGradient, hessian: trialHessian),
          after + violation(objective, at: trial)
            <= value + violation(objective, at: q) + 1e-9
        {
          accept(n)
          value = after
        }
        isDone = true
        break
      }
      var accepted = false
      let before = value + violation(objective, at: q)
      for attempt in 0..<50 {
        for i in 0..<n { trial[i] = q[i] + (isFixed[i] ? 0 : size * step[i]) }
        clamp(n)
        var after = 0.0
        calls += 1
        if objective.evaluate(
          trial, value: &after, gradient: trialGradient, hessian: trialHessian),
          after + violation(objective, at: trial)
            <= before + 1e-12 * abs(before) + (attempt == 0 && length < 0.06 ? 1e-7 : 0)
        {
          stalls = abs(after - before) < 1e-11 * max(abs(value), 1) ? stalls + 1 : 0
          value = after
          accept(n)
          accepted = true
          break
        }
        size *= attempt < 3 ? 0.5 : 0.2
      }
      if !accepted || stalls > 3 {
        isDone = distance < 1e-5
        break
      }
    }
    isDone = isDone || distance < 1e-5
    // The covariance at the minimum.
    wasPositive = invert(n)
    gatherRows(objective, n)
    solveStep(n)
    bindRows(objective, n)
    finish(&result, n, isDone: isDone, isPositive: wasPositive, calls: calls, distance: distance)
    result.nll = value
    return result
  }

  /// Takes the last step with the gradient it leads to.
  private func takeParabola(_ n: Int) {
    for i in 0..<n {
      q[i] = trial[i]
      for j in free { gradient[i] += hessian[i * n + j] * step[j] }
    }
    binding.removeAll(keepingCapacity: true)
  }

  func clamp(_ n: Int) {
    for i in 0..<n { trial[i] = min(max(trial[i], lower[i]), upper[i]) }
  }

  func accept(_ n: Int) {
    for i in 0..<n {
      q[i] = trial[i]
      gradient[i] = trialGradient[i]
    }
    for i in 0..<(n * n) { hessian[i] = trialHessian[i] }
  }

  /// H⁻¹ over the free parameters by Cholesky with unit diagonal; false where a ridge was needed.
  func invert(_ n: Int) -> Bool {
    let m = free.count
    for (a, i) in free.enumerated() {
      scale[a] = 1 / max(abs(hessian[i * n + i]), ridge[i], 1e-300).squareRoot()
    }
    var ridgeSize = 0.0
    for attempt in 0..<40 {
      var isPositive = true
      for a in 0..<m {
        for b in 0...a {
          var v = hessian[free[a] * n + free[b]] * scale[a] * scale[b]
          if a == b {
            let i = free[a], floor = ridge[i] > 1e-299 ? ridge[i] : abs(hessian[i * n + i])
            v += ridgeSize * floor * scale[a] * scale[a]
          }
          for k in 0..<b { v -= work[a * m + k] * work[b * m + k] }
          if a == b {
            if !(v > 1e-10) {
              isPositive = false
              break
            }
            work[a * m + a] = v.squareRoot()
          } else {
            work[a * m + b] = v / work[b * m + b]
          }
        }
        if !isPositive { break }
      }
      if isPositive {
        invertFromCholesky(n, m)
        return attempt == 0
      }
      if attempt == 0, mirrorsNegativeCurvature, mirrorNegativeCurvature(n) {
        invertFromCholesky(n, m)
        return false
      }
      ridgeSize = ridgeSize == 0 ? 1e-2 : ridgeSize * 10
    }
    return false
  }

  func invertFromCholesky(_ n: Int, _ m: Int) {
    // L⁻¹ in place, then H⁻¹ = L⁻ᵀ L⁻¹.
    for a in 0..<m {
      work[a * m + a] = 1 / work[a * m + a]
      for b in 0..<a {
        var v = 0.0
        for k in b..<a { v -= work[a * m + k] * work[k * m + b] }
        work[a * m + b] = v * work[a * m + a]
      }
    }
    for i in 0..<(n * n) { inverse[i] = 0 }
    for a in 0..<m {
      for b in 0...a {
        var v = 0.0
        for k in a..<m { v += work[k * m + a] * work[k * m + b] }
        v *= scale[a] * scale[b]
        inverse[free[a] * n + free[b]] = v
        inverse[free[b] * n + free[a]] = v
      }
    }
  }
}
