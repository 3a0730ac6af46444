import Diagnostics
import Expressions
import Settings

extension Format where Value == Curve {
  /// A curve: a number, a quantity, an expression in the hypothesis, or a table of points.
  static func curve(_ dimension: Dimension? = nil) -> Format<Curve> {
    let table = Format<CurveTable>.section.map { $0.curve }
    let expression = Format<ExpressionSource>.expression.map { Curve.expression($0) }
    let constant = Format<Double>.number().map { Curve.constant($0) }
    let scalar = Format<Curve>.either(constant, if: { $0.isNumber }, else: expression)
    guard let dimension else {
      return .either(table, if: { $0.isMap }, else: scalar)
    }
    let quantity = Format<Double>.quantity(dimension).map { Curve.constant($0) }
    return .either(
      table, if: { $0.isMap },
      else: .either(quantity, if: { $0.looksLikeQuantity(dimension) }, else: scalar))
  }
}

extension SettingsNode {
  /// Whether a scalar is a number followed by a unit or one word.
  fileprivate func looksLikeQuantity(_ dimension: Dimension) -> Bool {
    guard isScalar, !isNumber else { return false }
    do throws(Quantity.Fault) {
      _ = try Quantity.read(scalarText, dimensions: [dimension])
      return true
    } catch {
      guard case .unknownUnit(let unit) = error else { return false }
      return unit.allSatisfy { $0.isLetter || $0 == "%" }
    }
  }
}

/// The map form of a curve.
private struct CurveTable: SettingsSection {
  static let sectionName = "curve"
  static let summary = "Tabulates a number as a function of the hypothesis."

  var curve: Curve

  static func read(_ keys: inout SectionReader) -> CurveTable {
    let variable = keys.required(
      "in", Format<HypothesisVariable>.choice(later: ["lifetime"]), "The variable of the points")
    let points = keys.required(
      "points",
      Format<[[Double]]>.list(
        of: .list(of: .number(), count: 2...2, of: "numbers, [x, value]"), count: 2...Int.max,
        of: "points [x, value]"), "Pairs [x, value], x ascending")
    let method = keys.value(
      "method", Format<Curve.Method>.choice(), default: "linear",
      "How values between the points are found; outside them is an error")
    if keys.isClean, zip(points, points.dropFirst()).contains(where: { $0[0] >= $1[0] }) {
      keys.report("points", "must have ascending x")
    }
    return CurveTable(
      curve: .table(
        variable: variable, points: points.map { CurvePoint(x: $0[0], y: $0[1]) }, method: method))
  }
}

/// The map form of a range of hypotheses.
struct HypothesisRangeSection: SettingsSection {
  static let sectionName = "hypothesis range"
  static let summary = "States a range of hypotheses in one variable."

  var range: HypothesisRange?

  static func read(_ keys: inout SectionReader) -> HypothesisRangeSection {
    let mass = keys.optional(
      "mass", Format<ClosedRange<Double>>.interval(.notNegative), "Bounds in the mass, GeV")
    let reduced = keys.optional(
      "reducedMass", Format<ClosedRange<Double>>.interval(.notNegative),
      "Bounds in the reduced mass, GeV")
    keys.later(
      "lifetime", Format<ClosedRange<Double>>.interval(.notNegative),
      "Bounds in the lifetime c·τ, cm")
    keys.channels()
    if keys.isClean, (mass == nil) == (reduced == nil) {
      keys.reportWhole(
        mass == nil
          ? "must state its variable" : "must state one variable, found 'mass' and 'reducedMass'",
        remedy: "write {mass: [low, high]} or {reducedMass: [low, high]}")
    }
    if let mass {
      return .init(range: HypothesisRange(variable: .mass, bounds: mass))
    }
    return .init(range: reduced.map { HypothesisRange(variable: .reducedMass, bounds: $0) })
  }
}

extension Format where Value == HypothesisRange? {
  /// A range of hypotheses, `{mass: [low, high]}`.
  static var hypotheses: Format<HypothesisRange?> {
    Format<HypothesisRangeSection>.section.map(\.range)
  }
}

extension SectionReader {
  /// Reads `where` and its short form `below`: which hypotheses a rule is for.
  mutating func hypothesisRange() -> HypothesisRange? {
    let range = optional(
      "where", Format<HypothesisRange?>.hypotheses, "The hypotheses it rules; absent: all")
    let below = optional(
      "below", Format<Double>.number(.positive), "Short for where: {mass: [0, x]}, GeV")
    if has("where"), has("below") {
      report("below", "and 'where' say the same", remedy: "keep one of them")
    }
    if let below { return HypothesisRange(variable: .mass, bounds: 0...below) }
    return range ?? nil
  }
}
