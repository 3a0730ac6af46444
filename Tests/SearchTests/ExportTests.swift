import Foundation
import Platform
import Search
import TestSupport
import Testing

@Suite struct ExportTests {
  static func tables(_ results: SearchResults) throws -> ExportTables {
    try ExportTables(try SummaryReaderTests.reader(results))
  }

  static func has(_ module: String) -> Bool {
    guard let python = SummaryFileTests.python else { return false }
    return (try? Subprocess.run(python, ["-c", "import \(module)"]))?.status == 0
  }

  static let fixtures = SummaryFileTests.folder.appending(path: "Fixtures").path

  /// Results whose names and numbers are as odd as they may be.
  static func oddResults() -> SearchResults {
    var results = SummaryReaderTests.results(50)
    results.title = "A \"quoted\" title: with {braces}, 5 % and \\LaTeX"
    results.scans[0].signal = "a/b: \"c\""
    results.scans[0].points[4].limitStatus = .notFound
    results.scans[0].points[4].observedLimit = .nan
    results.scans[0].points[5].status = .callLimit
    results.scans[0].points[6].expectedLimits = [1e-5, 1e-5, 1e-5, 1e-5, 2e300]
    results.scans[0].points[7].backgroundUnderPeak = 3
    results.namedFits.append(results.namedFits[0])
    results.namedFits[1].status = .failed
    results.cutFlows[1].sample = String(repeating: "long name, ", count: 12)
    return results
  }

