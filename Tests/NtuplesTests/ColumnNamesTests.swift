import Ntuples
import Testing

@Suite struct ColumnNamesTests {
  @Test func manglingFollowsBasf2() {
    #expect(
      ColumnNames.rootCompatible("daughter(0, muonID)") == "daughter__bo0__cm__spmuonID__bc")
    #expect(
      ColumnNames.rootCompatible("extraInfo(decayModeID)") == "extraInfo__bodecayModeID__bc")
    #expect(ColumnNames.rootCompatible("pi+:gen") == "pi__pl__clgen")
    #expect(ColumnNames.rootCompatible("__run__") == "__run__")
    #expect(ColumnNames.rootCompatible("aé~b") == "a__tib")
  }

  @Test func namesMatchExactlyThenMangledThenByAlias() throws {
    let file = try NtupleFile.open(path: Fixture.path("tables.h5"), table: "lz4")
    #expect(try file.column(named: "daughter(0, p)") == 3)
    #expect(try file.column(named: "daughter__bo0__cm__spp__bc") == 3)
    #expect(try file.column(named: "exp") == 0)
    #expect(try file.column(named: "evt") == 1)
    #expect(try file.column(named: "mass", aliases: ["m", "M"]) == 2)
  }
}
