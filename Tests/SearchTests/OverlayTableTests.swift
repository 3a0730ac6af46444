import Diagnostics
import Search
import Testing

@Suite struct OverlayTableTests {
  static func faults(_ text: String) -> [String] {
    do throws(Diagnostics) {
      _ = try OverlayTable.parse(text, file: "o.csv", label: "Others")
      return []
    } catch {
      return error.sorted.map(\.description)
    }
  }

  @Test func columnsAreFoundByName() throws {
    let text = "# arXiv:1234.5678, table 1\n\nvalue, error ,mass\r\n1e-3,0,0.25\n\n 2e-3 ,0, 1\n"
    let curve = try OverlayTable.parse(text, file: "o.csv", label: "Others")
    #expect(curve.label == "Others")
    #expect(curve.masses == [0.25, 1])
    #expect(curve.values == [1e-3, 2e-3])
  }

  @Test func everyFaultNamesItsPlace() {
    #expect(
      Self.faults("mass,value\n1,2\n2, x\n1.5,3\n0.5,3\n3\n4,-1\n") == [
        "o.csv:3:4: 'value' must be a positive number, found 'x'",
        "o.csv:5:1: 'mass' must not decrease, found 0.5 after 1.5; sort the lines",
        "o.csv:6:1: has 1 columns, 'value' is column 2",
        "o.csv:7:3: 'value' must be a positive number, found '-1'",
      ])
  }

  @Test func aTableNeedsNamesAndPoints() {
    #expect(
      Self.faults("1,2\n3,4\n") == [
        "o.csv:1:1: the first line must name the columns 'mass' and 'value', found '1', '2'; write 'mass,value'"
      ])
    #expect(
      Self.faults("mass,value\n1,2\n") == [
        "o.csv: holds 1 points; a curve needs at least 2; add lines 'mass,value'"
      ])
    #expect(
      Self.faults("") == ["o.csv: holds 0 points; a curve needs at least 2; add lines 'mass,value'"]
    )
  }

  @Test func aMissingFileIsNamed() {
    do throws(Diagnostics) {
      _ = try OverlayTable.read("no-such-folder/o.csv", label: "Others")
      Issue.record("was read")
    } catch {
      let text = error.description
      #expect(text.hasPrefix("outputs.report.overlay.Others: "))
      #expect(text.contains("no-such-folder/o.csv"))
    }
  }
}
