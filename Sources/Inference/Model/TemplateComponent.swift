import Kernels

/// A histogram with variations and factors of single bins.
///
/// content(b) = Y · Π γ · (contents + Σ_θ [θ S + g(θ) A]); the Hessian is summed with weights
/// 1 - n / ν of the bins, so that its parts are added once and not for every bin.
final class TemplateComponent {
  /// One variation: parameter, half difference S and mean shift A of the contents.
  struct Variation {
    let parameter: Int
    let isPolynomial: Bool
    let half: UnsafeMutablePointer<Double>
    let bend: UnsafeMutablePointer<Double>
  }

  /// The parameters of the yield, as indices in the model.
  let ids: [Int]
  let bins: Int
  private let constant: Double
  private let factors: [CompiledFactor]
  private let yield: LocalJet
  private let contents: UnsafeMutablePointer<Double>
  private let variations: [Variation]
  /// θ and g(θ) with two derivatives, [4] for each variation.
  private let steps: UnsafeMutablePointer<Double>
  private let sums: UnsafeMutablePointer<Double>
  /// Parameters that multiply a bin: those of bin b are at starts[b]..<starts[b + 1].
  private let binParameters: [Int]
  private let starts: [Int]

  init(
    constant: Double, factors: [YieldFactor], contents: [Double],
    variations: [TemplateVariation], binFactors: [[String]], all: [String: Int], arena: JetArena
  ) {
    let locals = LocalParameters(factors.map(\.parameterName), in: all)
    ids = locals.ids
    bins = contents.count
    self.constant = constant
    self.factors = factors.map { locals.compile($0) }
    yield = arena.jet(locals.count)
    let base = arena.doubles(contents.count)
    for (i, x) in contents.enumerated() { base[i] = x }
    self.contents = base
    self.variations = variations.map { v in
      let half = arena.doubles(contents.count), bend = arena.doubles(contents.count)
      for i in contents.indices {
        half[i] = 0.5 * (v.high[i] - v.low[i])
        bend[i] = 0.5 * (v.high[i] + v.low[i]) - contents[i]
      }
      return Variation(
        parameter: locals.index(v.parameter), isPolynomial: v.interpolation == .polynomial,
        half: half, bend: bend)
    }
    steps = arena.doubles(4 * variations.count)
    sums = arena.doubles(2 * variations.count)
    var list: [Int] = [], starts = [0]
    for b in contents.indices {
      if b < binFactors.count { list += binFactors[b].map { locals.index($0) } }
      starts.append(list.count)
    }
    binParameters = list
    self.starts = starts
    parameters = Set(ids + self.variations.map(\.parameter) + list).sorted()
  }

  /// All parameters it depends on, each once.
  let parameters: [Int]

  func place(_ q: UnsafePointer<Double>) {
    yield.set(constant)
    for f in factors { yield.multiply(variable: f.local, f.evaluate(q[f.parameter])) }
    for (k, v) in variations.enumerated() {
      let x = q[v.parameter], out = steps + 4 * k
      out[0] = x
      if abs(x) >= 1 || !v.isPolynomial {
        (out[1], out[2], out[3]) = (abs(x), x >= 0 ? 1 : -1, 0)
      } else {
        let s = x * x
        out[1] = s * (15 + s * (-10 + 3 * s)) / 8
        out[2] = x * (30 + s * (-40 + 18 * s)) / 8
        out[3] = (30 + s * (-120 + 90 * s)) / 8
      }
      if !v.isPolynomial, x == 0 { out[2] = 0 }
    }
  }

  /// The sum of contents and variations, and the product of the bin's factors.
  private func parts(_ b: Int, _ q: UnsafePointer<Double>) -> (inner: Double, gamma: Double) {
    var inner = contents[b], gamma = 1.0
    for (k, v) in variations.enumerated() {
      inner += steps[4 * k] * v.half[b] + steps[4 * k + 1] * v.bend[b]
    }
    for a in starts[b]..<starts[b + 1] { gamma *= q[binParameters[a]] }
    return (inner, gamma)
  }

  func content(_ b: Int, _ q: UnsafePointer<Double>) -> Double {
    let (inner, gamma) = parts(b, q)
    return yield.value.pointee * gamma * inner
  }

  /// The product of the bin's factors without those at positions `skip` and `other`.
  private func gamma(_ b: Int, _ q: UnsafePointer<Double>, without skip: Int, _ other: Int = -1)
    -> Double
  {
    var product = 1.0
    for a in starts[b]..<starts[b + 1] where a != skip && a != other {
      product *= q[binParameters[a]]
    }
    return product
  }

  /// Adds the gradient of a bin's content to a row over all parameters.
  func addGradient(_ b: Int, _ q: UnsafePointer<Double>, row: UnsafeMutablePointer<Double>) {
    let (inner, gamma) = parts(b, q), y = yield.value.pointee
    for (k, i) in ids.enumerated() { row[i] += yield.gradient[k] * gamma * inner }
    for (k, v) in variations.enumerated() {
      row[v.parameter] += y * gamma * (v.half[b] + steps[4 * k + 2] * v.bend[b])
    }
    for a in starts[b]..<starts[b + 1] {
      row[binParameters[a]] += y * inner * self.gamma(b, q, without: a)
    }
  }

  /// Adds Σ_b weight(b) · ∂²content(b) to the Hessian.
  func addSecond(
    weights: UnsafePointer<Double>, _ q: UnsafePointer<Double>,
    hessian: UnsafeMutablePointer<Double>, order n: Int
  ) {
    let y = yield.value.pointee, count = variations.count
    func cross(_ i: Int, _ j: Int, _ v: Double) {
      hessian[i * n + j] += v
      hessian[j * n + i] += v
    }
    for k in 0..<(2 * count) { sums[k] = 0 }
    var total = 0.0
    for b in 0..<bins {
      let w = weights[b]
      if w == 0 { continue }
      let (inner, gamma) = parts(b, q)
      total += w * gamma * inner
      for (k, v) in variations.enumerated() {
        sums[2 * k] += w * gamma * (v.half[b] + steps[4 * k + 2] * v.bend[b])
        sums[2 * k + 1] += w * gamma * steps[4 * k + 3] * v.bend[b]
      }
      for a in starts[b]..<starts[b + 1] {
        let i = binParameters[a], rest = w * self.gamma(b, q, without: a)
        for (k, j) in ids.enumerated() { cross(i, j, rest * inner * yield.gradient[k]) }
        for (k, v) in variations.enumerated() {
          cross(i, v.parameter, y * rest * (v.half[b] + steps[4 * k + 2] * v.bend[b]))
        }
        for c in starts[b]..<a {
          cross(i, binParameters[c], w * y * inner * self.gamma(b, q, without: a, c))
        }
      }
    }
    var at = 0
    for (k, i) in ids.enumerated() {
      for j in ids.prefix(k + 1) {
        let v = total * yield.hessian[at]
        hessian[i * n + j] += v
        if i != j { hessian[j * n + i] += v }
        at += 1
      }
      for (l, v) in variations.enumerated() {
        cross(i, v.parameter, yield.gradient[k] * sums[2 * l])
      }
    }
    for (k, v) in variations.enumerated() {
      hessian[v.parameter * n + v.parameter] += y * sums[2 * k + 1]
    }
  }
}
