import Diagnostics
import Expressions
import Settings

/// A binned table whose values multiply the weight of simulated candidates.
public struct CorrectionSettings: Sendable, Equatable {
  /// What a candidate outside the table is weighted with.
  public enum Outside: String, Sendable, CaseIterable {
    /// It is an error.
    case error
    /// With the value of the nearest bin; a coordinate that is not a number is an error.
    case nearest
    /// With one, without error.
    case one
  }

  /// Path of the table, resolved against the pipeline file.
  public var path: String
  /// Coordinates of the bins, one list a factor: the tracks of a candidate, for instance.
  public var coordinates: [[ExpressionSource]]
  /// What holds outside the table.
  public var outside: Outside
  /// Name of the nuisance its errors belong to: one name moves all its tables together.
  public var systematic: String?
  /// The content of the table; nil until the file was read.
  public var table: BinnedTable?
}

extension CorrectionSettings: SettingsSection {
  /// Name in schema and reference page.
  public static let sectionName = "samples.corrections"
  /// What it states, in one sentence.
  public static let summary =
    "Weights simulated candidates by a binned table, the product over its factors."

  /// Reads all keys.
  public static func read(_ keys: inout SectionReader) -> CorrectionSettings {
    let path = keys.required(
      "table", Format<String>.path,
      "CSV file: a header 'X low, X high, …, value, error', then one bin a line")
    let coordinates = keys.required(
      "in", Format<[[ExpressionSource]]>.coordinates,
      "Coordinates of the bins, or a list of them for each factor of a product")
    let outside = keys.value(
      "outside", Format<Outside>.choice(), default: "error",
      "What a candidate outside the table is: an error, weighted like the nearest bin, or by one")
    let systematic = keys.optional(
      "systematic", Format<String>.text("a name"),
      "Nuisance its errors belong to; tables of one name move together")
    if keys.isClean {
      if let first = coordinates.first, coordinates.contains(where: { $0.count != first.count }) {
        keys.report(
          "in", "must hold the same number of coordinates in each factor",
          remedy: "write for example [[p0, theta0], [p1, theta1]]")
      }
      if let systematic, systematic.isEmpty || systematic.contains("/") {
        keys.report("systematic", "must be a name without '/', found '\(systematic)'")
      }
    }
    return CorrectionSettings(
      path: path, coordinates: coordinates, outside: outside, systematic: systematic)
  }
}

extension Format where Value == [[ExpressionSource]] {
  /// `[p, theta]`, or `[[p0, theta0], [p1, theta1]]` for a product.
  fileprivate static var coordinates: Format<[[ExpressionSource]]> {
    let list = Format<[ExpressionSource]>.list(
      of: .expression, count: 1...BinnedTable.largestAxisCount, of: "coordinates")
    let single = list.map { [$0] }
    let product = Format<[[ExpressionSource]]>.list(of: list, count: 1...64, of: "factors")
    return .either(
      product,
      if: { node in
        guard case .list(let items) = node.content else { return false }
        return items.first?.isList ?? false
      }, else: single)
  }
}

extension Sequence where Element == Named<CorrectionSettings> {
  /// Names of the systematics of these corrections, each once, ascending.
  public var systematics: [String] {
    Set(compactMap(\.value.systematic)).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }
}

extension Pipeline {
  /// Reads the tables of all corrections; returns what is wrong with any of them.
  mutating func readTables(as file: SettingsFile<Pipeline>) -> Diagnostics {
    var faults = Diagnostics()
    for sample in samples.indices {
      let own = samples[sample]
      for (index, correction) in own.value.corrections.enumerated() {
        let path = "samples.\(own.name).corrections.\(correction.name)"
        let written = file.value.samples[sample].value.corrections[index].value.path
        guard file.log.isClean(path), let axes = correction.value.coordinates.first?.count
        else { continue }
        do throws(Diagnostics) {
          samples[sample].value.corrections[index].value.table =
            try BinnedTable.read(path: correction.value.path, axisCount: axes)
        } catch {
          for var fault in error.items {
            if fault.location == nil {
              fault = Diagnostic(
                at: file.location(of: path + ".table"),
                "'\(path).table': '\(written)' \(fault.finding)",
                remedy: fault.remedy)
            }
            faults.report(fault)
          }
        }
      }
    }
    return faults
  }
}
