import Inference
import Platform
import Search

/// What `fit` shows, as a table for people and as JSON.
struct FitListing {
  private let file: String
  private let model: LikelihoodModel
  private let fit: FitResult
  private let startNLL: Double
  private let minos: [MinosErrors]
  private let impacts: [Impact]?
  private let poi: String?
  private let limit: LikelihoodLimit?
  private let signedRoot: Double?
  private let pValue: Double?

  /// Fits; MINOS errors, limits and, with threads to use, impacts where asked for.
  init(
    file: String, document: HS3Document, poi: String?, withMinos: Bool, level: Double?,
    impacts pool: WorkerPool?
  ) throws {
    self.file = file
    self.poi = poi
    model = document.model
    let likelihood = try Likelihood(model)
    startNLL = likelihood.negativeLogLikelihood()
    let fit = likelihood.fit()
    self.fit = fit
    let free = model.parameters.filter { !$0.isFixed }.map(\.name)
    minos =
      withMinos && fit.status.isValid
      ? free.map { likelihood.minosErrors(of: $0, from: fit) } : []
    if let pool, let poi, fit.status.isValid {
      impacts = try ImpactRanking.impacts(on: poi, in: model, from: fit, pool: pool)
    } else {
      impacts = nil
    }
    guard let level, let poi, fit.status.isValid else {
      limit = nil
      signedRoot = nil
      pValue = nil
      return
    }
    let calculator = try AsymptoticCalculator(model, parameterOfInterest: poi)
    limit = calculator.isValid ? calculator.limit(level: level) : nil
    signedRoot = calculator.isValid ? calculator.signedRoot : nil
    pValue = calculator.isValid ? calculator.discoveryPValue : nil
  }

  /// Whether everything asked for was found.
  var isValid: Bool { fit.status.isValid && limit.map { $0.limit.status == .found } ?? true }

  private var events: Double {
    model.channels.reduce(0) { sum, channel in
      switch channel.data {
      case .binned(let contents): sum + contents.reduce(0, +)
      case .unbinned(let points, let weights): sum + (weights?.reduce(0, +) ?? Double(points.count))
      case .expectation(_, let contents): sum + contents.reduce(0, +)
      }
    }
  }

  private func isFixed(_ name: String) -> Bool { model[name]?.isFixed ?? false }

  var text: String {
    let free = model.parameters.filter { !$0.isFixed }.count
    var text =
      "\(file): \(count(model.channels.count, "channel")), \(NumberText.short(events)) events, "
      + "\(count(free, "free parameter"))\n"
    text += "fit: \(fit.status.name), -ln L = \(fit.nll), \(fit.calls) calls\n\n"
    var rows = [["parameter", "value", "error"] + (minos.isEmpty ? [] : ["below", "above", ""])]
    for parameter in fit.parameters {
      var row = [
        parameter.name, NumberText.short(parameter.value),
        isFixed(parameter.name) ? "fixed" : NumberText.short(parameter.error),
      ]
      if let own = minos.first(where: { $0.name == parameter.name }) {
        row += [NumberText.short(own.low.error), NumberText.short(own.high.error)]
        let states = [own.low.status, own.high.status].filter { $0 != .found }
        row.append(states.map(\.rawValue).joined(separator: ", "))
      }
      rows.append(row)
    }
    text += NumberText.table(rows, leftAligned: [0, 5])
    if let impacts, let poi {
      let rows = impacts.map { own in
        [
          own.name, own.pull.map(NumberText.short) ?? "", NumberText.short(own.postFit.down),
          NumberText.short(own.postFit.up), own.preFit.map { NumberText.short($0.down) } ?? "",
          own.preFit.map { NumberText.short($0.up) } ?? "", own.isValid ? "" : "a fit failed",
        ]
      }
      text += "\nimpacts on \(poi)\n"
      text += NumberText.table(
        [["parameter", "pull", "-1 error", "+1 error", "-1 prior", "+1 prior", ""]] + rows,
        leftAligned: [0, 6])
    }
    if let limit, let poi {
      text += "\nupper limit on \(poi) at \(NumberText.short(100 * limit.limit.level)) %: "
      text += "\(limit.limit.status.rawValue)\n"
      let expected = limit.limit.expected.map(NumberText.short).joined(separator: "  ")
      text += NumberText.table(
        [
          ["  observed", NumberText.short(limit.limit.observed)],
          ["  expected (-2…+2 sigma)", expected],
          ["  significance", NumberText.short(signedRoot ?? .nan)],
          ["  p-value", NumberText.short(pValue ?? .nan)],
        ], leftAligned: [0, 1])
      text += "  \(limit.construction)\n"
    }
    return text
  }

  private func count(_ number: Int, _ what: String) -> String {
    "\(number) \(what)" + (number == 1 ? "" : "s")
  }

  var json: JSONText {
    var members: [(String, JSONText)] = [
      ("file", .string(file)), ("status", .string(fit.status.name)), ("nll", .number(fit.nll)),
      ("nllAtStart", .number(startNLL)), ("calls", .integer(fit.calls)),
      (
        "parameters",
        .array(
          fit.parameters.map { parameter in
            var own: [(String, JSONText)] = [
              ("name", .string(parameter.name)), ("value", .number(parameter.value)),
              ("error", .number(parameter.error)), ("fixed", .boolean(isFixed(parameter.name))),
            ]
            if let sides = minos.first(where: { $0.name == parameter.name }) {
              own += [
                ("errorBelow", .number(sides.low.error)),
                ("errorAbove", .number(sides.high.error)),
                ("statusBelow", .string(sides.low.status.rawValue)),
                ("statusAbove", .string(sides.high.status.rawValue)),
              ]
            }
            return .object(own)
          })
      ),
      ("covariance", .array(fit.covariance.map { .number($0) })),
    ]
    if let impacts {
      members.append(("impacts", .array(impacts.map(json))))
    }
    if let limit, let poi {
      members.append(
        (
          "limit",
          .object([
            ("parameter", .string(poi)), ("status", .string(limit.limit.status.rawValue)),
            ("level", .number(limit.limit.level)), ("observed", .number(limit.limit.observed)),
            ("expected", .array(limit.limit.expected.map { .number($0) })),
            ("error", .number(limit.error)), ("construction", .string(limit.construction)),
            ("signedRoot", .number(signedRoot ?? .nan)), ("pValue", .number(pValue ?? .nan)),
          ])
        ))
    }
    return .object(members)
  }

  private func json(_ impact: Impact) -> JSONText {
    func shift(_ shift: Impact.Shift?) -> JSONText {
      guard let shift else { return .null }
      return .object([("down", .number(shift.down)), ("up", .number(shift.up))])
    }
    return .object([
      ("parameter", .string(impact.name)), ("pull", impact.pull.map { .number($0) } ?? .null),
      ("postFit", shift(impact.postFit)), ("preFit", shift(impact.preFit)),
      ("valid", .boolean(impact.isValid)),
    ])
  }
}
