import Glibc

/// Files that carry their own key and digest in their first 512 bytes, so that none is trusted
/// because of its name.
///
/// The first block is text (`head -c 512 FILE` shows it): a mark, the task's key, the number of
/// bytes that follow and their SHA-256. What follows is the content; an HDF5 file with a user block
/// of 512 bytes is both a sealed file and an HDF5 file.
public enum SealedFile {
  /// Bytes in front of the content.
  public static let blockSize = 512

  /// What a look at a file found.
  public enum Verdict: Sendable, Equatable {
    /// No file has that name.
    case missing
    /// The content is what was written for the key.
    case good
    /// It is not; the text says what was found.
    case damaged(String)
  }

  /// Fills the first block of an image whose first 512 bytes are free, and writes it.
  ///
  /// - Throws: as `AtomicFile.write`.
  public static func write(_ image: [UInt8], key: SHA256Digest, to path: String)
    throws(PlatformError)
  {
    precondition(image.count >= blockSize)
    let digest = image.withUnsafeBytes {
      SHA256Digest.of(UnsafeRawBufferPointer(rebasing: $0[blockSize...]))
    }
    var sealed = image
    sealed.replaceSubrange(
      0..<blockSize, with: block(key: key, size: image.count - blockSize, digest: digest))
    try AtomicFile.write(sealed, to: path)
  }

  /// Fills the first block of a finished temporary file and renames it onto `path`.
  ///
  /// - Throws: as `AtomicFile.commit`.
  public static func seal(temporary: String, key: SHA256Digest, to path: String)
    throws(PlatformError)
  {
    let file = open(temporary, O_RDWR | O_CLOEXEC)
    guard file >= 0 else { throw .writing(path) }
    var written = false
    do throws(PlatformError) {
      let (size, digest) = try contentDigest(of: file, path: temporary)
      written = block(key: key, size: size, digest: digest).withUnsafeBytes { buffer in
        pwrite(file, buffer.baseAddress, buffer.count, 0) == buffer.count
      }
    } catch {
      close(file)
      throw error
    }
    let error = PlatformError.writing(path)
    guard close(file) == 0, written else { throw error }
    try AtomicFile.commit(temporary: temporary, to: path)
  }

  /// Reads a file and compares key, size and digest.
  public static func verify(_ path: String, key: SHA256Digest) -> Verdict {
    let file = open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else {
      return errno == ENOENT ? .missing : .damaged("it cannot be read")
    }
    defer { close(file) }
    var head = [UInt8](repeating: 0, count: blockSize)
    let count = head.withUnsafeMutableBytes { pread(file, $0.baseAddress, $0.count, 0) }
    guard count == blockSize else { return .damaged("it has \(max(0, count)) of 512 first bytes") }
    do throws(PlatformError) {
      let (size, digest) = try contentDigest(of: file, path: path)
      if head == block(key: key, size: size, digest: digest) { return .good }
      return .damaged(reason(head: head, key: key, size: size))
    } catch {
      return .damaged("it cannot be read")
    }
  }

  /// Compares key, size and digest of a sealed file held in memory.
  public static func verify(_ bytes: [UInt8], key: SHA256Digest) -> Verdict {
    guard bytes.count >= blockSize else {
      return .damaged("it has \(bytes.count) of 512 first bytes")
    }
    let size = bytes.count - blockSize
    let digest = bytes.withUnsafeBytes {
      SHA256Digest.of(UnsafeRawBufferPointer(rebasing: $0[blockSize...]))
    }
    let head = Array(bytes[..<blockSize])
    if head == block(key: key, size: size, digest: digest) { return .good }
    return .damaged(reason(head: head, key: key, size: size))
  }

  private static func reason(head: [UInt8], key: SHA256Digest, size: Int) -> String {
    let lines = String(decoding: head, as: UTF8.self).split(separator: "\n")
    guard lines.first.map(String.init) == mark else { return "it was not written by Nightjar" }
    let values = Dictionary(
      lines.dropFirst().compactMap { line -> (String, String)? in
        let words = line.split(separator: " ")
        return words.count == 2 ? (String(words[0]), String(words[1])) : nil
      }, uniquingKeysWith: { first, _ in first })
    if values["key"] != key.description { return "it belongs to another task" }
    if let bytes = values["bytes"], bytes != "\(size)" { return "it has \(size) of \(bytes) bytes" }
    return "its content does not match its digest"
  }

  private static let mark = "NIGHTJAR SEALED FILE 1"

  private static func block(key: SHA256Digest, size: Int, digest: SHA256Digest) -> [UInt8] {
    var bytes = Array("\(mark)\nkey \(key)\nbytes \(size)\nsha256 \(digest)\n".utf8)
    bytes += [UInt8](repeating: 0, count: blockSize - bytes.count)
    return bytes
  }

  private static func contentDigest(of file: Int32, path: String)
    throws(PlatformError) -> (size: Int, digest: SHA256Digest)
  {
    var hasher = SHA256Digest.Hasher()
    var buffer = [UInt8](repeating: 0, count: 1 << 20)
    var offset = blockSize
    while true {
      let count = buffer.withUnsafeMutableBytes {
        pread(file, $0.baseAddress, $0.count, off_t(offset))
      }
      if count < 0 && errno == EINTR { continue }
      guard count >= 0 else { throw .reading(path) }
      if count == 0 { break }
      buffer.withUnsafeBytes { hasher.update(UnsafeRawBufferPointer(rebasing: $0[..<count])) }
      offset += count
    }
    return (offset - blockSize, hasher.finish())
  }
}
