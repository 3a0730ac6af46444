import Foundation
import TestSupport
import Testing

@Suite struct ExportCommandTests {
  private static func folder() throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    let scan = try SummaryMaker.scan(
      [.init(mass: 1, signal: 30, error: 10), .init(mass: 2, signal: 1, error: 1)], yield: 1)
    try SummaryMaker.write([(nil, scan)], to: folder.path + "/summary.h5")
    return folder
  }

  @Test func severalFormatsGoBesideTheSummary() throws {
    let folder = try Self.folder()
    let run = try ToolProcess.run(
      ["export", "summary.h5", "--format", "csv", "--format", "hepdata"], in: folder.path)
    #expect(run.status == 0, "\(run.errors)")
    #expect(
      run.errors == "hepdata: export/hepdata (4 files)\ncsv: export/csv (4 files)\n")
    let files = try FileManager.default.contentsOfDirectory(
      atPath: folder.path + "/export/hepdata"
    ).sorted()
    #expect(files == ["fits.yaml", "limits.yaml", "significances.yaml", "submission.yaml"])
  }

  @Test func theCommandLineSaysMoreThanTheFile() throws {
    let folder = try Self.folder()
    let run = try ToolProcess.run(
      [
        "export", "summary.h5", "--format", "hepdata", "--output", "a/b", "--comment", "Words",
        "--reaction", "E+ E- --> GAMMA X", "--phrase", "Dark sector", "--quiet",
      ], in: folder.path)
    #expect(run.status == 0 && run.errors.isEmpty, "\(run.errors)")
    let text = String(decoding: try folder.bytes("a/b/submission.yaml"), as: UTF8.self)
    #expect(text.contains("comment: \"Words\"\n"))
    #expect(text.contains("{name: reactions, values: [\"E+ E- --> GAMMA X\"]}"))
    #expect(text.contains("{name: phrases, values: [\"Dark sector\"]}"))
  }

  @Test func filesOfOthersAreNeverOverwritten() throws {
    let folder = try Self.folder()
    try FileManager.default.createDirectory(
      atPath: folder.path + "/mine", withIntermediateDirectories: true)
    try Data("mine".utf8).write(to: URL(fileURLWithPath: folder.path + "/mine/limits.csv"))
    let run = try ToolProcess.run(
      ["export", "summary.h5", "--format", "csv", "--output", "mine"], in: folder.path)
    #expect(run.status == 2)
    #expect(
      run.errors
        == "mine: holds 'limits.csv', which no export wrote or which was changed since; move it "
        + "away, or give another folder with --output\n")
    #expect(try folder.bytes("mine/limits.csv") == Array("mine".utf8))
    #expect(folder.contents == ["mine", "summary.h5"])
  }

  @Test func wrongInputsAreNamed() throws {
    let folder = try Self.folder()
    let format = try ToolProcess.run(
      ["export", "summary.h5", "--format", "hepdta"], in: folder.path)
    #expect(format.status == 64)
    #expect(format.errors.contains("hepdta"))
    let missing = try ToolProcess.run(["export", "none.h5", "--format", "csv"], in: folder.path)
    #expect(missing.status == 2)
    #expect(missing.errors == "none.h5: cannot be read; no such file or directory\n")
    let none = try ToolProcess.run(["export", "summary.h5"], in: folder.path)
    #expect(none.status == 64)
  }
}
