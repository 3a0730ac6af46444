import Diagnostics
import Glibc
import PipelineSpec
import Testing

/// Binned tables in CSV files: their content, and what is told of broken ones.
@Suite struct BinnedTableTests {
  private static func parse(_ lines: [String], axes: Int) throws(Diagnostics) -> BinnedTable {
    try BinnedTable.parse(lines.joined(separator: "\n"), file: "t.csv", axisCount: axes)
  }

  private static func faults(_ lines: [String], axes: Int = 1) -> [String] {
    do throws(Diagnostics) {
      _ = try parse(lines, axes: axes)
      return []
    } catch {
      return error.items.map(\.description)
    }
  }

  private static let header = "x low, x high, value, error"

  @Test func rowsInAnyOrderFillTheGridLastAxisFastest() throws {
    let table = try Self.parse(
      [
        "# comment", "", "p_low,p_high,q_low,q_high,value,error\r", "1,2,0,5,3,0.3 # upper",
        "0,1,5,9,2,0.2", "1,2,5,9,4,0.4", " 0 , 1 , 0 , 5 , 1 , 0.1 ",
      ], axes: 2)
    #expect(table.edges == [[0, 1, 2], [0, 5, 9]])
    #expect(table.values == [1, 2, 3, 4])
    #expect(table.errors == [0.1, 0.2, 0.3, 0.4])
    #expect(table.coverage == "[0, 2] × [0, 9]")
  }

  @Test func outermostEdgesMayBeInfinite() throws {
    let table = try Self.parse([Self.header, "-inf, 0, 1, 0", "0, inf, 2, 0"], axes: 1)
    #expect(table.edges == [[-.infinity, 0, .infinity]])
  }

  @Test func theContentCountsNotItsSpelling() throws {
    let one = try Self.parse([Self.header, "0, 1, 2, 0.5", "1, 2, 3, 0"], axes: 1)
    let two = try Self.parse(["y_low,y_high,value,error", "1,2,3,0", "0,1,2e0,.5"], axes: 1)
    #expect(one.canonical.bytes == two.canonical.bytes)
    let other = try Self.parse([Self.header, "0, 1, 2, 0.5", "1, 2, 3, 0.1"], axes: 1)
    #expect(one.canonical.bytes != other.canonical.bytes)
  }

  static let broken: [(lines: [String], axes: Int, faults: [String])] = [
    ([], 1, ["t.csv:1:1: the table holds no bin; add a line a bin"]),
    ([header], 1, ["t.csv:1:1: the table holds no bin; add a line a bin"]),
    (
      [header, "0, 1, 1, 0"], 2,
      [
        "t.csv:1:1: the header must name 6 columns for 2 coordinates, found 4; write for example 'p low, p high, theta low, theta high, value, error'"
      ]
    ),
    (
      ["x low, y high, value, error"], 1,
      [
        "t.csv:1:1: columns 1 and 2 must be 'X low' and 'X high', found 'x low' and 'y high'; write for example 'p low, p high, value, error'"
      ]
    ),
    (
      ["x low, x high, error, value"], 1,
      [
        "t.csv:1:1: the last columns must be 'value' and 'error', found 'error' and 'value'; write for example 'p low, p high, value, error'"
      ]
    ),
    (
      [header, "0, 1, 1", "1, two, 1, 0", "2, 2, 1, 0", "3, 4, -1, 0", "4, 5, 1, nan"], 1,
      [
        "t.csv:2:1: must hold 4 numbers, found 3",
        "t.csv:3:1: 'x high' must be a number, found 'two'",
        "t.csv:4:1: 'x low' must be below 'x high', found 2 and 2",
        "t.csv:5:1: value and error must be finite and not negative, found -1 and 0",
        "t.csv:6:1: 'error' must be a number, found 'nan'",
      ]
    ),
    (
      [header, "0, 1, 1, 0", "1.5, 2, 1, 0"], 1,
      [
        "t.csv:3:1: the bins of 'x low' leave a gap between [0.0, 1.0] and [1.5, 2.0]; make the bins of an axis adjoin exactly"
      ]
    ),
    (
      [header, "0, 2, 1, 0", "1, 3, 1, 0"], 1,
      [
        "t.csv:3:1: the bins of 'x low' overlap between [0.0, 2.0] and [1.0, 3.0]; make the bins of an axis adjoin exactly"
      ]
    ),
    (
      [header, "0, 1, 1, 0", "1, 2, 1, 0", "0, 1, 2, 0"], 1,
      ["t.csv:4:1: holds the same bin as line 2; remove one of the two"]
    ),
    (
      [
        "x low, x high, y low, y high, value, error", "0, 1, 0, 1, 1, 0", "1, 2, 0, 1, 1, 0",
        "0, 1, 1, 2, 1, 0",
      ], 2,
      [
        "t.csv:4:1: no line holds the bin [1.0, 2.0] × [1.0, 2.0]; add it; each combination of bins needs a line"
      ]
    ),
  ]

  @Test(arguments: broken.indices)
  func faultsNameTheLine(index: Int) {
    let own = Self.broken[index]
    #expect(Self.faults(own.lines, axes: own.axes) == own.faults)
  }

  @Test func aTableOfTooManyBinsIsRefused() {
    let lines = [Self.header] + (0...100_000).map { "\($0), \($0 + 1), 1, 0" }
    #expect(
      Self.faults(lines) == ["t.csv:100002:1: the table must hold at most 100000 bins"])
  }
}
