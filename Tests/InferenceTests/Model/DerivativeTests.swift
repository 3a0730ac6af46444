import Inference
import NumericalMethods
import Testing

/// Gradients and Hessians against differences of values and gradients: step h leaves h² of the
/// third derivative and 1e-16/h of rounding, 1e-7 in all.
@Suite struct DerivativeTests {
  private func check(_ model: LikelihoodModel, _ name: String, move: Double = 0.1) throws {
    let likelihood = try Likelihood(model)
    var stream = RandomStream(seed: 7, task: 1, toy: 0)
    let q = model.parameters.map { p in
      p.start + move * max(abs(p.start), 0.3) * (stream.uniform() - 0.3)
    }
    let check = try #require(
      likelihood.checkDerivatives(at: q, steps: q.map { 1e-5 * max(abs($0), 0.1) }))
    #expect(check.gradient < 3e-6, "\(name)")
    #expect(check.hessian < 3e-6, "\(name)")
  }

  private static let events = [2.1, 2.9, 3.3, 4.2, 4.7, 4.9, 5.0, 5.05, 5.2, 5.4, 6.3, 7.2, 7.9]
  private static let p = ModelValue.parameter

  static let shapes: [(String, ComponentShape, [ModelParameter])] = [
    (
      "chebyshev", .chebyshev([p("c1"), .constant(0.1), p("c3")]),
      [
        ModelParameter(name: "c1", start: 0.2), ModelParameter(name: "c3", start: -0.1),
      ]
    ),
    ("exponential", .exponential(slope: p("slope")), [ModelParameter(name: "slope", start: -0.7)]),
    (
      "gaussian", .gaussian(mean: p("m"), width: p("w")),
      [
        ModelParameter(name: "m", start: 5), ModelParameter(name: "w", start: 0.5),
      ]
    ),
    (
      "gaussian of fixed mean", .gaussian(mean: .constant(5), width: p("w")),
      [
        ModelParameter(name: "w", start: 0.5)
      ]
    ),
    (
      "double-sided",
      .doubleSidedCrystalBall(
        mean: p("m"), width: p("w"), alphaLow: p("a"), nLow: p("n"), alphaHigh: p("a"),
        nHigh: p("k")),
      [
        ModelParameter(name: "m", start: 5), ModelParameter(name: "w", start: 0.5),
        ModelParameter(name: "a", start: 1.3), ModelParameter(name: "n", start: 3),
        ModelParameter(name: "k", start: 4),
      ]
    ),
    (
      "two Crystal Balls",
      .twoCrystalBalls(
        mean: p("m"), width: p("w"), tail: ModelTail(alpha: p("a"), n: .constant(3), side: .low),
        width2: p("v"), tail2: ModelTail(alpha: .constant(1.7), n: p("k"), side: .high),
        fraction: p("f")),
      [
        ModelParameter(name: "m", start: 5), ModelParameter(name: "w", start: 0.5),
        ModelParameter(name: "v", start: 0.8), ModelParameter(name: "a", start: 1.3),
        ModelParameter(name: "k", start: 4), ModelParameter(name: "f", start: 0.6),
      ]
    ),
  ]

  @Test(arguments: shapes.indices, [true, false])
  func everyShapeHasExactDerivatives(index: Int, isBinned: Bool) throws {
    let (name, shape, own) = Self.shapes[index]
    let isPeak = name != "chebyshev" && name != "exponential"
    for normalisation in isPeak ? [ShapeNormalisation.window, .fullLine] : [.window] {
      // Two segments; a strength that occurs twice, and widths with factors for peaks.
      let segments = [2.0...4.5, 4.6...8.0]
      var channel = ModelChannel(
        name: "a", segments: segments, bins: isBinned ? 9 : nil,
        components: [
          ModelComponent(
            name: "x", constant: 5,
            factors: [.parameter("y"), .parameter("y"), .linear(size: 0.2, "t")],
            shape: shape, widthFactors: isPeak ? [.power(kappa: 1.1, "t")] : [],
            normalisation: normalisation),
          ModelComponent(name: "flat", factors: [.parameter("b")], shape: .chebyshev([])),
          ModelComponent(
            name: "fixed", factors: [.parameter("b")],
            shape: .gaussian(mean: .constant(4), width: .constant(1))),
        ],
        data: .unbinned(Self.events, weights: Self.events.map { 0.5 + 0.1 * $0 }))
      if isBinned {
        channel.data = .binned(channel.binRanges.indices.map { Double($0 % 4) })
      }
      try check(
        LikelihoodModel(
          parameters: own + [
            ModelParameter(name: "y", start: 1.2), ModelParameter(name: "b", start: 9),
            .unitGaussian("t"),
          ], channels: [channel]), "\(name) \(normalisation)")
    }
  }

  @Test(arguments: [0.4, 1.7, -1.5])
  func templatesWithAllFactorsHaveExactDerivatives(theta: Double) throws {
    func variation(_ name: String, _ kind: TemplateVariation.Interpolation) -> TemplateVariation {
      TemplateVariation(
        low: [8, 11, 5], high: [13, 12, 9], parameter: name, interpolation: kind)
    }
    let theta = { ModelParameter(name: $0, start: theta, constraint: .gaussian(mean: 0, width: 1)) }
    let model = LikelihoodModel(
      parameters: ["h", "k", "s", "u", "v", "l"].map(theta) + [
        ModelParameter(name: "mu", start: 1.3),
        ModelParameter(name: "lumi", start: 1.1, constraint: .gaussian(mean: 1, width: 0.1)),
        ModelParameter(name: "g0", start: 0.9, constraint: .poisson(observed: 20, scale: 21)),
        ModelParameter(name: "g1", start: 1.1, constraint: .poisson(observed: 0, scale: 3)),
        ModelParameter(name: "e", start: 0.7, constraint: .logNormal(median: 0.8, kappa: 1.2)),
        ModelParameter(
          name: "d", start: 0.3, constraint: .asymmetricGaussian(mean: 0, low: 0.5, high: 2)),
      ],
      channels: [
        ModelChannel(
          name: "a",
          components: [
            ModelComponent(
              name: "s", constant: 0.7,
              factors: [
                .parameter("mu"), .parameter("lumi"), .parameter("e"), .power(kappa: 1.3, "s"),
                .asymmetricPower(low: 0.8, high: 1.3, "u"),
                .piecewisePower(low: 0.8, high: 1.3, "v"), .linear(size: 0.1, "l"),
                .linear(size: 0.05, "h"),
              ],
              shape: .template(
                contents: [10, 12, 6],
                variations: [variation("h", .polynomial), variation("k", .piecewiseLinear)],
                binFactors: [["g0"], ["g1", "g0"], []])),
            ModelComponent(
              name: "b", factors: [.linear(size: 0.1, "d")],
              shape: .template(contents: [3, 4, 5], binFactors: [["g0", "g1"], [], ["g1"]])),
            ModelComponent(
              name: "c", factors: [.parameter("mu")], shape: .template(contents: [1, 0, 2])),
          ], data: .binned([12, 0, 8]))
      ])
    // Away from the kinks of piecewise variations.
    try check(model, "templates", move: 0.01)
  }

  @Test func manyColumnsGiveTheSameSumsAsTheKernel() throws {
    // Three free double-sided peaks need 84 columns, more than the kernel holds.
    var own: [ModelParameter] = [], components: [ModelComponent] = []
    for k in 0..<3 {
      let n = "\(k)"
      own += [
        ModelParameter(name: "m" + n, start: 3 + 1.5 * Double(k)),
        ModelParameter(name: "w" + n, start: 0.5), ModelParameter(name: "a" + n, start: 1.3),
        ModelParameter(name: "n" + n, start: 3), ModelParameter(name: "b" + n, start: 1.5),
        ModelParameter(name: "k" + n, start: 4), ModelParameter(name: "y" + n, start: 4),
      ]
      components.append(
        ModelComponent(
          name: n, factors: [.parameter("y" + n)],
          shape: .doubleSidedCrystalBall(
            mean: Self.p("m" + n), width: Self.p("w" + n), alphaLow: Self.p("a" + n),
            nLow: Self.p("n" + n), alphaHigh: Self.p("b" + n), nHigh: Self.p("k" + n))))
    }
    try check(
      LikelihoodModel(
        parameters: own,
        channels: [
          ModelChannel(
            name: "a", segments: [2...8], components: components,
            data: .unbinned(Self.events, weights: Self.events.map { 0.1 * $0 }))
        ]), "many")
  }
}
