import PipelineSpec
import Testing

/// One file says what all channels do; what differs stands in their attributes and behind `for`.
@Suite struct ChannelsTests {
  private static let axes = """
    channels:
      parent: {Bplus: {range: [1, 4]}, B0: {range: [1, 3]}}
      pair: {ee: {daughter: 0.000511, least: 0.9}, mumu: {daughter: 0.105658, least: 0.8}}

    """

  private static let cut = "    - opposite charge:"

  /// The fixture with channels and some of its text replaced.
  private static func text(_ changes: [(String, String)], axes: String = axes) throws -> String {
    var text = try TestFiles.text(TestFiles.fixtures + "/pipeline.yaml")
    for (old, new) in changes {
      #expect(text.contains(old), "the fixture has no '\(old)'")
      text = text.replacing(old, with: new)
    }
    return text.replacing("\nsamples:\n", with: "\n\(axes)samples:\n")
  }

  private static func load(_ text: String) throws -> PipelineFile {
    try PipelineFile.load(
      text: text, path: TestFiles.fixtures + "/pipeline.yaml", catalogue: TestFiles.catalogue)
  }

  @Test func everyPairOfChoicesIsAChannel() throws {
    let file = try Self.load(try Self.text([]))
    #expect(
      file.variants.map { $0.channel?.name } == ["Bplus-ee", "Bplus-mumu", "B0-ee", "B0-mumu"])
    #expect(
      file.variants.map { $0.pipeline.constants.value(named: "daughter") }
        == [0.000511, 0.105658, 0.000511, 0.105658])
    #expect(file.variants[1].pipeline.massHypotheses.value(named: "daughter") == 0.105658)
  }

  @Test func textsAreFilledInAndForChoosesChannels() throws {
    let file = try Self.load(
      try Self.text(
        [
          (
            Self.cut,
            "    - {name: only, cut: \"muonID1 < {least} + 10\", for: {pair: ee}}\n" + Self.cut
          ),
          ("files: data-*.h5", "files: \"inputs/{parent}-{pair}-*.h5\""),
        ]))
    let names = file.variants.map { $0.pipeline.skim.select.map(\.name).contains("only") }
    #expect(names == [true, false, true, false])
    let cut = try #require(file.variants[2].pipeline.skim.select.value(named: "only"))
    #expect(cut.text == "muonID1 < 0.9 + 10")
    #expect(
      file.variants.map { $0.pipeline.samples[0].value.files[0].hasSuffix("inputs/Bplus-ee-*.h5") }
        == [true, false, false, false])
  }

  @Test func faultsAreToldOnceWithTheirChannel() throws {
    func faults(_ changes: [(String, String)], axes: String = Self.axes) throws -> [String] {
      TestFiles.faults(of: try Self.text(changes, axes: axes)).map {
        String($0.drop { $0 != " " }.dropFirst())
      }
    }
    let cut = Self.cut
    #expect(
      try faults([(cut, "    - {name: only, cut: muonID1 < 9, for: {pair: mumuu}}\n" + cut)])
        == ["'skim.select.0.for.pair': no channel is called 'mumuu'; did you mean 'mumu'?"])
    #expect(
      try faults([(cut, "    - {name: only, cut: muonID1 < 9, for: true}\n" + cut)])
        == [
          "'skim.select.0.for' must name an axis of channels, found true; write for example '{parent: Bplus}'"
        ])
    #expect(
      try faults([(cut, "    - {name: only, cut: muonID1 < 9, for: {pairs: mumu}}\n" + cut)])
        == ["'skim.select.0.for': no axis of channels is called 'pairs'; did you mean 'pair'?"])
    #expect(
      try faults([("title: \"Pairs\"", "title: \"Pairs {pair}\"")]) == [
        "'title' differs between channels, as in Bplus-mumu; there is one for all of them; "
          + "write it without names of channels"
      ])
    let unknown = try faults(
      [(cut, "    - {name: only, cut: muonID < 9, for: {pair: mumu}}\n" + cut)])
    #expect(
      unknown == [
        "unknown name 'muonID' in cut 'only' (channels Bplus-mumu, B0-mumu); did you mean 'muonID1'?"
      ])
    #expect(
      try faults(
        [(cut, "    - {name: only, cut: muonID1 < 9, for: {pair: mumu}}\n" + cut)], axes: "")
        == ["'for' names channels, and the file has none; remove it, or add 'channels: …'"])
    #expect(
      try faults([], axes: "channels: {pair: {}}\n").first?.hasPrefix(
        "'channels' must name at least one axis") == true)
    #expect(
      try faults([], axes: "channels: {pair: {../x: {a: 1}}}\n").first?.hasPrefix(
        "'../x' is not a name that a channel can have") == true)
  }
}
