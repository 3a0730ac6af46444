/// Reads the objects of one record by the layouts of their classes.
///
/// Classes that are not needed for trees are stepped over by their byte counts. Source: ROOT
/// `TBufferFile::ReadObjectAny`, `TBufferFile::ReadVersion`.
struct ObjectReader {
  private static let byteCountMask: UInt32 = 0x4000_0000
  private static let newClass: UInt32 = 0xffff_ffff
  private static let classMask: UInt32 = 0x8000_0000
  /// References count from the start of the record's header, and two more.
  private static let referenceOffset = 2
  /// Objects inside each other at most.
  private static let deepest = 256
  /// Objects of a record at most.
  private static let mostObjects = 1 << 22

  private enum Reference {
    case name(String)
    case object(StreamedObject)
  }

  private var cursor: ByteCursor
  private let headerByteCount: Int
  private let layouts: ClassLayouts?
  private var references: [Int: Reference] = [:]
  private var depth = 0
  private var objects = 0

  init(_ cursor: ByteCursor, headerByteCount: Int, layouts: ClassLayouts?) {
    self.cursor = cursor
    self.headerByteCount = headerByteCount
    self.layouts = layouts
  }

  /// Reads the object that is the whole record.
  mutating func object(_ className: String) throws(ROOTError) -> StreamedObject {
    let object = StreamedObject(className)
    try read(className, into: object)
    return object
  }

  /// A version, and where the object ends if it says so.
  private mutating func version() throws(ROOTError) -> (version: Int, end: Int?) {
    let start = cursor.position
    let count = try cursor.integer(UInt32.self)
    guard count & Self.byteCountMask != 0 else {
      try cursor.move(to: start)
      return (try cursor.int16(), nil)
    }
    let end = start + 4 + Int(count & ~Self.byteCountMask)
    let version = try cursor.int16()
    guard end <= cursor.end, end >= cursor.position else {
      throw cursor.damaged("an object of \(count & ~Self.byteCountMask) bytes does not fit")
    }
    return (version, end)
  }

  private mutating func finish(_ end: Int?) throws(ROOTError) {
    guard let end else { return }
    guard cursor.position <= end else { throw cursor.damaged("an object is longer than it says") }
    try cursor.move(to: end)
  }

  private mutating func enter() throws(ROOTError) {
    depth += 1
    objects += 1
    guard depth <= Self.deepest, objects <= Self.mostObjects else {
      throw cursor.damaged("objects inside each other without an end")
    }
  }

  /// Reads the members of a class, with its own version first.
  private mutating func read(
    _ className: String, into object: StreamedObject
  ) throws(ROOTError) {
    try enter()
    defer { depth -= 1 }
    switch className {
    case "TObject": try base()
    case "TNamed": try named(into: object)
    case "TObjArray", "TList", "THashList", "TOrdCollection":
      object.members["items"] = .list(
        className == "TObjArray" ? try objectArray() : try list())
    case "TString": object.members["text"] = .text(try cursor.string())
    case "TBasket": try basket(into: object)
    case "TArrayD", "TArrayL64": try skipArray(width: 8)
    case "TArrayI", "TArrayF": try skipArray(width: 4)
    case "TStreamerInfo": try streamerInfo(into: object)
    case _ where className.hasPrefix("TStreamer"): try element(className, into: object)
    default: try readByLayout(className, into: object)
    }
  }

  private mutating func skipArray(width: Int) throws(ROOTError) {
    let count = try cursor.int32()
    try cursor.require(count, width: width)
    try cursor.skip(count * width)
  }

  private mutating func base() throws(ROOTError) {
    let version = try cursor.int16()
    if version & 0x4000 != 0 { try cursor.skip(4) }
    try cursor.skip(4)
    let bits = try cursor.integer(UInt32.self)
    if bits & 1 << 4 != 0 { try cursor.skip(2) }
  }

  private mutating func named(into object: StreamedObject) throws(ROOTError) {
    let (_, end) = try version()
    try base()
    object.members["name"] = .text(try cursor.string())
    object.members["title"] = .text(try cursor.string())
    try finish(end)
  }

  private mutating func objectArray() throws(ROOTError) -> [StreamedObject?] {
    let (version, end) = try version()
    if version > 2 { try base() }
    if version > 1 { _ = try cursor.string() }
    let count = try cursor.int32()
    _ = try cursor.int32()
    try cursor.require(count, width: 4)
    var items: [StreamedObject?] = []
    for _ in 0..<count { items.append(try any()) }
    try finish(end)
    return items
  }

