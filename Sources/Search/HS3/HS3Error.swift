import Diagnostics
import Inference

/// What can be wrong with a likelihood file, and where in it: `/distributions/3/sigma`.
public enum HS3Error: Error, Equatable, Sendable, CustomStringConvertible {
  /// The text is no JSON, or deeper than allowed.
  case notJSON(line: Int, column: Int, finding: String)
  /// The file has more bytes than are read.
  case tooLarge(bytes: Int, most: Int)
  /// A member is not there.
  case missing(place: String, name: String, remedy: String)
  /// A value is of another kind.
  case wrongKind(place: String, found: String, wanted: String)
  /// A number or count is outside of its range.
  case invalid(place: String, what: String, found: String, allowed: String)
  /// A name is used that nothing has.
  case unknownName(place: String, name: String, what: String, nearest: String?)
  /// A name is given twice.
  case duplicateName(place: String, name: String)
  /// Objects need each other in a circle, or too many deep.
  case circle(place: String, name: String)
  /// What the file says is beyond our terms.
  case unsupported(place: String, what: String, remedy: String)
  /// The HS3 part no longer says what the Nightjar part says.
  case edited(place: String)
  /// The model that the file describes is wrong.
  case model(InferenceError)

  /// The text as the user sees it: `file:/distributions/3/sigma: what is wrong; remedy`.
  public func text(in file: String) -> String {
    switch self {
    case .tooLarge, .model: "\(file): \(self)"
    default: "\(file):\(self)"
    }
  }

  /// The text as the user sees it, without the file's name.
  public var description: String {
    switch self {
    case .notJSON(let line, let column, let finding): "\(line):\(column): \(finding)"
    case .tooLarge(let bytes, let most):
      "the file is too large: \(bytes) bytes; allowed: \(most)"
    case .missing(let place, let name, let remedy): "\(place): '\(name)' is missing; \(remedy)"
    case .wrongKind(let place, let found, let wanted):
      "\(place): \(found) where \(wanted) is expected"
    case .invalid(let place, let what, let found, let allowed):
      "\(place): \(what) is \(found); allowed: \(allowed)"
    case .unknownName(let place, let name, let what, let nearest):
      "\(place): no \(what) is called '\(name)'"
        + (nearest.map { "; did you mean '\($0)'?" } ?? "")
    case .duplicateName(let place, let name):
      "\(place): name '\(name)' is given twice; rename one of the two"
    case .circle(let place, let name): "\(place): '\(name)' needs itself"
    case .unsupported(let place, let what, let remedy): "\(place): \(what); \(remedy)"
    case .edited(let place):
      "\(place): was changed after Nightjar wrote the file: it no longer agrees with "
        + "'misc/nightjar'; remove 'misc/nightjar' to have the file read as another program's"
    case .model(let error): "\(error)"
    }
  }
}
