import Foundation
import Platform
import Synchronization
import Testing

@Suite struct MappedFileTests {
  /// A file of bytes that follow from their place.
  final class Sample {
    let path: String
    let descriptor: Int32
    let byteCount: Int

    init(byteCount: Int, folder: String = NSTemporaryDirectory()) throws {
      path = folder + "/mapped-\(UUID().uuidString)"
      self.byteCount = byteCount
      try Data((0..<byteCount).map(Sample.byte(at:))).write(to: URL(filePath: path))
      descriptor = open(path, O_RDWR)
    }

    deinit {
      close(descriptor)
      unlink(path)
    }

    static func byte(at place: Int) -> UInt8 {
      UInt8(truncatingIfNeeded: place &* 31 &+ place >> 12)
    }

    static func sum(_ range: Range<Int>) -> Int { range.reduce(0) { $0 + Int(byte(at: $1)) } }
  }

  struct Refused: Error {}

  private func sum(_ bytes: UnsafeRawBufferPointer) -> Int { bytes.reduce(0) { $0 + Int($1) } }

  @Test(arguments: [0..<1, 0..<4096, 4095..<4097, 5000..<70_001, 70_000..<70_001, 8..<8])
  func bytesAreThoseOfTheFile(range: Range<Int>) throws {
    let sample = try Sample(byteCount: 70_001)
    let file = try #require(MappedFile(descriptor: sample.descriptor, byteCount: 70_001))
    var found: [UInt8] = []
    let outcome = file.withBytes(range) { found = Array($0) }
    #expect(outcome == .used)
    #expect(found == range.map(Sample.byte(at:)))
    #expect(throws: Refused.self) {
      _ = try file.withBytes(range) { (_) throws(Refused) in throw Refused() }
    }
  }

  /// A file of whole pages has zeroes behind its end, not a fault.
  @Test func kernelsMayLookBeyondTheEnd() throws {
    let sample = try Sample(byteCount: 8192)
    let file = try #require(MappedFile(descriptor: sample.descriptor, byteCount: 8192))
    var behind: UInt64?
    _ = file.withBytes(8190..<8192) { bytes in
      behind = bytes.baseAddress?.loadUnaligned(fromByteOffset: 2, as: UInt64.self)
    }
    #expect(behind == 0)
  }

  @Test func nothingIsMappedWhereThatIsNoGood() throws {
    let empty = try Sample(byteCount: 0)
    #expect(MappedFile(descriptor: empty.descriptor, byteCount: 0) == nil)
    #expect(MappedFile(descriptor: -1, byteCount: 4096) == nil)
    // Of a file system that is no disk.
    let process = open("/proc/self/cmdline", O_RDONLY)
    defer { close(process) }
    #expect(MappedFile(descriptor: process, byteCount: 4096) == nil)
  }

  @Test func aFileThatIsCutBeforeIsUnavailable() throws {
    let sample = try Sample(byteCount: 1 << 16)
    let file = try #require(MappedFile(descriptor: sample.descriptor, byteCount: 1 << 16))
    #expect(ftruncate(sample.descriptor, 4096) == 0)
    #expect(file.isBroken)
    let beyond = file.withBytes(8192..<16384) { _ in Issue.record("called") }
    #expect(beyond == .unavailable)
    // Whole again: no page went away while it was used.
    #expect(ftruncate(sample.descriptor, 1 << 16) == 0)
    var found = 0
    let before = file.withBytes(0..<4096) { found = self.sum($0) }
    #expect(before == .used)
    #expect(found == Sample.sum(0..<4096))
  }

  /// No page is missing then, but what stood behind the cut.
  @Test func aCutWithinTheLastPageIsFound() throws {
    let sample = try Sample(byteCount: 10_000)
    let file = try #require(MappedFile(descriptor: sample.descriptor, byteCount: 10_000))
    var last: UInt8?
    let outcome = file.withBytes(0..<10_000) { bytes in
      #expect(ftruncate(sample.descriptor, 9000) == 0)
      last = bytes[9999]
    }
    #expect(last == 0)
    #expect(outcome == .broken)
  }

  @Test func aFileThatIsCutMeanwhileIsBrokenAndNothingElseIs() throws {
    let sample = try Sample(byteCount: 1 << 16)
    let other = try Sample(byteCount: 1 << 16)
    let file = try #require(MappedFile(descriptor: sample.descriptor, byteCount: 1 << 16))
    let whole = try #require(MappedFile(descriptor: other.descriptor, byteCount: 1 << 16))
    var found: [UInt8] = []
    let outcome = file.withBytes(0..<(1 << 16)) { bytes in
      #expect(ftruncate(sample.descriptor, 4096) == 0)
      found = Array(bytes)
    }
    #expect(outcome == .broken)
    #expect(file.isBroken)
    #expect(found[..<4096] == (0..<4096).map(Sample.byte(at:))[...])
    #expect(found[4096...].allSatisfy { $0 == 0 })
    #expect(!whole.isBroken)
    var total = 0
    let used = whole.withBytes(0..<(1 << 16)) { total = self.sum($0) }
    #expect(used == .used)
    #expect(total == Sample.sum(0..<(1 << 16)))
  }

  /// What the caller makes of zeroes that were never in the file is not its finding.
  @Test func anErrorOverBytesThatWentAwayIsNotTold() throws {
    let sample = try Sample(byteCount: 1 << 16)
    let file = try #require(MappedFile(descriptor: sample.descriptor, byteCount: 1 << 16))
    let outcome = try file.withBytes(0..<(1 << 16)) { (bytes) throws(Refused) in
      guard ftruncate(sample.descriptor, 0) == 0 else { return }
      if bytes[60_000] == 0 { throw Refused() }
    }
    #expect(outcome == .broken)
  }

  /// More than may stay in memory, so that pages are given back while others use them.
  @Test func threadsShareAFile() throws {
    let count = 40 << 20
    let sample = try Sample(byteCount: count)
    let file = try #require(MappedFile(descriptor: sample.descriptor, byteCount: count))
    let piece = 1 << 18
    let expected = (0..<(count / piece)).map { Sample.sum($0 * piece..<($0 + 1) * piece) }
    let found = Mutex([Int](repeating: 0, count: count / piece))
    for _ in 0..<3 {
      try WorkerPool(threads: 4).forEach(count: count / piece) { _, index in
        let outcome = file.withBytes(index * piece..<(index + 1) * piece) { bytes in
          let total = self.sum(bytes)
          found.withLock { $0[index] = total }
        }
        #expect(outcome == .used)
      }
      #expect(found.withLock { $0 } == expected)
    }
  }

  /// One file after the other, more than can be guarded at once.
  @Test func guardsAreGivenBack() throws {
    let sample = try Sample(byteCount: 4096)
    for _ in 0..<3000 {
      let file = try #require(MappedFile(descriptor: sample.descriptor, byteCount: 4096))
      #expect(!file.isBroken)
    }
  }
}
