import Diagnostics
import Settings
import Testing

/// From YAML to nodes.
@Suite struct ParseTests {
  private func faults(_ text: String) -> [String] {
    var faults = Diagnostics()
    _ = SettingsNode.parse(text, file: "f", faults: &faults)
    return faults.sorted.map(\.description)
  }

  @Test func everyDuplicateIsFoundAtItsPlace() {
    #expect(
      faults("a: 1\nb: {c: 1, c: 2}\na: 2\n\"a\": 3\n") == [
        "f:2:11: key 'c' appears twice; it is already in line 2; keep one of them",
        "f:3:1: key 'a' appears twice; it is already in line 1; keep one of them",
        "f:4:1: key 'a' appears twice; it is already in line 1; keep one of them",
      ])
  }

  @Test func duplicatesThatStartWithoutALetterAreFoundToo() {
    #expect(faults("1: a\n1: b\n").count == 1)
    #expect(faults("$x: a\n$x: b\n").count == 1)
  }

  @Test func anchorsAreRefusedBeforeTheyMultiply() {
    let laughs =
      "a: &a [x, x]\nb: &b [*a, *a]\nc: &c [*b, *b]\nd: &d [*c, *c]\ne: [*d, *d]\n"
    #expect(
      faults(laughs) == [
        "f:1:4: anchor '&a': anchors and aliases are not supported; write the value out where it is used, or name it under 'constants'"
      ])
  }

  @Test func brokenYAMLIsOneFault() {
    #expect(
      faults("a: [1, 2\nb: 3\n") == [
        "f:2:2: not valid YAML: did not find expected ',' or ']'; close the brackets, or put quotes around the value"
      ])
    #expect(
      faults("a: 1\n---\nb: 2\n") == [
        "f:2:1: not valid YAML: but found another document; keep one document, without '---' inside"
      ])
    #expect(faults("a: *b\n").count == 1)
    #expect(faults("? [a]\n: 1\n").count == 1)
    #expect(faults("a: @x\n").count == 1)
  }

  @Test func pathsLeadToNodes() throws {
    var faults = Diagnostics()
    let root = try #require(
      SettingsNode.parse("a: {b.c: [x, {d: 1}]}\n", file: "f", faults: &faults))
    #expect(root.node(at: "a.b.c.1.d")?.number == 1)
    #expect(root.node(at: "a.b.c.1.d")?.path == "a.b.c.1.d")
    #expect(root.node(at: "a.b") == nil)
    #expect(faults.isEmpty)
  }

  @Test func emptyAndCommentedFilesAreNamed() {
    #expect(faults("") == ["f:1:1: the file is empty; see Schemas/v1 for what it may hold"])
    #expect(faults("# nothing\n").count == 1)
  }
}
