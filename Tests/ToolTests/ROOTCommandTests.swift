import Foundation
import HDF5Files
import TestSupport
import Testing

/// `inspect` and `export --ntuple` on ROOT files.
@Suite struct ROOTCommandTests {
  private static let fixtures = "\(ToolProcess.root)/Tests/ROOTFilesTests/Fixtures"

  @Test func aTreeBecomesHDF5Columns() throws {
    let folder = try TemporaryFolder()
    let export = try ToolProcess.run(
      ["export", "\(Self.fixtures)/trees_zstd.root", "--ntuple", "--output", "columns.h5"],
      in: folder.path)
    #expect(export.status == 0, "\(export.errors)")
    #expect(
      export.errors.contains(
        "'int16_l' is left out: a list in each row; HDF5 columns hold one value a row"))
    #expect(export.errors.contains("columns.h5: 50 rows, "), "\(export.errors)")
    let file = try HDF5File(path: "\(folder.path)/columns.h5")
    #expect(
      try file.dataset("events/float64").doubles() == (0..<50).map { Double(3 * $0) * 0.25 - 5 })
    #expect(
      try file.dataset("events/uint16_a[2]").integers() == (0..<50).map { Int64(3 * $0 + 2) })
    let flags = try file.dataset("events/bool")
    #expect(try flags.values(of: Bool.self) == (0..<50).map { $0 % 2 == 1 })
    let inspect = try ToolProcess.run(["inspect", "columns.h5", "--json"], in: folder.path)
    #expect(inspect.output.contains("\"rows\": 50") || inspect.output.contains("\"rows\":50"))
  }

  @Test func inspectShowsListsAndMetadata() throws {
    let muons = try ToolProcess.run(
      ["inspect", "\(ToolProcess.root)/Tests/PipelineTests/Fixtures/muons.root"])
    #expect(muons.status == 0)
    #expect(muons.output.contains(":/Events: 1,000 rows, "))
    #expect(muons.output.contains("RNTuple\n"))
    let line = muons.output.split(separator: "\n").first { $0.hasPrefix("Muon_charge ") }
    #expect(line?.contains("int32 list") == true)
    let job = try ToolProcess.run(["inspect", "\(Self.fixtures)/metadata_whole.root"])
    #expect(job.output.contains("FileMetaData.m_release: light-2604-jellyfish\n"))
  }

  @Test(arguments: [
    (["inspect", "uproot-nesteddirs.root"], "name one with 'table'"),
    (["inspect", "uproot-nesteddirs.root", "--table", "one/tre"], "no ntuple named 'one/tre'"),
    (["inspect", "uproot-stl_containers.root", "--column", "string"], "cannot be read; text"),
    (["export", "trees_zlib.root", "--ntuple"], "--ntuple: needs --output FILE.h5"),
    (["export", "trees_zlib.root"], "needs --format hepdata, csv or hs3, or --ntuple"),
    (["export", "SOURCES.md", "--ntuple", "--output", "/nowhere/x.h5"], "not an HDF5 file"),
    (
      ["export", "trees_zlib.root", "--ntuple", "--output", "/nowhere/x.h5"],
      "/nowhere/x.h5: cannot be written; no such file or directory; name a folder that takes files"
    ),
  ])
  func mistakesAreNamed(arguments: [String], text: String) throws {
    let run = try ToolProcess.run(arguments, in: Self.fixtures)
    #expect(run.status != 0)
    #expect(run.errors.contains(text), "\(run.errors)")
  }
}
