/// What can be wrong with a signal's samples, their settings or a hypothesis.
public enum SignalError: Error, Equatable, Sendable, CustomStringConvertible {
  /// A setting is out of its range.
  case setting(name: String, found: Double, allowed: String)
  /// A fixed parameter that the shape does not have.
  case fixed(name: String, allowed: [String])
  /// A number of a mass point is not usable.
  case input(place: String, mass: Double, what: String, found: Double, allowed: String)
  /// Lists of one mass point differ in length.
  case lengths(place: String, mass: Double, values: Int, other: String, found: Int)
  /// A mass point without candidates.
  case noCandidates(place: String, mass: Double)
  /// Too few masses to interpolate.
  case tooFewMasses(place: String, what: String, found: Int)
  /// Two points at one coordinate.
  case sameMass(place: String, mass: Double)
  /// A hypothesis outside of the measured masses.
  case outside(place: String, mass: Double, low: Double, high: Double)
  /// Background values that are not ascending numbers.
  case background(place: String, index: Int, reason: String)
  /// No background candidate from which a density could be taken.
  case emptyBackground(place: String, mass: Double, low: Double, high: Double)
  /// No signal mass lies in the range of a working point, or none keeps a candidate.
  case noSignal(place: String, reason: String)
  /// A checkpoint's content is not what its stage writes.
  case checkpoint(place: String, reason: String)

  /// The text as the user sees it.
  public var description: String {
    switch self {
    case .setting(let name, let found, let allowed):
      "\(name): found \(found); allowed: \(allowed)"
    case .fixed(let name, let allowed):
      "fixed: parameter '\(name)' cannot be fixed; allowed: "
        + (allowed.isEmpty ? "none" : allowed.map { "'\($0)'" }.joined(separator: ", "))
    case .input(let place, let mass, let what, let found, let allowed):
      "\(place), m = \(mass) GeV: \(what) is \(found); allowed: \(allowed)"
    case .lengths(let place, let mass, let values, let other, let found):
      "\(place), m = \(mass) GeV: \(found) \(other) for \(values) values; give one each"
    case .noCandidates(let place, let mass):
      "\(place), m = \(mass) GeV: no candidate is selected; check the selection, or leave the "
        + "sample out"
    case .tooFewMasses(let place, let what, let found):
      "\(place): \(found) masses with a \(what), at least 2 are needed to interpolate; add samples"
    case .sameMass(let place, let mass):
      "\(place): two samples at m = \(mass) GeV; merge them into one"
    case .outside(let place, let mass, let low, let high):
      "\(place): m = \(mass) GeV is outside of the measured masses \(low) to \(high) GeV; add "
        + "samples, or narrow the scan"
    case .background(let place, let index, let reason):
      "\(place): background candidate \(index + 1) \(reason)"
    case .emptyBackground(let place, let mass, let low, let high):
      "\(place), m = \(mass) GeV: no background candidate between \(low) and \(high); widen "
        + "'averaging', or add simulation"
    case .noSignal(let place, let reason): "\(place): \(reason)"
    case .checkpoint(let place, let reason): "\(place): \(reason)"
    }
  }
}
