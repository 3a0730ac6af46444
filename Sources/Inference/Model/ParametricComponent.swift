import Kernels

/// A component whose shape is a sum of columns: ν(x) = Σ_t B_t(parameters) · column_t(x).
///
/// Columns that depend on parameters (exponential, Crystal Ball) have derivative columns beside
/// them; normalisations are in the coefficients B_t.
final class ParametricComponent {
  enum Kind {
    /// Nothing about the shape changes: one column.
    case constant
    /// T_0…T_n with coefficients c_k / ∫.
    case chebyshev
    /// exp(slope·u).
    case exponential
    /// Core and tails, not normalised.
    case crystalBall
  }

  let kind: Kind
  /// The kind as if its arguments changed; `constant` for contents of bins.
  let shapeKind: Kind
  /// Contents of bins of a shape that is nothing else.
  let contents: [Double]
  let geometry: WindowGeometry
  let isFullLine: Bool
  /// The parameters it depends on, as indices in the model.
  let ids: [Int]
  let arguments: [CompiledArgument]
  /// Which arguments change.
  let active: [Int]
  /// The values of the arguments.
  let values: UnsafeMutablePointer<Double>
  /// Coefficients of the columns.
  let terms: [LocalJet]
  /// Expected events in the channel.
  let total: LocalJet
  /// ν's derivative in the component's parameters, for each column of the first kind.
  let slopes: [UnsafeMutablePointer<Double>]
  /// The column of a constant shape integrates to this over the channel.
  private(set) var columnTotal = 1.0
  /// What a constant shape is divided by.
  private(set) var constantNorm = 1.0

  private let constant: Double
  private let factors: [CompiledFactor]
  private let norm: LocalJet
  private let inside: LocalJet
  let column: LocalJet
  let sums: LocalJet
  let jets: [LocalJet?]
  private let first: UnsafeMutablePointer<Double>
  private let second: UnsafeMutablePointer<Double>
  private let integrals: [Double]

  /// Value columns, or value and first derivatives.
  var gramColumns: Int { kind == .chebyshev ? terms.count : 1 + active.count }
  var secondColumns: Int {
    kind == .chebyshev ? 0 : active.count * (active.count + 1) / 2
  }

  init(
    kind: Kind, constant: Double, factors: [YieldFactor],
    arguments: [(value: ModelValue, factors: [YieldFactor])], isFullLine: Bool,
    contents: [Double] = [], geometry: WindowGeometry, all: [String: Int], arena: JetArena
  ) {
    let used = factors + arguments.flatMap(\.factors)
    let locals = LocalParameters(
      used.map(\.parameterName) + arguments.compactMap(\.value.parameterName), in: all)
    let compiled = arguments.map { argument in
      CompiledArgument(argument.value, factors: argument.factors, locals: locals, arena: arena)
    }
    let isConstant = compiled.allSatisfy { $0.jet == nil }
    self.kind = isConstant ? .constant : kind
    shapeKind = kind
    self.contents = contents
    self.constant = constant
    self.geometry = geometry
    self.isFullLine = isFullLine
    self.factors = factors.map { locals.compile($0) }
    ids = locals.ids
    self.arguments = compiled
    jets = compiled.map(\.jet)
    active = self.kind == .constant ? [] : compiled.indices.filter { compiled[$0].jet != nil }
    values = arena.doubles(compiled.count)
    let m = locals.count
    let termCount = self.kind == .chebyshev ? compiled.count + 1 : 1
    terms = (0..<termCount).map { _ in arena.jet(m) }
    total = arena.jet(m)
    norm = arena.jet(m)
    inside = arena.jet(m)
    column = arena.jet(m)
    sums = arena.jet(m)
    let gram = self.kind == .chebyshev ? termCount : 1 + active.count
    slopes = (0..<gram).map { _ in arena.doubles(m) }
    first = arena.doubles(max(compiled.count, 6))
    second = arena.doubles(max(compiled.count * (compiled.count + 1) / 2, 21))
    integrals =
      kind == .chebyshev ? geometry.chebyshevIntegrals(order: compiled.count) : []
    for (k, argument) in compiled.enumerated() where argument.jet == nil {
      values[k] = argument.place(UnsafePointer(values))
    }
    if isConstant { normaliseConstant() }
  }

  private func normaliseConstant() {
    if shapeKind == .constant {
      columnTotal = contents.reduce(0, +)
      return
    }
    var inside = 0.0
    for s in geometry.segments { inside += constantIntegral(over: s) }
    constantNorm = inside
    if isFullLine, shapeKind == .crystalBall {
      constantNorm = CrystalBallIntegral.overLine(values).value
      columnTotal = inside / constantNorm
    }
  }

