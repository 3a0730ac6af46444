import Inference
import NumericalMethods

extension ReportWriter {
  /// The global p-value in one sentence for the headline; empty without one.
  func globalSentence() -> String {
    guard let found = scan?.lookElsewhere, !found.largest.isNaN else { return "" }
    if let toys = found.exceeding {
      let count = NumberText.count(Int64(toys.trials))
      return toys.successes > 0
        ? " Anywhere in the scan, background alone does as well with a probability of "
          + "\(probability(toys)) (global significance \(sigma(toys.value)), \(count) toys)."
        : " Anywhere in the scan, background alone never did as well in \(count) toys "
          + "(global p-value below \(pValue(toys.upperBound(level: 0.95))) at 95\u{202F}% "
          + "confidence level\(boundText(found)))."
    }
    guard let bound = found.bound else { return "" }
    return " Anywhere in the scan, background alone does as well with a probability of at most "
      + "\(pValue(bound.pValue(at: found.largest).value)) (global significance at least "
      + "\(signed(bound.significance(at: found.largest))); Gross–Vitells)."
  }

  private func boundText(_ found: LookElsewhereResults) -> String {
    guard let bound = found.bound else { return "" }
    return "; below \(pValue(bound.pValue(at: found.largest).value)) by the Gross–Vitells bound"
  }

  /// The section on the trials factor of a scan.
  func lookElsewhere() -> String {
    guard let found = scan?.lookElsewhere, !found.largest.isNaN else { return "" }
    var html = "<div class=\"pair\">" + show(.lookElsewhere(index))
    html += HTMLText.definitions(entries(found)) + "</div>\n"
    if found.exceeding != nil {
      html += HTMLText.paragraph(
        "Each toy is one set of background-only pseudo-data over the whole range, scanned as the "
          + "data are. Its density is what the background-only fit of the nearest window says at each "
          + "place; whole events of the data are drawn, with their candidates displaced, so that "
          + "candidates of one event stay together.")
      html += comparison(found)
    }
    if scans.count > 1 {
      html += HTMLText.paragraph(
        "Each signal's numbers stand for its own scan. The scans share their data, so the smallest "
          + "of the global p-values times the number of scans is a bound for all of them.", "note")
    }
    return html
  }

  private func entries(_ found: LookElsewhereResults) -> [(String, String)] {
    var entries = [
      (
        "Largest local significance",
        NumberText.fixed(found.largest, 2) + "σ at "
          + "\(NumberText.significant(found.mass, 5))\(unit(scan?.mass))"
      ),
      ("Local p-value", pValue(found.localPValue)),
    ]
    if let toys = found.exceeding {
      let fits = found.failedFits(hypotheses: points.count { !$0.status.isSkipped })
      entries += [
        (
          "Toys",
          "\(NumberText.count(Int64(toys.successes))) of "
            + "\(NumberText.count(Int64(toys.trials))) reach it"
        ),
        (
          "Global p-value",
          toys.successes > 0
            ? probability(toys)
            : "below \(pValue(toys.upperBound(level: 0.95))) at 95\u{202F}% confidence level"
        ),
        (
          "Global significance",
          toys.successes > 0
            ? significanceRange(toys)
            : "above \(sigma(toys.upperBound(level: 0.95)))"
        ),
      ]
      if toys.successes > 0 {
        entries.append(
          ("Trials factor", NumberText.significant(toys.value / found.localPValue, 3)))
      }
      entries.append(
        (
          "Failed fits of toys",
          "\(NumberText.count(Int64(fits.failed))) of "
            + "\(NumberText.count(Int64(fits.all)))"
        ))
    }
    guard let bound = found.bound else { return entries }
    let p = bound.pValue(at: found.largest)
    let level = NumberText.short(found.level, 3)
    entries += [
      (
        "Up-crossings of \(level)σ",
        "\(found.observedCrossings) in the data"
          + (found.exceeding == nil
            ? ""
            : "; mean of toys " + NumberText.measured(bound.crossings, bound.crossingsError))
      ),
      (
        "Gross–Vitells bound",
        measured(p.value, p.error)
          + " (at least \(signed(bound.significance(at: found.largest))))"
      ),
    ]
    return entries
  }

  /// Toys and bound at whole and half significances.
  private func comparison(_ found: LookElsewhereResults) -> String {
    guard let bound = found.bound else { return "" }
    let rows = [2, 2.5, 3, 3.5, 4, 4.5, 5].compactMap { z -> [String]? in
      guard let part = found.exceeding(z), part.successes > 0 else { return nil }
      let p = bound.pValue(at: z)
      let ratio = part.value / p.value
      let error =
        ratio
        * ((part.error / part.value).squared + (p.error / p.value).squared)
        .squareRoot()
      return [
        NumberText.fixed(z, 1), measured(part.value, part.error), measured(p.value, p.error),
        NumberText.measured(ratio, error),
      ]
    }
    guard !rows.isEmpty else { return "" }
    return HTMLText.table(
      [
        ("Significance [σ]", .number), ("Toys", .number), ("Gross–Vitells", .number),
        ("Ratio", .number),
      ], rows, caption: "Probability that background alone reaches it anywhere")
  }

  private func probability(_ toys: BinomialProportion) -> String {
    toys.successes < toys.trials ? measured(toys.value, toys.error) : "1"
  }

  private func measured(_ value: Double, _ error: Double) -> String {
    error > 0 ? NumberText.measured(value, error) : pValue(value)
  }

  /// The global significance with what its interval says.
  private func significanceRange(_ toys: BinomialProportion) -> String {
    let interval = toys.interval()
    let (low, high) = (
      NormalDistribution.quantile(upperTail: interval.upperBound),
      NormalDistribution.quantile(upperTail: interval.lowerBound)
    )
    guard low.isFinite, high.isFinite else { return sigma(toys.value) }
    return "\(sigma(toys.value)) (\(signed(low)) to \(signed(high)))"
  }

  private func sigma(_ pValue: Double) -> String {
    signed(NormalDistribution.quantile(upperTail: pValue))
  }

  private func signed(_ z: Double) -> String {
    z.isFinite ? NumberText.fixed(z, 2) + "σ" : "none"
  }
}

extension Double {
  fileprivate var squared: Double { self * self }
}
