/// Changes of a YAML text: keys, numbers, indentation, brackets, and sometimes any byte.
struct TextMutation {
  private(set) var bytes: [UInt8]
  /// Changes at keys, numbers, indentation and brackets.
  private(set) var aimed = 0

  private static let newline = UInt8(ascii: "\n")
  private static let space = UInt8(ascii: " ")
  private static let numbers = [
    "0", "-1", "1", "-0.0", "1e308", "1e999", "-1e999", "1e-400", ".nan", ".inf", "-.inf", "nan",
    "9223372036854775807", "9223372036854775808", "-9223372036854775808", "18446744073709551616",
    "1e18", "1e6", "1000000000", "4294967296", "0x7fffffff", "0o17", "012", "1_000", "10:30", "~",
    "null",
    "", "true", "'1'", "[1]", "{a: 1}", "1 GeV", "1e300 GeV", "-5 MeV", "3 %", "60 resolution",
    "1 fb", "0 /fb", "1e-300 ns", "2 .. 1", "1 to 2",
  ]
  private static let brackets = Array("[]{}()'\"|>-:?,#&*!%@`<=+/^\\\t\r\0\u{feff}".utf8)
  private static let openings = ["[", "{", "(", "- ", "-", "!", "not ", "? ", "{a: ", "[[", "abs("]

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  mutating func change(_ random: inout CounterRandom) {
    guard !bytes.isEmpty else { return }
    switch random.below(100) {
    case 0..<25: replaceNumber(&random)
    case 25..<40: changeKey(&random)
    case 40..<52: indent(&random)
    case 52..<64: bracket(&random)
    case 64..<68: nest(&random)
    case 68..<80: moveLines(&random)
    case 80..<84: bytes.removeLast(bytes.count - random.below(bytes.count))
    default:
      let place = random.below(bytes.count)
      bytes[place] = random.chance(50) ? UInt8(random.below(128)) : UInt8(random.below(256))
    }
  }

  /// Ranges of bytes for which `belongs` holds.
  private func runs(_ belongs: (UInt8) -> Bool) -> [Range<Int>] {
    var found: [Range<Int>] = []
    var start: Int?
    for (index, byte) in bytes.enumerated() {
      if belongs(byte) {
        if start == nil { start = index }
      } else if let from = start {
        found.append(from..<index)
        start = nil
      }
    }
    if let start { found.append(start..<bytes.count) }
    return found
  }

  /// Lines with their ends.
  private var lines: [Range<Int>] {
    var found: [Range<Int>] = []
    var start = 0
    for (index, byte) in bytes.enumerated() where byte == Self.newline {
      found.append(start..<index + 1)
      start = index + 1
    }
    if start < bytes.count { found.append(start..<bytes.count) }
    return found
  }

  private mutating func replaceNumber(_ random: inout CounterRandom) {
    let numbers = runs { (48...57).contains($0) || $0 == 46 }
    guard !numbers.isEmpty else { return }
    aimed += 1
    let place = random.pick(numbers)
    bytes.replaceSubrange(place, with: Array(random.pick(Self.numbers).utf8))
  }

  private var words: [Range<Int>] {
    runs { (65...90).contains($0) || (97...122).contains($0) || $0 == 95 }
  }

  /// Swaps a word for another of the file, doubles it, drops it or changes a letter.
  private mutating func changeKey(_ random: inout CounterRandom) {
    let words = words
    guard !words.isEmpty else { return }
    aimed += 1
    let place = random.pick(words)
    switch random.below(4) {
    case 0, 1: bytes.replaceSubrange(place, with: Array(bytes[random.pick(words)]))
    case 2: bytes.removeSubrange(place)
    default: bytes[place.lowerBound + random.below(place.count)] ^= 1 << UInt8(random.below(6))
    }
  }

  private mutating func indent(_ random: inout CounterRandom) {
    aimed += 1
    let start = random.pick(lines).lowerBound
    if random.chance(50), bytes[start] == Self.space {
      bytes.remove(at: start)
    } else {
      let filling = random.chance(90) ? Self.space : UInt8(ascii: "\t")
      bytes.insert(
        contentsOf: [UInt8](repeating: filling, count: 1 + random.below(4)), at: start)
    }
  }

  private mutating func bracket(_ random: inout CounterRandom) {
    aimed += 1
    let found = bytes.indices.filter { Self.brackets.contains(bytes[$0]) }
    if random.chance(50), !found.isEmpty {
      let place = random.pick(found)
      if random.chance(50) {
        bytes.remove(at: place)
      } else {
        bytes[place] = random.pick(Self.brackets)
      }
    } else {
      bytes.insert(random.pick(Self.brackets), at: random.below(bytes.count))
    }
  }

  /// Opens many brackets in the place of a value.
  private mutating func nest(_ random: inout CounterRandom) {
    let values = words + runs { (48...57).contains($0) }
    guard !values.isEmpty else { return }
    aimed += 1
    let opening = Array(random.pick(Self.openings).utf8)
    let depth = random.pick([3, 30, 300, 3_000, 30_000])
    let place = random.pick(values)
    let filling = (0..<depth).flatMap { _ in opening }
    if random.chance(50) {
      bytes.insert(contentsOf: filling, at: place.lowerBound)
    } else {
      bytes.replaceSubrange(place, with: filling)
    }
  }

  /// Drops, doubles or swaps lines.
  private mutating func moveLines(_ random: inout CounterRandom) {
    let lines = lines
    let (first, second) = (random.pick(lines), random.pick(lines))
    switch random.below(3) {
    case 0: bytes.removeSubrange(first)
    case 1: bytes.insert(contentsOf: Array(bytes[first]), at: second.lowerBound)
    default:
      let (from, to) = first.lowerBound < second.lowerBound ? (first, second) : (second, first)
      guard from.upperBound <= to.lowerBound else { return }
      let block = Array(bytes[from])
      bytes.replaceSubrange(from, with: Array(bytes[to]))
      let shift = to.count - from.count
      bytes.replaceSubrange(to.lowerBound + shift..<to.upperBound + shift, with: block)
    }
  }
}
