import Inference

extension HS3ForeignReader {
  /// Reads a `histfactory_dist` as a channel of templates.
  mutating func histogram(
    _ distribution: HS3Node, _ data: HS3Node
  ) throws(HS3Error) -> ModelChannel {
    let type = try data.member("type")
    guard try type.text == "binned" else {
      throw type.invalid("the type", "'\(try type.text)'", "'binned'")
    }
    let counts = try data.member("contents").numbers
    let samples = try distribution.member("samples").elements
    var components: [ModelComponent] = []
    for sample in samples {
      components.append(try component(sample, bins: counts.count))
    }
    try addStatisticalErrors(samples, bins: counts.count)
    return ModelChannel(
      name: try distribution.member("name").text, components: components, data: .binned(counts))
  }

  private mutating func component(
    _ sample: HS3Node, bins: Int
  ) throws(HS3Error) -> ModelComponent {
    let contents = try list(try sample.member("data").member("contents"), bins)
    var component = ModelComponent(
      name: try sample.member("name").text, shape: .template(contents: contents))
    var variations: [TemplateVariation] = []
    var binFactors = [[String]](repeating: [], count: bins)
    for modifier in try sample.optional("modifiers")?.elements ?? [] {
      let type = try modifier.member("type")
      switch try type.text {
      case "normfactor":
        switch try value(try parameter(modifier)) {
        case .constant(let x): component.constant *= x
        case .parameter(let name): component.factors.append(.parameter(name))
        }
      case "normsys":
        let name = try nuisance(modifier)
        component.factors.append(
          .asymmetricPower(
            low: try modifier.member("data").member("lo").number,
            high: try modifier.member("data").member("hi").number, name))
      case "histosys":
        let own = try modifier.member("data")
        variations.append(
          TemplateVariation(
            low: try list(try own.member("lo").member("contents"), bins),
            high: try list(try own.member("hi").member("contents"), bins),
            parameter: try nuisance(modifier)))
      case "shapesys":
        let errors = try list(try modifier.member("data").member("vals"), bins)
        let names = try self.names(modifier, bins)
        for bin in 0..<bins where contents[bin] > 0 && errors[bin] > 0 {
          binFactors[bin].append(names[bin])
          try constrain(
            names[bin], try self.constraint(modifier, relative: errors[bin] / contents[bin]),
            at: modifier)
        }
      case "shapefactor", "staterror":
        let names = try self.names(modifier, bins)
        for bin in 0..<bins {
          use(names[bin])
          binFactors[bin].append(names[bin])
        }
      default:
        throw type.unsupported(
          "modifiers of type '\(try type.text)' are not read",
          "Nightjar reads normfactor, normsys, histosys, shapesys, shapefactor, staterror")
      }
    }
    if binFactors.allSatisfy(\.isEmpty) { binFactors = [] }
    component.shape = .template(
      contents: contents, variations: variations, binFactors: binFactors)
    return component
  }

  private func list(_ node: HS3Node, _ bins: Int) throws(HS3Error) -> [Double] {
    let numbers = try node.numbers
    guard numbers.count == bins else {
      throw node.invalid("the length", "\(numbers.count)", "\(bins), the number of bins")
    }
    return numbers
  }

  private func parameter(_ modifier: HS3Node) throws(HS3Error) -> HS3Node {
    if let parameter = modifier.optional("parameter") { return parameter }
    return try modifier.member("name")
  }

  private func names(_ modifier: HS3Node, _ bins: Int) throws(HS3Error) -> [String] {
    let node = try modifier.member("parameters")
    let names = try node.texts
    guard names.count == bins else {
      throw node.invalid("the length", "\(names.count)", "\(bins), the number of bins")
    }
    for name in names where file.values[name] == nil {
      throw file.unknown(
        HS3Node(.string(name), at: node.place), "parameter of 'default_values'",
        file.values.keys.sorted())
    }
    return names
  }

  /// The parameter of a variation of unit width.
  private mutating func nuisance(_ modifier: HS3Node) throws(HS3Error) -> String {
    let node = try parameter(modifier)
    let name = try node.text
    guard file.values[name] != nil else {
      throw file.unknown(node, "parameter of 'default_values'", file.values.keys.sorted())
    }
    if let kind = modifier.optional("constraint"), try kind.text != "Gauss" {
      throw kind.unsupported(
        "a constraint '\(try kind.text)' of a variation is not read", "Nightjar reads 'Gauss'")
    }
    try constrain(name, .gaussian(mean: 0, width: 1), at: modifier)
    return name
  }

  private func constraint(
    _ modifier: HS3Node, relative: Double
  ) throws(HS3Error) -> ParameterConstraint {
    let kind = try modifier.optional("constraint")?.text ?? "Poisson"
    switch kind {
    case "Poisson":
      let tau = 1 / (relative * relative)
      return .poisson(observed: tau, scale: tau)
    case "Gauss": return .gaussian(mean: 1, width: relative)
    default:
      throw modifier.unsupported(
        "a constraint '\(kind)' is not read", "Nightjar reads 'Poisson' and 'Gauss'")
    }
  }

  /// Constrains `staterror` factors by the errors of all samples that share them.
  private mutating func addStatisticalErrors(
    _ samples: [HS3Node], bins: Int
  ) throws(HS3Error) {
    var sums = [Double](repeating: 0, count: bins), squares = sums
    var modifiers: [HS3Node] = []
    for sample in samples {
      for modifier in try sample.optional("modifiers")?.elements ?? []
      where try modifier.member("type").text == "staterror" {
        let data = try sample.member("data")
        let contents = try list(try data.member("contents"), bins)
        let errors = try list(try data.member("errors"), bins)
        for bin in 0..<bins {
          sums[bin] += contents[bin]
          squares[bin] += errors[bin] * errors[bin]
        }
        modifiers.append(modifier)
      }
    }
    for modifier in modifiers {
      let names = try self.names(modifier, bins)
      for bin in 0..<bins where sums[bin] > 0 && squares[bin] > 0 {
        try constrain(
          names[bin],
          try constraint(modifier, relative: squares[bin].squareRoot() / sums[bin]), at: modifier)
      }
    }
  }
}
