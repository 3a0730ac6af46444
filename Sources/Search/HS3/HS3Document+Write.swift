import Inference

extension HS3Document {
  /// The names that a model's parameters have in its file.
  package static func parameterNames(of model: LikelihoodModel) -> [String: String] {
    HS3Builder(model).parameterNames
  }

  /// The document as a JSON value.
  package func json() throws(HS3Error) -> JSONValue {
    do throws(InferenceError) { try model.validate() } catch { throw .model(error) }
    for name in parametersOfInterest + (bestFit?.parameters.map(\.name) ?? [])
    where model[name] == nil {
      throw .unknownName(place: "model", name: name, what: "parameter", nearest: nil)
    }
    var builder = HS3Builder(model)
    let isAlone = model.channels.count == 1
    let measurements = model.channels.map { builder.measurements(of: $0, isAlone: isAlone) }
    let (notes, auxiliary) = builder.constraints(of: model)
    let likelihood = builder.names.name(name + "_likelihood")
    let analysis = builder.names.name(name)
    let all = measurements.flatMap { $0 }
    let likelihoods = JSONValue.members(
      ("name", .string(likelihood)),
      ("distributions", .texts(all.map(\.distribution))),
      ("data", .texts(all.compactMap { $0.data.name })),
      ("aux_distributions", auxiliary.isEmpty ? nil : .texts(auxiliary)))
    let interest = parametersOfInterest.map { builder.name(of: $0) }
    let domains = domains(&builder, analysis: analysis)
    return .members(
      (
        "metadata",
        .members(
          ("hs3_version", .string(Self.standardVersion)),
          (
            "packages",
            .array([.members(("name", "Nightjar"), ("version", .string(ProgramVersion.text)))])
          ))
      ),
      ("distributions", .array(builder.distributions)),
      ("functions", .array(builder.functions)),
      ("data", .array(all.map(\.data))),
      ("likelihoods", .array([likelihoods])),
      ("domains", .array(domains.all)),
      ("parameter_points", .array(points(builder))),
      (
        "analyses",
        .array([
          .members(
            ("name", .string(analysis)), ("likelihood", .string(likelihood)),
            ("parameters_of_interest", .texts(interest)), ("domains", .texts(domains.own)),
            ("init", "default_values"))
        ])
      ),
      (
        "misc",
        .members(
          (
            "nightjar",
            HS3Note(self, notes: notes, measurements: measurements.map(\.count)).json
          ))
      ))
  }

  private var events: Double {
    model.channels.reduce(0) { sum, channel in
      switch channel.data {
      case .binned(let contents): sum + contents.reduce(0, +)
      case .unbinned(let points, let weights): sum + (weights?.reduce(0, +) ?? Double(points.count))
      case .expectation(_, let contents): sum + contents.reduce(0, +)
      }
    }
  }

  /// Names of the parameters that are of order one in a smooth shape.
  private var coefficients: Set<String> {
    var names: Set<String> = []
    for component in model.channels.flatMap(\.components) {
      let values: [ModelValue]
      switch component.shape {
      case .chebyshev(let coefficients): values = coefficients
      case .exponential(let slope): values = [slope]
      case .counts, .template, .gaussian, .doubleSidedCrystalBall, .twoCrystalBalls: values = []
      }
      for case .parameter(let name) in values { names.insert(name) }
    }
    return names
  }

  private func domains(
    _ builder: inout HS3Builder, analysis: String
  ) -> (all: [JSONValue], own: [String]) {
    func axis(_ name: String, _ range: ClosedRange<Double>) -> JSONValue {
      .members(
        ("name", .string(name)), ("min", .number(range.lowerBound)),
        ("max", .number(range.upperBound)))
    }
    func domain(_ name: String, _ axes: [JSONValue]) -> JSONValue {
      .members(("name", .string(name)), ("type", "product_domain"), ("axes", .array(axes)))
    }
    let events = events
    let coefficients = coefficients
    let axes = model.parameters.map { parameter in
      axis(
        builder.name(of: parameter.name),
        HS3Builder.range(
          of: parameter, isCoefficient: coefficients.contains(parameter.name), events: events))
    }
    let isInteresting = model.parameters.map { parametersOfInterest.contains($0.name) }
    let own = [
      builder.names.name(analysis + "_parameters_of_interest"),
      builder.names.name(analysis + "_nuisance_parameters"),
    ]
    let nuisances = model.parameters.indices.filter {
      !isInteresting[$0] && !model.parameters[$0].isFixed
    }
    return (
      [
        domain(
          "default_domain", builder.observables.map { axis($0.name, $0.low...$0.high) } + axes),
        domain(own[0], axes.indices.filter { isInteresting[$0] }.map { axes[$0] }),
        domain(own[1], nuisances.map { axes[$0] }),
      ], own
    )
  }

  private func points(_ builder: HS3Builder) -> [JSONValue] {
    func value(_ name: String, _ value: Double, isConstant: Bool = false) -> JSONValue {
      .members(
        ("name", .string(name)), ("value", .number(value)),
        ("const", isConstant ? .boolean(true) : nil))
    }
    let parameters = model.parameters.map {
      value(builder.name(of: $0.name), $0.start, isConstant: $0.isFixed)
    }
    let constants = builder.constants.map { value($0.name, $0.value, isConstant: true) }
    let observables = builder.observables.map { value($0.name, 0.5 * ($0.low + $0.high)) }
    var points = [
      JSONValue.members(
        ("name", "default_values"), ("parameters", .array(parameters + constants + observables)))
    ]
    if let bestFit {
      points.append(
        .members(
          ("name", "best_fit"),
          (
            "parameters",
            .array(
              bestFit.parameters.map { parameter in
                .members(
                  ("name", .string(builder.name(of: parameter.name))),
                  ("value", .number(parameter.value)),
                  ("err", parameter.error.isFinite ? .number(parameter.error) : nil))
              })
          )))
    }
    return points
  }
}

extension JSONValue {
  /// The text under `name`.
  var name: String? {
    guard case .string(let name)? = self["name"] else { return nil }
    return name
  }
}
