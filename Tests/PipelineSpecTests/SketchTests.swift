import Testing

/// The grammar can say the searches of later versions: all that is wrong is what is not there yet.
@Suite struct SketchTests {
  private static let folder = TestFiles.fixtures + "/sketches"

  private static func faults(_ name: String) throws -> [String] {
    let path = "\(folder)/\(name).yaml"
    return TestFiles.faults(of: try TestFiles.text(path), path: path)
  }

  @Test(arguments: ["bks", "idm"])
  func onlyRefusalsAreReported(name: String) throws {
    let faults = try Self.faults(name)
    let others = faults.filter { !$0.contains(" is not available yet in this version") }
    #expect(others == [])
    #expect(faults.count >= 12)
  }

  @Test(arguments: ["bks", "idm"])
  func decisionsShowTheSketch(name: String) throws {
    let sketch = try TestFiles.text("\(Self.folder)/\(name).yaml")
    let pages = ["DECISIONS.md", "DECISIONS-grammar.md"].compactMap {
      try? TestFiles.text("\(TestFiles.root)/\($0)")
    }
    #expect(pages.contains { $0.contains("```yaml\n\(sketch)```") })
  }

  @Test func refusalsNameKeyAndPlace() throws {
    let faults = try Self.faults("bks")
    #expect(
      faults.first == "bks.yaml:38:1: 'controls' is not available yet in this version; remove it")
    #expect(
      faults.last
        == "bks.yaml:73:112: 'interpret.alp.parameters' is not available yet in this version; remove it"
    )
    #expect(
      faults.contains(
        "bks.yaml:68:53: 'scan.systematics.tracking.size.in': 'lifetime' is not available yet in this version; use 'mass' or 'reducedMass'"
      ))
  }
}
