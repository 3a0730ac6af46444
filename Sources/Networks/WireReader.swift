/// A fault in protobuf's wire format.
struct WireFault: Error {
  let reason: String
}

/// Reads the fields of one protobuf message from untrusted bytes.
///
/// Nothing is allocated by a length that the bytes do not hold; there is no recursion: a message
/// inside is a range, read by whoever knows its type.
struct WireReader {
  enum Value {
    case varint(UInt64)
    case fixed64(UInt64)
    case fixed32(UInt32)
    case bytes(Range<Int>)
  }

  let bytes: [UInt8]
  private var at: Int
  private let end: Int

  init(_ bytes: [UInt8], _ range: Range<Int>? = nil) {
    self.bytes = bytes
    let range = range ?? 0..<bytes.count
    (at, end) = (range.lowerBound, range.upperBound)
  }

  /// The next field's number and value, or nil at the end.
  mutating func next() throws(WireFault) -> (field: Int, value: Value)? {
    guard at < end else { return nil }
    let tag = try varint()
    let field = tag >> 3
    guard field > 0, field < 1 << 29 else { throw fault("field number \(field)") }
    switch tag & 7 {
    case 0: return (Int(field), .varint(try varint()))
    case 1: return (Int(field), .fixed64(try fixed(8)))
    case 2:
      let length = try varint()
      guard length <= UInt64(end - at) else {
        throw fault("a field of \(length) bytes where \(end - at) are left")
      }
      defer { at += Int(length) }
      return (Int(field), .bytes(at..<at + Int(length)))
    case 5: return (Int(field), .fixed32(UInt32(truncatingIfNeeded: try fixed(4))))
    default: throw fault("wire type \(tag & 7)")
    }
  }

  private func fault(_ what: String) -> WireFault { WireFault(reason: "\(what) at byte \(at)") }

  private mutating func varint() throws(WireFault) -> UInt64 {
    var value: UInt64 = 0
    for shift in stride(from: UInt64(0), to: 70, by: 7) {
      guard at < end else { throw fault("the file ends inside a number") }
      let byte = bytes[at]
      at += 1
      guard shift < 63 || byte < 2 else { throw fault("a number of more than 64 bits") }
      value |= UInt64(byte & 127) << shift
      if byte < 128 { return value }
    }
    throw fault("a number of more than ten bytes")
  }

  private mutating func fixed(_ count: Int) throws(WireFault) -> UInt64 {
    guard end - at >= count else { throw fault("the file ends inside a number") }
    var value: UInt64 = 0
    for index in 0..<count { value |= UInt64(bytes[at + index]) << UInt64(8 * index) }
    at += count
    return value
  }
}

extension WireReader {
  /// The bytes of a message, text or raw field.
  func range(_ value: Value) throws(WireFault) -> Range<Int> {
    guard case .bytes(let range) = value else { throw fault("a number instead of a message") }
    return range
  }

  /// A text; what is no UTF-8 is replaced.
  func text(_ value: Value) throws(WireFault) -> String {
    String(decoding: bytes[try range(value)], as: UTF8.self)
  }

  /// A single integer.
  func integer(_ value: Value) throws(WireFault) -> Int64 {
    guard case .varint(let number) = value else { throw fault("a message instead of a number") }
    return Int64(bitPattern: number)
  }

  /// A single float32.
  func number(_ value: Value) throws(WireFault) -> Float {
    guard case .fixed32(let bits) = value else { throw fault("something else than a float") }
    return Float(bitPattern: bits)
  }

  /// Adds one integer or a packed list.
  func append(_ value: Value, to list: inout [Int64]) throws(WireFault) {
    switch value {
    case .varint(let number): list.append(Int64(bitPattern: number))
    case .bytes(let range):
      var inner = WireReader(bytes, range)
      while inner.at < inner.end { list.append(Int64(bitPattern: try inner.varint())) }
    default: throw fault("something else than integers")
    }
  }

  /// Adds one float32 or a packed list.
  func append(_ value: Value, to list: inout [Float]) throws(WireFault) {
    switch value {
    case .fixed32(let bits): list.append(Float(bitPattern: bits))
    case .bytes(let range):
      guard range.count % 4 == 0 else { throw fault("\(range.count) bytes of floats") }
      list.reserveCapacity(list.count + range.count / 4)
      var inner = WireReader(bytes, range)
      while inner.at < inner.end {
        list.append(Float(bitPattern: UInt32(truncatingIfNeeded: try inner.fixed(4))))
      }
    default: throw fault("something else than floats")
    }
  }

  /// Adds one float64 or a packed list.
  func append(_ value: Value, to list: inout [Double]) throws(WireFault) {
    switch value {
    case .fixed64(let bits): list.append(Double(bitPattern: bits))
    case .bytes(let range):
      guard range.count % 8 == 0 else { throw fault("\(range.count) bytes of doubles") }
      var inner = WireReader(bytes, range)
      while inner.at < inner.end { list.append(Double(bitPattern: try inner.fixed(8))) }
    default: throw fault("something else than doubles")
    }
  }
}
