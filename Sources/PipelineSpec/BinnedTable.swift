import Settings

/// Values with errors over one to three axes of adjoining bins.
///
/// A bin holds its lower edge; the last bin of an axis holds its upper edge too.
public struct BinnedTable: Sendable, Equatable {
  /// Axes at most.
  public static let largestAxisCount = 3
  /// Bins at most.
  public static let largestBinCount = 100_000

  /// Edges of the bins of each axis, ascending, shape [axes][bins + 1].
  public let edges: [[Double]]
  /// Values, the last axis fastest, shape [bins].
  public let values: [Double]
  /// Their errors, not negative, shape [bins].
  public let errors: [Double]
  /// Size of the file it was read from.
  public internal(set) var byteCount = 0

  /// Makes a table; `values` and `errors` have one entry for each combination of bins.
  public init(edges: [[Double]], values: [Double], errors: [Double]) {
    let count = edges.reduce(1) { $0 * ($1.count - 1) }
    precondition(values.count == count && errors.count == count, "one value a bin")
    self.edges = edges
    self.values = values
    self.errors = errors
  }

  /// The content without spelling, for keys of finished work.
  public var canonical: CanonicalValue {
    func numbers(_ values: [Double]) -> CanonicalValue { .list(values.map { .number($0) }) }
    return .list([.list(edges.map(numbers)), numbers(values), numbers(errors)])
  }

  /// The ranges its axes cover, in words.
  public var coverage: String {
    edges.map { "[\(SettingsText.number($0[0])), \(SettingsText.number($0[$0.count - 1]))]" }
      .joined(separator: " × ")
  }
}
