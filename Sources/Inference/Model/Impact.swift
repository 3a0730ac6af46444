/// How the fitted parameter of interest moves with one other parameter.
public struct Impact: Hashable, Sendable {
  /// The shifts of the parameter of interest for one standard deviation down and up.
  public struct Shift: Hashable, Sendable {
    /// For the other parameter one deviation below.
    public var down: Double
    /// For the other parameter one deviation above.
    public var up: Double
    /// The larger of both.
    public var largest: Double { max(abs(down), abs(up)) }
  }

  /// The other parameter.
  public var name: String
  /// Its fitted value and error.
  public var fitted: FittedParameter
  /// (fitted - best value of its constraint) / width of the constraint; nil for a free one.
  public var pull: Double?
  /// Shifts for the widths of its constraint; nil for a free one.
  public var preFit: Shift?
  /// Shifts for its fitted error.
  public var postFit: Shift
  /// Whether all conditional fits may be used; the shifts of those that failed are NaN.
  public var isValid: Bool
}

extension Likelihood {
  /// Computes the impact of one parameter: it is held a deviation away, all others are fitted.
  ///
  /// A pure function of model and fit: several likelihoods of one model may share the parameters.
  /// - Parameters:
  ///   - name: A free parameter other than the one of interest.
  ///   - poi: The parameter of interest.
  ///   - fit: The result of `fit` with nothing held.
  /// - Returns: Shifts of the parameter of interest, in its unit.
  public func impact(of name: String, on poi: String, from fit: FitResult) -> Impact {
    let i = place(of: name), target = place(of: poi), fitted = fit.parameters[i]
    var isValid = fit.status.isValid
    func shift(_ distance: Double) -> Double {
      let (low, high) = range(i), x = min(max(fitted.value + distance, low), high)
      guard x.isFinite else {
        isValid = false
        return .nan
      }
      let raw = profiled(i, at: x, from: moved(fit, i, to: x))
      guard raw.status.isValid else {
        isValid = false
        return .nan
      }
      return raw.values[target] - fit.parameters[target].value
    }
    let postFit = Impact.Shift(down: shift(-fitted.error), up: shift(fitted.error))
    guard let constraint = model.parameters[i].constraint else {
      return Impact(name: name, fitted: fitted, postFit: postFit, isValid: isValid)
    }
    let (low, high) = constraint.widths, off = fitted.value - constraint.best
    return Impact(
      name: name, fitted: fitted, pull: off / (off < 0 ? low : high),
      preFit: Impact.Shift(down: shift(-low), up: shift(high)), postFit: postFit,
      isValid: isValid)
  }

  /// Computes the impacts of all free parameters, the largest post-fit one first.
  public func impacts(on poi: String, from fit: FitResult) -> [Impact] {
    parameterNames.indices.filter { i in
      parameterNames[i] != poi && !model.parameters[i].isFixed && roles[i].isUsed
        && fit.parameters[i].error > 0
    }.map { impact(of: parameterNames[$0], on: poi, from: fit) }
      .sorted { a, b in
        let x = a.postFit.largest, y = b.postFit.largest
        return x == y || x.isNaN || y.isNaN
          ? (x.isNaN ? 1 : 0, a.name) < (y.isNaN ? 1 : 0, b.name)
          : x > y
      }
  }
}

extension ParameterConstraint {
  /// The parameter's value where the term is zero.
  public var best: Double {
    if case .poisson(let observed, let scale) = self { return observed / scale }
    return globalObservable
  }
}
