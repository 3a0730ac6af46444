import Glibc

/// What tells one input file from another without reading all of it.
///
/// The digest covers the size, the first and the last MiB and 64 blocks of 64 KiB spread evenly
/// between them (XXH3-128); files up to 6 MiB are digested whole. The modification time is kept
/// beside it and is no part of the identity: a copied file stays the same file.
public struct FileIdentity: Sendable, Hashable {
  /// Size in bytes.
  public let size: Int
  /// Modification time in nanoseconds since 1970.
  public let modified: Int
  /// 16 bytes.
  public let digest: [UInt8]

  /// Reads the identity of a regular file.
  public static func of(_ path: String) throws(PlatformError) -> FileIdentity {
    let file = open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { throw .reading(path) }
    defer { close(file) }
    var information = stat()
    guard fstat(file, &information) == 0 else { throw .reading(path) }
    guard information.st_mode & S_IFMT == S_IFREG else {
      throw .cannotRead(path: path, reason: "it is not a regular file")
    }
    let size = Int(information.st_size)
    var sampled = [UInt8]()
    withUnsafeBytes(of: UInt64(size).littleEndian) { sampled += $0 }
    for block in blocks(ofSize: size) {
      var piece = [UInt8](repeating: 0, count: block.count)
      var done = 0
      while done < piece.count {
        let got = piece.withUnsafeMutableBytes { buffer in
          pread(
            file, buffer.baseAddress.map { $0 + done }, buffer.count - done,
            off_t(block.lowerBound + done))
        }
        if got < 0 && errno == EINTR { continue }
        guard got >= 0 else { throw .reading(path) }
        guard got > 0 else {
          throw .cannotRead(path: path, reason: "it became shorter while it was read")
        }
        done += got
      }
      sampled += piece
    }
    return FileIdentity(
      size: size,
      modified: information.st_mtim.tv_sec * 1_000_000_000 + information.st_mtim.tv_nsec,
      digest: sampled.withUnsafeBytes { XXH3.digest128($0) })
  }

  /// Reads the identity of a regular file, or takes it from notes where the file is untouched.
  public static func of(_ path: String, notes: FileNotes) throws(PlatformError) -> FileIdentity {
    let text = try notes.note("identity", of: path) { () throws(PlatformError) -> String in
      try of(path).text
    }
    guard let known = FileIdentity(text: text) else { return try of(path) }
    return known
  }

  /// Size, modification time and digest, in hexadecimal digits.
  private var text: String {
    "\(size) \(modified) \(Hexadecimal.text(digest))"
  }

  private init(size: Int, modified: Int, digest: [UInt8]) {
    (self.size, self.modified, self.digest) = (size, modified, digest)
  }

  private init?(text: String) {
    let words = text.split(separator: " ")
    guard words.count == 3, let size = Int(words[0]), let modified = Int(words[1]),
      words[2].utf8.count == 32
    else { return nil }
    let digits = Array(words[2])
    let bytes = (0..<16).compactMap { UInt8(String(digits[2 * $0...2 * $0 + 1]), radix: 16) }
    guard bytes.count == 16 else { return nil }
    self.init(size: size, modified: modified, digest: bytes)
  }

  static func blocks(ofSize size: Int) -> [Range<Int>] {
    let mebibyte = 1 << 20
    let blockSize = 64 << 10
    guard size > 6 * mebibyte else { return size == 0 ? [] : [0..<size] }
    let free = size - 2 * mebibyte - blockSize
    let middle = (0..<64).map { index in
      let start = mebibyte + free / 63 * index
      return start..<(start + blockSize)
    }
    return [0..<mebibyte] + middle + [(size - mebibyte)..<size]
  }
}
