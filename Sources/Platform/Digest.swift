import CCrypto
import CXXHash
import Glibc

/// A SHA-256 digest: 32 bytes, written as 64 hexadecimal digits.
public struct SHA256Digest: Sendable, Hashable, CustomStringConvertible {
  /// The 32 bytes.
  public let bytes: [UInt8]

  /// Takes 32 bytes as a digest; nil for another count.
  public init?(bytes: [UInt8]) {
    guard bytes.count == 32 else { return nil }
    self.bytes = bytes
  }

  /// Takes 64 hexadecimal digits; nil for anything else.
  public init?(hexadecimal text: some StringProtocol) {
    var values = [UInt8](repeating: 0, count: 32)
    var count = 0
    for character in text.utf8 {
      let digit: UInt8
      switch character {
      case 48...57: digit = character - 48
      case 97...102: digit = character - 87
      default: return nil
      }
      guard count < 64 else { return nil }
      values[count / 2] = values[count / 2] << 4 | digit
      count += 1
    }
    guard count == 64 else { return nil }
    bytes = values
  }

  private init(digest: [UInt8]) { bytes = digest }

  /// Computes the digest of bytes.
  public static func of(_ bytes: [UInt8]) -> SHA256Digest {
    bytes.withUnsafeBytes { of($0) }
  }

  /// Computes the digest of a buffer.
  public static func of(_ buffer: UnsafeRawBufferPointer) -> SHA256Digest {
    var hasher = Hasher()
    hasher.update(buffer)
    return hasher.finish()
  }

  /// Computes the digest of a whole file.
  ///
  /// - Throws: `PlatformError.cannotRead`.
  public static func of(file path: String) throws(PlatformError) -> SHA256Digest {
    let file = open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { throw .reading(path) }
    defer { close(file) }
    var hasher = Hasher()
    var buffer = [UInt8](repeating: 0, count: 1 << 20)
    while true {
      let count = buffer.withUnsafeMutableBytes { read(file, $0.baseAddress, $0.count) }
      if count < 0 && errno == EINTR { continue }
      guard count >= 0 else { throw .reading(path) }
      if count == 0 { return hasher.finish() }
      buffer.withUnsafeBytes { hasher.update(UnsafeRawBufferPointer(rebasing: $0[..<count])) }
    }
  }

  /// 64 hexadecimal digits.
  public var description: String { Hexadecimal.text(bytes) }

  /// Takes bytes piece by piece.
  public struct Hasher: ~Copyable {
    private let context: OpaquePointer

    /// Starts a digest.
    public init() {
      guard let context = EVP_MD_CTX_new(), EVP_DigestInit_ex(context, EVP_sha256(), nil) == 1
      else { fatalError("libcrypto has no SHA-256") }
      self.context = context
    }

    deinit { EVP_MD_CTX_free(context) }

    /// Adds bytes.
    public mutating func update(_ buffer: UnsafeRawBufferPointer) {
      EVP_DigestUpdate(context, buffer.baseAddress, buffer.count)
    }

    /// Adds bytes.
    public mutating func update(_ bytes: [UInt8]) { bytes.withUnsafeBytes { update($0) } }

    /// Ends the digest.
    public consuming func finish() -> SHA256Digest {
      var digest = [UInt8](repeating: 0, count: 32)
      EVP_DigestFinal_ex(context, &digest, nil)
      return SHA256Digest(digest: digest)
    }
  }
}

/// XXH3 with 128 bits: a fast digest that recognises content, not an adversary.
public enum XXH3 {
  /// Computes the digest of bytes as 16 bytes in canonical (big-endian) order.
  public static func digest128(_ buffer: UnsafeRawBufferPointer) -> [UInt8] {
    let hash = XXH3_128bits(buffer.baseAddress, buffer.count)
    return withUnsafeBytes(of: (hash.high64.bigEndian, hash.low64.bigEndian), Array.init)
  }

  /// Computes a 64-bit digest of bytes.
  public static func digest64(_ buffer: UnsafeRawBufferPointer) -> UInt64 {
    XXH3_64bits(buffer.baseAddress, buffer.count)
  }
}

/// XXH64: the checksum of LZ4 blocks in ROOT files.
public enum XXH64 {
  /// Computes the digest of bytes with seed 0.
  public static func digest(_ buffer: UnsafeRawBufferPointer) -> UInt64 {
    CXXHash.XXH64(buffer.baseAddress, buffer.count, 0)
  }
}

/// Bytes as hexadecimal digits.
public enum Hexadecimal {
  /// Two lower-case digits a byte.
  public static func text(_ bytes: [UInt8]) -> String {
    func digit(_ value: UInt8) -> UInt8 { value < 10 ? 48 + value : 87 + value }
    return String(unsafeUninitializedCapacity: 2 * bytes.count) { text in
      for (i, byte) in bytes.enumerated() {
        text[2 * i] = digit(byte >> 4)
        text[2 * i + 1] = digit(byte & 15)
      }
      return 2 * bytes.count
    }
  }
}
