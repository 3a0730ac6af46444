import Diagnostics
import Glibc

/// Files of small tables.
package enum TableFile {
  /// Bytes at most.
  private static let largestByteCount = 1 << 24

  /// Reads the text of a table.
  ///
  /// - Parameter path: The file.
  /// - Returns: The text.
  /// - Throws: One fault without a place, worded to stand behind the path.
  package static func text(of path: String) throws(Diagnostics) -> String {
    func failure(_ finding: String, _ remedy: String? = nil) -> Diagnostics {
      Diagnostics([Diagnostic(in: nil, finding, remedy: remedy)])
    }
    guard let file = fopen(path, "rb") else {
      throw failure("cannot be read: \(String(cString: strerror(errno)).lowercased())")
    }
    defer { fclose(file) }
    var bytes: [UInt8] = []
    var block = [UInt8](repeating: 0, count: 65_536)
    while true {
      let count = fread(&block, 1, block.count, file)
      if count == 0 { break }
      bytes += block[..<count]
      guard bytes.count <= largestByteCount else {
        throw failure("is larger than 16 MiB", "check that it is a table")
      }
    }
    if ferror(file) != 0 { throw failure("cannot be read: \(String(cString: strerror(errno)))") }
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw failure("is not UTF-8 text", "save the file as UTF-8 text")
    }
    return text
  }

  /// Reads the text of a table that a setting names.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - place: The setting.
  /// - Returns: The text.
  /// - Throws: One fault at the setting.
  package static func text(of path: String, at place: SourceLocation) throws(Diagnostics) -> String
  {
    do throws(Diagnostics) {
      return try text(of: path)
    } catch {
      throw Diagnostics(
        error.items.map {
          Diagnostic(at: place, "'\(path)' \($0.finding)", remedy: $0.remedy)
        })
    }
  }
}
