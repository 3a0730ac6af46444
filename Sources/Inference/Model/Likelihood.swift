import Kernels

/// A likelihood compiled from a model: constant shapes evaluated once per event, analytic
/// normalisations, exact derivatives.
///
/// It owns its buffers: one per thread. A fit depends on the model and its start alone, and its
/// steps allocate nothing. Names that are not in the model are errors of the caller.
public final class Likelihood {
  /// The model, with the parameters each once.
  public let model: LikelihoodModel
  /// The parameters' names in the order of all results.
  public let parameterNames: [String]
  let objective: LikelihoodObjective
  let newton: ConstrainedNewton
  let index: [String: Int]
  let roles: [ParameterRole]
  let arena = JetArena()
  private let compilers: [ComponentCompiler]
  private let isWeighted: Bool

  /// Compiles a model; throws where the model is not valid.
  public init(_ model: LikelihoodModel) throws(InferenceError) {
    try model.validate()
    self.model = model
    parameterNames = model.parameters.map(\.name)
    var index: [String: Int] = [:]
    for (i, p) in model.parameters.enumerated() { index[p.name] = i }
    self.index = index
    roles = ParameterRole.all(model, index: index)
    let n = model.parameters.count
    newton = ConstrainedNewton(
      parameters: max(n, 1), rows: 2 * n + LikelihoodObjective.mostHeld)
    let arena = self.arena
    compilers = model.channels.map { ComponentCompiler($0, all: index, arena: arena) }
    var channels: [CompiledChannel] = [], probes: [LikelihoodObjective.Probe] = []
    var isWeighted = false
    for (channel, compiler) in zip(model.channels, compilers) {
      func compile(_ points: [Double]?, _ weights: [Double]?, bins: Int = 0) -> CompiledChannel {
        CompiledChannel(
          compiler, points: points, bins: channel.binRanges, binCount: bins, weights: weights,
          order: n, arena: arena)
      }
      switch channel.data {
      case .binned(let counts):
        let compiled = compile(nil, counts, bins: counts.count)
        channels.append(compiled)
        let empty = counts.indices.filter { counts[$0] == 0 }
        if !empty.isEmpty {
          let scale = (counts.reduce(0, +) + 1) / Double(counts.count)
          probes.append(.init(channel: compiled, points: empty, tolerance: 1e-9 * scale))
        }
        continue
      case .unbinned(let points, let weights):
        channels.append(compile(points, weights))
        if weights != nil { isWeighted = true }
      case .expectation(let points, let contents): channels.append(compile(points, contents))
      }
      let check = channel.checkPoints(model)
      let events = channel.data.total, length = compiler.geometry.integrals.0
      probes.append(
        .init(
          channel: compile(check, nil), points: Array(check.indices),
          tolerance: 1e-9 * (events + 1) / length))
    }
    self.isWeighted = isWeighted
    objective = LikelihoodObjective(
      count: n, channels: channels, probes: probes,
      constraints: model.parameters.enumerated().compactMap { i, p in
        p.constraint.map { (i, $0) }
      })
  }

  /// Minimises -ln L over all parameters but the fixed ones.
  ///
  /// Covariance and errors are those of the exact Hessian, with weighted events the sandwich
  /// H⁻¹ D H⁻¹ (arXiv:1911.01303) with D = Σ w² of the scores' products. Up to four starts are
  /// tried where the first fails.
  /// - Parameters:
  ///   - fixing: Values of parameters that are held.
  ///   - start: Where the fit begins, for any of the others.
  /// - Returns: The minimum with its status; parameters in the order of `parameterNames`.
  public func fit(fixing: [String: Double] = [:], start: [String: Double] = [:]) -> FitResult {
    var values = startValues(start)
    var fixed: [Int] = []
    for (name, value) in fixing {
      let i = place(of: name)
      values[i] = value
      fixed.append(i)
    }
    var raw = minimise(from: values, fixing: fixed)
    refineCovariance(&raw)
    if isWeighted, raw.status.isValid { sandwich(&raw) }
    return result(raw, fixing: fixed)
  }

  /// -ln L at values of the parameters, the others at their starts; NaN outside the domain.
  public func negativeLogLikelihood(at values: [String: Double] = [:]) -> Double {
    evaluate(at: startValues(values))?.value ?? .nan
  }

  /// -ln L, its gradient [parameters] and its Hessian [parameters, parameters] in the order of
  /// `parameterNames`; nil outside the domain.
  package func evaluate(
    at values: [Double]
  ) -> (value: Double, gradient: [Double], hessian: [Double])? {
    let n = objective.count
    var value = 0.0
    var gradient = [Double](repeating: 0, count: n), hessian = [Double](repeating: 0, count: n * n)
    guard objective.evaluate(values, value: &value, gradient: &gradient, hessian: &hessian) else {
      return nil
    }
    return (value, gradient, hessian)
  }

  /// Compares the derivatives with differences of value and gradient at a point.
  package func checkDerivatives(at values: [Double], steps: [Double]) -> ObjectiveCheck? {
    ObjectiveCheck(objective, at: values, steps: steps)
  }

  /// The expected events of a channel at values in the order of `parameterNames`, or nil.
  package func expectedEvents(in channel: Int, at values: [Double]) -> Double? {
    let compiled = objective.channels[channel]
    return compiled.place(values) ? compiled.expected(values) : nil
  }

  /// A channel's components over other points.
  func compile(_ channel: Int, points: [Double]) -> CompiledChannel {
    CompiledChannel(
      compilers[channel], points: points, bins: [], binCount: 0, weights: nil,
      order: objective.count, arena: JetArena())
  }

  /// The index of a parameter.
  func place(of name: String) -> Int {
    guard let i = index[name] else { preconditionFailure("the model has no parameter '\(name)'") }
    return i
  }
}
