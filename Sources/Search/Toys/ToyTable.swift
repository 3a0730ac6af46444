import HDF5Files
import Inference
import Platform

/// Toys of one hypothesis: a row for each, ascending in the toy's number.
public struct ToyTable: Sendable {
  /// What the toys are of; tables are merged only where all of it is the same.
  public struct Origin: Equatable, Sendable {
    /// Mass of the hypothesis.
    public var mass: Double
    /// Signal of the scan; empty where the file states only one.
    public var signal: String
    /// Ends of the window.
    public var window: [Double]
    /// Parameter of interest the toys are drawn at.
    public var strength: Double
    /// Unit of the parameter; `1` for none.
    public var unit: String
    /// Values of the parameter tested in each toy.
    public var tested: [Double]
    /// Values of the nuisance parameters the toys are drawn at, by the names in `nuisances`.
    public var nuisanceValues: [Double]
    /// Names of the nuisance parameters.
    public var nuisances: [String]
    /// Candidates expected in the window.
    public var expectedEvents: Double
    /// Probabilities of 1, 2, … candidates of an event in the window.
    public var clusterSizes: [Double]
    /// Seed of the search.
    public var seed: UInt64
    /// Number of the stream that the seed and the toy's number complete.
    public var stream: UInt64
    /// What was done, in words.
    public var construction: String
    /// SHA-256 of data and model of the window.
    public var model: String
    /// Version of the program.
    public var version: String
  }

  /// One toy.
  public struct Row: Equatable, Sendable {
    /// Its number.
    public var toy: Int64
    /// What its fits say.
    public var statistics: ToyStatistics
    /// q̃ at each tested value.
    public var qTilde: [Double]

    /// Whether all numbers have the same bits.
    func isSame(as other: Row) -> Bool {
      toy == other.toy && statistics.status == other.statistics.status
        && zip(numbers, other.numbers).allSatisfy { $0.bitPattern == $1.bitPattern }
    }

    private var numbers: [Double] { ToyTable.columns.map { statistics[keyPath: $0.path] } + qTilde }
  }

  /// What the toys are of.
  public var origin: Origin
  /// Ascending in the toy's number.
  public var rows: [Row]

  /// Columns of a toy with their paths and words.
  static let columns:
    [(name: String, path: KeyPath<ToyStatistics, Double> & Sendable, words: String)] =
      [
        ("events", \.events, "candidates in the window"),
        ("parameter", \.value, "fitted parameter of interest"),
        ("parameterError", \.error, "its standard error, not a number where undefined"),
        ("negativeLogLikelihood", \.nll, "-ln L of signal and background"),
        ("nullNegativeLogLikelihood", \.nullNLL, "-ln L of the background alone"),
        ("q0", \.q0, "test statistic for discovery, eq. (12) of arXiv:1007.1727"),
        ("signedRoot", \.signedRoot, "signed root of the likelihood ratio"),
      ]

  /// Runs of numbers between the first and the last toy that are missing.
  public var gaps: [Range<Int64>] {
    zip(rows, rows.dropFirst()).compactMap { a, b in
      b.toy > a.toy + 1 ? a.toy + 1..<b.toy : nil
    }
  }

  /// Brings tables together, in any order; toys in several must have the same bits.
  ///
  /// - Throws: `ToyTableError` where tables are of different hypotheses or a toy differs.
  public static func merged(_ tables: [(name: String, table: ToyTable)]) throws(ToyTableError)
    -> ToyTable
  {
    guard let first = tables.first else { throw .nothing }
    for other in tables.dropFirst() {
      for (a, b) in zip(first.table.origin.facts, other.table.origin.facts) where a.text != b.text {
        throw .different(
          first: first.name, second: other.name, what: a.name, values: [a.text, b.text])
      }
    }
    let all = tables.flatMap { named in named.table.rows.map { (name: named.name, row: $0) } }
      .sorted { $0.row.toy < $1.row.toy }
    var merged: [(name: String, row: Row)] = []
    for item in all {
      guard let last = merged.last, last.row.toy == item.row.toy else {
        merged.append(item)
        continue
      }
      guard last.row.isSame(as: item.row) else {
        throw .toy(number: item.row.toy, first: last.name, second: item.name)
      }
    }
    return ToyTable(origin: first.table.origin, rows: merged.map(\.row))
  }
}

extension ToyTable.Origin {
  /// All of it as words, in a fixed order.
  var facts: [(name: String, text: String)] {
    [
      ("version", version), ("mass", "\(mass)"), ("signal", signal), ("window", "\(window)"),
      ("strength", "\(strength)"), ("unit", unit), ("tested", "\(tested)"), ("seed", "\(seed)"),
      ("stream", "\(stream)"), ("model", model), ("nuisances", "\(nuisances)"),
      ("nuisanceValues", "\(nuisanceValues)"), ("expectedEvents", "\(expectedEvents)"),
      ("clusterSizes", "\(clusterSizes)"), ("construction", construction),
    ]
  }
}

/// Why toys cannot be drawn or brought together.
public enum ToyTableError: Error, Equatable, Sendable, CustomStringConvertible {
  /// No table was given.
  case nothing
  /// Two tables are of different hypotheses.
  case different(first: String, second: String, what: String, values: [String])
  /// A toy of two tables differs.
  case toy(number: Int64, first: String, second: String)
  /// A file is not one of toys.
  case file(name: String, reason: String)
  /// No hypothesis lies at the mass asked for.
  case mass(asked: Double, nearest: Double, resolution: Double)
  /// No scan has the signal asked for.
  case signal(asked: String, known: [String])
  /// The hypothesis is not fitted.
  case skipped(mass: Double, reason: String)

  /// The text as the user sees it.
  public var description: String {
    switch self {
    case .nothing: "toys: nothing to merge; name at least one file"
    case .different(let first, let second, let what, let values):
      "\(second): '\(what)' is \(values[1]), in \(first) it is \(values[0]); "
        + "only toys of one hypothesis and seed can be merged"
    case .toy(let number, let first, let second):
      "\(second): toy \(number) differs from that in \(first); one of the files is not what the tool "
        + "wrote; draw it again"
    case .file(let name, let reason):
      "\(name): is not a file of toys: \(reason); 'nightjar toys' writes them"
    case .mass(let asked, let nearest, let resolution):
      "toys: no hypothesis at \(asked); the nearest is \(nearest), its resolution \(resolution)"
    case .signal(let asked, let known):
      (asked.isEmpty
        ? "toys: there are scans of several signals; name one with --scan: "
        : "toys: no scan of signal '\(asked)'; known: ")
        + known.map { "'\($0)'" }.joined(separator: ", ")
    case .skipped(let mass, let reason):
      "toys: the hypothesis at \(mass) is left out of the scan: \(reason)"
    }
  }
}
