import Testing

/// The grammar can say the searches of later versions: all that is wrong is what is not there yet.
@Suite struct SketchTests {
  private static let folder = TestFiles.fixtures + "/sketches"

  private static func faults(_ name: String) throws -> [String] {
    let path = "\(folder)/\(name).yaml"
    return TestFiles.faults(of: try TestFiles.text(path), path: path)
  }

  @Test(arguments: ["idm"])
  func onlyRefusalsAreReported(name: String) throws {
    let faults = try Self.faults(name)
    let others = faults.filter { !$0.contains(" is not available yet in this version") }
    #expect(others == [])
    #expect(faults.count >= 9)
  }

  @Test(arguments: ["idm"])
  func decisionsShowTheSketch(name: String) throws {
    let sketch = try TestFiles.text("\(Self.folder)/\(name).yaml")
    let pages = ["DECISIONS.md", "DECISIONS-grammar.md"].compactMap {
      try? TestFiles.text("\(TestFiles.root)/\($0)")
    }
    #expect(pages.contains { $0.contains("```yaml\n\(sketch)```") })
  }

  @Test func refusalsNameKeyAndPlace() throws {
    let faults = try Self.faults("idm")
    #expect(
      faults.first
        == "idm.yaml:14:17: 'samples.signal.hypothesis': several coordinates is not available yet in this version; remove it"
    )
    #expect(
      faults.contains(
        "idm.yaml:56:5: 'signal.lifetimes': several lifetimes is not available yet in this version; remove it"
      ))
  }
}
