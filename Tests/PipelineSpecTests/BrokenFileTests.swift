import Glibc
import Testing

/// Every broken file under Fixtures/broken has its exact text beside it.
///
/// With NIGHTJAR_SHOW_FAULTS=1 the found texts are written aside as `.found`.
@Suite struct BrokenFileTests {
  static let folder = TestFiles.fixtures + "/broken"

  @Test(arguments: TestFiles.files(in: folder, ending: ".yaml"))
  func textIsExact(path: String) throws {
    let found =
      TestFiles.faults(of: try TestFiles.text(path), path: path)
      .joined(separator: "\n") + "\n"
    let stem = String(path.dropLast(".yaml".count))
    if getenv("NIGHTJAR_SHOW_FAULTS") != nil { TestFiles.write(found, to: stem + ".found") }
    let expected = (try? TestFiles.text(stem + ".txt")) ?? ""
    #expect(found == expected)
  }

  @Test func thereAreTwenty() {
    #expect(TestFiles.files(in: Self.folder, ending: ".yaml").count >= 20)
  }

  @Test func theUnbrokenFileIsValid() throws {
    #expect(TestFiles.faults(of: try TestFiles.text(TestFiles.fixtures + "/pipeline.yaml")) == [])
  }
}
