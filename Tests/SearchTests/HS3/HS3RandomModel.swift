import Inference
import NumericalMethods

/// Random valid models that use everything a model may hold.
struct HS3RandomModel {
  private var stream: RandomStream
  private var parameters: [ModelParameter] = []

  /// The model of a number.
  static func make(_ number: UInt64) -> LikelihoodModel {
    var maker = HS3RandomModel(stream: RandomStream(seed: 3, task: 1, toy: number))
    return maker.model()
  }

  private init(stream: RandomStream) { self.stream = stream }

  private mutating func model() -> LikelihoodModel {
    let count = 1 + stream.index(below: 3)
    parameters = [ModelParameter(name: "strength", start: 1)]
    var channels = (0..<count).map { channel("region \($0)\(["", " (µµ)", "-b"][$0])") }
    channels[0].components[0].factors.append(.parameter("strength"))
    return LikelihoodModel(parameters: parameters, channels: channels)
  }

  private mutating func uniform(_ low: Double, _ high: Double) -> Double {
    stream.uniform(in: low...high)
  }

  /// A new parameter, or one that is there already.
  private mutating func parameter(
    _ start: Double, low: Double = -.infinity, high: Double = .infinity
  ) -> String {
    let words = ["lambda", "c", "N_sig", "m(µµ)", "rate 1", "2nd", "exp", "beta"]
    let name = "\(words[stream.index(below: words.count)])\(parameters.count % 3)"
    if parameters.contains(where: { $0.name == name }) {
      let other = "p\(parameters.count)"
      parameters.append(
        ModelParameter(
          name: other, start: start, minimum: stream.chance(0.5) ? low : start - 5,
          maximum: stream.chance(0.5) ? high : start + 5, isFixed: stream.chance(0.2)))
      return other
    }
    parameters.append(ModelParameter(name: name, start: start, minimum: low, maximum: high))
    return name
  }

  private mutating func value(_ x: Double, low: Double, high: Double) -> ModelValue {
    stream.chance(0.7) ? .constant(x) : .parameter(parameter(x, low: low, high: high))
  }

  private mutating func nuisance() -> String {
    let known = parameters.filter { $0.constraint == .gaussian(mean: 0, width: 1) }
    if !known.isEmpty, stream.chance(0.4) { return known[stream.index(below: known.count)].name }
    let name = "theta \(parameters.count)"
    parameters.append(.unitGaussian(name))
    return name
  }

  private mutating func constrained() -> String {
    let name = "x\(parameters.count)"
    let at = uniform(0.7, 1.4)
    let constraint: ParameterConstraint
    switch stream.index(below: 4) {
    case 0: constraint = .gaussian(mean: at, width: 0.1)
    case 1: constraint = .asymmetricGaussian(mean: at, low: 0.1, high: 0.07)
    case 2: constraint = .logNormal(median: at, kappa: stream.chance(0.5) ? 1.2 : 0.8)
    default: constraint = .poisson(observed: (40 * at).rounded(), scale: 40)
    }
    parameters.append(
      ModelParameter(
        name: name, start: at, minimum: stream.chance(0.5) ? 0 : -.infinity,
        constraint: constraint))
    return name
  }

  private mutating func factors() -> [YieldFactor] {
    (0..<stream.index(below: 4)).map { _ in
      switch stream.index(below: 6) {
      case 0: .parameter(parameter(uniform(0.5, 2), low: 0))
      case 1: .power(kappa: uniform(0.8, 1.3), nuisance())
      case 2: .asymmetricPower(low: uniform(0.8, 1), high: uniform(1, 1.2), nuisance())
      case 3: .piecewisePower(low: uniform(0.8, 1), high: uniform(1, 1.2), nuisance())
      case 4: .linear(size: uniform(-0.2, 0.2), nuisance())
      default: .parameter(constrained())
      }
    }
  }

  private mutating func peak(_ mean: Double) -> ComponentShape {
    let mean = value(mean, low: mean - 0.1, high: mean + 0.1)
    let width = value(uniform(0.02, 0.1), low: 0.01, high: 0.3)
    let alphas = (0..<2).map { _ in value(uniform(0.8, 2), low: 0.3, high: 4) }
    let powers = (0..<2).map { _ in value(uniform(2, 8), low: 1.5, high: 50) }
    switch stream.index(below: 3) {
    case 0: return .gaussian(mean: mean, width: width)
    case 1:
      return .doubleSidedCrystalBall(
        mean: mean, width: width, alphaLow: alphas[0], nLow: powers[0], alphaHigh: alphas[1],
        nHigh: powers[1])
    default:
      return .twoCrystalBalls(
        mean: mean, width: width,
        tail: ModelTail(alpha: alphas[0], n: powers[0], side: stream.chance(0.5) ? .low : .high),
        width2: value(uniform(0.04, 0.15), low: 0.01, high: 0.4),
        tail2: ModelTail(alpha: alphas[1], n: powers[1], side: stream.chance(0.5) ? .low : .high),
        fraction: value(uniform(0.2, 0.8), low: 0, high: 1))
    }
  }