  @Test(.enabled(if: has("hepdata_validator"), "NIGHTJAR_PYTHON has no hepdata-validator"))
  func theOfficialValidatorAcceptsASubmission() throws {
    let python = try #require(SummaryFileTests.python)
    for results in [SummaryReaderTests.results(300), Self.oddResults()] {
      let folder = try TemporaryFolder()
      let path = folder.path + "/hepdata"
      try ExportFolder.write(
        try HEPDataSubmission.files(try Self.tables(results)), list: HEPDataSubmission.index,
        to: path)
      let check = try Subprocess.run(python, [Self.fixtures + "/check_hepdata.py", path])
      #expect(
        check.status == 0, "\(String(decoding: check.output, as: UTF8.self))\(check.errors)")
    }
  }

  @Test(
    .enabled(
      if: has("pandas") && SummaryFileTests.pythonHasH5py, "NIGHTJAR_PYTHON has no pandas and h5py")
  )
  func pandasReadsTheTablesBitForBit() throws {
    let python = try #require(SummaryFileTests.python)
    let folder = try TemporaryFolder()
    let results = SummaryReaderTests.results(300)
    try AtomicFile.write(try SummaryFile.write(results), to: folder.path + "/summary.h5")
    try ExportFolder.write(
      CSVTables.files(try Self.tables(results)), list: CSVTables.index, to: folder.path + "/csv")
    let check = try Subprocess.run(
      python,
      [Self.fixtures + "/check_csv.py", folder.path + "/csv", folder.path + "/summary.h5"])
    #expect(check.status == 0, "\(String(decoding: check.output, as: UTF8.self))\(check.errors)")
  }

  @Test func theExpectedLimitStandsTwiceWithErrorsOfOneAndTwoDeviations() throws {
    var results = ResultsMaker.results(hypotheses: 3)
    results.scans[0].points[0].observedLimit = 2.5
    results.scans[0].points[0].expectedLimits = [1, 1.5, 2, 3, 4.5]
    results.scans[0].points[1].expectedLimits = [2, 2, 2, 2, 2]
    results.scans[0].points[2].limitStatus = .notFound
    let files = try HEPDataSubmission.files(try Self.tables(results))
    let file = try #require(files.first { $0.name == "limits.yaml" })
    let text = String(decoding: file.bytes, as: UTF8.self)
    let lines = text.split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }
    #expect(lines.contains("- {value: 2.5}"))
    #expect(
      lines.contains(
        "- {value: 2.0, errors: [{asymerror: {plus: 1.0, minus: -0.5}, label: \"1 sigma\"}]}"))
    #expect(
      lines.contains(
        "- {value: 2.0, errors: [{asymerror: {plus: 2.5, minus: -1.0}, label: \"2 sigma\"}]}"))
    // Errors that are zero are left out, a limit that was not found is a dash in all three columns.
    #expect(lines.count { $0 == "- {value: 2.0}" } == 2)
    #expect(lines.count { $0 == "- {value: \"-\"}" } == 3)
    #expect(lines.contains("- {name: \"Confidence level\", value: 90.0, units: \"%\"}"))
    #expect(
      lines.contains("- {name: \"Method\", value: \"CLs, asymptotic formulae\"}"))
    #expect(!text.contains("nan") && !text.contains("inf"))
  }

  @Test func hypothesesLeftOutOnPurposeAreNotInASubmission() throws {
    let results = ResultsMaker.results(hypotheses: 300)
    let files = try HEPDataSubmission.files(try Self.tables(results))
    let file = try #require(files.first { $0.name == "limits.yaml" })
    let text = String(decoding: file.bytes, as: UTF8.self)
    let points = results.scans[0].points
    let wanted = points.count { !$0.status.isSkipped }
    #expect(wanted < points.count)
    // A mass, an observed, two expected columns and a flag for each.
    #expect(text.components(separatedBy: "- {value: ").count - 1 == 5 * wanted)
    #expect(text.contains("fit failed: "))
    // In CSV all of them stand with their status.
    let csv = CSVTables.files(try Self.tables(results))
    let table = try #require(csv.first { $0.name == "limits.csv" })
    let lines = String(decoding: table.bytes, as: UTF8.self).components(separatedBy: "\r\n")
    #expect(lines.count == points.count + 2)
    #expect(
      lines[0]
        == "mass [GeV],observedLimit [fb],expectedLimit(-2) [fb],expectedLimit(-1) [fb],"
        + "expectedLimit(0) [fb],expectedLimit(+1) [fb],expectedLimit(+2) [fb],status,flag")
    #expect(lines.contains { $0.hasSuffix(",,,,,,skippedVeto,") })
  }

  @Test func submissionsCarryReactionsEnergyAndComment() throws {
    let files = try HEPDataSubmission.files(try Self.tables(SummaryReaderTests.results(5)))
    let list = try #require(files.last)
    let text = String(decoding: list.bytes, as: UTF8.self)
    #expect(list.name == "submission.yaml")
    #expect(text.contains("comment: \"A search (The data are simulated.)\"\n"))
    #expect(text.contains("- {name: reactions, values: [\"E+ E- --> MU+ MU- X\"]}\n"))
    #expect(text.contains("- {name: cmenergies, values: [10.58]}\n"))
    #expect(text.contains("- {name: observables, values: [\"N\"]}\n"))
    for file in files.dropLast() { #expect(text.contains("\(file.name) \(file.digest)")) }
  }

  @Test func aSummaryWithoutResultsMakesNoSubmission() throws {
    let error = ExportError.noTables(title: "t")
    #expect(throws: error) {
      try HEPDataSubmission.files(try Self.tables(SearchResults(title: "t")))
    }
    #expect(
      error.description
        == "'t': holds no result that could be submitted; a scan, fit or cut flow is needed")
  }

  @Test func sameResultsGiveTheSameFiles() throws {
    let first = try Self.tables(Self.oddResults()), second = try Self.tables(Self.oddResults())
    #expect(try HEPDataSubmission.files(first) == HEPDataSubmission.files(second))
    #expect(CSVTables.files(first) == CSVTables.files(second))
    let names = CSVTables.files(first).map(\.name)
    #expect(Set(names.map { $0.lowercased() }).count == names.count)
  }

  @Test func cellsWithCommasAndQuotesAreQuoted() throws {
    let tables = try Self.tables(Self.oddResults())
    let files = CSVTables.files(tables)
    let index = String(decoding: try #require(files.last).bytes, as: UTF8.self)
    #expect(index.contains("\"Limits of a/b: \"\"c\"\"\""))
    #expect(index.hasPrefix("file,table,description,rows,sha256\r\n"))
  }

  @Test func aFolderIsReplacedOnlyIfAllInItIsOurs() throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/deep/csv"
    let files = CSVTables.files(try Self.tables(SummaryReaderTests.results(5)))
    let others = CSVTables.files(try Self.tables(ResultsMaker.results(hypotheses: 9)))
    try ExportFolder.write(files, list: CSVTables.index, to: path)
    try ExportFolder.write(others, list: CSVTables.index, to: path + "/")
    let names = try FileManager.default.contentsOfDirectory(atPath: path).sorted()
    #expect(names == others.map(\.name).sorted())
    try AtomicFile.write("mine", to: path + "/notes.txt")
    #expect(throws: ExportError.foreignFile(folder: path, name: "notes.txt")) {
      try ExportFolder.write(files, list: CSVTables.index, to: path)
    }
    try FileManager.default.removeItem(atPath: path + "/notes.txt")
    try AtomicFile.write("changed", to: path + "/limits.csv")
    #expect(throws: ExportError.foreignFile(folder: path, name: "limits.csv")) {
      try ExportFolder.write(files, list: CSVTables.index, to: path)
    }
    #expect(try AtomicFile.read(path + "/limits.csv") == Array("changed".utf8))
    // Nothing is left beside it, and a file in its place is not touched.
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path + "/deep") == ["csv"])
    try AtomicFile.write("mine", to: folder.path + "/file")
    #expect(throws: ExportError.notAFolder(path: folder.path + "/file")) {
      try ExportFolder.write(files, list: CSVTables.index, to: folder.path + "/file")
    }
  }
}
