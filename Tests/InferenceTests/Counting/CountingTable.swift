import Foundation

/// A table of numbers with a line of names, from Fixtures/Counting.
struct CountingTable {
  let names: [String]
  let rows: [[Double]]

  init(_ name: String) throws {
    let file = FixtureFiles.folder.appendingPathComponent("Counting/\(name)")
    let lines = try String(contentsOf: file, encoding: .utf8).split(separator: "\n")
    names = lines[0].split(separator: ",").map(String.init)
    rows = lines.dropFirst().map { $0.split(separator: ",").compactMap { Double($0) } }
  }

  /// The backgrounds that columns named as `b0.5` are for.
  func background(_ column: Int) -> Double {
    Double(names[column].drop { !$0.isNumber }) ?? .nan
  }
}
