import Glibc
import Platform
import Synchronization

/// Packs of small sealed files: one file instead of thousands.
///
/// A pack is itself sealed: after its first block come the files, then an index of (key, offset,
/// size) in the order of the keys, then the place of the index and the number of files, integers of
/// eight bytes, little-endian. Its key is the digest of the keys. Files in a folder win over packs.
final class StagePacks: Sendable {
  /// More loose files than this are packed.
  static let fewest = 256
  /// Larger files stay on their own.
  static let mostBytes = 1 << 20

  private struct Place: Sendable {
    var pack: String
    var offset: Int
    var size: Int
  }

  private let folder: String
  private let places = Mutex<[String: [SHA256Digest: Place]]>([:])

  init(folder: String) { self.folder = folder }

  /// Whether a pack of the stage has the file.
  func holds(_ stage: String, _ key: SHA256Digest) -> Bool { place(stage, key) != nil }

  /// A sealed file out of a pack; nil where it is not there or no longer what was written.
  func content(_ stage: String, _ key: SHA256Digest) -> [UInt8]? {
    guard let place = place(stage, key) else { return nil }
    let file = open(place.pack, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { return nil }
    defer { close(file) }
    let bytes = Self.read(file, place.offset, place.size)
    guard let bytes, SealedFile.verify(bytes, key: key) == .good else { return nil }
    return bytes
  }

  /// Looks again which packs there are.
  func refresh() { places.withLock { $0 = [:] } }

  /// Keys of the files of a pack; none where the pack is not whole.
  func keys(_ path: String) -> [SHA256Digest] { Array(Self.index(path).keys) }

  /// Takes a file as not there.
  func forget(_ stage: String, _ key: SHA256Digest) { places.withLock { $0[stage]?[key] = nil } }

  /// Writes a pack of sealed files, then removes them.
  func write(_ stage: String, _ files: [(key: SHA256Digest, path: String)]) throws {
    let files = files.sorted { $0.key.bytes.lexicographicallyPrecedes($1.key.bytes) }
    var hasher = SHA256Digest.Hasher()
    for file in files { hasher.update(file.key.bytes) }
    let key = hasher.finish()
    let path = "\(folder)/\(stage)-\(key.description.prefix(16)).pack"
    var content = [UInt8](repeating: 0, count: SealedFile.blockSize)
    var index: [UInt8] = []
    func append(_ value: Int) {
      withUnsafeBytes(of: UInt64(value).littleEndian) { index += $0 }
    }
    for file in files {
      let bytes = try AtomicFile.read(file.path)
      guard SealedFile.verify(bytes, key: file.key) == .good else {
        throw DamagedCheckpoint(path: file.path, reason: "its content does not match its digest")
      }
      index += file.key.bytes
      append(content.count)
      append(bytes.count)
      content += bytes
    }
    append(content.count)
    append(files.count)
    content += index
    try SealedFile.write(content, key: key, to: path)
    places.withLock { $0[stage] = nil }
    for file in files { AtomicFile.remove(file.path) }
    for part in FolderListing.names("\(folder)/\(stage)") { rmdir("\(folder)/\(stage)/\(part)") }
  }

  private func place(_ stage: String, _ key: SHA256Digest) -> Place? {
    places.withLock { places in
      if let known = places[stage] { return known[key] }
      var found: [SHA256Digest: Place] = [:]
      for name in FolderListing.names(folder)
      where name.hasPrefix("\(stage)-") && name.hasSuffix(".pack") {
        found.merge(Self.index("\(folder)/\(name)")) { first, _ in first }
      }
      places[stage] = found
      return found[key]
    }
  }

  /// Places of the files of a pack; none where the pack is not whole.
  private static func index(_ path: String) -> [SHA256Digest: Place] {
    let file = open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { return [:] }
    defer { close(file) }
    var information = stat()
    guard fstat(file, &information) == 0 else { return [:] }
    let size = Int(information.st_size)
    guard size >= SealedFile.blockSize + 16, let tail = read(file, size - 16, 16) else {
      return [:]
    }
    let start = integer(tail, 0), count = integer(tail, 8)
    let entry = 48
    guard start >= SealedFile.blockSize, count >= 0, count <= size / entry,
      start + count * entry + 16 == size, let index = read(file, start, count * entry)
    else { return [:] }
    var found: [SHA256Digest: Place] = [:]
    for i in 0..<count {
      let at = i * entry
      let offset = integer(index, at + 32), length = integer(index, at + 40)
      guard let key = SHA256Digest(bytes: Array(index[at..<at + 32])),
        offset >= SealedFile.blockSize, length >= SealedFile.blockSize, length <= mostBytes,
        offset <= start - length
      else { return [:] }
      found[key] = Place(pack: path, offset: offset, size: length)
    }
    return found
  }

  private static func integer(_ bytes: [UInt8], _ at: Int) -> Int {
    var value: UInt64 = 0
    for i in (0..<8).reversed() { value = value << 8 | UInt64(bytes[at + i]) }
    return Int(exactly: value) ?? -1
  }

  private static func read(_ file: Int32, _ offset: Int, _ count: Int) -> [UInt8]? {
    var bytes = [UInt8](repeating: 0, count: count)
    let got = bytes.withUnsafeMutableBytes { pread(file, $0.baseAddress, $0.count, off_t(offset)) }
    return got == count ? bytes : nil
  }
}
