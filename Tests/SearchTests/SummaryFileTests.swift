import Foundation
import HDF5Files
import Platform
import Search
import Testing

@Suite struct SummaryFileTests {
  static let folder = URL(filePath: #filePath).deletingLastPathComponent()
  static let python = ProcessInfo.processInfo.environment["NIGHTJAR_PYTHON"]

  static var pythonHasH5py: Bool {
    guard let python else { return false }
    return (try? Subprocess.run(python, ["-c", "import h5py"]))?.status == 0
  }

  static func file(_ results: SearchResults) throws -> HDF5File {
    try HDF5File(image: SummaryFile.write(results), name: "summary.h5")
  }

  @Test func sameResultsGiveTheSameBytes() throws {
    let first = try SummaryFile.write(ResultsMaker.results(hypotheses: 50))
    let second = try SummaryFile.write(ResultsMaker.results(hypotheses: 50))
    #expect(first == second)
  }

  @Test func scanComesBackBitForBit() throws {
    let results = ResultsMaker.results(hypotheses: 300)
    let scan = try #require(results.scans.first)
    let file = try Self.file(results)
    for (name, values) in [
      ("mass", scan.points.map(\.mass)), ("observedLimit", scan.points.map(\.observedLimit)),
      ("signedRoot", scan.points.map(\.signedRoot)), ("pValue", scan.points.map(\.pValue)),
    ] {
      let read = try file.dataset("/scan/\(name)").doubles()
      #expect(read.map(\.bitPattern) == values.map(\.bitPattern), "\(name)")
    }
    let expected = try file.dataset("/scan/expectedLimits")
    #expect(expected.shape == [300, 5])
    let flat = scan.points.flatMap {
      $0.expectedLimits.isEmpty ? [Double](repeating: .nan, count: 5) : $0.expectedLimits
    }
    #expect(try expected.doubles().map(\.bitPattern) == flat.map(\.bitPattern))
    let status = try file.dataset("/scan/status")
    #expect(try status.integers() == scan.points.map { Int64($0.status.rawValue) })
    #expect(
      try status.attribute("flag_meanings")
        == .string(
          "converged atLimit empty callLimit notPositiveDefinite notANumber failed skippedVeto "
            + "skippedAcceptance skippedBlind notRun"))
  }

  @Test func limitsCarryUnitsAndLongNames() throws {
    let file = try Self.file(ResultsMaker.results(hypotheses: 5))
    let observed = try file.dataset("/scan/observedLimit")
    #expect(try observed.attribute("units") == .string("fb"))
    #expect(
      try observed.attribute("long_name")
        == .string("observed upper limit on cross section at 90 % confidence level"))
    #expect(try file.dataset("/scan/mass").attribute("units") == .string("GeV"))
  }

  @Test func emptyResultsMakeAFileWithProvenanceOnly() throws {
    let file = try Self.file(SearchResults(title: ""))
    #expect(file.contains("/provenance/pipeline"))
    #expect(!file.contains("/scan"))
    #expect(!file.contains("/samples"))
  }

  @Test func namesThatCannotBeLinksKeepTheirTextInAnAttribute() throws {
    var results = SearchResults(title: "zero \0 byte")
    let names = ["J/psi", "", "..", "twice", "twice", "Υ(1S)"]
    results.cutFlows = names.map { name in
      CutFlow(
        sample: name,
        steps: [
          .init(
            name: "all", kind: .input, candidates: 1, events: 1, sumOfWeights: 1, sumOfSquares: 1)
        ])
    }
    let file = try Self.file(results)
    for group in ["J_psi#0", "_#1", "_#2", "twice#3", "twice#4", "Υ(1S)"] {
      #expect(file.contains("/cutFlow/\(group)/step"), "\(group)")
    }
  }

  @Test func everyDatasetIsDescribed() throws {
    let schemas = Self.folder.deletingLastPathComponent().deletingLastPathComponent()
      .appending(path: "Schemas/v1/summary.md")
    let text = try String(contentsOf: schemas, encoding: .utf8)
    let described = Set(
      text.split(separator: "`").flatMap { $0.split(separator: "/") }.map(String.init))
    let file = try Self.file(ResultsMaker.results(hypotheses: 300))
    for object in try file.walk() {
      guard case .dataset = object.kind else { continue }
      let name = object.path.split(separator: "/").last.map(String.init) ?? ""
      #expect(described.contains(name), "\(object.path)")
    }
  }

  @Test(.enabled(if: SummaryFileTests.pythonHasH5py, "NIGHTJAR_PYTHON names no python with h5py"))
  func opensInH5pyAndXarray() throws {
    let python = try #require(Self.python)
    for count in [0, 1, 300] {
      let path = NSTemporaryDirectory() + "nightjar-summary-\(UUID().uuidString).h5"
      defer { try? FileManager.default.removeItem(atPath: path) }
      try AtomicFile.write(
        SummaryFile.write(ResultsMaker.results(hypotheses: count)), to: path)
      let script = Self.folder.appending(path: "Fixtures/check_summary.py").path
      let result = try Subprocess.run(python, [script, path])
      #expect(
        result.status == 0, "\(String(decoding: result.output, as: UTF8.self))\(result.errors)")
    }
  }
}
