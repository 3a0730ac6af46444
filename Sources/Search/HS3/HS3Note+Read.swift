import Inference

extension HS3Note {
  /// Reads a channel; its data stand elsewhere in the file.
  static func channel(_ node: HS3Node, data: ChannelData) throws(HS3Error) -> ModelChannel {
    ModelChannel(
      name: try node.member("name").text, observable: try node.member("observable").text,
      segments: try node.member("segments").map(range),
      bins: try node.optional("bins").map { node throws(HS3Error) in try node.whole(1...1_000_000)
      },
      components: try node.member("components").map(component), data: data)
  }

  private static func range(_ node: HS3Node) throws(HS3Error) -> ClosedRange<Double> {
    let ends = try node.numbers
    guard ends.count == 2, ends[0] <= ends[1] else {
      throw node.invalid("the range", "\(ends)", "two numbers, ascending")
    }
    return ends[0]...ends[1]
  }

  private static func component(_ node: HS3Node) throws(HS3Error) -> ModelComponent {
    let normalisation = try node.member("normalisation")
    guard let own = ShapeNormalisation(rawValue: try normalisation.text) else {
      throw normalisation.invalid("the text", try normalisation.text, "'full line', 'window'")
    }
    return ModelComponent(
      name: try node.member("name").text, constant: try node.member("constant").number,
      factors: try node.optional("factors")?.map(factor) ?? [],
      shape: try shape(try node.member("shape")),
      widthFactors: try node.optional("width_factors")?.map(factor) ?? [], normalisation: own)
  }

  private static func factor(_ node: HS3Node) throws(HS3Error) -> YieldFactor {
    if case .string(let name) = node.value { return .parameter(name) }
    let name = try node.member("parameter").text
    func number(_ member: String) throws(HS3Error) -> Double { try node.member(member).number }
    let type = try node.member("type")
    switch try type.text {
    case "power": return .power(kappa: try number("kappa"), name)
    case "asymmetric power":
      return .asymmetricPower(low: try number("low"), high: try number("high"), name)
    case "piecewise power":
      return .piecewisePower(low: try number("low"), high: try number("high"), name)
    case "linear": return .linear(size: try number("size"), name)
    default:
      throw type.invalid(
        "the type", "'\(try type.text)'",
        "'power', 'asymmetric power', 'piecewise power', 'linear'")
    }
  }

  private static func value(_ node: HS3Node) throws(HS3Error) -> ModelValue {
    if case .string(let name) = node.value { return .parameter(name) }
    return .constant(try node.number)
  }

  private static func tail(_ node: HS3Node) throws(HS3Error) -> ModelTail {
    let side = try node.member("side")
    guard ["low", "high"].contains(try side.text) else {
      throw side.invalid("the side", "'\(try side.text)'", "'low', 'high'")
    }
    return ModelTail(
      alpha: try value(try node.member("alpha")), n: try value(try node.member("n")),
      side: try side.text == "low" ? .low : .high)
  }

  private static func variation(_ node: HS3Node) throws(HS3Error) -> TemplateVariation {
    let kind = try node.member("interpolation")
    guard let own = TemplateVariation.Interpolation(rawValue: try kind.text) else {
      throw kind.invalid("the text", "'\(try kind.text)'", "'polynomial', 'piecewise linear'")
    }
    return TemplateVariation(
      low: try node.member("low").numbers, high: try node.member("high").numbers,
      parameter: try node.member("parameter").text, interpolation: own)
  }

  private static func shape(_ node: HS3Node) throws(HS3Error) -> ComponentShape {
    func own(_ name: String) throws(HS3Error) -> ModelValue { try value(try node.member(name)) }
    let type = try node.member("type")
    switch try type.text {
    case "counts": return .counts
    case "template":
      return .template(
        contents: try node.member("contents").numbers,
        variations: try node.optional("variations")?.map(variation) ?? [],
        binFactors: try node.optional("bin_factors")?.map { node throws(HS3Error) in
          try node.texts
        } ?? [])
    case "gaussian": return .gaussian(mean: try own("mean"), width: try own("width"))
    case "double-sided crystal ball":
      return .doubleSidedCrystalBall(
        mean: try own("mean"), width: try own("width"), alphaLow: try own("alpha_low"),
        nLow: try own("n_low"), alphaHigh: try own("alpha_high"), nHigh: try own("n_high"))
    case "two crystal balls":
      return .twoCrystalBalls(
        mean: try own("mean"), width: try own("width"), tail: try tail(try node.member("tail")),
        width2: try own("width2"), tail2: try tail(try node.member("tail2")),
        fraction: try own("fraction"))
    case "chebyshev": return .chebyshev(try node.member("coefficients").map(value))
    case "exponential": return .exponential(slope: try own("slope"))
    default:
      throw type.unsupported(
        "unknown shape '\(try type.text)'", "read it with the version of Nightjar that wrote it")
    }
  }
}
