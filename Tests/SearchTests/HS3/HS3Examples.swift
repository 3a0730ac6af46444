import Inference
import NumericalMethods
import Search

/// Windows as a search makes them, with pseudo-data; the files of `Fixtures/hs3` hold them.
enum HS3Examples {
  static let names = [
    "linear", "quadratic", "two-crystal-balls", "nuisances", "exponential", "binned", "hole",
    "templates",
  ]

  static func document(_ name: String) -> HS3Document {
    switch name {
    case "linear": window(name, shape: gaussian, order: 1)
    case "quadratic": window(name, shape: doubleSided, order: 2)
    case "two-crystal-balls": window(name, shape: twoCrystalBalls, order: 1)
    case "nuisances": window(name, shape: twoCrystalBalls, order: 1, withNuisances: true)
    case "exponential": window(name, shape: gaussian, order: nil)
    case "binned": window(name, shape: doubleSided, order: 1, withNuisances: true, bins: 12)
    case "hole":
      window(
        name, shape: twoCrystalBalls, order: 2, withNuisances: true,
        segments: [1.7...1.86, 1.93...2.02, 2.04...2.3])
    default: templates
    }
  }

  static let gaussian = ComponentShape.gaussian(mean: .constant(2), width: .constant(0.03))
  static let doubleSided = ComponentShape.doubleSidedCrystalBall(
    mean: .constant(2), width: .constant(0.025), alphaLow: .constant(1.2), nLow: .constant(3.5),
    alphaHigh: .constant(1.8), nHigh: .constant(6))
  static let twoCrystalBalls = ComponentShape.twoCrystalBalls(
    mean: .constant(2), width: .constant(0.02),
    tail: ModelTail(alpha: .constant(1.3), n: .constant(2.5), side: .low),
    width2: .constant(0.05),
    tail2: ModelTail(alpha: .constant(1.1), n: .constant(4), side: .high),
    fraction: .constant(0.7))

  static func window(
    _ name: String, shape: ComponentShape, order: Int?, withNuisances: Bool = false,
    bins: Int? = nil, segments: [ClosedRange<Double>] = [1.7...2.3]
  ) -> HS3Document {
    var parameters = [
      ModelParameter(name: "cross section", start: 0),
      ModelParameter(name: "background", start: 350),
    ]
    var factors: [YieldFactor] = [.parameter("cross section")]
    var widthFactors: [YieldFactor] = []
    if withNuisances {
      parameters += ["luminosity", "efficiency", "width"].map(ModelParameter.unitGaussian)
      factors += [.power(kappa: 1.04, "luminosity"), .linear(size: 0.08, "efficiency")]
      widthFactors = [.power(kappa: 1.1, "width")]
    }
    let smooth: ComponentShape
    if let order {
      let coefficients = (1...order).map { "c\($0)" }
      parameters += coefficients.map { ModelParameter(name: $0, start: 0) }
      smooth = .chebyshev(coefficients.map { .parameter($0) })
    } else {
      parameters.append(ModelParameter(name: "slope", start: -0.1))
      smooth = .exponential(slope: .parameter("slope"))
    }
    let events = events(segments)
    var data = ChannelData.unbinned(events)
    if let bins {
      let low = segments[0].lowerBound, high = segments[0].upperBound
      var contents = [Double](repeating: 0, count: bins)
      for x in events { contents[min(bins - 1, Int((x - low) / (high - low) * Double(bins)))] += 1 }
      data = .binned(contents)
    }
    let channel = ModelChannel(
      name: "window", observable: "m(mu mu)", segments: segments, bins: bins,
      components: [
        ModelComponent(
          name: "signal", constant: 12.5, factors: factors, shape: shape,
          widthFactors: widthFactors, normalisation: .fullLine),
        ModelComponent(name: "background", factors: [.parameter("background")], shape: smooth),
      ], data: data)
    return HS3Document(
      name: name, model: LikelihoodModel(parameters: parameters, channels: [channel]),
      parametersOfInterest: ["cross section"])
  }

  /// 400 events that fall slightly, and 40 in a peak.
  static func events(_ segments: [ClosedRange<Double>]) -> [Double] {
    var stream = RandomStream(seed: 11, task: 7, toy: 3)
    var events: [Double] = []
    while events.count < 400 {
      let u = stream.uniform()
      if stream.uniform() < 1 - 0.4 * u { events.append(1.7 + 0.6 * u) }
    }
    for _ in 0..<40 { events.append(2 + 0.03 * stream.normal()) }
    return events.filter { x in segments.contains { $0.contains(x) } }.sorted()
  }

  /// Two channels of templates and one of counts with every kind of factor and constraint.
  static var templates: HS3Document {
    let parameters = [
      ModelParameter(name: "mu", start: 1, minimum: -10, maximum: 10),
      ModelParameter.unitGaussian("scale"),
      ModelParameter.unitGaussian("shape"),
      ModelParameter.unitGaussian("tracking"),
      ModelParameter(
        name: "transfer", start: 1.2, constraint: .logNormal(median: 1.2, kappa: 1.15)),
      ModelParameter(
        name: "sideband", start: 50, minimum: 0, constraint: .poisson(observed: 100, scale: 2)),
      ModelParameter(
        name: "trigger", start: 0.9,
        constraint: .asymmetricGaussian(mean: 0.9, low: 0.05, high: 0.03)),
      ModelParameter(
        name: "gamma 1", start: 1, minimum: 0, constraint: .poisson(observed: 400, scale: 400)),
    ]
    let histogram = ModelChannel(
      name: "SR",
      components: [
        ModelComponent(
          name: "signal",
          factors: [
            .parameter("mu"), .parameter("trigger"),
            .asymmetricPower(low: 0.93, high: 1.05, "scale"),
          ], shape: .template(contents: [2, 8, 4])),
        ModelComponent(
          name: "background", factors: [.piecewisePower(low: 0.95, high: 1.1, "tracking")],
          shape: .template(
            contents: [40, 30, 22],
            variations: [
              TemplateVariation(low: [36, 30, 24], high: [45, 31, 20], parameter: "shape"),
              TemplateVariation(
                low: [39, 29, 22], high: [41.5, 31, 22], parameter: "scale",
                interpolation: .piecewiseLinear),
            ], binFactors: [["gamma 1"], [], []])),
      ], data: .binned([45, 41, 25]))
    let counts = ModelChannel(
      name: "CR",
      components: [
        ModelComponent(
          name: "background",
          factors: [.parameter("sideband"), .parameter("transfer"), .parameter("trigger")],
          shape: .counts)
      ], data: .binned([65]))
    return HS3Document(
      name: "templates",
      model: LikelihoodModel(parameters: parameters, channels: [histogram, counts]),
      parametersOfInterest: ["mu"])
  }
}
