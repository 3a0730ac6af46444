import Inference
import Kernels

extension HS3Builder {
  /// What the Nightjar part of a file notes of a parameter beyond the standard.
  struct ParameterNote {
    var name: String
    /// Which sides of the range are open: the standard wants numbers there.
    var open: String?
    /// The constraint's kind, and the names of its constants.
    var constraint: (kind: String, constants: [String])?
  }

  /// Writes the constraints; returns the notes, and the names of the auxiliary distributions.
  mutating func constraints(
    of model: LikelihoodModel
  ) -> (notes: [ParameterNote], auxiliary: [String]) {
    var notes: [ParameterNote] = []
    var auxiliary: [String] = []
    for parameter in model.parameters {
      let name = name(of: parameter.name)
      let open = (parameter.minimum.isFinite ? 0 : 1) + (parameter.maximum.isFinite ? 0 : 2)
      var note = ParameterNote(name: name, open: [nil, "low", "high", "both"][open])
      if let constraint = parameter.constraint {
        let own = self.constraint(constraint, name)
        auxiliary.append(own.distribution)
        note.constraint = (own.kind, own.constants)
      }
      notes.append(note)
    }
    return (notes, auxiliary)
  }

  private mutating func constraint(
    _ constraint: ParameterConstraint, _ name: String
  ) -> (kind: String, constants: [String], distribution: String) {
    let wanted = "\(name)_constraint"
    switch constraint {
    case .gaussian(let mean, let width):
      let used = [constant("\(name)_global", mean), constant("\(name)_sigma", width)]
      let made = distribution(
        wanted, "gaussian_dist",
        [("x", .string(name)), ("mean", .string(used[0])), ("sigma", .string(used[1]))])
      return ("gaussian", used, made)
    case .asymmetricGaussian(let mean, let low, let high):
      let used = [
        constant("\(name)_global", mean), constant("\(name)_low", low),
        constant("\(name)_high", high),
      ]
      let x = HS3Term(name: name), terms = used.map { HS3Term(name: $0) }
      let below = HS3Term.min(x - terms[0], HS3Term(0)) / terms[1]
      let above = HS3Term.max(x - terms[0], HS3Term(0)) / terms[2]
      let made = distribution(
        wanted, "generic_dist",
        [
          (
            "expression",
            .string(HS3Term.exp(-0.5 * (below * below) - 0.5 * (above * above)).text)
          )
        ])
      return ("asymmetric gaussian", used, made)
    case .logNormal(let median, let kappa):
      // The density of the auxiliary measurement, so that no 1/x of the parameter comes in.
      let used = [constant("\(name)_global", median), constant("\(name)_kappa", kappa)]
      let location = reference("\(name)_log", .log(HS3Term(name: name)))
      let width = reference("\(name)_sigma", .abs(.log(HS3Term(name: used[1]))))
      let made = distribution(
        wanted, "lognormal_dist",
        [("x", .string(used[0])), ("mu", location), ("sigma", width)])
      return ("log-normal", used, made)
    case .poisson(let observed, let scale):
      let used = [constant("\(name)_global", observed), constant("\(name)_scale", scale)]
      let mean = reference(
        "\(name)_expected", HS3Term(name: used[1]) * HS3Term(name: name))
      let made = distribution(
        wanted, "poisson_dist",
        [("x", .string(used[0])), ("mean", mean), ("integer", .boolean(false))])
      return ("poisson", used, made)
    }
  }

  /// Finite ends for the range of a parameter: its own, or so far out that no fit meets them, but
  /// not much farther, since first steps of other programs' fits follow the range.
  static func range(
    of parameter: ModelParameter, isCoefficient: Bool, events: Double
  ) -> ClosedRange<Double> {
    let start = parameter.start
    let wanted: ClosedRange<Double>
    switch parameter.constraint {
    case .gaussian(let mean, let width): wanted = (mean - 20 * width)...(mean + 20 * width)
    case .asymmetricGaussian(let mean, let low, let high):
      wanted = (mean - 20 * low)...(mean + 20 * high)
    case .logNormal(let median, let kappa):
      let reach = nj_exp_scalar(10 * abs(nj_log_scalar(kappa)))
      wanted = (median / reach)...(median * reach)
    case .poisson(let observed, let scale):
      // Ten deviations; a reader that normalises over the parameter must find the peak.
      let reach = 10 * (observed + 1).squareRoot() + 20
      wanted = (max(observed - reach, 0) / scale)...((observed + reach) / scale)
    case nil:
      let reach = isCoefficient ? 10 : 10 * max(100, events, abs(start))
      wanted = (start - reach)...(start + reach)
    }
    let low = parameter.minimum.isFinite ? parameter.minimum : min(wanted.lowerBound, start)
    let high = parameter.maximum.isFinite ? parameter.maximum : max(wanted.upperBound, start)
    return low...max(low, high)
  }
}
