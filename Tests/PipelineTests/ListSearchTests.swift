import Foundation
import HDF5Files
import TestSupport
import Testing

/// Searches on lists of muons: real events of CMS in an RNTuple, the HZZ sample in a tree.
@Suite struct ListSearchTests {
  /// Counts and the mean from numpy on uproot's arrays: 554 pairs, 415 of opposite charge, 47 within 0.15
  /// GeV of the J/psi, 65 within 5 GeV of the Z.
  @Test func pairsOfMuonsFromListsShowThePeaks() throws {
    let search = try SearchRun(fixture: "muons.yaml")
    let run = try search.run(inputs: SearchRun.fixtures)
    #expect(run.status == 0, "\(run.errors)")
    let summary = try search.summary()
    let steps = try summary.dataset("cutFlow/data/step").strings()
    let counts = try summary.dataset("cutFlow/data/candidates").integers().map(Int.init)
    #expect(steps == ["all", "two", "opposite", "peaks", "Z"])
    #expect(counts == [1000, 554, 415, 112, 65])
    let merged = try search.task("merge/data", inputs: SearchRun.fixtures)
    let masses = try merged.dataset("columns/m").doubles()
    #expect(masses.count == 65)
    #expect(abs(masses.reduce(0, +) / 65 - 90.889695) < 1e-5)
  }

  /// What a basf2 job told of itself is in the provenance of the summary.
  @Test func jobsOfInputsAreInTheSummary() throws {
    let search = try SearchRun(
      "masses.yaml",
      text: """
        nightjar: 1
        title: "Masses"
        ntuple: masses.ntuple.yaml
        samples: {data: {files: metadata_whole.root, role: data}}
        skim: {select: [heavy: M > 1], keep: [M]}
        outputs: {summary: summary.h5}
        """)
    try """
    nightjarNtuple: 1
    title: "Masses"
    identity: []
    columns: {M: {type: number, unit: GeV, meaning: mass}}
    """.write(
      toFile: "\(search.folder.path)/masses.ntuple.yaml", atomically: true, encoding: .utf8)
    let run = try search.run(inputs: "\(ToolProcess.root)/Tests/ROOTFilesTests/Fixtures")
    #expect(run.status == 0, "\(run.errors)")
    let job = try search.summary().dataset("provenance/inputs/job").strings()
    #expect(job.count == 1)
    #expect(job.first?.contains("FileMetaData.m_nFullEvents: 1234\n") == true)
    #expect(job.first?.contains("FileMetaData.m_release: light-2604-jellyfish\n") == true)
  }

  /// Without declaring them, lists are refused with the remedy; so are single values as lists.
  @Test(arguments: [
    (
      "charge: {column: Muon_charge, type: integer, list: true, ",
      "charge: {column: Muon_charge, type: integer, ",
      "column 'Muon_charge' holds a list in each row, the ntuple schema says one value; write "
        + "'list: true' in the schema"
    ),
    (
      "nMuon:  {type: integer, ", "nMuon: {type: integer, list: true, ",
      "column 'nMuon' holds one value in each row, the ntuple schema says a list; remove "
        + "'list: true' from the schema"
    ),
  ])
  func listsAreDeclared(old: String, new: String, text: String) throws {
    let schema = try String(
      contentsOfFile: "\(SearchRun.fixtures)/muons.ntuple.yaml", encoding: .utf8
    )
    #expect(schema.contains(old))
    let pipeline = try String(contentsOfFile: "\(SearchRun.fixtures)/muons.yaml", encoding: .utf8)
      .replacingOccurrences(of: "size(pt) == 2 and nMuon == 2", with: "true")
      .replacingOccurrences(of: "charge[0] * charge[1] < 0", with: "true")
    let search = try SearchRun("muons.yaml", text: pipeline)
    try schema.replacingOccurrences(of: old, with: new)
      .write(
        toFile: "\(search.folder.path)/muons.ntuple.yaml", atomically: true, encoding: .utf8)
    let run = try search.run(inputs: SearchRun.fixtures)
    #expect(run.status == 2)
    #expect(run.errors.contains(text), "\(run.errors)")
  }

  /// A list where one value is needed is found by `check`, before any data.
  @Test func listsInCutsAreFaults() throws {
    let pipeline = try String(contentsOfFile: "\(SearchRun.fixtures)/muons.yaml", encoding: .utf8)
      .replacingOccurrences(of: "- Z: m > 50", with: "- Z: pt > 50")
      .replacingOccurrences(of: "keep: [m, leadingPt]", with: "keep: [m, phi]")
    let search = try SearchRun("muons.yaml", text: pipeline)
    try FileManager.default.copyItem(
      atPath: "\(SearchRun.fixtures)/muons.ntuple.yaml",
      toPath: "\(search.folder.path)/muons.ntuple.yaml")
    let check = try ToolProcess.run(["check", search.pipeline], in: search.folder.path)
    #expect(check.status == 2)
    #expect(check.errors.contains("muons.yaml:23:10: "), "\(check.errors)")
    #expect(check.errors.contains("reduce it with any, all, count, sum, min, max or an index"))
    #expect(check.errors.contains("'skim.keep.1' names the list 'phi'"), "\(check.errors)")
  }
}
