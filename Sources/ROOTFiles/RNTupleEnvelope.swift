import Platform

/// Where bytes of an RNTuple are in the file.
struct RNTupleLocator: Sendable, Equatable {
  /// Place in the file.
  var offset: Int
  /// Bytes there; compressed if fewer than the content.
  var byteCount: Int
}

/// Metadata of an RNTuple, little endian, in frames that say how long they are.
///
/// Source: "RNTuple Binary Format Specification" 1.0, sections Frames to Envelopes.
struct RNTupleEnvelope: Sendable {
  /// Longest envelope that is read.
  static let limit = 1 << 28

  /// What an envelope describes.
  enum Kind: UInt64 { case header = 1, footer, pageList }

  private(set) var cursor: ByteCursor

  /// Bytes that are left.
  var rest: Int { cursor.rest }
  /// Place of the next byte.
  var position: Int { cursor.position }

  /// Starts inside an envelope that was checked before.
  init(_ bytes: [UInt8], range: Range<Int>, place: String) {
    cursor = ByteCursor(bytes, range: range, place: place)
  }

  /// Reads an envelope and checks its kind, length and checksum.
  ///
  /// - Throws: `truncated`, `tooLarge`, `damaged`, `unsupportedCompression`.
  static func read(
    _ kind: Kind, at locator: RNTupleLocator, byteCount: Int, of file: ROOTFile, place: String
  ) throws(ROOTError) -> (envelope: RNTupleEnvelope, checksum: UInt64) {
    guard byteCount >= 16, locator.byteCount <= byteCount else {
      throw .damaged(
        place: place, what: "an envelope of \(byteCount) bytes in \(locator.byteCount)")
    }
    guard byteCount <= limit else {
      throw .tooLarge(place: place, byteCount: byteCount, limit: limit)
    }
    let stored = try file.source.bytes(at: locator.offset, count: locator.byteCount, place)
    let bytes = try BlockDecompressor().content(stored, byteCount: byteCount, place: place)
    let end = byteCount - 8
    let (first, checksum) = bytes.withUnsafeBytes {
      (
        UInt64(littleEndian: $0.loadUnaligned(as: UInt64.self)),
        UInt64(littleEndian: $0.loadUnaligned(fromByteOffset: end, as: UInt64.self))
      )
    }
    guard bytes.withUnsafeBytes({ XXH3.digest64(.init(rebasing: $0[..<end])) }) == checksum else {
      throw .damaged(place: place, what: "its checksum is another than the stored one")
    }
    guard first & 0xffff == kind.rawValue, first >> 16 == UInt64(byteCount) else {
      throw .damaged(place: place, what: "not the \(kind) of \(byteCount) bytes it should be")
    }
    return (RNTupleEnvelope(bytes, range: 8..<end, place: place), checksum)
  }

  /// The error for contradictions found at the present place.
  func damaged(_ what: String) -> ROOTError { cursor.damaged(what) }

  /// The next whole number.
  mutating func integer<T: FixedWidthInteger>(_ type: T.Type = T.self) throws(ROOTError) -> T {
    T(littleEndian: T(bigEndian: try cursor.integer(T.self)))
  }

  /// The next number of 16 bits.
  mutating func int16() throws(ROOTError) -> Int { Int(try integer(UInt16.self)) }
  /// The next number of 32 bits.
  mutating func int32() throws(ROOTError) -> Int { Int(try integer(UInt32.self)) }

  /// The next number of 64 bits, which must be at least 0.
  mutating func count() throws(ROOTError) -> Int {
    let value = try integer(Int64.self)
    guard value >= 0 else { throw damaged("a count of \(value)") }
    return Int(value)
  }

  /// The next real number.
  mutating func double() throws(ROOTError) -> Double {
    Double(bitPattern: try integer(UInt64.self))
  }

  /// The next text.
  mutating func string() throws(ROOTError) -> String {
    let count = try int32()
    try cursor.require(count)
    let text = cursor.bytes[cursor.position..<(cursor.position + count)]
    try cursor.skip(count)
    return String(decoding: text, as: UTF8.self)
  }

  /// The next number of 64 bits, unsigned.
  mutating func checksum() throws(ROOTError) -> UInt64 { try integer(UInt64.self) }

  /// Reads feature flags, of which none is known.
  mutating func featureFlags() throws(ROOTError) {
    while true {
      let flags = try integer(Int64.self)
      guard flags & Int64.max == 0 else {
        throw .unsupported(
          place: cursor.place, what: "RNTuple with features \(flags & Int64.max)",
          remedy: "write it again with the default options of ROOT 6.34 or newer")
      }
      if flags >= 0 { return }
    }
  }

  /// The next frame, behind which this one goes on; `count` is nil for a record.
  private mutating func frame() throws(ROOTError) -> (content: RNTupleEnvelope, count: Int?) {
    let start = position
    let size = try integer(Int64.self)
    let length = size.magnitude
    let header = size < 0 ? 12 : 8
    guard length >= UInt64(header), length <= UInt64(cursor.end - start) else {
      throw damaged("a frame of \(length) bytes")
    }
    var count: Int?
    if size < 0 { count = try int32() }
    let end = start + Int(length)
    let content = RNTupleEnvelope(cursor.bytes, range: position..<end, place: cursor.place)
    try cursor.move(to: end)
    return (content, count)
  }

  /// The next frame, which must be a record.
  mutating func record() throws(ROOTError) -> RNTupleEnvelope {
    let frame = try frame()
    guard frame.count == nil else { throw damaged("a list instead of a record") }
    return frame.content
  }

  /// The next frame, which must be a list; `smallest` is the least that an item needs.
  mutating func list(smallest: Int) throws(ROOTError) -> (content: RNTupleEnvelope, count: Int) {
    let frame = try frame()
    guard let count = frame.count else { throw damaged("a record instead of a list") }
    try frame.content.cursor.require(count, width: smallest)
    return (frame.content, count)
  }

  /// Reads all records of the next list.
  mutating func records<Item>(
    _ make: (inout RNTupleEnvelope) throws(ROOTError) -> Item
  ) throws(ROOTError) -> [Item] {
    var (content, count) = try list(smallest: 8)
    var items: [Item] = []
    items.reserveCapacity(count)
    for _ in 0..<count {
      var record = try content.record()
      items.append(try make(&record))
    }
    return items
  }

  /// The next locator.
  mutating func locator() throws(ROOTError) -> RNTupleLocator {
    let size = try integer(Int32.self)
    if size >= 0 { return RNTupleLocator(offset: try count(), byteCount: Int(size)) }
    let kind = Int(size.magnitude >> 24 & 0x7f)
    let own = Int(size.magnitude & 0xffff)
    guard kind == 1, own >= 20 else {
      throw .unsupported(
        place: cursor.place, what: "locator of kind \(kind) with \(own) bytes",
        remedy: "copy the RNTuple into a ROOT file")
    }
    let end = position + own - 4
    let byteCount = try count()
    let offset = try count()
    try cursor.move(to: end)
    return RNTupleLocator(offset: offset, byteCount: byteCount)
  }
}
