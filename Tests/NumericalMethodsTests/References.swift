import Testing

#if canImport(Glibc)
  import Glibc
#endif

/// One line of Fixtures/references.txt.
struct Reference {
  let name: String
  let x: Double
  let y: Double
  let z: Double
  let value: Double

  /// Reads the values that Fixtures/references.py computed.
  static func all(file: String = #filePath) throws -> [String: [Reference]] {
    let folder = file.split(separator: "/", omittingEmptySubsequences: false).dropLast()
    let text = try contents(folder.joined(separator: "/") + "/Fixtures/references.txt")
    var result: [String: [Reference]] = [:]
    for line in text.split(separator: "\n") where !line.hasPrefix("#") {
      let words = line.split(separator: " ")
      let name = String(words[0])
      result[name, default: []].append(
        Reference(
          name: name, x: try #require(Double(words[1])), y: try #require(Double(words[2])),
          z: try #require(Double(words[words.count - 2])),
          value: try #require(Double(words[words.count - 1]))))
    }
    return result
  }

  private static func contents(_ path: String) throws -> String {
    let file = try #require(fopen(path, "r"))
    defer { fclose(file) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = fread(&buffer, 1, buffer.count, file)
      if count == 0 { break }
      bytes += buffer[..<count]
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
