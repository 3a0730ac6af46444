import HDF5Files
import Inference
import NumericalMethods
import Search
import Testing

/// What is made of the toys of a scan.
@Suite struct LookElsewhereTests {
  private static func points(_ roots: [Double]) -> [ScanPoint] {
    roots.enumerated().map { index, root in
      var point = ScanPoint(
        mass: 1 + 0.1 * Double(index), observable: 1, resolution: 0.1,
        status: root.isNaN ? .callLimit : .converged)
      point.signedRoot = root
      return point
    }
  }

  private static func toys(_ largest: [Double], crossings: Int = 3) -> [ScanToy] {
    largest.enumerated().map { index, value in
      ScanToy(
        toy: index, largest: value, point: 1, crossings: crossings, failed: 0, candidates: 10)
    }
  }

  private static func results(_ found: LookElsewhereResults, _ points: [ScanPoint])
    -> SearchResults
  {
    var results = SearchResults(title: "T")
    results.scans = [
      ScanResults(
        mass: Quantity(name: "mass", unit: "GeV"), observable: Quantity(name: "x", unit: "GeV"),
        parameter: Quantity(name: "yield"), limit: nil, points: points)
    ]
    results.scans[0].lookElsewhere = found
    return results
  }

  @Test func theGlobalPValueIsThePartOfToysThatReachTheData() {
    let points = Self.points([-1, 2, .nan, 3, 1])
    let found = LookElsewhereResults(
      level: 0, hasBound: true, points: points,
      toys: Self.toys([1, 2, 2.9, 3, 3.5, 4, 2, 2, 1, 1.5]))
    #expect(found.largest == 3)
    #expect(abs(found.mass - 1.3) < 1e-12)
    #expect(found.exceeding == BinomialProportion(3, of: 10))
    #expect(found.observedCrossings == 1)
    #expect(found.bound?.crossings == 3)
    #expect(found.toyMasses == [Double](repeating: 1.1, count: 10))
    #expect(found.thresholds.last ?? 0 >= 4)
  }

  @Test func toysWithoutAValidFitDoNotCount() {
    let found = LookElsewhereResults(
      level: 0, hasBound: true, points: Self.points([1, 2]), toys: Self.toys([.nan, 3, 1, 1]))
    #expect(found.exceeding == BinomialProportion(1, of: 3))
  }

  @Test func withoutToysTheScanOfTheDataGivesTheBound() throws {
    let points = Self.points([-1, 1, -1, 4, -1, 1])
    let found = LookElsewhereResults(level: 0, hasBound: true, points: points, toys: [])
    #expect(found.exceeding == nil)
    #expect(found.bound == GrossVitells(level: 0, counts: [3]))
    let page = ReportPage.html(Self.results(found, points), figures: .init())
    // 3.2e-5 + 3 exp(-8) = 1.04e-3, and its significance.
    #expect(
      page.contains(
        "Anywhere in the scan, background alone does as well with a probability of at most 0.0010 "
          + "(global significance at least 3.08σ; Gross–Vitells)."))
  }

  @Test func theHeadlineTellsTheGlobalPValueWithItsError() {
    let points = Self.points([-1, 2, 0])
    let found = LookElsewhereResults(
      level: 0, hasBound: true, points: points,
      toys: Self.toys((0..<1000).map { $0 < 160 ? 2.5 : 1 }))
    let page = ReportPage.html(Self.results(found, points), figures: .init())
    // √(0.16 · 0.84 / 1000) = 0.0116; Φ⁻¹(0.84) = 0.99.
    #expect(
      page.contains(
        "background alone does as well with a probability of 0.160 ± 0.012 (global significance "
          + "0.99σ, 1000 toys)."))
    #expect(page.contains("Global significance</a>"))
  }

  @Test func noToyBeyondTheDataGivesAnUpperBound() {
    let points = Self.points([-1, 5, 0])
    let found = LookElsewhereResults(
      level: 0, hasBound: false, points: points, toys: Self.toys([1, 2, 3, 2.5]))
    let page = ReportPage.html(Self.results(found, points), figures: .init())
    // 1 - 0.05^(1/4) = 0.527.
    #expect(
      page.contains(
        "background alone never did as well in 4 toys (global p-value below 0.53 at 95\u{202F}% "
          + "confidence level)."))
    #expect(found.bound == nil)
  }

  @Test func checkpointsComeBack() throws {
    var toys = Self.toys([1, .nan, 3])
    toys[1].point = -1
    toys[2].failed = 4
    let file = try HDF5File(image: ScanToy.encoded(toys), name: "toys.h5")
    let back = try ScanToy.decoded(file)
    #expect(back.map(\.largest.bitPattern) == toys.map(\.largest.bitPattern))
    #expect(back.map(\.point) == [1, -1, 1])
    #expect(back[0] == toys[0])
    #expect(back[2] == toys[2])
  }

  @Test func theSummaryHoldsToysBoundAndGlobalPValue() throws {
    let points = Self.points([-1, 2, 0])
    let found = LookElsewhereResults(
      level: 0.5, hasBound: true, points: points, toys: Self.toys([1, 2.5, 1, 1, 1]))
    let file = try HDF5File(
      image: SummaryFile.write(Self.results(found, points)), name: "summary.h5")
    let group = "/lookElsewhere"
    #expect(try file.attribute(group, "globalPValue") == .double(0.2))
    #expect(try file.attribute(group, "exceeding") == .int(1))
    #expect(try file.attribute(group, "level") == .double(0.5))
    #expect(try file.attribute(group, "crossings") == .double(3))
    let largest = try file.dataset("\(group)/toys/largest").doubles()
    #expect(largest == [1, 2.5, 1, 1, 1])
    let thresholds = try file.dataset("\(group)/threshold").doubles()
    let parts = try file.dataset("\(group)/pValue").doubles()
    for (z, part) in zip(thresholds, parts) {
      #expect(part == Double(largest.count { $0 >= z }) / 5)
    }
  }
}
