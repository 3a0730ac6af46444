import Testing

@Suite struct FloorTests {
  @Test func placeholder() { #expect(true) }
}
