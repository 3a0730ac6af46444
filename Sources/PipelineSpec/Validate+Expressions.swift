import Diagnostics
import Expressions
import Settings

extension PipelineValidator {
  /// Checks names and types of all expressions over columns.
  mutating func checkExpressions() {
    guard let catalogue else { return }
    var numbers: [NamedExpression] = []
    var masks: [NamedExpression] = []
    for sample in pipeline.samples {
      if let weight = sample.value.weight {
        numbers.append(("samples.\(sample.name).weight", weight))
      }
      for correction in sample.value.corrections {
        let name = "samples.\(sample.name).corrections.\(correction.name)"
        numbers += correction.value.coordinates.flatMap { $0 }.map { (name, $0) }
      }
      if let truth = sample.value.truth {
        numbers.append(("samples.\(sample.name).hypothesis", truth.hypothesis))
        numbers.append(("samples.\(sample.name).generated", truth.generated))
        for coordinate in truth.coordinates {
          numbers.append(("samples.\(sample.name).hypothesis", coordinate.value))
        }
        for decay in truth.decays {
          numbers.append(("samples.\(sample.name).decayLength", decay.value.length))
        }
        if let matched = truth.matched {
          masks.append(("samples.\(sample.name).matched", matched))
        }
      }
    }
    for comparison in pipeline.skim.comparisons {
      numbers.append(("skim.comparisons.\(comparison.name)", comparison.value.expression))
    }
    for region in pipeline.regions { masks.append((region.name, region.value.cut)) }
    for cut in pipeline.skim.select { masks.append((cut.name, cut.value)) }
    for veto in pipeline.skim.veto { numbers.append((veto.name, veto.value.expression)) }
    for (index, input) in (pipeline.skim.score?.inputs ?? []).enumerated() {
      numbers.append(("skim.score.inputs.\(index)", input))
    }
    if let best = pipeline.skim.bestCandidate {
      numbers.append(("skim.bestCandidate.key", best.key))
    }
    for quantity in pipeline.keptQuantities { numbers.append((quantity.text, quantity)) }
    for fit in pipeline.fits {
      numbers.append(("fits.\(fit.name).observable", fit.value.observable))
    }
    if let scan = pipeline.scan {
      numbers.append(("scan.observable", scan.observable))
      for (index, cut) in scan.select.enumerated() {
        let path =
          cut.background.map { "scan.background.\($0).from.invert" } ?? "scan.select.\(index)"
        if let expression = cut.expression { masks.append((path, expression)) }
      }
    }
    var places = PlaceMap(folded: file.log.foldedScalars)
    let definitions = pipeline.skim.define.map { definition in
      // What could not be read stands in as a number, so that its users raise no second fault.
      let source =
        definition.value.isMissing
        ? ExpressionSource(text: "0", location: .init(file: "", line: 0, column: 0))
        : places.tagged(definition.value)
      return NamedExpression(definition.name, source)
    }
    let found = ExpressionProgram.check(
      definitions: definitions,
      numbers: numbers.filter { !$0.source.isMissing }.map { ($0.name, places.tagged($0.source)) },
      masks: masks.filter { !$0.source.isMissing }.map { ($0.name, places.tagged($0.source)) },
      environment: environment(catalogue))
    for fault in found.items { faults.report(places.restored(fault)) }
  }

  private func environment(_ catalogue: ColumnCatalogue) -> ExpressionEnvironment {
    var environment = pipeline.expressionEnvironment(
      columns: catalogue.columns.mapValues { $0 == .boolean ? .bool : .float64 }, types: [:],
      lists: catalogue.lists, particles: catalogue.particles)
    environment.constants = pipeline.constantValues
    return environment
  }

  /// Checks the formulas of all curves.
  mutating func checkCurves() {
    var places = PlaceMap(folded: file.log.foldedScalars)
    for curve in curves {
      guard case .expression(let source) = curve.value, !source.isMissing else { continue }
      do throws(Diagnostics) {
        _ = try ScalarExpression.compile(
          places.tagged(source), variables: HypothesisVariable.allCases.map(\.rawValue),
          constants: pipeline.constantValues)
      } catch {
        for fault in error.items {
          var fault = places.restored(fault)
          fault.finding = fault.finding.replacing("value 'curve'", with: "'\(curve.name)'")
          faults.report(fault)
        }
      }
    }
  }

  /// All curves of the file by dotted path.
  var curves: [Named<Curve>] {
    var curves: [Named<Curve>] = []
    if let signal = pipeline.signal {
      for parameter in signal.parameters {
        curves.append(Named("signal.\(parameter.name)", parameter.value))
      }
      if file.root.node(at: "signal.resolution") != nil {
        curves.append(Named("signal.resolution", signal.resolution))
      }
      if signal.measured == nil { curves.append(Named("signal.efficiency", signal.efficiency)) }
    }
    for systematic in pipeline.scan?.systematics ?? [] {
      guard case .stated(let size) = systematic.value.size else { continue }
      curves.append(Named("scan.systematics.\(systematic.name).size", size))
    }
    return curves
  }
}

/// Gives expressions that are folded or hold escapes their own place, to find the true one again.
private struct PlaceMap {
  let folded: [SourceLocation: [SourceLocation]]
  private var tags: [[SourceLocation]] = []
  private static let file = "\u{1}folded"

  init(folded: [SourceLocation: [SourceLocation]]) { self.folded = folded }

  mutating func tagged(_ source: ExpressionSource) -> ExpressionSource {
    guard let places = folded[source.location] else { return source }
    tags.append(places)
    let tag = SourceLocation(file: Self.file, line: tags.count, column: 1)
    return ExpressionSource(text: source.text, location: tag)
  }

  func restored(_ fault: Diagnostic) -> Diagnostic {
    guard let tag = fault.location, tag.file == Self.file else { return fault }
    let places = tags[tag.line - 1]
    let place = places[min(tag.column - 1, places.count - 1)]
    return Diagnostic(at: place, fault.finding, remedy: fault.remedy)
  }
}
