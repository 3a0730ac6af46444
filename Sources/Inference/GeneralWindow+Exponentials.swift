import Kernels

// What Newton's steps see of an exponential: its yield in the window instead of its coefficient.
//
// coefficient · exp(slope·u) with coefficient = yield / I(slope), I = ∫exp(slope·u). Coefficient and
// slope follow each other along a bent valley, in which steps get nowhere; yield and slope hardly
// depend on each other. Everything outside of the steps speaks of coefficients.
extension GeneralWindow {
  /// φ = 1/I(slope) and two derivatives in the slope.
  private func density(_ slope: Double) -> (value: Double, first: Double, second: Double) {
    var sum = (0.0, 0.0, 0.0)
    for s in geometry.segments {
      let part = exponentialIntegral(slope, s.lowerBound, s.upperBound)
      sum = (sum.0 + part.0, sum.1 + part.1, sum.2 + part.2)
    }
    let value = 1 / sum.0, bend = sum.1 * value
    return (value, -bend * value, (2 * bend * bend - sum.2 * value) * value)
  }

  /// The parameters with coefficients for yields; valid until the next call.
  func unpacked(_ q: UnsafePointer<Double>) -> UnsafePointer<Double> {
    guard exponentials > 0 else { return q }
    for i in 0..<count { plain[i] = q[i] }
    for e in 0..<exponentials {
      let at = slopeBase + 2 * e
      plain[at] = q[at] * density(q[at + 1]).value
    }
    return UnsafePointer(plain)
  }

  /// Turns coefficients into yields, in place.
  func pack(_ q: UnsafeMutablePointer<Double>) {
    for e in 0..<exponentials {
      let at = slopeBase + 2 * e
      q[at] /= density(q[at + 1]).value
    }
  }

  /// Turns a gradient in the coefficients into one in the yields, at the yields q.
  func packGradient(_ q: UnsafePointer<Double>, _ row: UnsafeMutablePointer<Double>) {
    for e in 0..<exponentials {
      let at = slopeBase + 2 * e, phi = density(q[at + 1])
      row[at + 1] += q[at] * phi.first * row[at]
      row[at] *= phi.value
    }
  }

  /// Turns gradient and Hessian in the coefficients into those in the yields, at the yields q.
  func pack(
    _ q: UnsafePointer<Double>, _ gradient: UnsafeMutablePointer<Double>,
    _ hessian: UnsafeMutablePointer<Double>
  ) {
    let n = count
    for e in 0..<exponentials {
      let at = slopeBase + 2 * e, phi = density(q[at + 1]), lean = q[at] * phi.first
      for i in 0..<n {
        hessian[i * n + at + 1] += lean * hessian[i * n + at]
        hessian[i * n + at] *= phi.value
      }
      for i in 0..<n {
        hessian[(at + 1) * n + i] += lean * hessian[at * n + i]
        hessian[at * n + i] *= phi.value
      }
      hessian[at * n + at + 1] += gradient[at] * phi.first
      hessian[(at + 1) * n + at] += gradient[at] * phi.first
      hessian[(at + 1) * n + at + 1] += gradient[at] * q[at] * phi.second
      gradient[at + 1] += lean * gradient[at]
      gradient[at] *= phi.value
    }
  }

  /// Turns a minimum in the yields into one in the coefficients.
  func unpack(_ raw: inout RawFit) {
    guard exponentials > 0, raw.values.count == count else { return }
    let n = count
    for e in 0..<exponentials {
      let at = slopeBase + 2 * e, phi = density(raw.values[at + 1])
      let lean = raw.values[at] * phi.first
      for i in 0..<n {
        raw.covariance[i * n + at] =
          phi.value * raw.covariance[i * n + at] + lean * raw.covariance[i * n + at + 1]
      }
      for i in 0..<n {
        raw.covariance[at * n + i] =
          phi.value * raw.covariance[at * n + i] + lean * raw.covariance[(at + 1) * n + i]
      }
      raw.values[at] *= phi.value
    }
  }

  /// How the coefficients follow the signal where yields and slopes do, at the coefficients given.
  func unpackShift(_ shift: inout [Double], at values: [Double]) {
    for e in 0..<exponentials {
      let at = slopeBase + 2 * e, phi = density(values[at + 1])
      shift[at] = phi.value * shift[at] + values[at] / phi.value * phi.first * shift[at + 1]
    }
  }
}
