import Diagnostics
import Settings
import Testing

/// A small settings type.
private struct Pump: SettingsSection {
  enum Speed: String, Sendable, CaseIterable {
    case slow
    case veryFast = "very fast"
  }

  static let sectionName = "pump"
  static let summary = "States a pump."

  var name: String
  var flow: Double
  var speed: Speed
  var parts: [Named<Double>]

  static func read(_ keys: inout SectionReader) -> Pump {
    let name = keys.required("name", Format<String>.text("a name"), "Name of it")
    let flow = keys.value(
      "flow", Format<Double>.quantity(.length, .positive), default: "2 mm", "Its flow")
    let speed = keys.value(
      "speed", Format<Speed>.choice(later: ["warp"]), default: "slow", "Its speed")
    let parts = keys.value(
      "parts", Format<[Named<Double>]>.entries(of: .number(), named: "valve"), default: "{}",
      "Its parts")
    keys.later("motor", Format<[Pump]>.list(of: .section), "Its motors")
    return Pump(name: name, flow: flow, speed: speed, parts: parts)
  }
}

/// The table of keys: decoding, faults, canonical form, schema and page.
@Suite struct SectionTests {
  private func read(_ text: String) throws -> (Pump, CanonicalValue, [String]) {
    let file = try SettingsFile<Pump>(text: text, file: "f")
    return (file.value, file.canonical, file.log.faults.sorted.map(\.description))
  }

  @Test func valuesAndDefaultsAreDecoded() throws {
    let (pump, _, faults) = try read("name: p\nparts: {b: 2, a: 1}\nspeed: very fast\n")
    #expect(faults == [])
    #expect(pump.flow == 0.2)
    #expect(pump.speed == .veryFast)
    #expect(pump.parts == [Named("b", 2), Named("a", 1)])
  }

  @Test func allFaultsAreToldAtOnce() throws {
    let (_, _, faults) = try read(
      "flow: -2 mm\nspeed: fast\nparts: {a: x}\nspeeed: slow\nmotor: [{nam: m}]\n")
    #expect(
      faults == [
        "f:1:1: missing key 'name' in the file; add 'name: …', name of it",
        "f:1:7: 'flow' must be positive, found -2 mm",
        "f:2:8: 'speed' must be 'slow' or 'very fast', found text 'fast'",
        "f:3:12: 'parts.a' must be a number, found text 'x'; write it without a unit and without quotes",
        "f:4:1: unknown key 'speeed' in the file; did you mean 'speed'?",
        "f:5:1: 'motor' is not available yet in this version; remove it",
        "f:5:9: missing key 'name' in 'motor.0'; add 'name: …', name of it",
        "f:5:10: unknown key 'nam' in 'motor.0'; did you mean 'name'?",
      ])
  }

  @Test func canonicalFormIgnoresSpelling() throws {
    let a = try read("name: p\nflow: 2 mm\nparts: {b: 2, a: 1.0}\n").1
    let b = try read("# x\nparts: {\"a\": 1, b: 2e0}\nname: 'p'\nspeed: slow\n").1
    #expect(a.bytes == b.bytes)
    #expect(a["parts.b"] == .number(2))
    #expect(a["parts.c"] == .nothing)
    #expect(try read("name: q\nflow: 2 mm\nparts: {b: 2, a: 1.0}\n").1.bytes != a.bytes)
  }

  @Test func encodingIsUnambiguous() {
    let values: [CanonicalValue] = [
      .nothing, .boolean(true), .boolean(false), .number(0), .number(1), .text(""), .text("1"),
      .text("true"), .list([]), .list([.list([])]), .list([.nothing]), .map([]),
      .map([Named("a", .nothing)]), .list([.text("a"), .text("b")]), .list([.text("ab")]),
    ]
    let bytes = Set(values.map(\.bytes))
    #expect(bytes.count == values.count)
    #expect(CanonicalValue.number(-0.0).bytes == CanonicalValue.number(0).bytes)
    #expect(CanonicalValue.number(0).bytes == [3] + [UInt8](repeating: 0, count: 8))
    #expect(CanonicalValue.text("é").bytes == [4, 2, 0, 0, 0, 0, 0, 0, 0, 0xC3, 0xA9])
  }

  @Test func schemaAndPageShowEveryKey() {
    let schema = SchemaDocument.text(of: Pump.self, title: "Pump")
    let page = ReferencePage.text(of: Pump.self, title: "Pump", introduction: "A pump.")
    for key in Pump.describe().keys {
      #expect(schema.contains("\"\(key.name)\": {"))
      #expect(page.contains("| `\(key.name)` |"))
    }
    #expect(schema.contains("\"enum\": [\"slow\", \"very fast\", \"warp\"]"))
    #expect(schema.contains("\"required\": [\"name\"]"))
    #expect(page.contains("| `flow` | `0.2 cm` | `2 mm` | Its flow |"))
  }
}
