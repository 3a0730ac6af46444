import Foundation
import Testing

/// Published limits at 95 % confidence level over mass and lifetime, where NIGHTJAR_TEST_DATA is set.
enum PublishedLimits {
  /// Path of the table for B⁺ → K⁺ S with S to a pair; nil without test data.
  static func path(_ pair: String) -> String? {
    ProcessInfo.processInfo.environment["NIGHTJAR_TEST_DATA"].map {
      "\($0)/physics/data/bks/UL95_BplusKplusS_\(pair).csv"
    }
  }

  /// Masses in GeV with the limit for a lifetime, in cm as the table's head writes it.
  static func read(_ pair: String, lifetime: String) throws -> [(mass: Double, limit: Double)] {
    let text = try String(contentsOfFile: try #require(path(pair)), encoding: .utf8)
    let lines = text.split(separator: "\n").filter { !$0.hasPrefix("#") }
      .map { $0.split(separator: ",") }
    let place = try #require(lines[0].firstIndex(of: "ctau_\(lifetime)cm"))
    return lines.dropFirst().compactMap { row in
      guard let mass = Double(row[0]), let limit = Double(row[place]) else { return nil }
      return (mass, limit)
    }
  }
}
