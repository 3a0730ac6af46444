/// What can be wrong with a fit's specification.
public enum InferenceError: Error, Equatable, Sendable, CustomStringConvertible {
  /// A model has a value outside of its range.
  case invalid(what: String, found: Double, allowed: String)
  /// Segments are empty, overlapping or not ascending.
  case segments
  /// Two parameters share a name but not their settings.
  case sharedParameter(name: String)
  /// A model uses a parameter that it does not have.
  case unknownParameter(name: String, place: String, nearest: String?)
  /// A model has two things of one name, or one without a name.
  case repeated(what: String, name: String)
  /// Two lists of a model do not go together.
  case size(what: String, found: Int, expected: Int)
  /// A channel cannot hold a shape.
  case shape(place: String, needs: String)
  /// No posterior exists with a prior.
  case improper(what: String, remedy: String)
  /// A method does not know a part of a model.
  case unsupported(what: String, found: String, allowed: String)
  /// A profile likelihood cannot be used.
  case profile(reason: String)

  /// The text as the user sees it.
  public var description: String {
    switch self {
    case .invalid(let what, let found, let allowed):
      "fit: \(what) is \(found); allowed: \(allowed)"
    case .segments:
      "fit: the segments of a window must be ascending, disjoint and of positive length"
    case .profile(let reason):
      "profile likelihood: \(reason)"
    case .sharedParameter(let name):
      "fit: parameter '\(name)' is shared with different settings; give start, limits and fixed once"
    case .unknownParameter(let name, let place, let nearest):
      "fit: \(place) uses the unknown parameter '\(name)'"
        + (nearest.map { "; did you mean '\($0)'?" } ?? "; add it to the model's parameters")
    case .repeated(let what, let name):
      name.isEmpty
        ? "fit: a \(what) has no name"
        : "fit: there are two of \(what) '\(name)'; names must differ"
    case .size(let what, let found, let expected):
      "fit: \(what): found \(found), expected \(expected)"
    case .shape(let place, let needs): "fit: \(place) needs \(needs)"
    case .improper(let what, let remedy):
      "limit: \(what) has no proper posterior; \(remedy)"
    case .unsupported(let what, let found, let allowed):
      "limit: \(what) does not know \(found); allowed: \(allowed)"
    }
  }
}

extension InferenceError {
  /// Throws unless segments are ascending, disjoint, finite and of positive length.
  static func check(segments: [ClosedRange<Double>]) throws(InferenceError) {
    guard !segments.isEmpty else { throw .segments }
    var end = -Double.infinity
    for segment in segments {
      guard segment.lowerBound >= end, segment.upperBound > segment.lowerBound,
        segment.lowerBound.isFinite, segment.upperBound.isFinite
      else { throw .segments }
      end = segment.upperBound
    }
  }

  /// Throws where a signal shape has a width, tail or fraction outside of its range.
  static func check(_ shape: SignalShape) throws(InferenceError) {
    func positive(_ what: String, _ x: Double) throws(InferenceError) {
      guard x > 0, x.isFinite else { throw .invalid(what: what, found: x, allowed: "> 0") }
    }
    func tail(_ alpha: Double, _ n: Double, _ name: String) throws(InferenceError) {
      guard alpha >= 0.01, alpha < 1e29 else {
        throw .invalid(what: "alpha\(name)", found: alpha, allowed: ">= 0.01")
      }
      guard n > 1, n <= 1000 else {
        throw .invalid(what: "n\(name)", found: n, allowed: "above 1, at most 1000")
      }
    }
    guard shape.mean.isFinite else {
      throw .invalid(what: "mean", found: shape.mean, allowed: "a finite number")
    }
    try positive("width", shape.width)
    switch shape {
    case .gaussian: break
    case .doubleSidedCrystalBall(_, _, let alphaLow, let nLow, let alphaHigh, let nHigh):
      try tail(alphaLow, nLow, "Low")
      try tail(alphaHigh, nHigh, "High")
    case .twoCrystalBalls(_, let width, let first, let width2, let second, let fraction):
      try tail(first.alpha, first.n, "")
      try positive("width2", width2)
      try tail(second.alpha, second.n, "2")
      guard fraction >= 0, fraction <= 1 else {
        throw .invalid(what: "fraction", found: fraction, allowed: "0 to 1")
      }
      guard width2 / width < 1000, width / width2 < 1000 else {
        throw .invalid(what: "width2 / width", found: width2 / width, allowed: "0.001 to 1000")
      }
    }
  }
}
