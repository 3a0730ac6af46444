import Columns

/// A branch of text, or an object that was not split, in a tree of one row: what a job told of
/// itself.
struct TreeText: Sendable {
  /// What an entry holds.
  enum Kind: Sendable {
    /// One text.
    case string
    /// Several, of `vector<string>`.
    case strings
    /// Several behind each other, of a split map.
    case parts
    /// A whole object by its layout.
    case object(ClassLayout)
  }

  var name: String
  var branch: TreeBranch
  var kind: Kind
}

extension Tree {
  /// Longest content of a basket that is looked at.
  private static let mostBytes = 16 << 20

  /// The numbers and texts of the only row, as text, in the order of the tree.
  ///
  /// Empty for trees of more rows; what cannot be parsed is left out.
  package func metadata() -> [(name: String, text: String)] {
    guard rowCount == 1 else { return [] }
    var found: [(name: String, text: String)] = []
    for index in columns.indices where !columns[index].isList {
      let buffer = ColumnBuffer(type: columns[index].type)
      guard let cursor = try? TreeCursor(self, columns: [index]),
        (try? cursor.read(0..<1, into: [buffer], offsets: [nil])) != nil
      else { continue }
      let value = buffer.double(at: 0)
      found.append((columns[index].name, Int(exactly: value).map { "\($0)" } ?? "\(value)"))
    }
    for text in texts {
      guard let bytes = try? firstEntry(text.branch) else { continue }
      found += (try? Self.read(text, bytes)) ?? []
    }
    return found
  }

  /// The bytes of the only entry.
  private func firstEntry(_ branch: TreeBranch) throws(ROOTError) -> [UInt8] {
    if let embedded = branch.embedded.first {
      let start = embedded.data.position
      return Array(embedded.data.bytes[start..<(start + embedded.data.count)])
    }
    guard branch.written == 1, let seeks = branch.seeks, let lengths = branch.bytes,
      lengths[0] <= Self.mostBytes
    else { throw .damaged(place: branch.place, what: "no basket of one row") }
    let bytes = try file.source.bytes(at: seeks[0], count: lengths[0], branch.place)
    var result: Result<[UInt8], ROOTError> = .success([])
    bytes.withUnsafeBytes { raw in
      do throws(ROOTError) {
        let header = try Basket.Header(raw, place: branch.place)
        guard header.contentByteCount <= Self.mostBytes else {
          throw .tooLarge(
            place: branch.place, byteCount: header.contentByteCount, limit: Self.mostBytes)
        }
        let content = try BlockDecompressor().content(
          Array(raw[header.headerByteCount...]), byteCount: header.contentByteCount,
          place: branch.place)
        result = .success(Array(content.prefix(header.dataByteCount)))
      } catch {
        result = .failure(error)
      }
    }
    return try result.get()
  }

  private static func read(
    _ text: TreeText, _ bytes: [UInt8]
  ) throws(ROOTError) -> [(name: String, text: String)] {
    var cursor = ByteCursor(bytes, place: text.branch.place)
    switch text.kind {
    case .string:
      try skipVersion(&cursor)
      return [(text.name, try cursor.string())]
    case .strings:
      return [(text.name, try strings(&cursor))]
    case .parts:
      try skipVersion(&cursor)
      var items: [String] = []
      while cursor.rest > 0 { items.append(try cursor.string()) }
      return [(text.name, items.joined(separator: ", "))]
    case .object(let layout):
      try skipVersion(&cursor)
      var found: [(name: String, text: String)] = []
      for member in layout.members {
        // A member that is not understood ends the object: what came before is good.
        guard let value = try? value(of: member, &cursor) else { return found }
        if !value.isEmpty { found.append(("\(text.name).\(member.name)", value)) }
      }
      return found
    }
  }

  /// Steps over a byte count and a version, where there are some; returns the version.
  @discardableResult
  private static func skipVersion(_ cursor: inout ByteCursor) throws(ROOTError) -> Int {
    let start = cursor.position
    guard cursor.rest >= 6, try cursor.integer(UInt32.self) & 0x4000_0000 != 0 else {
      try cursor.move(to: start)
      return 0
    }
    let version = try cursor.int16()
    if version <= 0 { try cursor.skip(4) }
    return version
  }

  /// As many texts as a number before them says.
  private static func strings(_ cursor: inout ByteCursor) throws(ROOTError) -> String {
    try skipVersion(&cursor)
    let count = try cursor.int32()
    return try strings(&cursor, count: count).joined(separator: ", ")
  }

  private static func strings(
    _ cursor: inout ByteCursor, count: Int
  ) throws(ROOTError) -> [String] {
    try cursor.require(count)
    var items: [String] = []
    for _ in 0..<count { items.append(try cursor.string()) }
    return items
  }

  /// Pairs of texts: behind each other, or all keys and then all values.
  private static func pairs(_ cursor: inout ByteCursor) throws(ROOTError) -> String {
    let isMemberwise = try skipVersion(&cursor) & 0x4000 != 0
    if isMemberwise, try cursor.int16() <= 0 { try cursor.skip(4) }
    let count = try cursor.int32()
    guard isMemberwise else {
      try cursor.require(count)
      let items = try strings(&cursor, count: 2 * count)
      return stride(from: 0, to: items.count, by: 2).map { "\(items[$0]): \(items[$0 + 1])" }
        .joined(separator: ", ")
    }
    try skipVersion(&cursor)
    let keys = try strings(&cursor, count: count)
    try skipVersion(&cursor)
    let values = try strings(&cursor, count: count)
    return zip(keys, values).map { "\($0): \($1)" }.joined(separator: ", ")
  }

  private static func value(
    of member: ClassLayout.Member, _ cursor: inout ByteCursor
  ) throws(ROOTError) -> String {
    func unknown() -> ROOTError { cursor.damaged("a member of type \(member.type)") }
    switch (member.type, member.typeName) {
    case (66, _), (0, "TObject"):
      try cursor.skip(6)
      if try cursor.integer(UInt32.self) & 1 << 4 != 0 { try cursor.skip(2) }
      return ""
    case (1, _), (11, _), (18, _): return "\(try cursor.byte())"
    case (2, _): return "\(try cursor.int16())"
    case (12, _): return "\(try cursor.integer(UInt16.self))"
    case (3, _), (6, _): return "\(try cursor.int32())"
    case (13, _), (15, _): return "\(try cursor.integer(UInt32.self))"
    case (4, _), (16, _): return "\(try cursor.int64())"
    case (14, _), (17, _): return "\(try cursor.integer(UInt64.self))"
    case (5, _): return "\(Float(bitPattern: try cursor.integer(UInt32.self)))"
    case (8, _): return "\(Double(bitPattern: try cursor.integer(UInt64.self)))"
    case (65, _): return try cursor.string()
    case (_, "string"):
      try skipVersion(&cursor)
      return try cursor.string()
    case (_, let name) where name.hasPrefix("vector<string>"): return try strings(&cursor)
    case (_, let name) where name.hasPrefix("map<string,string>"): return try pairs(&cursor)
    default: throw unknown()
    }
  }
}
