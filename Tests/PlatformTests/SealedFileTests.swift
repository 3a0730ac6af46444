import Foundation
import Platform
import Testing

@Suite struct SealedFileTests {
  let folder = FileManager.default.temporaryDirectory.appending(path: "sealed-\(UUID())").path
  let key = SHA256Digest.of(Array("a task".utf8))

  init() throws { try AtomicFile.createFolder(folder) }

  private func sealed() throws -> String {
    let path = "\(folder)/file"
    let image = [UInt8](repeating: 0, count: 512) + (0..<1000).map { UInt8($0 % 251) }
    try SealedFile.write(image, key: key, to: path)
    return path
  }

  @Test func aWrittenFileIsGood() throws {
    let path = try sealed()
    #expect(SealedFile.verify(path, key: key) == .good)
    #expect(
      try AtomicFile.read(path).dropFirst(512).elementsEqual((0..<1000).map { UInt8($0 % 251) }))
  }

  @Test func aMissingFileIsMissing() {
    #expect(SealedFile.verify("\(folder)/nothing", key: key) == .missing)
  }

  @Test func aTruncatedFileTellsItsSize() throws {
    let path = try sealed()
    truncate(path, 900)
    #expect(SealedFile.verify(path, key: key) == .damaged("it has 388 of 1000 bytes"))
    truncate(path, 100)
    #expect(SealedFile.verify(path, key: key) == .damaged("it has 100 of 512 first bytes"))
  }

  @Test(arguments: [600, 1511]) func aFlippedBitIsFound(offset: Int) throws {
    let path = try sealed()
    var bytes = try AtomicFile.read(path)
    bytes[offset] ^= 16
    try AtomicFile.write(bytes, to: path)
    #expect(
      SealedFile.verify(path, key: key) == .damaged("its content does not match its digest"))
  }

  @Test func aFileOfAnotherTaskIsFound() throws {
    let path = try sealed()
    let other = SHA256Digest.of(Array("another task".utf8))
    #expect(SealedFile.verify(path, key: other) == .damaged("it belongs to another task"))
  }

  @Test func aForeignFileIsFound() throws {
    let path = "\(folder)/foreign"
    try AtomicFile.write([UInt8](repeating: 65, count: 2000), to: path)
    #expect(SealedFile.verify(path, key: key) == .damaged("it was not written by Nightjar"))
  }

  @Test func sealingInPlaceEqualsSealingAtOnce() throws {
    let path = try sealed()
    let other = "\(folder)/other"
    let temporary = AtomicFile.temporaryPath(for: other)
    var image = try AtomicFile.read(path)
    image.replaceSubrange(0..<512, with: [UInt8](repeating: 0, count: 512))
    try AtomicFile.write(image, to: temporary)
    try SealedFile.seal(temporary: temporary, key: key, to: other)
    #expect(try AtomicFile.read(other) == AtomicFile.read(path))
    #expect(!AtomicFile.exists(temporary))
  }
}
