/// -ln L of all channels and constraints with exact derivatives, as `ConstrainedNewton` wants it.
///
/// Densities with data stay positive by their logarithms. Bins without data, and the points of
/// `probes` in unbinned channels, are kept at ν >= 0 by linearised constraints, brought into force
/// where a step would violate them.
final class LikelihoodObjective: NewtonObjective {
  /// Points of a channel where the rate must not be negative.
  struct Probe {
    let channel: CompiledChannel
    let points: [Int]
    /// Rates above minus this count as not negative.
    let tolerance: Double
  }

  let count: Int
  let channels: [CompiledChannel]
  let probes: [Probe]
  let constraints: [(index: Int, term: ParameterConstraint)]
  private var held: [(probe: Int, point: Int)] = []
  static let mostHeld = 64

  init(
    count: Int, channels: [CompiledChannel], probes: [Probe],
    constraints: [(index: Int, term: ParameterConstraint)]
  ) {
    self.count = count
    self.channels = channels
    self.probes = probes
    self.constraints = constraints
    held.reserveCapacity(Self.mostHeld)
  }

  /// Forgets the constraints of the last fit.
  func release() { held.removeAll(keepingCapacity: true) }

  func evaluate(
    _ q: UnsafePointer<Double>, value: inout Double, gradient: UnsafeMutablePointer<Double>,
    hessian: UnsafeMutablePointer<Double>
  ) -> Bool {
    value = 0
    for i in 0..<count { gradient[i] = 0 }
    for i in 0..<(count * count) { hessian[i] = 0 }
    for channel in channels {
      guard channel.evaluate(q, value: &value, gradient: gradient, hessian: hessian) else {
        return false
      }
    }
    for (i, constraint) in constraints {
      guard let term = constraint.term(at: q[i]) else { return false }
      value += term.value
      gradient[i] += term.first
      hessian[i * count + i] += term.second
    }
    return value.isFinite
  }

  /// The variance of the score: what stands between two inverse Hessians in a sandwich.
  func scoreVariance(
    _ q: UnsafePointer<Double>, into matrix: UnsafeMutablePointer<Double>,
    scratch: UnsafeMutablePointer<Double>
  ) -> Bool {
    var value = 0.0
    for i in 0..<(count * count) { matrix[i] = 0 }
    for channel in channels {
      guard
        channel.evaluate(q, value: &value, gradient: scratch, hessian: matrix, squared: true)
      else { return false }
    }
    for (i, constraint) in constraints {
      matrix[i * count + i] += constraint.scoreVariance(at: q[i])
    }
    return true
  }

  var constraintCount: Int { held.count }

  func constraint(
    _ index: Int, _ q: UnsafePointer<Double>, row: UnsafeMutablePointer<Double>
  ) -> Double {
    let (probe, point) = held[index], channel = probes[probe].channel
    guard channel.place(q) else {
      for i in 0..<count { row[i] = 0 }
      return 0
    }
    channel.rateGradient(at: point, q, row: row)
    return channel.rate(at: point, q)
  }

  func findViolated(_ q: UnsafePointer<Double>) -> Bool {
    var isAdded = false
    for (k, probe) in probes.enumerated() {
      guard probe.channel.place(q) else { continue }
      var worst = -1, least = -probe.tolerance
      for i in probe.points {
        let value = probe.channel.rate(at: i, q)
        if value < least, !held.contains(where: { $0.probe == k && $0.point == i }) {
          (worst, least) = (i, value)
        }
      }
      if worst >= 0, held.count < Self.mostHeld {
        held.append((k, worst))
        isAdded = true
      }
    }
    return isAdded
  }
}
