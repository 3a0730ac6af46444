import NumericalMethods
import Search
import Testing

struct JSONReaderTests {
  private func read(_ text: String) throws -> JSONValue { try JSONReader.read(Array(text.utf8)) }

  @Test func `values of every kind are read`() throws {
    let value = try read(
      #" {"a": [1, -2.5e-3, true, false, null], "b": {"ä\u00e9\n\ud83d\ude00": "\/"}} "#)
    #expect(
      value
        == .object([
          .init(
            "a", .array([.number(1), .number(-0.0025), .boolean(true), .boolean(false), .null])),
          .init("b", .object([.init("äé\n😀", "/")])),
        ]))
  }

  @Test(arguments: [
    ("", "1:1: the text ends where a value is expected"),
    ("{\"a\": 1,\n \"a\": 2}", "2:5: name 'a' occurs twice"),
    ("[1, 2", "1:6: ',' or ']' is expected"),
    ("[01]", "1:3: a number must not begin with 0"),
    ("[1.]", "1:4: a digit is expected after '.'"),
    ("[1e999]", "1:2: number 1e999 is too large"),
    ("[NaN]", "1:2: a value is expected"),
    ("[tru]", "1:5: a value is expected"),
    ("{} {}", "1:4: text after the end of the document"),
    ("[\"\\ud800\"]", "1:9: half of a surrogate pair in a text"),
    ("[\"\\x\"]", "1:5: unknown escape in a text"),
    ("[\"a\u{1}\"]", "1:4: a text holds a control character; write it as \\u00xx"),
    ("{1: 2}", "1:2: a name in quotes is expected"),
    (String(repeating: "[", count: 100), "1:66: lists and objects nested deeper than 64"),
  ])
  func `broken text is refused with line and column`(text: String, message: String) {
    let error = #expect(throws: HS3Error.self) { try read(text) }
    #expect(error?.description == message)
  }

  @Test func `numbers are written so that they read back to the same bits`() throws {
    var stream = RandomStream(seed: 2)
    for _ in 0..<20_000 {
      let x = Double(bitPattern: stream.bits() ^ stream.bits() << 32)
      guard x.isFinite else { continue }
      guard case .number(let back) = try read(JSONValue.text(x)) else {
        Issue.record("\(x) is no number")
        continue
      }
      #expect(back.bitPattern == x.bitPattern)
    }
    for (x, text) in [(0, "0"), (-0.0, "-0.0"), (100, "100"), (0.1, "0.1"), (1e22, "1e+22")] {
      #expect(JSONValue.text(x) == text)
    }
  }

  @Test func `a document reads back to the same value whatever its layout`() throws {
    let value = JSONValue.object([
      .init("long", .numbers((0..<300).map { Double($0) / 7 })), .init("empty", .array([])),
      .init("quotes", "a \"b\"\\\n\u{1}"), .init("deep", .array([.array([.object([])])])),
      .init("mixed", .array([.members(("x", .number(1))), .null, .texts(["a", "b"])])),
    ])
    let text = value.document
    #expect(try read(text) == value)
    #expect(text.split(separator: "\n").allSatisfy { $0.utf8.count <= 100 })
  }

  /// Every outcome is a value or an error: a crash would end the test run.
  @Test func `mutated files never crash the reader`() throws {
    let bytes = try HS3Examples.document("templates").bytes()
    var stream = RandomStream(seed: 5)
    var refused = 0
    for _ in 0..<400 {
      var other = bytes
      for _ in 0..<(1 + stream.index(below: 3)) {
        let place = stream.index(below: other.count)
        switch stream.index(below: 3) {
        case 0: other[place] = UInt8(stream.index(below: 256))
        case 1: other.remove(at: place)
        default: other.removeLast(stream.index(below: other.count))
        }
        if other.isEmpty { other = [0x20] }
      }
      do { _ = try HS3Document.read(other) } catch { refused += 1 }
    }
    #expect(refused > 300)
  }
}
