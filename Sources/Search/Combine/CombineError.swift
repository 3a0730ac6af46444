import Diagnostics

/// What stands in the way of a combination.
package enum CombineError: Error, Equatable, Sendable, CustomStringConvertible {
  /// A scan keeps no profile likelihoods.
  case noProfiles(input: String)
  /// Two scans limit different things.
  case parameters(first: String, firstUnit: String, second: String, secondUnit: String)
  /// Two scans have limits at different levels.
  case levels(first: String, firstLevel: Double, second: String, secondLevel: Double)
  /// No mass is in all scans.
  case noMatch(scans: [(name: String, count: Int, low: Double, high: Double)], tolerance: String)
  /// A nuisance parameter that should not be shared does not exist.
  case unknownNuisance(name: String, known: [String])
  /// A scan's systematic uncertainty cannot be used.
  case systematic(input: String, name: String, reason: String)

  /// The text as the user sees it.
  package var description: String {
    switch self {
    case .noProfiles(let input):
      "\(input): keeps no profile likelihoods; run the search with 'scan.profiles: true'"
    case .parameters(let first, let firstUnit, let second, let secondUnit):
      "\(second): its parameter is \(secondUnit), that of \(first) is \(firstUnit); combined scans "
        + "limit the same thing in the same unit, or --scale \(second)=FACTOR says how much of its "
        + "parameter one unit of the common one is"
    case .levels(let first, let firstLevel, let second, let secondLevel):
      "\(second): its limits have the level \(secondLevel), those of \(first) \(firstLevel); "
        + "choose one with --level"
    case .noMatch(let scans, let tolerance):
      "no mass is in all scans: "
        + scans.map { "\($0.name) has \($0.count) from \($0.low) to \($0.high) GeV" }
        .joined(separator: ", ")
        + "; masses agree where they differ by at most \(tolerance), another number of GeV with "
        + "--tolerance"
    case .unknownNuisance(let name, let known):
      "--separate: no scan has a nuisance parameter '\(name)' of the yield, found "
        + (known.isEmpty ? "none" : known.map { "'\($0)'" }.joined(separator: ", "))
        + (NearestName.nearest(to: name, among: known).map { "; did you mean '\($0)'?" } ?? "")
    case .systematic(let input, let name, let reason): "\(input): systematic '\(name)' \(reason)"
    }
  }

  package static func == (left: CombineError, right: CombineError) -> Bool {
    left.description == right.description
  }
}
