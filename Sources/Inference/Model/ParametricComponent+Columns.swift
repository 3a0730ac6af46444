import Kernels

/// Where the columns of a channel are evaluated.
enum PointSet {
  case points(UnsafePointer<Double>, u: UnsafePointer<Double>, count: Int)
  case bins([ClosedRange<Double>])

  var count: Int {
    switch self {
    case .points(_, _, let count): count
    case .bins(let ranges): ranges.count
    }
  }
}

/// The columns of one component over one set of points, and the shape they were filled for.
final class ComponentColumns {
  let component: ParametricComponent
  /// Value columns and first derivatives, then second derivatives.
  let gram: [UnsafeMutablePointer<Double>]
  let second: [UnsafeMutablePointer<Double>]
  private let storage: AlignedArray
  private let pointers: UnsafeMutablePointer<UnsafeMutablePointer<Double>?>
  private let zeros: UnsafeMutablePointer<Double>
  private let filled: UnsafeMutablePointer<Double>
  private let set: PointSet
  private var isFilled = false

  init(_ component: ParametricComponent, _ set: PointSet, arena: JetArena) {
    self.component = component
    self.set = set
    let room = (set.count + 31) / 16 * 16
    let gramCount = component.gramColumns, secondCount = component.secondColumns
    let storage = AlignedArray(capacity: room * (gramCount + secondCount))
    self.storage = storage
    gram = (0..<gramCount).map { storage.base + $0 * room }
    second = (0..<secondCount).map { storage.base + (gramCount + $0) * room }
    pointers = .allocate(capacity: 28)
    pointers.initialize(repeating: nil, count: 28)
    zeros = arena.doubles(28)
    filled = arena.doubles(component.arguments.count)
    if component.kind == .crystalBall { listPointers() }
    if component.kind == .chebyshev { fillChebyshev() }
    if component.kind == .constant { fillConstant(component) }
  }

  deinit { pointers.deallocate() }

  private func listPointers() {
    pointers[0] = gram[0]
    var at = 0
    for (a, k) in component.active.enumerated() {
      pointers[1 + k] = gram[1 + a]
      for l in component.active.prefix(a + 1) {
        pointers[7 + k * (k + 1) / 2 + l] = second[at]
        at += 1
      }
    }
  }

  /// Fills the column of a shape that never changes: normalised densities, or contents of bins.
  private func fillConstant(_ c: ParametricComponent) {
    let out = gram[0], scale = 1 / c.constantNorm
    switch (c.shapeKind, set) {
    case (.constant, _):
      for i in 0..<min(set.count, c.contents.count) { out[i] = c.contents[i] }
    case (.chebyshev, .points(_, let u, let count)):
      let coefficients = [1] + c.arguments.indices.map { c.values[$0] }
      for i in 0..<count { out[i] = scale * WindowGeometry.chebyshevSum(coefficients, u[i]) }
    case (.exponential, .points(_, let u, let count)):
      for i in 0..<count { out[i] = scale * nj_exp_scalar(c.values[0] * u[i]) }
    case (.crystalBall, .points(let x, _, let count)):
      pointers[0] = out
      nj_crystal_ball_columns(x, count, c.values, zeros, pointers)
      for i in 0..<count { out[i] *= scale }
    case (_, .bins(let ranges)):
      for (i, range) in ranges.enumerated() { out[i] = scale * c.constantIntegral(over: range) }
    }
  }

  private func fillChebyshev() {
    let order = gram.count - 1, g = component.geometry
    switch set {
    case .points(_, let u, let count):
      for (k, column) in gram.enumerated() {
        for i in 0..<count { column[i] = WindowGeometry.chebyshev(k, u[i]) }
      }
    case .bins(let ranges):
      for (i, range) in ranges.enumerated() {
        let parts = g.chebyshevIntegrals(order: order, over: range)
        for k in 0...order { gram[k][i] = parts[k] }
      }
    }
  }

  /// Fills the columns for the component's present arguments.
  func fill() {
    let c = component
    guard c.kind == .exponential || c.kind == .crystalBall else { return }
    var isSame = isFilled
    for k in c.active where filled[k] != c.values[k] { isSame = false }
    if isSame { return }
    isFilled = true
    for k in c.active { filled[k] = c.values[k] }
    switch set {
    case .points(let x, let u, let count):
      if c.kind == .exponential {
        nj_exponential_columns(u, count, c.values[0], gram[0], gram[1], second[0])
      } else {
        nj_crystal_ball_columns(x, count, c.values, zeros, pointers)
      }
    case .bins(let ranges): fillBins(ranges)
    }
  }

  private func fillBins(_ ranges: [ClosedRange<Double>]) {
    let c = component
    for (i, range) in ranges.enumerated() {
      if c.kind == .exponential {
        let part = ExponentialIntegral.over(
          c.values[0], c.geometry, range.lowerBound, range.upperBound)
        (gram[0][i], gram[1][i], second[0][i]) = (part.0, part.1, part.2)
        continue
      }
      let jet = CrystalBallIntegral.over(range.lowerBound, range.upperBound, c.values)
      gram[0][i] = jet.value
      var at = 0
      for (a, k) in c.active.enumerated() {
        gram[1 + a][i] = jet.gradient[k]
        for l in c.active.prefix(a + 1) {
          second[at][i] = jet.hessian[k * (k + 1) / 2 + l]
          at += 1
        }
      }
    }
  }
}

extension WindowGeometry {
  /// ∫ T_k(u) dx over a range for k = 0…order.
  func chebyshevIntegrals(order: Int, over range: ClosedRange<Double>) -> [Double] {
    // Differences of primitives cancel in narrow bins; eight Gauss nodes are exact to order 15.
    let middle = 0.5 * (range.lowerBound + range.upperBound)
    let width = 0.5 * (range.upperBound - range.lowerBound)
    return (0...order).map { k in
      var sum = 0.0
      for (node, share) in GeneralWindow.gauss8 {
        sum +=
          share
          * (Self.chebyshev(k, u(middle - node * width))
            + Self.chebyshev(k, u(middle + node * width)))
      }
      return sum * width
    }
  }
}
