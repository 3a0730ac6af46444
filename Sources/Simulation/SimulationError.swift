/// What can stop a simulation.
public enum SimulationError: Error, Equatable, Sendable, CustomStringConvertible {
  /// A number is outside its range.
  case outOfRange(option: String, found: String, allowed: String)
  /// `--inject` is not MASS:EVENTS.
  case badInjection(text: String)
  /// The output folder cannot be made.
  case cannotCreateFolder(path: String, reason: String)
  /// A file cannot be written.
  case cannotWrite(path: String, reason: String)
  /// Stopped from outside.
  case interrupted

  /// The text shown to people.
  public var description: String {
    switch self {
    case .outOfRange(let option, let found, let allowed):
      "\(option): value is out of range; found \(found), allowed \(allowed)"
    case .badInjection(let text):
      "--inject: '\(text)' is not a mass and a number of events; "
        + "write MASS:EVENTS with the mass in GeV, as in 6.2:800"
    case .cannotCreateFolder(let path, let reason):
      "\(path): cannot create the folder; \(reason); choose another with --output"
    case .cannotWrite(let path, let reason):
      "\(path): cannot write; \(reason)"
    case .interrupted:
      "simulation was interrupted; files already complete are kept"
    }
  }
}
