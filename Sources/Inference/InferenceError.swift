/// What can be wrong with a fit's specification.
public enum InferenceError: Error, Equatable, Sendable, CustomStringConvertible {
  /// A model has a value outside of its range.
  case invalid(what: String, found: Double, allowed: String)
  /// Segments are empty, overlapping or not ascending.
  case segments
  /// Two parameters share a name but not their settings.
  case sharedParameter(name: String)

  /// The text as the user sees it.
  public var description: String {
    switch self {
    case .invalid(let what, let found, let allowed):
      "fit: \(what) is \(found); allowed: \(allowed)"
    case .segments:
      "fit: the segments of a window must be ascending, disjoint and of positive length"
    case .sharedParameter(let name):
      "fit: parameter '\(name)' is shared with different settings; give start, limits and fixed once"
    }
  }
}
