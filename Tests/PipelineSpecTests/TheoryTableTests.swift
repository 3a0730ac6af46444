import Diagnostics
import PipelineSpec
import Testing
import Theory

/// Tables of a theory: what is read, and every fault with its place.
@Suite struct TheoryTableTests {
  private static let head = "# a paper\nmass [GeV],pions [GeV^2]\n"

  private func faults(_ text: String) -> [String] {
    do throws(Diagnostics) {
      _ = try TheoryTable.parse(text, file: "t.csv")
      return []
    } catch { return error.items.map(\.description) }
  }

  @Test func rowsAreJoined() throws {
    let text = Self.head + "1, 2 # a remark\n\n2,8\n"
    let table = try TheoryTable.parse(text, file: "t.csv")
    #expect(table.names == ["pions [GeV^2]"])
    #expect(table.curves[0].value(at: 1.5) == 5)
    // 2 x² goes through both points.
    #expect(abs((table.curves[0].powerLaw(at: 1.5) ?? 0) - 4.5) < 1e-12)
    #expect(table.curves[0].value(at: 2.1) == nil && table.curves[0].powerLaw(at: 0.9) == nil)
  }

  @Test func allFaultsAreTold() {
    #expect(
      faults("mass [GeV],a [GeV]\n1,2\n2,3\n") == [
        "t.csv:1:1: no comment names the source; begin with '# ' and where the numbers come from"
      ])
    #expect(
      faults("# x\nmass,a\n1,2\n") == [
        "t.csv:2:1: the header must be 'mass [GeV]' and a name with its unit for each column, found "
          + "'mass,a'; write for example 'mass [GeV],pions [GeV^2]'"
      ])
    #expect(
      faults(Self.head + "1,2\n2\n3, nan\n1,3\n") == [
        "t.csv:4:1: must hold 2 numbers, found 1",
        "t.csv:5:4: must be a finite number, found 'nan'",
        "t.csv:6:1: the mass must be above 1 of the row before, found 1; sort the rows",
      ])
    #expect(
      faults(Self.head + "1,2\n") == ["t.csv:4:1: holds 1 rows; at least 2 are needed; add rows"])
  }
}
