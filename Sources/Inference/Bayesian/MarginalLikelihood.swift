import NumericalMethods

/// The likelihood of a parameter of interest with its nuisances integrated out.
///
/// About the conditional mode, in coordinates that the conditional Hessian makes round: by
/// Gauss-Hermite quadrature, or by importance sampling from Student's t distribution. The samples
/// are the same at all values of the parameter of interest, so that their errors nearly cancel in
/// the ratio that is a quantile.
final class MarginalLikelihood {
  private let source: any PosteriorSource
  /// -ln L to which likelihoods are relative.
  var reference = 0.0
  /// The largest part of a rule's weights found outside of the allowed region.
  var lost = 0.0

  init(_ source: any PosteriorSource) { self.source = source }

  /// A value of the parameter of interest with the frame of its nuisances.
  struct Frame {
    var t: Double
    var mode: PosteriorMode
    /// Columns scale a round unit: nuisances = mode + matrix · x; row by row.
    var matrix: [Double]
    /// ln of the determinant of `matrix`.
    var logVolume: Double
  }

  /// Finds the frame; nil where the fit fails or its Hessian is not positive definite.
  func frame(at t: Double) -> Frame? {
    guard let mode = source.mode(at: t), !mode.nll.isNaN else { return nil }
    let d = source.nuisanceCount
    // Cholesky: precision = L Lᵀ; the frame is the inverse of Lᵀ.
    var l = mode.precision
    for i in 0..<d {
      for j in 0...i {
        var sum = mode.precision[i * d + j]
        for k in 0..<j { sum -= l[i * d + k] * l[j * d + k] }
        if i == j {
          guard sum > 0, sum.isFinite else { return nil }
          l[i * d + i] = sum.squareRoot()
        } else {
          l[i * d + j] = sum / l[j * d + j]
        }
      }
    }
    var matrix = [Double](repeating: 0, count: d * d), logVolume = 0.0
    for c in 0..<d {
      logVolume -= SpecialFunctions.log(l[c * d + c])
      for i in stride(from: c, through: 0, by: -1) {
        var sum = i == c ? 1.0 : 0
        for k in (i + 1)..<max(c + 1, i + 1) { sum -= l[k * d + i] * matrix[k * d + c] }
        matrix[i * d + c] = sum / l[i * d + i]
      }
    }
    return Frame(t: t, mode: mode, matrix: matrix, logVolume: logVolume)
  }

  /// The likelihood without nuisances, or by a tensor product of Gauss-Hermite rules.
  func quadrature(_ frame: Frame, _ rule: GaussHermiteRule) -> Double {
    let d = source.nuisanceCount
    if d == 0 { return SpecialFunctions.exp(reference - frame.mode.nll) }
    let scale = 2.0.squareRoot()
    var index = [Int](repeating: 0, count: d), point = frame.mode.values
    var sum = CompensatedSum(), outside = 0.0
    while true {
      var exponent = reference, weight = 0.0
      for i in 0..<d {
        var x = frame.mode.values[i]
        for c in i..<d { x += frame.matrix[i * d + c] * scale * rule.nodes[index[c]] }
        point[i] = x
        let node = rule.nodes[index[i]]
        weight += rule.logWeights[index[i]]
        exponent += node * node
      }
      let nll = source.nll(at: frame.t, point)
      if nll < .infinity {
        sum += SpecialFunctions.exp(exponent + weight - nll)
      } else {
        outside += SpecialFunctions.exp(weight)
      }
      var i = 0
      while i < d {
        index[i] += 1
        if index[i] < rule.nodes.count { break }
        index[i] = 0
        i += 1
      }
      if i == d { break }
    }
    lost = max(lost, outside * SpecialFunctions.pow(.pi, -0.5 * Double(d)))
    let volume = frame.logVolume + 0.5 * Double(d) * SpecialFunctions.log(2)
    return sum.total * SpecialFunctions.exp(volume)
  }

  /// What samples say of the likelihood at one value of the parameter of interest.
  struct Sampled {
    /// The mean over each batch.
    var batches: [Double]
    /// (Σw)² / Σw².
    var effective: Double
    /// The part of the sum in its largest hundredth of weights.
    var tail: Double
  }

  /// The likelihood by importance sampling.
  func sampling(_ frame: Frame, _ samples: StudentSamples) -> Sampled {
    let d = source.nuisanceCount, n = samples.count
    var weights = [Double](repeating: 0, count: n)
    var point = frame.mode.values
    for s in 0..<n {
      for i in 0..<d {
        var x = frame.mode.values[i]
        for c in i..<d { x += frame.matrix[i * d + c] * samples.points[s * d + c] }
        point[i] = x
      }
      let nll = source.nll(at: frame.t, point)
      if nll < .infinity {
        weights[s] = SpecialFunctions.exp(
          reference + frame.logVolume - nll - samples.logDensity[s])
      }
    }
    let each = n / StudentSamples.batches
    let batches = (0..<StudentSamples.batches).map { b in
      var sum = 0.0
      for s in (b * each)..<((b + 1) * each) { sum += weights[s] }
      return sum / Double(each)
    }
    var sum = 0.0, squares = 0.0
    for w in weights {
      sum += w
      squares += w * w
    }
    let largest = weights.sorted(by: >).prefix(max(n / 100, 1)).reduce(0, +)
    return Sampled(
      batches: batches, effective: squares > 0 ? sum * sum / squares : 0,
      tail: sum > 0 ? largest / sum : 1)
  }
}

/// Points of Student's t distribution in several dimensions, in equal batches.
struct StudentSamples {
  static let batches = 16
  /// Degrees of freedom: tails as the fifth power outlast those of a likelihood.
  private static let degrees = 4.0

  let count: Int
  /// Shape [count, dimensions].
  private(set) var points: [Double] = []
  private(set) var logDensity: [Double] = []

  /// Draws `each` points a batch; each batch has its own stream, so more points begin as fewer did.
  init(each: Int, dimensions d: Int, seed: UInt64, task: UInt64) {
    count = each * Self.batches
    points.reserveCapacity(count * d)
    let dof = Self.degrees, dimension = Double(d)
    let norm =
      SpecialFunctions.lgamma(0.5 * (dof + dimension)) - SpecialFunctions.lgamma(0.5 * dof)
      - 0.5 * dimension * SpecialFunctions.log(dof * .pi)
    for batch in 0..<Self.batches {
      var stream = RandomStream(seed: seed, task: task, toy: UInt64(batch))
      for _ in 0..<each {
        // χ² with four degrees of freedom from two exponentials.
        let chi = 2 * (stream.exponential() + stream.exponential())
        let stretch = (dof / chi).squareRoot()
        var square = 0.0
        for _ in 0..<d {
          let x = stretch * stream.normal()
          points.append(x)
          square += x * x
        }
        logDensity.append(
          norm - 0.5 * (dof + dimension) * SpecialFunctions.log1p(square / dof))
      }
    }
  }
}
