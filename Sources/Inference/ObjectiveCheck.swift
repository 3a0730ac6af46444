/// Compares an objective's gradient and Hessian with differences of its value and gradient.
package struct ObjectiveCheck {
  /// The largest difference of the gradient, relative to the largest element of it.
  package var gradient: Double
  /// The largest difference of the Hessian, elements scaled by the diagonal.
  package var hessian: Double

  init?(_ objective: some NewtonObjective, at q: [Double], steps: [Double]) {
    let n = objective.count
    func evaluate(_ q: [Double]) -> (Double, [Double], [Double])? {
      var value = 0.0
      var g = [Double](repeating: 0, count: n), h = [Double](repeating: 0, count: n * n)
      guard objective.evaluate(q, value: &value, gradient: &g, hessian: &h) else { return nil }
      return (value, g, h)
    }
    guard let (_, g, h) = evaluate(q) else { return nil }
    gradient = 0
    hessian = 0
    for i in 0..<n {
      var up = q, down = q
      up[i] += steps[i]
      down[i] -= steps[i]
      guard let (a, ga, _) = evaluate(up), let (b, gb, _) = evaluate(down) else { return nil }
      let scale = abs(h[i * n + i]).squareRoot()
      let difference = (a - b) / (2 * steps[i])
      gradient = max(gradient, abs(difference - g[i]) / max(abs(g[i]), scale))
      for j in 0..<n {
        let curve = (ga[j] - gb[j]) / (2 * steps[i])
        let size = scale * abs(h[j * n + j]).squareRoot()
        hessian = max(hessian, abs(curve - h[j * n + i]) / max(size, 1e-300))
      }
    }
  }
}

extension WindowSolver {
  /// Checks the derivatives of a window's general likelihood around its minimum.
  package func checkDerivatives(_ window: ScanWindow) -> ObjectiveCheck? {
    linear.place(window)
    general.load(window, model: linear.model, geometry: linear.geometry)
    let raw = general.minimise(signal: .free)
    let n = raw.values.count
    var steps = (0..<n).map { 1e-4 * max(raw.covariance[$0 * n + $0], 0).squareRoot() + 1e-9 }
    var away = raw.values
    away.withUnsafeMutableBufferPointer {
      if let base = $0.baseAddress { general.pack(base) }
    }
    for e in 0..<general.exponentials {
      let at = general.slopeBase + 2 * e
      steps[at] = 1e-4 * max(abs(away[at]), 1).squareRoot()
      // A slope without an error, where the yield is at its bound, is not known to 1e-9.
      steps[at + 1] = max(steps[at + 1], 1e-5)
    }
    for i in 0..<n { away[i] += 300 * steps[i] }
    return ObjectiveCheck(general, at: away, steps: steps)
  }

  /// Solves by the general way alone, for comparison with the fast one.
  package func solveTheGeneralWay(_ window: ScanWindow) -> WindowResult {
    linear.place(window)
    return solveGeneral(window)
  }
}
