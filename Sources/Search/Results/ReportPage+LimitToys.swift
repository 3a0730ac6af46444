extension ReportWriter {
  /// How Bayesian limits were made, and how well they are known.
  func posteriorNote(_ posterior: PosteriorOfLimits) -> String {
    let used = points.filter { $0.limitToys != nil && $0.limitStatus.hasLimit }
    let sampled = used.count { ($0.limitToys?.count ?? 0) > 0 }
    var text =
      "Construction: \(posterior.construction). \(sampled) of \(used.count) limits come from samples "
      + "(seed \(posterior.seed)), the others from quadratures. "
    let errors = used.compactMap { point -> Double? in
      guard let own = point.limitToys, point.observedLimit > 0 else { return nil }
      return own.observedError / point.observedLimit
    }
    if let most = errors.max() {
      text += "The error of an observed limit is \(NumberText.percent(most, 2)) at most."
    }
    let doubtful = used.count { $0.limitStatus == .unreliable }
    if doubtful > 0 {
      text += " \(doubtful) are unreliable; their messages are in the summary file."
    }
    return text
  }

  /// How limits by toys were made, where, and how well they are known.
  func toyNote(_ toys: ToysOfLimits) -> String {
    let used = points.filter { $0.limitToys != nil }
    var text =
      "Construction: \(toys.construction). Toys were used at \(used.count) of "
      + "\(limited.count) hypotheses"
    guard let first = used.first, let last = used.last else { return text + "." }
    if used.count < limited.count {
      text += " (between \(mass(first)) and \(mass(last)); the summary file says which)"
    }
    let total = used.reduce(0) { $0 + ($1.limitToys?.count ?? 0) }
    let failed = used.reduce(0) { $0 + ($1.limitToys?.failed ?? 0) }
    text += ", \(NumberText.count(total)) in all with seed \(toys.seed); "
    text +=
      failed == 0
      ? "none failed. "
      : "\(NumberText.count(failed)) could not be fitted. "
    let errors = used.compactMap { point -> Double? in
      guard let own = point.limitToys, point.observedLimit > 0, own.observedError.isFinite else {
        return nil
      }
      return own.observedError / point.observedLimit
    }.sorted()
    if let most = errors.last {
      text +=
        "The Monte Carlo error of an observed limit is \(NumberText.percent(most, 2)) at most "
        + "(aimed at: \(NumberText.percent(toys.error, 2)))"
    }
    let short = used.count { $0.limitStatus == .mostToys }
    if short > 0 {
      text +=
        "; at \(short) hypotheses all \(NumberText.count(Int64(toys.most))) toys allowed did "
        + "not bring every error to its goal"
    }
    return text + "."
  }
}
