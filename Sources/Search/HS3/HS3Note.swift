import Inference

/// The part of a file under `misc/nightjar`: what the standard has no place for.
///
/// It says how the model is built, by the names of its own parameters; numbers of parameters,
/// constraints, ranges and data stand in the standard's parts alone.
struct HS3Note {
  private let document: HS3Document
  private let notes: [HS3Builder.ParameterNote]
  private let measurements: [Int]

  init(_ document: HS3Document, notes: [HS3Builder.ParameterNote], measurements: [Int]) {
    self.document = document
    self.notes = notes
    self.measurements = measurements
  }

  var json: JSONValue {
    let model = document.model
    let parameters = zip(model.parameters, notes).map { parameter, note in
      JSONValue.members(
        ("name", .string(parameter.name)),
        ("file_name", parameter.name == note.name ? nil : .string(note.name)),
        ("open", note.open.map { .string($0) }),
        (
          "constraint",
          note.constraint.map {
            .members(("kind", .string($0.kind)), ("constants", .texts($0.constants)))
          }
        ))
    }
    return .members(
      ("version", .number(HS3Document.noteVersion)),
      ("name", .string(document.name)),
      ("parameters", .array(parameters)),
      (
        "channels",
        .array(zip(model.channels, measurements).map { Self.json($0, measurements: $1) })
      ),
      (
        "best_fit",
        document.bestFit.map {
          .members(
            ("status", .string($0.status)), ("nll", $0.nll.isFinite ? .number($0.nll) : nil))
        }
      ))
  }

  private static func json(_ channel: ModelChannel, measurements: Int) -> JSONValue {
    let kind: String
    switch channel.data {
    case .binned: kind = "binned"
    case .unbinned: kind = "unbinned"
    case .expectation: kind = "expectation"
    }
    return .members(
      ("name", .string(channel.name)), ("observable", .string(channel.observable)),
      (
        "segments",
        .array(channel.segments.map { .numbers([$0.lowerBound, $0.upperBound]) })
      ),
      ("bins", channel.bins.map { .number(Double($0)) }), ("data", .string(kind)),
      ("measurements", .number(Double(measurements))),
      ("components", .array(channel.components.map(json))))
  }

  private static func json(_ component: ModelComponent) -> JSONValue {
    .members(
      ("name", .string(component.name)), ("constant", .number(component.constant)),
      ("factors", component.factors.isEmpty ? nil : .array(component.factors.map(json))),
      ("normalisation", .string(component.normalisation.rawValue)),
      (
        "width_factors",
        component.widthFactors.isEmpty ? nil : .array(component.widthFactors.map(json))
      ), ("shape", json(component.shape)))
  }

  private static func json(_ factor: YieldFactor) -> JSONValue {
    let name = JSONValue.string(factor.parameterName)
    switch factor {
    case .parameter: return name
    case .power(let kappa, _):
      return .members(("type", "power"), ("kappa", .number(kappa)), ("parameter", name))
    case .asymmetricPower(let low, let high, _):
      return .members(
        ("type", "asymmetric power"), ("low", .number(low)), ("high", .number(high)),
        ("parameter", name))
    case .piecewisePower(let low, let high, _):
      return .members(
        ("type", "piecewise power"), ("low", .number(low)), ("high", .number(high)),
        ("parameter", name))
    case .linear(let size, _):
      return .members(("type", "linear"), ("size", .number(size)), ("parameter", name))
    }
  }

  private static func json(_ value: ModelValue) -> JSONValue {
    switch value {
    case .constant(let x): .number(x)
    case .parameter(let name): .string(name)
    }
  }

  private static func json(_ tail: ModelTail) -> JSONValue {
    .members(
      ("alpha", json(tail.alpha)), ("n", json(tail.n)),
      ("side", tail.side == .low ? "low" : "high"))
  }

  private static func json(_ shape: ComponentShape) -> JSONValue {
    switch shape {
    case .counts: return .members(("type", "counts"))
    case .template(let contents, let variations, let binFactors):
      return .members(
        ("type", "template"), ("contents", .numbers(contents)),
        (
          "variations",
          variations.isEmpty
            ? nil
            : .array(
              variations.map {
                .members(
                  ("parameter", .string($0.parameter)), ("low", .numbers($0.low)),
                  ("high", .numbers($0.high)),
                  ("interpolation", .string($0.interpolation.rawValue)))
              })
        ),
        ("bin_factors", binFactors.isEmpty ? nil : .array(binFactors.map(JSONValue.texts))))
    case .gaussian(let mean, let width):
      return .members(("type", "gaussian"), ("mean", json(mean)), ("width", json(width)))
    case .doubleSidedCrystalBall(
      let mean, let width, let alphaLow, let nLow, let alphaHigh, let nHigh):
      return .members(
        ("type", "double-sided crystal ball"), ("mean", json(mean)), ("width", json(width)),
        ("alpha_low", json(alphaLow)), ("n_low", json(nLow)), ("alpha_high", json(alphaHigh)),
        ("n_high", json(nHigh)))
    case .twoCrystalBalls(let mean, let width, let tail, let width2, let tail2, let fraction):
      return .members(
        ("type", "two crystal balls"), ("mean", json(mean)), ("width", json(width)),
        ("tail", json(tail)), ("width2", json(width2)), ("tail2", json(tail2)),
        ("fraction", json(fraction)))
    case .chebyshev(let coefficients):
      return .members(("type", "chebyshev"), ("coefficients", .array(coefficients.map(json))))
    case .exponential(let slope):
      return .members(("type", "exponential"), ("slope", json(slope)))
    }
  }
}
