import Foundation

/// Whether two programs answer alike.
///
/// A time is worth nothing beside a wrong answer: what differs by more than the peer's own accuracy
/// explains ends the run with an error.
struct Agreement {
  /// The largest difference: in units of the errors, or relative where there are none.
  var difference = 0.0
  /// The largest relative difference of the errors.
  var errors = 0.0
  /// How far Nightjar's -ln L lies above the peer's at most.
  var above = 0.0
  /// Whether exact answers are equal; nil where there are none.
  var isEqual: Bool?
  /// Whether there was anything to compare.
  var isKnown = false

  /// What a peer's answers may differ by.
  struct Allowance {
    var difference: Double
    var errors: Double
    /// The reason of the allowance.
    var reason: String
  }

  init(_ own: Measurement, _ peer: Measurement) {
    if let a = own.digest, let b = peer.digest {
      (isKnown, isEqual) = (true, a == b && own.values == peer.values)
    }
    guard isEqual == nil, let a = own.values, let b = peer.values, !b.isEmpty else { return }
    isKnown = true
    for (i, (x, y)) in zip(a, b).enumerated() {
      var scale = own.errors.map { $0[i] } ?? y
      if own.task == "toy", let a = own.errors?[i], let b = peer.errors?[i] {
        scale = (a * a + b * b).squareRoot()
      }
      difference = max(difference, abs((x - y) / scale))
      if !(x.isFinite && y.isFinite) { difference = .infinity }
    }
    if own.task != "toy", let a = own.errors, let b = peer.errors {
      for (x, y) in zip(a, b) { errors = max(errors, abs(y / x - 1)) }
    }
    if let a = own.nll, let b = peer.nll {
      for (x, y) in zip(a, b) { above = max(above, x - y) }
    }
  }

  /// What is allowed between Nightjar and a peer in a task.
  static func allowance(_ own: Measurement, _ peer: Measurement) -> Allowance {
    switch own.task {
    case "score": Allowance(difference: 1e-6, errors: 0, reason: "single precision")
    case "fit" where peer.nll != nil:
      Allowance(difference: 1e-3, errors: 1e-3, reason: "both stop within 1e-3 of the errors")
    case "fit", "search":
      Allowance(
        difference: 0.05, errors: 0.02,
        reason: "Minuit's default tolerance; its second derivatives are numerical")
    case "toy":
      Allowance(difference: 5, errors: 0, reason: "independent toys, in their errors")
    case "limit" where peer.peer == "RooStats":
      Allowance(difference: 0.03, errors: 0, reason: "interpolation between 30 points")
    default: Allowance(difference: 2e-3, errors: 0, reason: "roots to 1e-4, Minuit's tolerance")
    }
  }

  /// A line that says how the answers differ where they do, or nil.
  static func complaint(_ own: Measurement, _ peer: Measurement) -> String? {
    let found = Agreement(own, peer)
    guard found.isKnown else { return nil }
    let name = "\(own.task) \(own.variant), \(own.threads) threads: \(peer.peer)"
    if let isEqual = found.isEqual { return isEqual ? nil : name + " answers differently" }
    let allowed = allowance(own, peer)
    if found.difference > allowed.difference || found.errors > allowed.errors || found.above > 1e-6
    {
      return name
        + String(
          format: " differs by %.2g, errors by %.2g, -ln L %.2g above; allowed %.2g, %.2g, 1e-6 (",
          found.difference, found.errors, found.above, allowed.difference, allowed.errors)
        + allowed.reason + ")"
    }
    return nil
  }

  /// Throws where a peer's answer is another one.
  static func require(_ own: Measurement, _ peers: [Measurement]) throws {
    for peer in peers where peer.task == own.task && peer.variant == own.variant {
      if let line = complaint(own, peer) { throw Disagreement(line: line) }
    }
  }

  /// Two programs answer differently.
  struct Disagreement: Error, CustomStringConvertible {
    let line: String
    var description: String { line }
  }

  /// The last column of the table.
  var text: String {
    if let isEqual { return isEqual ? "equal" : "DIFFERENT" }
    return isKnown ? String(format: "%.1e", difference) : ""
  }
}