  private mutating func channel(_ name: String) -> ModelChannel {
    if stream.chance(0.3) { return histogram(name) }
    let low = uniform(0.5, 4), width = uniform(0.5, 1.5)
    var segments = [low...(low + width)]
    if stream.chance(0.4) {
      let gap = low + width * uniform(0.3, 0.5)
      segments = [low...gap, (gap + 0.1 * width)...(low + width)]
    }
    var components = [
      ModelComponent(
        name: "peak", constant: uniform(10, 50), factors: factors(),
        shape: peak(low + 0.5 * width),
        widthFactors: stream.chance(0.4) ? [.power(kappa: 1.1, nuisance())] : [],
        normalisation: stream.chance(0.6) ? .fullLine : .window)
    ]
    let order = stream.index(below: 4)
    let coefficients = (0..<order).map { _ in value(uniform(-0.2, 0.2), low: -0.3, high: 0.3) }
    components.append(
      ModelComponent(
        name: "smooth", constant: uniform(50, 200), factors: factors(),
        shape: stream.chance(0.7)
          ? .chebyshev(coefficients)
          : .exponential(slope: value(uniform(-1, 1), low: -3, high: 3))))
    var channel = ModelChannel(
      name: name, observable: stream.chance(0.5) ? "mass" : "m [GeV]", segments: segments,
      components: components, data: .unbinned([]))
    if stream.chance(0.3) {
      channel.bins = 3 + stream.index(below: 10)
      channel.data = .binned(channel.binRanges.map { _ in Double(stream.poisson(mean: 8)) })
      return channel
    }
    let points = segments.flatMap { segment in
      (0..<20).map { _ in stream.uniform(in: segment) }
    }
    switch stream.index(below: 4) {
    case 0: channel.data = .unbinned(points, weights: points.map { _ in uniform(-0.2, 2) })
    case 1: channel.data = .expectation(points: points, contents: points.map { _ in uniform(0, 5) })
    default: channel.data = .unbinned(points)
    }
    return channel
  }

  private mutating func histogram(_ name: String) -> ModelChannel {
    if stream.chance(0.3) {
      return ModelChannel(
        name: name,
        components: [
          ModelComponent(name: "a", constant: 12, factors: factors(), shape: .counts),
          ModelComponent(name: "b", constant: 3, factors: factors(), shape: .counts),
        ], data: .binned([Double(stream.poisson(mean: 15))]))
    }
    let bins = 1 + stream.index(below: 5)
    func contents(_ mean: Double) -> [Double] { (0..<bins).map { mean + Double($0) } }
    let variations = (0..<stream.index(below: 3)).map { number in
      TemplateVariation(
        low: contents(9), high: contents(11.5 + Double(number)), parameter: nuisance(),
        interpolation: stream.chance(0.5) ? .polynomial : .piecewiseLinear)
    }
    let binFactors =
      stream.chance(0.5)
      ? (0..<bins).map { _ in stream.chance(0.7) ? [constrained()] : [] } : []
    return ModelChannel(
      name: name,
      components: [
        ModelComponent(
          name: "sample", constant: 1.5, factors: factors(),
          shape: .template(
            contents: contents(10), variations: variations, binFactors: binFactors)),
        ModelComponent(name: "other", shape: .template(contents: contents(2))),
      ], data: .binned((0..<bins).map { _ in Double(stream.poisson(mean: 20)) }))
  }

  /// A point near the starts where the model is defined.
  static func point(_ model: LikelihoodModel, _ number: UInt64) -> [String: Double] {
    var stream = RandomStream(seed: 4, task: 2, toy: number)
    var values: [String: Double] = [:]
    for p in model.parameters where !p.isFixed {
      let shift =
        p.constraint == .gaussian(mean: 0, width: 1)
        ? stream.uniform(in: -2...2) : 0.02 * stream.uniform(in: -1...1)
      values[p.name] = min(max(p.start + shift, p.minimum), p.maximum)
    }
    return values
  }
}
