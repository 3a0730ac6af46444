/// Turns the components of a channel into compiled ones.
struct ComponentCompiler {
  let geometry: WindowGeometry
  let all: [String: Int]
  let arena: JetArena
  private(set) var parametric: [ParametricComponent] = []
  private(set) var templates: [TemplateComponent] = []

  init(_ channel: ModelChannel, all: [String: Int], arena: JetArena) {
    geometry = WindowGeometry(channel.segments)
    self.all = all
    self.arena = arena
    for component in channel.components { add(component) }
  }

  private mutating func add(_ c: ModelComponent) {
    let none = ModelValue.constant(CrystalBallIntegral.noTail), power = ModelValue.constant(2)
    func peak(
      _ mean: ModelValue, _ width: ModelValue, _ tails: [ModelValue]
    ) -> [(ModelValue, [YieldFactor])] {
      [(mean, []), (width, c.widthFactors)] + tails.map { ($0, []) }
    }
    switch c.shape {
    case .counts: add(c, .constant, contents: [1])
    case .template(let contents, let variations, let binFactors):
      if variations.isEmpty, binFactors.allSatisfy(\.isEmpty) {
        add(c, .constant, contents: contents)
      } else {
        templates.append(
          TemplateComponent(
            constant: c.constant, factors: c.factors, contents: contents, variations: variations,
            binFactors: binFactors, all: all, arena: arena))
      }
    case .gaussian(let mean, let width):
      add(c, .crystalBall, peak(mean, width, [none, power, none, power]))
    case .doubleSidedCrystalBall(let mean, let width, let aLow, let nLow, let aHigh, let nHigh):
      add(c, .crystalBall, peak(mean, width, [aLow, nLow, aHigh, nHigh]))
    case .twoCrystalBalls(let mean, let width, let tail, let width2, let tail2, let fraction):
      func tails(_ t: ModelTail) -> [ModelValue] {
        t.side == .low ? [t.alpha, t.n, none, power] : [none, power, t.alpha, t.n]
      }
      let (first, rest) = Self.shares(c, fraction)
      add(first, .crystalBall, peak(mean, width, tails(tail)))
      add(rest, .crystalBall, peak(mean, width2, tails(tail2)))
    case .chebyshev(let coefficients):
      add(c, .chebyshev, coefficients.map { ($0, []) })
    case .exponential(let slope): add(c, .exponential, [(slope, [])])
    }
  }

  private mutating func add(
    _ c: ModelComponent, _ kind: ParametricComponent.Kind,
    _ arguments: [(ModelValue, [YieldFactor])] = [], contents: [Double] = []
  ) {
    parametric.append(
      ParametricComponent(
        kind: kind, constant: c.constant, factors: c.factors,
        arguments: arguments.map { (value: $0.0, factors: $0.1) },
        isFullLine: c.normalisation == .fullLine, contents: contents, geometry: geometry,
        all: all, arena: arena))
  }

  /// The component with the yields of its first peak and of the rest.
  private static func shares(
    _ c: ModelComponent, _ fraction: ModelValue
  ) -> (ModelComponent, ModelComponent) {
    var first = c, rest = c
    switch fraction {
    case .constant(let f):
      first.constant *= f
      rest.constant *= 1 - f
    case .parameter(let name):
      first.factors.append(.parameter(name))
      rest.factors.append(.linear(size: -1, name))
    }
    return (first, rest)
  }
}
