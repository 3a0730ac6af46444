import Expressions

/// What can go wrong in a search beyond its files and fits.
public enum SearchError: Error, Equatable, Sendable, CustomStringConvertible {
  /// No file matches some of a sample's patterns.
  case noFiles(sample: String, patterns: [String], areSome: Bool)
  /// Two files of the samples hold the same data.
  case sameFile(first: String, second: String)
  /// A column of the schema has no use in this form.
  case column(place: String, alias: String, reason: String)
  /// Lists of different lengths meet in one expression.
  case lists(place: String, fault: ListMismatch)
  /// A weight is not a finite number.
  case weight(place: String, row: Int, value: Double)
  /// A candidate lies outside the table of a correction that allows none there.
  case outsideTable(
    place: String, row: Int, correction: String, values: [[Double]], covered: String)
  /// A curve has no usable value at a hypothesis.
  case curve(name: String, mass: Double, value: Double, allowed: String)
  /// The scan has no hypothesis, or too many.
  case hypotheses(count: Int, allowed: String)
  /// No background rule holds a hypothesis.
  case noBackground(mass: Double)
  /// What a signal sample says of its generation cannot be used.
  case generated(place: String, finding: String, remedy: String)
  /// Events of a sample that is divided into parts are not identified.
  case identity(sample: String)
  /// A network does not fit the pipeline file.
  case network(name: String, path: String, finding: String, remedy: String)
  /// A control sample does not give what it should.
  case control(name: String, place: String, finding: String)
  /// A checkpoint's content is not what its stage writes.
  case checkpoint(place: String, reason: String)

  /// The text as the user sees it.
  public var description: String {
    switch self {
    case .noFiles(let sample, let patterns, let areSome):
      "samples.\(sample).files: no file matches "
        + patterns.map { "'\($0)'" }.joined(separator: ", ")
        + "; check the path, or give another folder with --inputs"
        + (areSome ? ", or leave missing files out with --allow-missing" : "")
    case .sameFile(let first, let second):
      "\(second): holds the same data as '\(first)'; remove one of the two"
    case .column(let place, let alias, let reason): "\(place): column '\(alias)' \(reason)"
    case .lists(let place, let fault): "\(place): \(fault)"
    case .weight(let place, let row, let value):
      "\(place): weight of row \(row) is \(value); weights must be finite numbers"
    case .outsideTable(let place, let row, let correction, let values, let covered):
      "\(place): row \(row) lies outside the table of correction '\(correction)', found "
        + values.map { "(\($0.map { "\($0)" }.joined(separator: ", ")))" }.joined(separator: ", ")
        + "; the table covers \(covered); extend it, or set 'outside' to 'nearest' or 'one'"
    case .curve(let name, let mass, let value, let allowed):
      "\(name): value at mass \(mass) GeV is \(value); allowed: \(allowed)"
    case .hypotheses(let count, let allowed):
      "scan.hypotheses: the range and the step give \(count) hypotheses; allowed: \(allowed)"
    case .noBackground(let mass):
      "scan.background: no rule holds the hypothesis at \(mass) GeV; add a last rule without a range"
    case .generated(let place, let finding, let remedy): "\(place): \(finding); \(remedy)"
    case .identity(let sample):
      "samples.\(sample): is divided by event, and its ntuple schema states no 'identity'; "
        + "add the columns that name an event"
    case .network(let name, let path, let finding, let remedy):
      "skim.score.networks.\(name): '\(path)' \(finding); \(remedy)"
    case .control(let name, let place, let finding):
      "controls.\(name): \(place): \(finding); give it wider bins, or a better start or window"
    case .checkpoint(let place, let reason): "\(place): \(reason)"
    }
  }
}
