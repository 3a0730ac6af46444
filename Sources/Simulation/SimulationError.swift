import HDF5Files
import Platform

/// What can stop a simulation.
public enum SimulationError: Error, Equatable, Sendable, CustomStringConvertible {
  /// A number is outside its range.
  case outOfRange(option: String, found: String, allowed: String)
  /// `--inject` is not MASS:EVENTS.
  case badInjection(text: String)
  /// `--inject` is not MODEL:MASS:CROSSSECTIONfb or MODEL:MASS:EVENTS.
  case badResonance(text: String)
  /// `--masses` is neither a number nor a list.
  case badMasses(text: String)
  /// `--models` names something else.
  case badModels(text: String)
  /// `--channels` names something else.
  case badChannels(text: String)
  /// `--lifetimes` is no list of numbers.
  case badLifetimes(option: String = "--lifetimes", text: String)
  /// `--inject` is not CHANNEL:MASS:CTAU:B.
  case badLongLived(text: String)
  /// `--pairs` names something else.
  case badPairs(text: String)
  /// `--chi-masses` is no list of numbers.
  case badChiMasses(text: String)
  /// `--inject` is not PAIR:MASS:CHI1:CTAU:CHI2CTAU:SIGMABfb.
  case badInelastic(text: String)
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
    case .badResonance(let text):
      "--inject: '\(text)' is not a model, a mass and an amount; write MODEL:MASS:CROSSSECTIONfb "
        + "or MODEL:MASS:EVENTS with zprime or scalar and the mass in GeV, as in zprime:2.5:1.2fb"
    case .badMasses(let text):
      "--masses: '\(text)' is neither a number of masses nor masses in GeV; write 40 or 0.25,0.5,1.0"
    case .badModels(let text):
      "--models: '\(text)' is not a list of models; write zprime, scalar, zprime,scalar or none"
    case .badChannels(let text):
      "--channels: '\(text)' is not a list of channels; write all or names with commas, as in "
        + "Bplus-mumu,B0-ee (Bplus or B0; ee, mumu, pipi or KK)"
    case .badLifetimes(let option, let text):
      "\(option): '\(text)' is not a list of lifetimes; write values of c tau in cm with commas, "
        + "as in 0.01,1,100"
    case .badLongLived(let text):
      "--inject: '\(text)' is not a channel, a mass, a lifetime and a branching product; write "
        + "CHANNEL:MASS:CTAU:B in GeV and cm, as in Bplus-mumu:1.2:1:5e-7"
    case .badPairs(let text):
      "--pairs: '\(text)' is not a list of pairs; write all or names with commas, as in mumu,KK "
        + "(mumu, pipi or KK)"
    case .badChiMasses(let text):
      "--chi-masses: '\(text)' is not a list of masses; write values in GeV with commas, as in 1,2.5"
    case .badInelastic(let text):
      "--inject: '\(text)' is not a pair, two masses, two lifetimes and a cross section; write "
        + "PAIR:MASS:CHI1:CTAU:CHI2CTAU:SIGMABfb in GeV, cm and fb, as in mumu:1.5:2.5:1:10:0.5fb"
    case .cannotCreateFolder(let path, let reason):
      "\(path): cannot create the folder; \(reason); choose another with --output"
    case .cannotWrite(let path, let reason):
      "\(path): cannot write; \(reason)"
    case .interrupted:
      "simulation was interrupted; files already complete are kept"
    }
  }

  /// Throws unless an option's number is in its range; a luminosity is above 0.
  static func check<Value: Comparable>(
    _ option: String, _ value: Value, _ range: ClosedRange<Value>, unit: String = ""
  ) throws(SimulationError) {
    guard range.contains(value) else {
      let unit = unit.isEmpty ? "" : " \(unit)"
      throw .outOfRange(
        option: option, found: "\(value)\(unit)",
        allowed: "\(number(range.lowerBound)) to \(number(range.upperBound))\(unit)")
    }
  }

  /// Throws unless a luminosity is above 0, and not more than any collider gives.
  static func check(luminosity: Double) throws(SimulationError) {
    guard luminosity > 0, luminosity <= 100_000 else {
      throw .outOfRange(
        option: "--luminosity", found: "\(luminosity)", allowed: "above 0, up to 100000 (in /fb)")
    }
  }

  /// Whole numbers without a point.
  private static func number<Value>(_ value: Value) -> String {
    guard let number = value as? Double, let whole = Int(exactly: number) else { return "\(value)" }
    return "\(whole)"
  }

  /// Reads a list with commas of different values; nil where one is none.
  static func list<Value: Equatable>(_ text: String, _ value: (Substring) -> Value?) -> [Value]? {
    var values: [Value] = []
    for part in text.split(separator: ",", omittingEmptySubsequences: false) {
      guard let value = value(part), !values.contains(value) else { return nil }
      values.append(value)
    }
    return values
  }

  /// Reads a list with commas of different finite numbers; nil where one is none.
  static func numbers(_ text: String) -> [Double]? {
    list(text) { Double($0).flatMap { $0.isFinite ? $0 : nil } }
  }

  /// What the error of a file says by itself.
  static func reason(_ error: any Error) -> String {
    switch error {
    case HDF5Error.unwritable(_, let reason): reason
    case HDF5Error.diskFull: "no space left on the disk"
    case PlatformError.cannotWrite(_, let reason): reason
    default: "\(error)"
    }
  }
}