  /// Reads a list at the present place.
  mutating func list() throws(ROOTError) -> [StreamedObject?] {
    let (version, end) = try version()
    if version > 3 { try base() }
    _ = try cursor.string()
    let count = try cursor.int32()
    try cursor.require(count, width: 4)
    var items: [StreamedObject?] = []
    for _ in 0..<count {
      items.append(try any())
      if version > 3 { _ = try cursor.string() }
    }
    try finish(end)
    return items
  }

  /// An object behind a pointer: new, seen before, or none.
  private mutating func any() throws(ROOTError) -> StreamedObject? {
    try enter()
    defer { depth -= 1 }
    let start = cursor.position
    var tag = try cursor.integer(UInt32.self)
    var end: Int?
    var tagPlace = start
    if tag & Self.byteCountMask != 0, tag != Self.newClass {
      let length = Int(tag & ~Self.byteCountMask)
      guard length <= cursor.rest else {
        throw cursor.damaged("an object of \(length) bytes does not fit")
      }
      end = cursor.position + length
      tagPlace = cursor.position
      tag = try cursor.integer(UInt32.self)
    }
    let shift = headerByteCount + Self.referenceOffset
    guard tag & Self.classMask != 0 else {
      defer { if let end { cursor.position = max(cursor.position, end) } }
      guard tag > 1, case .object(let object)? = references[Int(tag)] else { return nil }
      return object
    }
    let className: String
    if tag == Self.newClass {
      className = try cursor.zeroEndedString()
      references[end == nil ? references.count + 1 : tagPlace + shift] = .name(className)
    } else {
      guard case .name(let known)? = references[Int(tag & ~Self.classMask)] else {
        guard let end else { throw cursor.damaged("a class that was not named before") }
        try cursor.move(to: end)
        return nil
      }
      className = known
    }
    let object = StreamedObject(className)
    references[end == nil ? references.count + 1 : start + shift] = .object(object)
    if let end, !isReadable(className) {
      try cursor.move(to: end)
      return object
    }
    try read(className, into: object)
    try finish(end)
    return object
  }

  /// Classes that trees are made of; everything else is stepped over.
  private func isReadable(_ className: String) -> Bool {
    [
      "TTree", "TBranch", "TLeaf", "TBasket", "TStreamer", "TObjArray", "TList", "TNtuple",
      "TFriend",
    ].contains { className.hasPrefix($0) }
  }

  private mutating func readByLayout(
    _ className: String, into object: StreamedObject
  ) throws(ROOTError) {
    let (version, end) = try version()
    guard let layout = layouts?.layout(className, version: version) else {
      guard let end else { throw cursor.damaged("class \(className) is not described") }
      guard !["TTree", "TBranch", "TLeaf"].contains(where: { className.hasPrefix($0) }) else {
        throw .unsupported(
          place: cursor.place, what: "version \(version) of class \(className)",
          remedy: "the file holds no description of it; write it again with a newer ROOT")
      }
      try cursor.move(to: end)
      return
    }
    for member in layout.members {
      try read(member, into: object)
    }
    try finish(end)
  }

  private mutating func read(
    _ member: ClassLayout.Member, into object: StreamedObject
  ) throws(ROOTError) {
    switch member.type {
    case 0:
      try read(member.typeName, into: object)
    case 1...19:
      object.members[member.name] = try number(member.type)
    case 21...39:
      let width = try width(member.type - 20)
      try cursor.require(member.arrayLength, width: width)
      try cursor.skip(member.arrayLength * width)
    case 41...59:
      try countedArray(member, into: object)
    case 61, 62:
      let inner = StreamedObject(member.typeName)
      try read(member.typeName, into: inner)
      if case .list(let items)? = inner.members["items"] {
        object.members[member.name] = .list(items)
      } else {
        object.members[member.name] = .object(inner)
      }
    case 63, 64:
      if let inner = try any() { object.members[member.name] = .object(inner) }
    case 65: object.members[member.name] = .text(try cursor.string())
    case 66: try base()
    case 67: try named(into: object)
    default:
      throw .unsupported(
        place: cursor.place, what: "member '\(member.name)' of type \(member.type)",
        remedy: "write the tree again with a newer ROOT")
    }
  }

  private func width(_ type: Int) throws(ROOTError) -> Int {
    switch type {
    case 1, 7, 10, 11, 18: 1
    case 2, 12: 2
    case 3, 5, 6, 9, 13, 15: 4
    case 4, 8, 14, 16, 17: 8
    default: throw cursor.damaged("numbers of type \(type)")
    }
  }

