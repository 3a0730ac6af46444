/// Damages the files of a corpus, the same way for the same seed and number of the case.
public struct Mutator: Sendable {
  /// What one case is: a file of the corpus and its damaged bytes.
  public struct Case: Sendable {
    /// Which file of the corpus.
    public var file: Corpus.File
    /// What became of it.
    public var bytes: [UInt8]
    /// How many changes were made.
    public var changes: Int
    /// How many of them to headers, lengths, keys, numbers, indentation or brackets.
    public var aimedChanges: Int
  }

  private let corpus: Corpus
  private let seed: UInt64
  private let isText: Bool
  private let lengths: [[Lengths]]

  /// Looks the files of a corpus, not empty, through.
  public init(_ corpus: Corpus, _ kind: FuzzKind, seed: UInt64) {
    self.corpus = corpus
    self.seed = seed
    isText = kind.isText
    lengths = corpus.files.map {
      kind.isText ? [] : Lengths.places(in: $0.bytes, varints: kind == .onnx)
    }
  }

  /// Makes a case.
  public func make(_ number: Int) -> Case {
    var random = CounterRandom(seed: seed, case: number)
    let index = random.below(corpus.files.count)
    let file = corpus.files[index]
    let count = random.pick([1, 1, 1, 2, 2, 3, 4, 8])
    if isText {
      var text = TextMutation(file.bytes)
      for _ in 0..<count { text.change(&random) }
      return Case(file: file, bytes: text.bytes, changes: count, aimedChanges: text.aimed)
    }
    var binary = BinaryMutation(file.bytes, lengths: lengths[index])
    for _ in 0..<count { binary.change(&random) }
    return Case(file: file, bytes: binary.bytes, changes: count, aimedChanges: binary.aimed)
  }
}

/// An integer in a file that may be a length.
struct Lengths: Sendable {
  var offset: Int
  /// Bytes; 0 for a varint of protobuf.
  var width: Int
  var isBigEndian: Bool

  /// Places where an integer of 2, 4 or 8 bytes (or a varint after a tag) is above 1 and at most the
  /// size of the file.
  static func places(in bytes: [UInt8], varints: Bool) -> [Lengths] {
    var found: [Lengths] = []
    let limit = UInt64(bytes.count)
    for width in [8, 4, 2] where bytes.count >= width {
      for offset in 0...bytes.count - width {
        for isBigEndian in [false, true] {
          let value = value(bytes, offset, width, isBigEndian)
          // Short integers are lengths anywhere in random bytes: only near the start.
          guard value > 1, value <= limit, width > 2 || offset < 512 else { continue }
          found.append(Lengths(offset: offset, width: width, isBigEndian: isBigEndian))
        }
      }
    }
    guard varints, bytes.count > 1 else { return found }
    for offset in 1..<bytes.count where bytes[offset - 1] & 7 == 2 && bytes[offset] > 1 {
      found.append(Lengths(offset: offset, width: 0, isBigEndian: false))
    }
    return found
  }

  static func value(_ bytes: [UInt8], _ offset: Int, _ width: Int, _ isBigEndian: Bool) -> UInt64 {
    var value: UInt64 = 0
    for index in 0..<width {
      let place = isBigEndian ? offset + index : offset + width - 1 - index
      value = value << 8 | UInt64(bytes[place])
    }
    return value
  }
}

/// Changes of bytes.
struct BinaryMutation {
  private(set) var bytes: [UInt8]
  /// Changes at headers and lengths.
  private(set) var aimed = 0
  private let lengths: [Lengths]
  private static let header = 512

  init(_ bytes: [UInt8], lengths: [Lengths]) {
    (self.bytes, self.lengths) = (bytes, lengths)
  }

  mutating func change(_ random: inout CounterRandom) {
    guard !bytes.isEmpty else { return }
    switch random.below(100) {
    case 0..<40: editLength(&random)
    case 40..<80:
      let isAimed = random.chance(60)
      if isAimed { aimed += 1 }
      let place = random.below(isAimed ? min(Self.header, bytes.count) : bytes.count)
      bytes[place] =
        random.chance(50) ? bytes[place] ^ 1 << UInt8(random.below(8)) : UInt8(random.below(256))
    case 80..<86: bytes.removeLast(bytes.count - random.below(bytes.count))
    case 86..<93: copyBlock(&random)
    default: swapBlocks(&random)
    }
  }

  /// Replaces an integer: one that looks like a length, or any.
  private mutating func editLength(_ random: inout CounterRandom) {
    var place = Lengths(
      offset: random.below(bytes.count), width: random.pick([2, 4, 8]),
      isBigEndian: random.chance(50))
    if random.chance(85), !lengths.isEmpty {
      place = random.pick(lengths)
      aimed += 1
    } else if place.offset < Self.header {
      aimed += 1
    }
    guard place.offset + max(1, place.width) <= bytes.count else { return }
    guard place.width > 0 else {
      bytes[place.offset] = random.pick([0, 1, 0x7f, 0x80, 0xff, UInt8(random.below(256))])
      return
    }
    let old = Lengths.value(bytes, place.offset, place.width, place.isBigEndian)
    let small = UInt64(random.below(16) + 1)
    let new: UInt64 =
      switch random.below(9) {
      case 0: 0
      case 1: 1
      case 2: UInt64.max
      case 3: UInt64.max >> UInt64(65 - 8 * place.width)
      case 4: old &+ small
      case 5: old &- small
      case 6: old << 8
      case 7: UInt64(bytes.count) &+ small &- 8
      default: random.bits()
      }
    for index in 0..<place.width {
      let byte = place.isBigEndian ? place.width - 1 - index : index
      bytes[place.offset + index] = UInt8(truncatingIfNeeded: new >> UInt64(8 * byte))
    }
  }

  private mutating func copyBlock(_ random: inout CounterRandom) {
    let length = 1 + random.below(min(256, bytes.count))
    let source = random.below(bytes.count - length + 1)
    let target = random.below(bytes.count - length + 1)
    if target < Self.header { aimed += 1 }
    let block = Array(bytes[source..<source + length])
    if random.chance(50) {
      bytes.replaceSubrange(target..<target + length, with: block)
    } else {
      bytes.insert(contentsOf: block, at: target)
    }
  }

  private mutating func swapBlocks(_ random: inout CounterRandom) {
    let length = 1 + random.below(min(64, bytes.count))
    let (first, second) = (
      random.below(bytes.count - length + 1), random.below(bytes.count - length + 1)
    )
    if min(first, second) < Self.header { aimed += 1 }
    for index in 0..<length { bytes.swapAt(first + index, second + index) }
  }
}
