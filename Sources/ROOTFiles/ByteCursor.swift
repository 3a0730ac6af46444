/// Reads big-endian numbers and strings of ROOT's metadata one after the other, never past the end.
package struct ByteCursor: Sendable {
  /// All bytes.
  package let bytes: [UInt8]
  /// Place of the next byte.
  package var position: Int
  /// Place behind the last byte that may be read.
  package let end: Int
  /// Which object this is, for messages.
  package let place: String

  /// Starts at a byte; `range` bounds what may be read.
  package init(_ bytes: [UInt8], range: Range<Int>? = nil, place: String) {
    let range = range.map { $0.clamped(to: 0..<bytes.count) } ?? 0..<bytes.count
    self.bytes = bytes
    self.place = place
    position = range.lowerBound
    end = range.upperBound
  }

  /// Bytes that are left.
  package var rest: Int { end - position }

  /// The error for contradictions found at the present place.
  package func damaged(_ what: String) -> ROOTError {
    .damaged(place: place, what: "\(what) at byte \(position) of \(end)")
  }

  /// Checks that `count` elements of a width are left, before anything is allocated for them.
  package func require(_ count: Int, width: Int = 1) throws(ROOTError) {
    let total = count.multipliedReportingOverflow(by: width)
    guard count >= 0, !total.overflow, total.partialValue <= rest else {
      throw damaged("\(count) elements of \(width) bytes do not fit")
    }
  }

  /// Steps over bytes.
  package mutating func skip(_ count: Int) throws(ROOTError) {
    try require(count)
    position += count
  }

  /// Goes to a place.
  package mutating func move(to place: Int) throws(ROOTError) {
    guard place >= 0, place <= end else { throw damaged("place \(place) lies outside") }
    position = place
  }

  /// The next whole number, big endian.
  package mutating func integer<T: FixedWidthInteger>(
    _ type: T.Type = T.self
  ) throws(ROOTError) -> T {
    let width = MemoryLayout<T>.size
    try require(width)
    let value = bytes.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: position, as: T.self) }
    position += width
    return T(bigEndian: value)
  }

  /// The next signed number of 16 bits.
  package mutating func int16() throws(ROOTError) -> Int { Int(try integer(Int16.self)) }
  /// The next signed number of 32 bits.
  package mutating func int32() throws(ROOTError) -> Int { Int(try integer(Int32.self)) }
  /// The next signed number of 64 bits.
  package mutating func int64() throws(ROOTError) -> Int { Int(try integer(Int64.self)) }
  /// The next byte.
  package mutating func byte() throws(ROOTError) -> UInt8 { try integer(UInt8.self) }

  /// A file offset: 64 bits in files beyond 2 GiB, else 32.
  package mutating func offset(isLong: Bool) throws(ROOTError) -> Int {
    isLong ? try int64() : try int32()
  }

  /// The next text: a length in one byte, or 255 and four bytes.
  package mutating func string() throws(ROOTError) -> String {
    var count = Int(try byte())
    if count == 255 { count = try int32() }
    try require(count)
    defer { position += count }
    return String(decoding: bytes[position..<(position + count)], as: UTF8.self)
  }

  /// The next text up to a zero byte.
  package mutating func zeroEndedString() throws(ROOTError) -> String {
    guard let stop = bytes[position..<end].firstIndex(of: 0) else {
      throw damaged("a name does not end")
    }
    defer { position = stop + 1 }
    return String(decoding: bytes[position..<stop], as: UTF8.self)
  }
}
