/// A number of a shape: a constant or a parameter, times factors.
struct CompiledArgument {
  private let constant: Double
  /// Index in the model and among the component's parameters, or nil for a constant.
  private let parameter: (index: Int, local: Int)?
  private let factors: [CompiledFactor]
  /// Where its value and derivatives go; nil if it never changes.
  let jet: LocalJet?

  init(constant: Double) {
    (self.constant, parameter, factors, jet) = (constant, nil, [], nil)
  }

  init(
    _ value: ModelValue, factors: [YieldFactor], locals: LocalParameters, arena: JetArena
  ) {
    switch value {
    case .constant(let x): (constant, parameter) = (x, nil)
    case .parameter(let name):
      constant = 1
      parameter = (locals.index(name), locals.local(name))
    }
    self.factors = factors.map { locals.compile($0) }
    jet = parameter == nil && factors.isEmpty ? nil : arena.jet(locals.count)
  }

  /// The value at q; fills the derivatives.
  func place(_ q: UnsafePointer<Double>) -> Double {
    guard let jet else { return constant }
    if let parameter {
      jet.set(variable: parameter.local, q[parameter.index])
    } else {
      jet.set(constant)
    }
    for f in factors { jet.multiply(variable: f.local, f.evaluate(q[f.parameter])) }
    return jet.value.pointee
  }
}

/// The parameters that a component depends on, in order of first use.
struct LocalParameters {
  private let all: [String: Int]
  private var order: [String: Int] = [:]
  /// Their indices in the model.
  private(set) var ids: [Int] = []

  init(_ names: [String], in all: [String: Int]) {
    self.all = all
    for name in names where order[name] == nil {
      order[name] = ids.count
      ids.append(all[name] ?? 0)
    }
  }

  var count: Int { ids.count }
  func index(_ name: String) -> Int { all[name] ?? 0 }
  func local(_ name: String) -> Int { order[name] ?? 0 }

  func compile(_ factor: YieldFactor) -> CompiledFactor {
    CompiledFactor(
      factor, parameter: index(factor.parameterName), local: local(factor.parameterName))
  }
}

extension ModelValue {
  /// The name of the parameter, or nil for a constant.
  public var parameterName: String? {
    if case .parameter(let name) = self { return name }
    return nil
  }
}

extension ComponentShape {
  /// The names of all parameters of the shape.
  public var parameterNames: [String] {
    switch self {
    case .counts: []
    case .template(_, let variations, let binFactors):
      variations.map(\.parameter) + binFactors.flatMap { $0 }
    case .gaussian(let mean, let width): [mean, width].compactMap(\.parameterName)
    case .doubleSidedCrystalBall(let m, let w, let aLow, let nLow, let aHigh, let nHigh):
      [m, w, aLow, nLow, aHigh, nHigh].compactMap(\.parameterName)
    case .twoCrystalBalls(let m, let w, let tail, let w2, let tail2, let fraction):
      [m, w, tail.alpha, tail.n, w2, tail2.alpha, tail2.n, fraction].compactMap(\.parameterName)
    case .chebyshev(let c): c.compactMap(\.parameterName)
    case .exponential(let slope): [slope].compactMap(\.parameterName)
    }
  }
}
