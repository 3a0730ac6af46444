import Foundation
import Platform
import Synchronization
import Testing

@Suite struct WorkerPoolTests {
  @Test(arguments: [1, 2, 5]) func everyIndexRunsOnce(threads: Int) throws {
    let counts = (0..<100).map { _ in 0 }
    let seen = Mutex(counts)
    try WorkerPool(threads: threads).forEach(count: 100) { worker, index in
      #expect(worker < threads)
      seen.withLock { $0[index] += 1 }
    }
    #expect(seen.withLock { $0 } == [Int](repeating: 1, count: 100))
  }

  struct Failure: Error, Equatable { var index: Int }

  @Test func theErrorOfTheSmallestIndexIsThrown() {
    #expect(throws: Failure(index: 0)) {
      try WorkerPool(threads: 4).forEach(count: 50) { _, index in throw Failure(index: index) }
    }
  }

  @Test func noWorkIsNoCall() throws {
    try WorkerPool(threads: 3).forEach(count: 0) { _, _ in Issue.record("called") }
  }
}

@Suite struct DigestTests {
  /// Test vectors of FIPS 180-4 (NIST examples).
  @Test func sha256OfKnownTexts() {
    #expect(
      SHA256Digest.of(Array("abc".utf8)).description
        == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
    #expect(
      SHA256Digest.of([]).description
        == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
  }

  @Test func piecesGiveTheDigestOfTheWhole() {
    var hasher = SHA256Digest.Hasher()
    hasher.update(Array("a".utf8))
    hasher.update(Array("bc".utf8))
    #expect(hasher.finish() == SHA256Digest.of(Array("abc".utf8)))
  }
}

@Suite struct FileIdentityTests {
  private func file(_ bytes: [UInt8]) throws -> String {
    let path = FileManager.default.temporaryDirectory.appending(path: "identity-\(UUID())").path
    try AtomicFile.write(bytes, to: path)
    return path
  }

  @Test func equalContentIsTheSameFile() throws {
    let bytes = (0..<100_000).map { UInt8(truncatingIfNeeded: $0 &* 7) }
    let first = try FileIdentity.of(file(bytes))
    let second = try FileIdentity.of(file(bytes))
    #expect(first.digest == second.digest)
  }

  @Test(arguments: [0, 40_000, 99_999]) func aChangedByteIsAnotherFile(offset: Int) throws {
    var bytes = (0..<100_000).map { UInt8(truncatingIfNeeded: $0 &* 7) }
    let first = try FileIdentity.of(file(bytes))
    bytes[offset] ^= 1
    #expect(try FileIdentity.of(file(bytes)).digest != first.digest)
  }

  @Test func aLongerFileIsAnotherOne() throws {
    var bytes = [UInt8](repeating: 0, count: 8 << 20)
    let first = try FileIdentity.of(file(bytes))
    bytes.append(0)
    #expect(try FileIdentity.of(file(bytes)).digest != first.digest)
  }

  @Test func aFolderIsNoFile() {
    #expect(
      throws: PlatformError.cannotRead(path: "/tmp", reason: "it is not a regular file")
    ) { try FileIdentity.of("/tmp") }
  }
}

@Suite struct SubprocessTests {
  @Test func inputOutputAndStatusComeBack() throws {
    let result = try Subprocess.run(
      "sh", ["-c", "cat; echo told >&2; exit 3"], standardInput: "a line\n")
    #expect(String(decoding: result.output, as: UTF8.self) == "a line\n")
    #expect(result.errors == "told\n")
    #expect(result.status == 3)
  }

  @Test func aMissingProgramIsNamed() {
    #expect(
      throws: PlatformError.cannotStart(
        program: "no-such-program-here", reason: "no such file or directory")
    ) { try Subprocess.run("no-such-program-here") }
  }
}

@Suite struct AtomicFileTests {
  @Test func aFolderThatCannotBeMadeIsNamed() {
    #expect(
      throws: PlatformError.cannotWrite(
        path: "/proc/nothing/here", reason: "no such file or directory")
    ) { try AtomicFile.write([1], to: "/proc/nothing/here") }
  }

  @Test func writingLeavesNoTemporaryFile() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "atomic-\(UUID())").path
    try AtomicFile.createFolder("\(folder)/deeper")
    try AtomicFile.write("text", to: "\(folder)/deeper/file")
    #expect(try FileManager.default.contentsOfDirectory(atPath: "\(folder)/deeper") == ["file"])
  }
}