  private mutating func number(_ type: Int) throws(ROOTError) -> StreamedObject.Value {
    switch type {
    case 1: .integer(Int(try cursor.integer(Int8.self)))
    case 11, 18: .integer(Int(try cursor.byte()))
    case 2: .integer(try cursor.int16())
    case 12: .integer(Int(try cursor.integer(UInt16.self)))
    case 3, 6: .integer(try cursor.int32())
    case 13, 15: .integer(Int(try cursor.integer(UInt32.self)))
    case 4, 16: .integer(try cursor.int64())
    case 14, 17: .integer(Int(truncatingIfNeeded: try cursor.integer(UInt64.self)))
    case 5, 9: .real(Double(Float(bitPattern: try cursor.integer(UInt32.self))))
    case 8: .real(Double(bitPattern: try cursor.integer(UInt64.self)))
    case 19: try shortReal()
    default: throw cursor.damaged("a number of type \(type)")
    }
  }

  /// A shortened Float16: no tree needs its value.
  private mutating func shortReal() throws(ROOTError) -> StreamedObject.Value {
    try cursor.skip(3)
    return .real(.nan)
  }

  private mutating func countedArray(
    _ member: ClassLayout.Member, into object: StreamedObject
  ) throws(ROOTError) {
    let isThere = try cursor.byte()
    let count = isThere == 0 ? 0 : object.integer(member.counter) ?? 0
    let width = try width(member.type - 40)
    try cursor.require(count, width: width)
    object.members[member.name] = .array(
      StreamedArray(width: width, bytes: cursor.bytes, position: cursor.position, count: count))
    try cursor.skip(count * width)
  }

  /// A basket inside the tree's record: rows that were not yet written on their own.
  private mutating func basket(into object: StreamedObject) throws(ROOTError) {
    let key = try ROOTKey(&cursor, isEmbedded: true)
    let version = try cursor.int16()
    try cursor.skip(4)
    let offsetRoom = try cursor.int32()
    let rows = try cursor.int32()
    let last = try cursor.int32()
    var flag = Int(try cursor.byte())
    object.members["rows"] = .integer(rows)
    let hasNoOffsets = flag >= 80
    if hasNoOffsets { flag -= 80 }
    if !hasNoOffsets, flag != 0, flag % 10 != 2 {
      if rows > 0, offsetRoom > 0 { object.members["offsets"] = try intArray() }
      if flag > 40 { _ = try intArray() }
    }
    guard flag == 1 || flag > 10 else { return }
    var count = last
    if version <= 1 { count = try cursor.int32() }
    try cursor.require(count)
    guard count >= key.headerByteCount else { throw cursor.damaged("a basket ends in its header") }
    object.members["header"] = .integer(key.headerByteCount)
    object.members["data"] = .array(
      StreamedArray(
        width: 1, bytes: cursor.bytes, position: cursor.position + key.headerByteCount,
        count: count - key.headerByteCount))
    try cursor.skip(count)
  }

  private mutating func intArray() throws(ROOTError) -> StreamedObject.Value {
    let count = try cursor.int32()
    try cursor.require(count, width: 4)
    defer { cursor.position += 4 * count }
    return .array(
      StreamedArray(width: 4, bytes: cursor.bytes, position: cursor.position, count: count))
  }

  private mutating func streamerInfo(into object: StreamedObject) throws(ROOTError) {
    let (_, end) = try version()
    try named(into: object)
    _ = try cursor.int32()
    object.members["fClassVersion"] = .integer(try cursor.int32())
    if let elements = try any() {
      object.members["fElements"] = .list(elements.list("items"))
    }
    try finish(end)
  }

  /// A member's description; the kinds differ behind what they have in common.
  private mutating func element(
    _ className: String, into object: StreamedObject
  ) throws(ROOTError) {
    let (_, end) = try version()
    if className != "TStreamerElement" {
      // A string of the standard library is described as a container.
      try element(
        className == "TStreamerSTLstring" ? "TStreamerSTL" : "TStreamerElement", into: object)
      if ["TStreamerBasicPointer", "TStreamerLoop"].contains(className) {
        _ = try cursor.int32()
        object.members["fCountName"] = .text(try cursor.string())
      }
      if className == "TStreamerSTL" {
        object.members["fSTLtype"] = .integer(try cursor.int32())
        object.members["fCtype"] = .integer(try cursor.int32())
      }
      guard end != nil else { throw cursor.damaged("a description without a length") }
    } else {
      try named(into: object)
      object.members["fType"] = .integer(try cursor.int32())
      _ = try cursor.int32()
      object.members["fArrayLength"] = .integer(try cursor.int32())
      _ = try cursor.int32()
      try cursor.skip(20)
      object.members["fTypeName"] = .text(try cursor.string())
    }
    try finish(end)
  }
}