  /// The integral of a shape that never changes, before it is normalised.
  func constantIntegral(over range: ClosedRange<Double>) -> Double {
    switch shapeKind {
    case .constant: return 0
    case .chebyshev:
      let parts = geometry.chebyshevIntegrals(order: arguments.count, over: range)
      var sum = parts[0]
      for k in arguments.indices { sum += values[k] * parts[k + 1] }
      return sum
    case .exponential:
      return ExponentialIntegral.over(values[0], geometry, range.lowerBound, range.upperBound).0
    case .crystalBall:
      return CrystalBallIntegral.over(range.lowerBound, range.upperBound, values).value
    }
  }

  /// Computes yield, coefficients and slopes at q; false where the shape has no integral.
  func place(_ q: UnsafePointer<Double>) -> Bool {
    let yield = terms[0]
    yield.set(constant)
    for f in factors { yield.multiply(variable: f.local, f.evaluate(q[f.parameter])) }
    if kind == .constant {
      total.set(yield)
      total.scale(columnTotal)
    } else {
      for k in active { values[k] = arguments[k].place(q) }
      guard normalise() else { return false }
    }
    let m = ids.count
    if kind == .chebyshev {
      for (slope, term) in zip(slopes, terms) {
        for i in 0..<m { slope[i] = term.gradient[i] }
      }
    } else {
      for i in 0..<m { slopes[0][i] = terms[0].gradient[i] }
      for (a, k) in active.enumerated() {
        guard let jet = jets[k] else { continue }
        let factor = terms[0].value.pointee
        for i in 0..<m { slopes[1 + a][i] = factor * jet.gradient[i] }
      }
    }
    return true
  }

  /// Divides the yield by the shape's integral.
  private func normalise() -> Bool {
    let yield = terms[0]
    switch kind {
    case .constant: break
    case .chebyshev:
      norm.set(integrals[0])
      for (k, jet) in jets.enumerated() {
        if let jet {
          norm.add(jet, times: integrals[k + 1])
        } else {
          norm.value.pointee += values[k] * integrals[k + 1]
        }
      }
      guard norm.value.pointee > 1e-12 * integrals[0] else { return false }
      total.set(yield)
      yield.divide(norm)
      for k in jets.indices {
        let term = terms[k + 1]
        term.set(yield)
        if let jet = jets[k] { term.multiply(jet) } else { term.scale(values[k]) }
      }
    case .exponential:
      var sum = (0.0, 0.0, 0.0)
      for s in geometry.segments {
        let part = ExponentialIntegral.over(values[0], geometry, s.lowerBound, s.upperBound)
        sum = (sum.0 + part.0, sum.1 + part.1, sum.2 + part.2)
      }
      guard sum.0 > 0, sum.0.isFinite else { return false }
      first[0] = sum.1
      second[0] = sum.2
      norm.compose(sum.0, first: first, second: second, arguments: jets)
      total.set(yield)
      yield.divide(norm)
    case .crystalBall:
      guard values[1] > 0 else { return false }
      var window = Jet(0)
      for s in geometry.segments {
        window = window + CrystalBallIntegral.over(s.lowerBound, s.upperBound, values)
      }
      compose(window, into: inside)
      if isFullLine {
        compose(CrystalBallIntegral.overLine(values), into: norm)
        guard norm.value.pointee > 0 else { return false }
        yield.divide(norm)
        total.set(yield)
        total.multiply(inside)
      } else {
        guard inside.value.pointee > 0 else { return false }
        total.set(yield)
        yield.divide(inside)
      }
    }
    return true
  }

  private func compose(_ jet: Jet, into out: LocalJet) {
    for k in 0..<6 { first[k] = jet.gradient[k] }
    for k in 0..<21 { second[k] = jet.hessian[k] }
    out.compose(jet.value, first: first, second: second, arguments: jets)
  }

  /// Adds expected events and -Σ w ln ν, given the sums Σ w column / ν, to gradient and Hessian;
  /// only the second derivatives of ν enter the Hessian here.
  func assemble(
    gramSums: UnsafePointer<Double>, secondSums: UnsafePointer<Double>,
    gradient: UnsafeMutablePointer<Double>, hessian: UnsafeMutablePointer<Double>, order n: Int
  ) {
    sums.set(0)
    if kind == .chebyshev {
      for (t, term) in terms.enumerated() { sums.add(term, times: gramSums[t]) }
    } else {
      // The column's weighted sum, as a function of the arguments.
      for k in jets.indices { first[k] = 0 }
      for k in 0..<(jets.count * (jets.count + 1) / 2) { second[k] = 0 }
      var at = 0
      for (a, k) in active.enumerated() {
        first[k] = gramSums[1 + a]
        for l in active.prefix(a + 1) {
          second[k * (k + 1) / 2 + l] = secondSums[at]
          at += 1
        }
      }
      column.compose(gramSums[0], first: first, second: second, arguments: jets)
      sums.set(terms[0])
      sums.multiply(column)
    }
    total.scatter(ids, sign: 1, gradient: gradient, hessian: hessian, order: n)
    sums.scatter(ids, sign: -1, gradient: gradient, hessian: hessian, order: n)
  }
}
