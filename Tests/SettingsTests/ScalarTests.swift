import Diagnostics
import Settings
import Testing

import struct Diagnostics.SourceLocation

/// What scalars mean and where their characters stand.
@Suite struct ScalarTests {
  static func scalar(_ text: String) -> (SettingsScalar, SettingsNode)? {
    var faults = Diagnostics()
    let root = SettingsNode.parse(text, file: "f", faults: &faults)
    guard let node = root?.node(at: "k"), case .scalar(let scalar) = node.content else {
      return nil
    }
    return (scalar, node)
  }

  static let meanings: [(String, SettingsScalar.Meaning)] = [
    ("yes", .text), ("on", .text), ("no", .text), ("NO", .text), ("true", .boolean(true)),
    ("False", .boolean(false)), ("", .null), ("~", .null), ("null", .null), ("012", .integer(12)),
    ("10:30", .text), ("1e-6", .number(1e-6)), ("-1.5", .number(-1.5)), (".5", .number(0.5)),
    ("5.", .number(5)), ("+3", .integer(3)), ("0x1F", .integer(31)), ("0o17", .integer(15)),
    (".inf", .number(.infinity)), ("1_000", .text), ("1e", .text), ("2012-01-01", .text),
    ("'7'", .text), ("\"true\"", .text), ("1.2.3", .text), ("-x", .text),
  ]

  @Test(arguments: meanings.map(\.0))
  func meaningFollowsYAML12(text: String) throws {
    let expected = try #require(Self.meanings.first { $0.0 == text }?.1)
    let found = Self.scalar("k: \(text)")?.0
    #expect(found?.meaning == expected)
  }

  private func place(_ text: String, _ offset: Int) throws -> [Int] {
    let (scalar, node) = try #require(Self.scalar(text))
    let place = scalar.location(ofCharacter: offset, startingAt: node.location)
    return [place.line, place.column]
  }

  @Test func charactersOfPlainScalarsFollowEachOther() throws {
    #expect(try place("k: abc def", 0) == [1, 4])
    #expect(try place("k: abc def", 4) == [1, 8])
    #expect(try place("a: 1\nk:   x", 0) == [2, 6])
  }

  @Test func quotesShiftByOne() throws {
    #expect(try place("k: 'abc'", 0) == [1, 5])
    #expect(try place("k: \"abc\"", 2) == [1, 7])
    #expect(try place("k: \"µ abc\"", 2) == [1, 7])
  }

  @Test func escapesCountAsWritten() throws {
    #expect(try place("k: 'it''s x'", 3) == [1, 9])
    #expect(try place("k: 'it''s x'", 5) == [1, 11])
    #expect(try place("k: \"a\\\"b c\"", 2) == [1, 8])
    #expect(try place("k: \"\\x41bc\"", 1) == [1, 9])
    #expect(try place("k: \"\\u00b5bc\"", 1) == [1, 11])
  }

  @Test func foldedScalarsAreFollowedOverLines() throws {
    #expect(try place("k: ab\n   cd", 3) == [2, 4])
    #expect(try place("k: >-\n  ab\n  cd\n", 0) == [2, 3])
    #expect(try place("k: >-\n  ab\n  cd\n", 4) == [3, 4])
    #expect(try place("k: |\n    ab\n    cd\n", 3) == [3, 5])
    #expect(try place("k: 'ab\n  cd'", 3) == [2, 3])
  }
}
