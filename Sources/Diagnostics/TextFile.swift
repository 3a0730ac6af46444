import Glibc

/// Small text files, read whole.
public enum TextFile {
  /// Bytes at most.
  private static let largestByteCount = 1 << 24

  /// Reads a text.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - what: What it should be, for the remedy of one that is too large.
  /// - Returns: The text.
  /// - Throws: One fault without a place, worded to stand behind the path.
  public static func read(_ path: String, as what: String) throws(Diagnostics) -> String {
    func failure(_ finding: String, _ remedy: String? = nil) -> Diagnostics {
      Diagnostics([Diagnostic(in: nil, finding, remedy: remedy)])
    }
    func reason() -> String {
      let text = String(cString: strerror(errno))
      return "cannot be read: \(text.prefix(1).lowercased())\(text.dropFirst())"
    }
    guard let file = fopen(path, "rb") else { throw failure(reason()) }
    defer { fclose(file) }
    var bytes: [UInt8] = []
    var block = [UInt8](repeating: 0, count: 65_536)
    while true {
      let count = fread(&block, 1, block.count, file)
      if count == 0 { break }
      bytes += block[..<count]
      guard bytes.count <= largestByteCount else {
        throw failure("is larger than 16 MiB", "check that it is \(what)")
      }
    }
    if ferror(file) != 0 { throw failure(reason()) }
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw failure("is not UTF-8 text", "save the file as UTF-8 text")
    }
    return text
  }
}
