/// An object read from a file: its class and its members by name, those of its bases among them.
final class StreamedObject {
  /// The value of a member.
  enum Value {
    case integer(Int)
    case real(Double)
    case text(String)
    case object(StreamedObject)
    case list([StreamedObject?])
    /// Numbers that are decoded when they are needed.
    case array(StreamedArray)
  }

  let className: String
  var members: [String: Value] = [:]

  init(_ className: String) { self.className = className }

  /// A whole number; entry counts of old files are stored as floating point.
  func integer(_ name: String) -> Int? {
    switch members[name] {
    case .integer(let value): value
    case .real(let value): Int(exactly: value.rounded())
    default: nil
    }
  }

  func text(_ name: String) -> String? {
    guard case .text(let value) = members[name] else { return nil }
    return value
  }

  func object(_ name: String) -> StreamedObject? {
    guard case .object(let value) = members[name] else { return nil }
    return value
  }

  func list(_ name: String) -> [StreamedObject?] {
    guard case .list(let value) = members[name] else { return [] }
    return value
  }

  func array(_ name: String) -> StreamedArray? {
    guard case .array(let value) = members[name] else { return nil }
    return value
  }
}

/// Numbers that lie big endian behind each other in the bytes of an object.
struct StreamedArray: Sendable {
  /// Bytes of one number; 4 or 8 where it is used.
  var width: Int
  var bytes: [UInt8]
  var position: Int
  var count: Int

  /// One number; `index` must lie inside.
  subscript(index: Int) -> Int {
    precondition(index >= 0 && index < count)
    return bytes.withUnsafeBytes { bytes in
      let at = position + index * width
      return width == 8
        ? Int(Int64(bigEndian: bytes.loadUnaligned(fromByteOffset: at, as: Int64.self)))
        : Int(Int32(bigEndian: bytes.loadUnaligned(fromByteOffset: at, as: Int32.self)))
    }
  }
}
