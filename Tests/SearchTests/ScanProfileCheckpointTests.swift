import HDF5Files
import Inference
import Search
import Testing

@Suite struct ScanProfileCheckpointTests {
  @Test func profilesComeBackFromACheckpoint() throws {
    let points = SummaryReaderTests.results(7).scans[0].points
    let file = try HDF5File(image: ScanPoint.encoded(points), name: "scan")
    let read = try ScanPoint.decoded(file)
    #expect(read.map(\.profiles) == points.map(\.profiles))
    #expect(read.contains { $0.profiles != nil } && read.contains { $0.profiles == nil })
  }

  @Test func aScanWithoutProfilesHasNoPlaceForThem() throws {
    let points = ResultsMaker.scan(7).points
    let file = try HDF5File(image: ScanPoint.encoded(points), name: "scan")
    #expect(!file.contains("profile"))
    #expect(try ScanPoint.decoded(file).allSatisfy { $0.profiles == nil })
  }
}
