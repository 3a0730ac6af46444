import Columns
import Foundation
import Platform
import ROOTFiles
import Testing

/// Damaged RNTuples: errors with their place, never a crash, a hang or much memory.
@Suite struct RNTupleDamageTests {
  /// A file that can be changed, with its own name on disk.
  private final class Copy {
    var bytes: [UInt8]
    let path: String

    init(_ name: String) throws {
      bytes = [UInt8](try Data(contentsOf: URL(filePath: RNTupleFixture.path(name))))
      path = NSTemporaryDirectory() + "nightjar-rntuple-\(UUID().uuidString).root"
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// Opens and reads everything; the error, if there is one.
    func outcome(_ changed: [UInt8]) throws -> ROOTError? {
      try Data(changed).write(to: URL(filePath: path))
      do {
        let file = try ROOTFile(path: path)
        for entry in file.entries where entry.key.isRNTuple {
          let ntuple = try RNTuple(file, key: entry.key, path: "\(path):/\(entry.path)")
          let rows = min(ntuple.rowCount, 1000)
          for column in ntuple.columns.indices.prefix(64) {
            _ = try RNTupleFixture.read(ntuple, columns: [column], rows: 0..<rows)
          }
          _ = try RNTupleFixture.read(ntuple, rows: (rows / 3)..<rows, step: 61)
        }
        return nil
      } catch let error as ROOTError {
        return error
      }
    }

    /// Places and lengths of the envelopes of an uncompressed file, by their first eight bytes.
    var envelopes: [Range<Int>] {
      bytes.indices.dropLast(16).compactMap { start in
        let word = number(start)
        let (kind, length) = (word & 0xffff, Int(word >> 16))
        guard (1...3).contains(kind), length >= 16, start + length <= bytes.count else {
          return nil
        }
        return digest(start..<(start + length - 8)) == number(start + length - 8)
          ? start..<(start + length) : nil
      }
    }

    func number(_ at: Int) -> UInt64 {
      (0..<8).reduce(0) { $0 | UInt64(bytes[at + $1]) << (8 * UInt64($1)) }
    }

    func digest(_ range: Range<Int>) -> UInt64 { Self.digest(bytes, range) }

    static func digest(_ bytes: [UInt8], _ range: Range<Int>) -> UInt64 {
      bytes.withUnsafeBytes { XXH3.digest64(.init(rebasing: $0[range])) }
    }

    /// The name of the case.
    static func kind(_ error: ROOTError) -> String {
      Mirror(reflecting: error).children.first?.label ?? ""
    }

    /// Writes the right checksum behind changed bytes.
    static func seal(_ bytes: inout [UInt8], _ envelope: Range<Int>) {
      let sum = digest(bytes, envelope.lowerBound..<(envelope.upperBound - 8))
      for i in 0..<8 {
        bytes[envelope.upperBound - 8 + i] = UInt8(truncatingIfNeeded: sum >> (8 * UInt64(i)))
      }
    }
  }

  @Test(arguments: RNTupleFixture.small)
  func truncatedFilesAreNamed(_ name: String) throws {
    let copy = try Copy(name)
    #expect(try copy.outcome(copy.bytes) == nil)
    for count in stride(from: 0, to: copy.bytes.count - 64, by: 97) {
      let error = try copy.outcome(Array(copy.bytes[..<count]))
      #expect(error != nil, "\(count) bytes of \(name)")
    }
  }

  @Test(arguments: RNTupleFixture.small)
  func flippedBytesNeverCrash(_ name: String) throws {
    let copy = try Copy(name)
    var random = SplitMix(state: 20_260_401)
    for _ in 0..<250 {
      var bytes = copy.bytes
      for _ in 0..<Int.random(in: 1...4, using: &random) {
        let place = Int.random(in: 0..<bytes.count, using: &random)
        bytes[place] = UInt8.random(in: 0...255, using: &random)
      }
      _ = try copy.outcome(bytes)
    }
  }

