import Kernels
import NumericalMethods

/// A scan window's likelihood for the Bayesian calculator.
///
/// t is the signal on the full line. Nuisances are the coefficients of the density (Chebyshev
/// coefficients; coefficient and slope of exponentials), flat where the window's positivity allows
/// them, and ln of the width factor with its constraint as prior.
final class WindowPosterior: PosteriorSource {
  private let window: GeneralWindow
  private let isAsimov: Bool
  let scale: Double
  private var last: [Double]?
  private var q: [Double]
  private let gradient: UnsafeMutablePointer<Double>
  private let hessian: UnsafeMutablePointer<Double>

  init(_ window: GeneralWindow, isAsimov: Bool, scale: Double) {
    self.window = window
    self.isAsimov = isAsimov
    self.scale = scale
    let n = window.count
    q = [Double](repeating: 0, count: n)
    gradient = .allocate(capacity: n)
    gradient.initialize(repeating: 0, count: n)
    hessian = .allocate(capacity: n * n)
    hessian.initialize(repeating: 0, count: n * n)
  }

  deinit {
    gradient.deallocate()
    hessian.deallocate()
  }

  var nuisanceCount: Int { window.count - 1 }

  func mode(at t: Double) -> PosteriorMode? {
    window.isAsimov = isAsimov
    defer { window.isAsimov = false }
    window.held.removeAll(keepingCapacity: true)
    let raw = window.minimise(signal: .fixed(t), from: last, tolerance: 1e-6)
    guard raw.status.isValid else { return nil }
    last = raw.values
    var value = 0.0
    let isDone = raw.values.withUnsafeBufferPointer { q in
      q.baseAddress.map {
        window.evaluate($0, value: &value, gradient: gradient, hessian: hessian)
      } ?? false
    }
    guard isDone else { return nil }
    let n = window.count, d = n - 1
    // One event (a hundredth of the data) as a weak additional knowledge keeps the frame finite.
    let length = 2 * window.geometry.half
    let total = isAsimov ? window.asimovEvents : window.events
    var precision = [Double](repeating: 0, count: d * d)
    for i in 0..<d {
      for j in 0..<d {
        // On the edge of the allowed region the likelihood falls as exp(-gradient · step).
        precision[i * d + j] =
          hessian[(i + 1) * n + j + 1] + gradient[i + 1] * gradient[j + 1]
      }
      let isWidth = window.hasWidth && i + 1 == window.widthIndex
      precision[i * d + i] += isWidth ? 1e-6 : 0.02 * length * length / max(total, 1)
    }
    return PosteriorMode(
      values: Array(raw.values.dropFirst()), nll: value + jacobian(raw.values), precision: precision
    )
  }

  /// -ln of dθ/d(ln factor): the prior is normal in θ.
  private func jacobian(_ q: [Double]) -> Double {
    guard window.hasWidth, !window.widthFactor.gaussian.isEmpty else { return 0 }
    let eta = q[window.widthIndex]
    if window.widthFactor.singleGaussian != nil { return -eta }
    // Several factors: Laplace's approximation of the density of their product.
    return -0.5 * nj_log_scalar(max(window.widthFactor.cost(eta).second, 1e-300))
  }

  func nll(at t: Double, _ nuisances: UnsafePointer<Double>) -> Double {
    window.isAsimov = isAsimov
    defer { window.isAsimov = false }
    q[0] = t
    for i in 1..<max(window.count, 1) { q[i] = nuisances[i - 1] }
    if window.hasWidth, abs(q[window.widthIndex]) > 1.5 { return .infinity }
    let value = q.withUnsafeBufferPointer { q -> Double in
      guard let q = q.baseAddress, isAllowed(q) else { return .infinity }
      if window.hasWidth {
        var value = 0.0
        return window.evaluate(q, value: &value, gradient: gradient, hessian: hessian)
          ? value : .infinity
      }
      return window.value(q)
    }
    return value < .infinity ? value + jacobian(q) : .infinity
  }

