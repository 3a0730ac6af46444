/// Buffers that live as long as a compiled likelihood.
final class JetArena {
  private var blocks: [UnsafeMutablePointer<Double>] = []

  deinit { for block in blocks { block.deallocate() } }

  /// Zeros.
  func doubles(_ count: Int) -> UnsafeMutablePointer<Double> {
    let block = UnsafeMutablePointer<Double>.allocate(capacity: max(count, 1))
    block.initialize(repeating: 0, count: max(count, 1))
    blocks.append(block)
    return block
  }

  /// A function of `count` variables, zero.
  func jet(_ count: Int) -> LocalJet {
    let base = doubles(1 + count + count * (count + 1) / 2)
    return LocalJet(count: count, value: base, gradient: base + 1, hessian: base + 1 + count)
  }
}

/// A function's value, gradient and Hessian in a component's own few parameters, held in a buffer.
///
/// The Hessian is packed by rows: (k, j) with j <= k at k(k+1)/2 + j. Operations are exact and
/// allocate nothing.
struct LocalJet {
  let count: Int
  let value: UnsafeMutablePointer<Double>
  let gradient: UnsafeMutablePointer<Double>
  let hessian: UnsafeMutablePointer<Double>

  private var packed: Int { count * (count + 1) / 2 }

  func set(_ constant: Double) {
    value.pointee = constant
    for k in 0..<count { gradient[k] = 0 }
    for k in 0..<packed { hessian[k] = 0 }
  }

  func set(variable: Int, _ x: Double) {
    set(x)
    gradient[variable] = 1
  }

  func set(_ other: LocalJet) {
    value.pointee = other.value.pointee
    for k in 0..<count { gradient[k] = other.gradient[k] }
    for k in 0..<packed { hessian[k] = other.hessian[k] }
  }

  /// Multiplies by a constant.
  func scale(_ s: Double) {
    value.pointee *= s
    for k in 0..<count { gradient[k] *= s }
    for k in 0..<packed { hessian[k] *= s }
  }

  /// Adds a multiple.
  func add(_ other: LocalJet, times s: Double) {
    value.pointee += s * other.value.pointee
    for k in 0..<count { gradient[k] += s * other.gradient[k] }
    for k in 0..<packed { hessian[k] += s * other.hessian[k] }
  }

  /// Multiplies by a function of one variable, given its value and two derivatives.
  func multiply(variable i: Int, _ f: (value: Double, first: Double, second: Double)) {
    let v = value.pointee
    for k in 0..<packed { hessian[k] *= f.value }
    for k in 0..<i { hessian[i * (i + 1) / 2 + k] += f.first * gradient[k] }
    hessian[i * (i + 1) / 2 + i] += 2 * f.first * gradient[i] + f.second * v
    for k in (i + 1)..<max(count, i + 1) { hessian[k * (k + 1) / 2 + i] += f.first * gradient[k] }
    for k in 0..<count { gradient[k] *= f.value }
    gradient[i] += f.first * v
    value.pointee = v * f.value
  }

  /// Multiplies by another function.
  func multiply(_ b: LocalJet) {
    let v = value.pointee, w = b.value.pointee
    var at = 0
    for k in 0..<count {
      for j in 0...k {
        hessian[at] =
          w * hessian[at] + v * b.hessian[at] + gradient[k] * b.gradient[j]
          + gradient[j] * b.gradient[k]
        at += 1
      }
    }
    for k in 0..<count { gradient[k] = w * gradient[k] + v * b.gradient[k] }
    value.pointee = v * w
  }

  /// Divides by another function: q = a / b has q' = (a' - q b') / b and so on.
  func divide(_ b: LocalJet) {
    let r = 1 / b.value.pointee, q = value.pointee * r
    value.pointee = q
    for k in 0..<count { gradient[k] = (gradient[k] - q * b.gradient[k]) * r }
    var at = 0
    for k in 0..<count {
      for j in 0...k {
        hessian[at] =
          (hessian[at] - gradient[k] * b.gradient[j] - gradient[j] * b.gradient[k]
            - q * b.hessian[at]) * r
        at += 1
      }
    }
  }

  /// f(a_0, a_1, …) from f's value, first [arguments] and packed second derivatives.
  func compose(
    _ f: Double, first: UnsafePointer<Double>, second: UnsafePointer<Double>,
    arguments: [LocalJet?]
  ) {
    set(f)
    for (k, argument) in arguments.enumerated() {
      guard let a = argument else { continue }
      for i in 0..<count { gradient[i] += first[k] * a.gradient[i] }
      for i in 0..<packed { hessian[i] += first[k] * a.hessian[i] }
      for (l, other) in arguments.prefix(k + 1).enumerated() {
        guard let b = other else { continue }
        // The diagonal terms once, the others for (k, l) and (l, k).
        let s = second[k * (k + 1) / 2 + l], c = l == k ? 0.5 * s : s
        guard s != 0 else { continue }
        var at = 0
        for i in 0..<count {
          for j in 0...i {
            hessian[at] += c * (a.gradient[i] * b.gradient[j] + b.gradient[i] * a.gradient[j])
            at += 1
          }
        }
      }
    }
  }

  /// Adds `sign` times gradient and Hessian to those in the parameters `ids` of a dense model.
  func scatter(
    _ ids: [Int], sign: Double, gradient target: UnsafeMutablePointer<Double>,
    hessian matrix: UnsafeMutablePointer<Double>, order n: Int
  ) {
    var at = 0
    for k in 0..<count {
      let i = ids[k]
      target[i] += sign * gradient[k]
      for j in 0...k {
        let v = sign * hessian[at]
        matrix[i * n + ids[j]] += v
        if j != k { matrix[ids[j] * n + i] += v }
        at += 1
      }
    }
  }
}