  /// With checksums that agree, the wrong metadata themselves are seen.
  @Test(arguments: ["late_raw.root", "kinds_raw.root"])
  func sealedDamageNeverCrashes(_ name: String) throws {
    let copy = try Copy(name)
    let envelopes = copy.envelopes
    #expect(envelopes.count >= 3)
    let header = copy.number(envelopes[0].upperBound - 8)
    let links = envelopes.dropFirst().flatMap { envelope in
      envelope.dropLast(16).filter { copy.number($0) == header }.map { (envelope, $0) }
    }
    #expect(links.count == 2)
    var random = SplitMix(state: 7)
    let special: [UInt64] = [
      0, 1, 0x7f, 0xff, 0xffff, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff, 1 << 48, .max >> 1, .max,
      1 << 63,
    ]
    var kinds: Set<String> = []
    for _ in 0..<1500 {
      var bytes = copy.bytes
      guard let envelope = envelopes.randomElement(using: &random) else { return }
      for _ in 0..<Int.random(in: 1...3, using: &random) {
        let width = [1, 2, 4, 8].randomElement(using: &random) ?? 1
        let place = Int.random(
          in: (envelope.lowerBound + 8)..<(envelope.upperBound - 8 - width), using: &random)
        let value =
          Bool.random(using: &random)
          ? special.randomElement(using: &random) ?? 0 : UInt64.random(in: 0...40, using: &random)
        for i in 0..<width {
          bytes[place + i] = UInt8(truncatingIfNeeded: value >> (8 * UInt64(i)))
        }
      }
      Copy.seal(&bytes, envelope)
      if envelope == envelopes[0] {
        // The others name the checksum of the header.
        for (other, at) in links {
          let from = envelope.upperBound - 8
          bytes.replaceSubrange(at..<(at + 8), with: bytes[from..<(from + 8)])
          Copy.seal(&bytes, other)
        }
      }
      let error = try copy.outcome(bytes)
      kinds.insert(error.map(Copy.kind) ?? "none")
    }
    #expect(kinds.isSuperset(of: ["none", "damaged", "truncated", "unsupported"]), "\(kinds)")
  }

  @Test func changedPageIsNamedWithItsColumn() throws {
    let copy = try Copy("kinds_raw.root")
    // Values of "d": 0.5 and 0.6 lie side by side, as they are in memory.
    let pattern = [5, 6].flatMap { row in
      withUnsafeBytes(of: (Double(row) * 0.1).bitPattern.littleEndian, Array.init)
    }
    let place = try #require(
      copy.bytes.indices.dropLast(16).first { Array(copy.bytes[$0..<($0 + 16)]) == pattern })
    copy.bytes[place] ^= 1
    let text = try #require(try copy.outcome(copy.bytes)?.description)
    #expect(text.hasPrefix("\(copy.path):/kinds/d: damaged; the page of "), "\(text)")
    #expect(text.hasSuffix(" has another checksum than the stored one"), "\(text)")
  }

  @Test func changedEnvelopesAndAnchorAreNamed() throws {
    let copy = try Copy("late_raw.root")
    let envelopes = copy.envelopes
    let what = "damaged; its checksum is another than the stored one"
    for envelope in envelopes {
      var bytes = copy.bytes
      bytes[envelope.lowerBound + 20] ^= 1
      let name =
        switch bytes[envelope.lowerBound] {
        case 1: "header"
        case 2: "footer"
        default: "page list 0"
        }
      #expect(try copy.outcome(bytes)?.description == "\(copy.path):/late: \(name): \(what)")
    }
    // Behind name and title of the key: byte count, version, then the anchor from epoch 1 on.
    let start: [UInt8] = [0x40, 0, 0, 0x42, 0, 2, 0, 1]
    let anchor = try #require(
      copy.bytes.indices.dropLast(8).first { Array(copy.bytes[$0..<($0 + 8)]) == start })
    copy.bytes[anchor + 20] ^= 1
    #expect(try copy.outcome(copy.bytes)?.description == "\(copy.path):/late: \(what)")
    copy.bytes[anchor + 7] = 0
    #expect(
      try copy.outcome(copy.bytes)?.description
        == "\(copy.path):/late: RNTuple format 0, older than 1.0, not supported; "
        + "write it again with ROOT 6.34 or newer")
  }

  /// The summary of the last cluster, from row 120 on, says 10^12 rows instead of 40.
  @Test func hugeCountsCostNothing() throws {
    let copy = try Copy("late_raw.root")
    let list = try #require(copy.envelopes.first { copy.bytes[$0.lowerBound] == 3 })
    let place = try #require(
      list.first {
        $0 + 16 < list.upperBound && copy.number($0) == 120 && copy.number($0 + 8) == 40
      })
    let count = 1_000_000_000_000
    for i in 0..<8 { copy.bytes[place + 8 + i] = UInt8(truncatingIfNeeded: count >> (8 * i)) }
    Copy.seal(&copy.bytes, list)
    try Data(copy.bytes).write(to: URL(filePath: copy.path))
    let ntuple = try RNTupleFixture.open(copy.path)
    #expect(ntuple.rowCount == 120 + count)
    #expect(try RNTupleFixture.read(ntuple, rows: 100..<120)["x"]?.values.first == 50)
    let what = "40 elements in its pages, 0 before them, for \(count) rows of 1"
    #expect(throws: ROOTError.damaged(place: "\(ntuple.place)/x: cluster 3", what: what)) {
      _ = try RNTupleFixture.read(ntuple, columns: [0], rows: 120..<130)
    }
    let cursor = try RNTupleCursor(ntuple, columns: [0])
    let buffers = RNTupleFixture.buffers(ntuple, [0])
    #expect(
      throws: ROOTError.tooLarge(
        place: ntuple.place, byteCount: 8 * ntuple.rowCount, limit: 1 << 32)
    ) {
      try cursor.read(0..<ntuple.rowCount, into: buffers.values, offsets: buffers.offsets)
    }
  }
}