  /// Whether the density, or the background alone, is nowhere below zero.
  private func isAllowed(_ q: UnsafePointer<Double>) -> Bool {
    let order = window.order
    if window.exponentials == 0, (0...2).contains(order) {
      let c1 = order > 0 ? q[2] : 0, c2 = order > 1 ? q[3] : 0
      var lowest = q[1] - abs(c1) + c2
      if c2 > 0, abs(c1) < 4 * c2 { lowest = q[1] - c2 - c1 * c1 / (8 * c2) }
      if lowest >= 0 { return true }
    }
    return window.isPositiveAtNodes(q)
  }
}

extension GeneralWindow {
  /// Whether the density (the background, where that is asked for) is not below zero at the nodes,
  /// the ends of the segments and the polynomial's least point, or in all bins.
  func isPositiveAtNodes(_ q: UnsafePointer<Double>) -> Bool {
    let isBackground = positivity == .background
    func background(_ x: Double) -> Double {
      let u = geometry.u(x)
      var sum = 0.0
      for k in 0..<linear { sum += q[1 + k] * column(k, at: x) }
      for e in 0..<exponentials {
        sum += q[slopeBase + 2 * e] * nj_exp_scalar(q[slopeBase + 2 * e + 1] * u)
      }
      return sum
    }
    if !isBackground, bins > 0 {
      for i in 0..<bins where constraintAtBin(i, q) < 0 { return false }
      return true
    }
    let factor = hasWidth ? nj_exp_scalar(q[widthIndex]) : 1
    func value(_ x: Double) -> Double {
      let b = background(x)
      return isBackground || b >= 0 ? b : b + q[0] * model.density(at: x, widthFactor: factor)
    }
    for segment in geometry.segments {
      if value(segment.lowerBound) < 0 || value(segment.upperBound) < 0 { return false }
    }
    if order == 2, exponentials == 0, q[3] != 0 {
      let x = geometry.centre - geometry.half * q[2] / (4 * q[3])
      if geometry.contains(x), value(x) < 0 { return false }
    }
    for i in 0..<nodeCount where value(nodeColumns.x.base[i]) < 0 { return false }
    return true
  }

  private func constraintAtBin(_ i: Int, _ q: UnsafePointer<Double>) -> Double {
    var value = q[0] * dataColumns.signal.base[i]
    for k in 0..<linear { value += q[1 + k] * (dataColumns.linear[k]?[i] ?? 0) }
    for e in 0..<exponentials {
      value += q[slopeBase + 2 * e] * (dataColumns.exponential[3 * e]?[i] ?? 0)
    }
    return value
  }

  /// -ln L without derivatives, for fixed widths; infinite outside of the domain.
  func value(_ q: UnsafePointer<Double>) -> Double {
    let isOnNodes = isAsimov && bins == 0
    if isOnNodes { fillNodes() } else { fillData() }
    if exponentials > 0 { fillExponentials(q) }
    let set = columns, list = set.pointers
    list[0] = UnsafePointer(set.signal.base)
    coefficients[0] = q[0]
    var c = 1, nu = q[0] * model.acceptance
    for k in 0..<linear {
      list[c] = UnsafePointer(set.linear[k])
      coefficients[c] = q[1 + k]
      nu += q[1 + k] * columnIntegrals[k]
      c += 1
    }
    for e in 0..<exponentials {
      list[c] = UnsafePointer(set.exponential[3 * e])
      coefficients[c] = q[slopeBase + 2 * e]
      for s in geometry.segments {
        nu +=
          q[slopeBase + 2 * e]
          * exponentialIntegral(q[slopeBase + 2 * e + 1], s.lowerBound, s.upperBound).0
      }
      c += 1
    }
    let weights =
      isAsimov
      ? UnsafePointer(asimovWeight.base) : bins > 0 ? UnsafePointer(set.weight.base) : nil
    var lowest = 0.0
    let logs = nj_column_log(
      list.withoutOptionals, coefficients, c, weights, isOnNodes ? nodeCount : points, &lowest)
    return lowest > 1e-290 && logs.isFinite ? nu + logs : .infinity
  }
}
