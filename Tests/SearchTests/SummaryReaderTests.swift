import Foundation
import HDF5Files
import Inference
import Search
import Testing

@Suite struct SummaryReaderTests {
  static func reader(_ results: SearchResults) throws -> SummaryReader {
    try SummaryReader(image: try SummaryFile.write(results), name: "summary.h5")
  }

  static let profiles: WindowProfiles = {
    func profile(_ best: Double, _ isBounded: Bool) -> SignalProfile? {
      let nodes = [-4.0, 0.1, 9.25]
      return try? SignalProfile(
        signals: nodes, values: nodes.map { 0.5 * ($0 - best) * ($0 - best) },
        slopes: nodes.map { $0 - best }, curvatures: [1, 1, 1], isBounded: isBounded)
    }
    guard let observed = profile(1.5, true), let asimov = profile(0, false) else {
      preconditionFailure("three ascending nodes make a profile")
    }
    return WindowProfiles(yieldPerUnit: 3.75, observed: observed, asimov: asimov, error: 2e-4)
  }()

  /// Results with profiles at some hypotheses and sizes that depend on them.
  static func results(_ hypotheses: Int) -> SearchResults {
    var results = ResultsMaker.results(hypotheses: hypotheses)
    results.sqrtS = 10.58
    results.submission = SubmissionText(
      comment: "A search", reactions: ["E+ E- --> MU+ MU- X"], phrases: ["Upper limit"])
    for index in results.scans[0].points.indices where index % 3 == 1 {
      results.scans[0].points[index].profiles = profiles
    }
    results.scans[0].systematics[1].sizes = (0..<hypotheses).map { 0.01 + 0.001 * Double($0) }
    return results
  }

  private func same(_ a: Double, _ b: Double) -> Bool {
    a.bitPattern == b.bitPattern || (a.isNaN && b.isNaN)
  }

  @Test func aScanComesBackBitForBit() throws {
    let results = Self.results(300), wanted = results.scans[0]
    let reader = try Self.reader(results)
    #expect(reader.title == results.title && reader.isSimulated)
    #expect(try reader.sqrtS == 10.58)
    #expect(reader.submission == results.submission)
    let scans = try reader.scans()
    let scan = try #require(scans.first)
    #expect(scans.count == 1 && scan.signal == nil)
    #expect(scan.parameter == wanted.parameter && scan.observable == wanted.observable)
    #expect(scan.mass.unit == "GeV" && scan.limit == wanted.limit)
    #expect(scan.systematics.map(\.name) == wanted.systematics.map(\.name))
    #expect(scan.systematics[1].sizes == wanted.systematics[1].sizes)
    #expect(scan.systematics[0].sizes == [Double](repeating: 0.01, count: 300))
    #expect(scan.excluded == wanted.excluded)
    for (a, b) in zip(scan.points, wanted.points) {
      #expect(a.status == b.status && a.limitStatus == b.limitStatus && a.message == b.message)
      #expect(a.events == b.events && a.profiles == b.profiles)
      for path in [
        \ScanPoint.mass, \.resolution, \.efficiency, \.parameter, \.parameterError, \.signedRoot,
        \.pValue, \.observedLimit, \.backgroundUnderPeak,
      ] { #expect(same(a[keyPath: path], b[keyPath: path])) }
      #expect(a.expectedLimits == b.expectedLimits)
    }
  }

  @Test func theScanOfASignalIsChosenByItsName() throws {
    var results = ResultsMaker.results(hypotheses: 4)
    results.scans[0].signal = "vector"
    results.scans.append(ResultsMaker.scan(3))
    results.scans[1].signal = "scalar"
    let reader = try Self.reader(results)
    #expect(try reader.scan(ofSignal: "scalar").points.count == 3)
    #expect(try reader.scan(ofSignal: "vector").points.count == 4)
    #expect(
      throws: SummaryError.severalScans(path: "summary.h5", found: ["scalar", "vector"])
    ) { try reader.scan(ofSignal: nil) }
    let unknown = SummaryError.noScan(
      path: "summary.h5", signal: "vectr", found: ["scalar", "vector"])
    #expect(throws: unknown) { try reader.scan(ofSignal: "vectr") }
    #expect(
      unknown.description
        == "summary.h5: has no scan of the signal 'vectr', found 'scalar', 'vector'; did you mean "
        + "'vector'?")
  }

  @Test func filesThatAreNoSummariesAreRefused() throws {
    let writer = try HDF5Writer()
    try writer.write("mass", [1.0, 2.0])
    let image = try writer.finish()
    #expect(throws: SummaryError.notASummary(path: "x.h5")) {
      try SummaryReader(image: image, name: "x.h5")
    }
    let newer = try HDF5Writer()
    try newer.setAttribute("/", "format", .string("Nightjar summary"))
    try newer.setAttribute("/", "layoutVersion", .int(99))
    let later = try newer.finish()
    #expect(throws: SummaryError.newerLayout(path: "x.h5", found: 99, known: 1)) {
      try SummaryReader(image: later, name: "x.h5")
    }
    #expect(throws: HDF5Error.self) { try SummaryReader(image: [1, 2, 3], name: "x.h5") }
  }
}
