import Foundation
import TestSupport
import Testing

/// What `plan`, `run`, `check` and `clean` tell of changed settings and of inputs that come and go.
@Suite struct PlanTests {
  /// A folder with three small files of data of its own.
  private static func inputs() throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    for index in 0..<3 { try add(index, to: folder) }
    return folder
  }

  private static func add(_ index: Int, to folder: TemporaryFolder, seed: UInt64? = nil) throws {
    let file = SyntheticNtuple.File(
      name: "data-\(index).h5",
      rows: SyntheticNtuple.rows(seed: seed ?? UInt64(40 + index), count: 4000), chunkRows: 500)
    try SyntheticNtuple.write(file, to: folder.path, weights: false)
  }

  private func tool(
    _ search: SearchRun, _ inputs: TemporaryFolder, _ arguments: [String]
  ) throws -> ToolProcess {
    try ToolProcess.run(
      [arguments[0], search.pipeline] + arguments.dropFirst() + ["--inputs", inputs.path]
        + (arguments[0] == "check" ? [] : ["--output", "out"]), in: search.folder.path)
  }

  @Test func aChangedSettingIsNamedWithBothValues() throws {
    let inputs = try Self.inputs()
    let search = try SearchRun(fixture: "small.yaml")
    let before = try tool(search, inputs, ["plan", "scan/0000-0010"])
    #expect(
      before.output
        == "scan/0000-0010: would run\n  no run has planned it in this folder\n")
    try search.run(inputs: inputs.path)
    #expect(
      try tool(search, inputs, ["plan", "scan/0000-0010"]).output == "scan/0000-0010: finished\n")
    #expect(
      try tool(
        search, inputs, ["plan", "scan/0000-0010", "--set", "scan.limit.level=95 %"]
      ).output
        == "scan/0000-0010: would run\n  scan.limit.level: was 0.9, is 0.95\n")
    // A cut works through the skims and the merge; it is told where it stands.
    let cut = try tool(
      search, inputs, ["plan", "scan", "--set", "skim.select.0.vertex=vertex > 0.2"])
    #expect(
      cut.output == """
        scan/0000-0010: would run
          skim.select.0.cut: was vertex > 0.1, is vertex > 0.2

        """)
    // What no result depends on is no reason.
    #expect(
      try tool(
        search, inputs, ["plan", "scan/0000-0010", "--set", "title=Another title"]
      ).output == "scan/0000-0010: finished\n")
    let wrong = try tool(search, inputs, ["plan", "scan/0000-001"])
    #expect(wrong.status == 2)
    #expect(
      wrong.errors
        == "no task is called 'scan/0000-001'; did you mean 'scan/0000-0010'?; "
        + "'nightjar plan --tasks' lists all\n")
  }

  @Test func aLostOrDamagedCheckpointIsNoChange() throws {
    let inputs = try Self.inputs()
    let search = try SearchRun(fixture: "small.yaml")
    try search.run(inputs: inputs.path)
    let file = search.checkpointFiles("scan")[0]
    truncate(file, 600)
    #expect(
      try tool(search, inputs, ["plan", "scan/0000-0010"]).output.hasPrefix(
        "scan/0000-0010: would run\n  its checkpoint is damaged: it has 88 of "))
    try FileManager.default.removeItem(atPath: file)
    #expect(
      try tool(search, inputs, ["plan", "scan/0000-0010"]).output
        == "scan/0000-0010: would run\n"
        + "  nothing changed: it was not finished yet, or its checkpoint was removed\n")
  }

  /// A file that is added is skimmed and nothing else; changed and removed files are told.
  @Test func inputsMayGrow() throws {
    let inputs = try Self.inputs()
    let search = try SearchRun(fixture: "small.yaml")
    try search.run(inputs: inputs.path)
    let first = search.checkpointFiles("skim")
    #expect(first.count == 3)
    try Self.add(7, to: inputs)
    #expect(
      try tool(search, inputs, ["plan", "scan/0000-0010"]).output
        == "scan/0000-0010: would run\n  \(inputs.path)/data-7.h5: the file is new\n")
    let grown = try tool(search, inputs, ["run"])
    #expect(grown.status == 0)
    #expect(grown.errors.contains("data: 1 file added (data-7.h5) since the last run\n"))
    // The new file, the merge and the scan.
    #expect(grown.errors.contains("tasks: 3 done, 3 found finished\n"))
    #expect(Set(search.checkpointFiles("skim")).isSuperset(of: first))
    try Self.add(0, to: inputs, seed: 90)
    try FileManager.default.removeItem(atPath: "\(inputs.path)/data-1.h5")
    let changed = try tool(search, inputs, ["plan"])
    #expect(
      changed.output.contains(
        "data: 1 file changed (data-0.h5), 1 file removed (data-1.h5) since the last run\n"))
    let why = try tool(search, inputs, ["plan", "merge/data"])
    #expect(
      why.output == """
        merge/data: would run
          \(inputs.path)/data-0.h5: the file changed
          \(inputs.path)/data-1.h5: the file is no longer among the inputs

        """)
    let again = try tool(search, inputs, ["run"])
    #expect(again.errors.contains("tasks: 3 done, 2 found finished\n"))
  }

  @Test func missingFilesAreAnErrorUnlessAllowed() throws {
    let inputs = try Self.inputs()
    let text = try String(
      contentsOfFile: "\(SearchRun.fixtures)/small.yaml", encoding: .utf8
    )
    .replacingOccurrences(
      of: "{files: data-*.h5, role: data}",
      with: "{files: [data-0.h5, data-1.h5, data-2.h5, data-3.h5], role: data, luminosity: 8 /fb}"
    )
    .replacingOccurrences(
      of: "synthetic.ntuple.yaml", with: "\(SearchRun.fixtures)/synthetic.ntuple.yaml")
    let search = try SearchRun("some.yaml", text: text)
    let refused = try tool(search, inputs, ["run"])
    #expect(refused.status == 2)
    #expect(
      refused.errors.contains(
        "samples.data.files: no file matches '\(inputs.path)/data-3.h5'; check the path, or give "
          + "another folder with --inputs, or leave missing files out with --allow-missing"))
    let allowed = try tool(search, inputs, ["run", "--allow-missing"])
    #expect(allowed.status == 0, "\(allowed.errors)")
    #expect(
      allowed.errors.contains(
        "Sample data lacks '\(inputs.path)/data-3.h5' (--allow-missing): its luminosity is scaled by "
          + "3/4, as if all files were equally large.\n"))
    #expect(try search.summary().dataset("samples/luminosity").doubles() == [6])
    let report = try String(
      contentsOfFile: "\(search.folder.path)/out/summary.h5", encoding: .isoLatin1)
    #expect(report.contains("its luminosity is scaled by 3/4"))
    // Nothing at all is an error in any case.
    let none = try ToolProcess.run(
      ["run", search.pipeline, "--allow-missing", "--inputs", "/nonexistent", "--output", "out"],
      in: search.folder.path)
    #expect(none.status == 2)
  }

  @Test func duplicatesAcrossFilesAreFound() throws {
    let inputs = try Self.inputs()
    let search = try SearchRun(fixture: "small.yaml")
    let good = try tool(search, inputs, ["check", "--all-rows"])
    #expect(good.status == 0, "\(good.errors)")
    #expect(good.errors.contains("samples.data: 3 files, 12,000 rows\n"))
    // Rows 10 to 29 of file 1 again, in another file; candidates of an event are no duplicates.
    let again = Array(SyntheticNtuple.rows(seed: 41, count: 4000)[10..<30])
    let events = Set(again.map(\.event)).count
    let file = SyntheticNtuple.File(name: "data-9.h5", rows: again, chunkRows: 7)
    try SyntheticNtuple.write(file, to: inputs.path, weights: false)
    let bad = try tool(search, inputs, ["check", "--all-rows"])
    #expect(bad.status == 2)
    #expect(
      bad.errors.contains("samples.data: \(events) rows or events are there more than once"))
    #expect(bad.errors.contains("experiment 12, run 41, event "))
    #expect(bad.errors.contains("data-1.h5, row ") || bad.errors.contains("data-9.h5, row "))
    // In several passes the same are found.
    let small = try tool(
      search, inputs, ["check", "--all-rows", "--json", "--set", "execution.memory=1 kB"])
    let fields = try JSONSerialization.jsonObject(with: Data(small.output.utf8)) as? [[String: Any]]
    #expect(fields?.first?["duplicates"] as? Int == events)
  }

  @Test func cleanRemovesWhatNoPipelineNeeds() throws {
    let inputs = try Self.inputs()
    let search = try SearchRun(fixture: "small.yaml")
    try search.run(inputs: inputs.path)
    let first = Set(search.folder.subpaths.filter { $0.hasSuffix(".h5") })
    try search.run(["--set", "scan.limit.level=95 %"], inputs: inputs.path)
    let bytes = try search.summaryBytes()
    let both = Set(search.folder.subpaths.filter { $0.hasSuffix(".h5") })
    #expect(both.count == first.count + 1)
    let left = "\(search.folder.path)/out/checkpoints/scan/00/.junk.tmp"
    try FileManager.default.createDirectory(
      atPath: (left as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
    try Data("half".utf8).write(to: URL(fileURLWithPath: left))
    let dry = try ToolProcess.run(["clean", "out", "--dry-run"], in: search.folder.path)
    #expect(dry.status == 0)
    #expect(dry.errors.contains("out: 2 files, "))
    #expect(Set(search.folder.subpaths.filter { $0.hasSuffix(".h5") }) == both)
    #expect(try ToolProcess.run(["clean", "out"], in: search.folder.path).status == 0)
    let now = Set(search.folder.subpaths.filter { $0.hasSuffix(".h5") })
    #expect(now.count == first.count)
    #expect(!FileManager.default.fileExists(atPath: left))
    let again = try ToolProcess.run(
      ["run", search.pipeline, "--inputs", inputs.path, "--output", "out"]
        + ["--set", "scan.limit.level=95 %"], in: search.folder.path)
    #expect(again.errors.contains("tasks: 0 done, 5 found finished\n"))
    #expect(try search.summaryBytes() == bytes)
    let nowhere = try ToolProcess.run(["clean", "nowhere"], in: search.folder.path)
    #expect(nowhere.status == 2)
    #expect(
      nowhere.errors
        == "nowhere: no folder of a run; name the one that 'nightjar run' wrote\n")
  }
}
