/// A ROOT file open for reading: its header and the keys of all its folders.
///
/// Source of the layout: ROOT `io/doc/TFile` and `TFile::Init`, `TDirectoryFile::Streamer`.
package final class ROOTFile: Sendable {
  /// A key with the folders it lies in.
  package struct Entry: Sendable, Equatable {
    /// Folders and name, without a leading slash.
    package var path: String
    /// Its header.
    package var key: ROOTKey
  }

  /// Keys of all folders together at most; more is taken for damage.
  fileprivate static let mostKeys = 1 << 20
  /// Folders inside each other at most.
  fileprivate static let deepest = 64
  /// Longest key header that the recovery looks at.
  fileprivate static let headerWindow = 1 << 12

  /// Its bytes.
  package let source: ROOTSource
  /// Version of ROOT that wrote it: 63404 is 6.34/04.
  package let version: Int
  /// All objects in the order of the file; of several cycles all.
  package let entries: [Entry]
  /// Whether the writer never closed the file, and the objects were found by their records.
  package let isRecovered: Bool
  private let streamers: ROOTKey?

  /// Path of the file.
  package var path: String { source.path }

  /// Opens a file and reads its keys.
  ///
  /// - Parameters:
  ///   - path: Path of the file.
  ///   - isMapped: Whether it is mapped where that is possible; it changes no byte.
  /// - Throws: `notROOT`, `truncated`, `damaged`, `unreadable`.
  package init(path: String, isMapped: Bool = true) throws(ROOTError) {
    let source = try ROOTSource(path: path, isMapped: isMapped)
    let count = min(source.byteCount, 512)
    let start = try source.bytes(at: 0, count: count, path)
    guard start.starts(with: Array("root".utf8)), count >= 64 else {
      throw .notROOT(place: path, byteCount: source.byteCount)
    }
    var cursor = ByteCursor(start, place: path)
    try cursor.skip(4)
    let rawVersion = try cursor.int32()
    let isLong = rawVersion >= 1_000_000
    version = isLong ? rawVersion - 1_000_000 : rawVersion
    let begin = try cursor.int32()
    let end = try cursor.offset(isLong: isLong)
    _ = try cursor.offset(isLong: isLong)
    try cursor.skip(8)
    let nameByteCount = try cursor.int32()
    try cursor.skip(5)
    let infoOffset = try cursor.offset(isLong: isLong)
    let infoByteCount = try cursor.int32()
    self.source = source
    guard end <= source.byteCount else {
      throw .truncated(place: path, needed: end, found: source.byteCount)
    }
    let folder = try? Folder(
      source, at: begin.addingReportingOverflow(nameByteCount).partialValue, path)
    var walk = Walk(source: source)
    if let folder, folder.keysOffset > 0 {
      try walk.visit(folder, prefix: "", depth: 0)
      isRecovered = false
    } else {
      try walk.recover(from: begin)
      isRecovered = true
    }
    entries = walk.entries
    streamers =
      infoOffset > 0 && infoByteCount > 0
      ? try? Self.key(source, at: infoOffset, limit: infoByteCount, path) : nil
  }

  /// Whether a file begins as ROOT files do; false if it cannot be read.
  package static func isROOT(path: String) -> Bool {
    guard let source = try? ROOTSource(path: path), source.byteCount >= 4 else { return false }
    return (try? source.bytes(at: 0, count: 4, path)) == Array("root".utf8)
  }

  /// Trees and RNTuples, of several cycles the newest, in the order of the file.
  package var newestTables: [Entry] {
    let tables = entries.filter { $0.key.isTree || $0.key.isRNTuple }
    var newest: [String: Int] = [:]
    for table in tables {
      newest[table.path] = max(newest[table.path] ?? 0, table.key.cycle)
    }
    var seen: Set<String> = []
    return tables.filter { table in
      newest[table.path] == table.key.cycle && seen.insert(table.path).inserted
    }
  }

  /// A tree or RNTuple by folders and name, "name;2" for another cycle than the newest.
  package func table(named name: String) -> Entry? {
    if let exact = newestTables.first(where: { $0.path == name }) { return exact }
    guard let mark = name.lastIndex(of: ";"), let cycle = Int(name[name.index(after: mark)...])
    else { return nil }
    return entries.first {
      ($0.key.isTree || $0.key.isRNTuple) && $0.path == name[..<mark] && $0.key.cycle == cycle
    }
  }

  /// What a job of basf2 told of itself in the tree "persistent": names and texts; else empty.
  package func metadata() -> [(name: String, text: String)] {
    guard let entry = table(named: "persistent"), entry.key.isTree,
      let tree = try? Tree(self, key: entry.key, path: entry.path)
    else { return [] }
    return tree.metadata()
  }

  /// The header of the record at an offset.
  static func key(
    _ source: ROOTSource, at offset: Int, limit: Int, _ place: String
  ) throws(ROOTError) -> ROOTKey {
    let count = min(max(0, limit), headerWindow, max(0, source.byteCount - offset))
    var cursor = ByteCursor(
      try source.bytes(at: offset, count: count, place), place: place)
    return try ROOTKey(&cursor)
  }

  /// The decompressed object of a key.
  ///
  /// - Throws: `truncated`, `tooLarge`, `damaged`, `unsupportedCompression`.
  package func object(_ key: ROOTKey, place: String) throws(ROOTError) -> [UInt8] {
    let stored = try source.bytes(
      at: key.offset + key.headerByteCount, count: key.byteCount - key.headerByteCount, place)
    return try BlockDecompressor().content(
      stored, byteCount: key.objectByteCount, place: place)
  }

  /// The record of class descriptions, if the file has one.
  package func streamerRecord() throws(ROOTError) -> (key: ROOTKey, bytes: [UInt8])? {
    guard let streamers else { return nil }
    return (streamers, try object(streamers, place: "\(path): class descriptions"))
  }

  /// A folder's record: where its list of keys is.
  fileprivate struct Folder {
    var keysOffset: Int
    var keysByteCount: Int

    init(_ source: ROOTSource, at offset: Int, _ place: String) throws(ROOTError) {
      let count = min(64, max(0, source.byteCount - max(0, offset)))
      var cursor = ByteCursor(
        try source.bytes(at: offset, count: count, place), place: place)
      let version = try cursor.int16()
      try cursor.skip(8)
      keysByteCount = try cursor.int32()
      try cursor.skip(4)
      let isLong = version > 1000
      _ = try cursor.offset(isLong: isLong)
      _ = try cursor.offset(isLong: isLong)
      keysOffset = try cursor.offset(isLong: isLong)
    }
  }

  /// Collects the keys of all folders.
  private struct Walk {
    let source: ROOTSource
    var entries: [Entry] = []
    var visited: Set<Int> = []

    mutating func visit(_ folder: Folder, prefix: String, depth: Int) throws(ROOTError) {
      let place = source.path + (prefix.isEmpty ? "" : ":/\(prefix)")
      guard depth < ROOTFile.deepest, visited.insert(folder.keysOffset).inserted else {
        throw .damaged(place: place, what: "folders inside each other without an end")
      }
      var cursor = ByteCursor(
        try source.bytes(at: folder.keysOffset, count: folder.keysByteCount, place), place: place)
      _ = try ROOTKey(&cursor)
      let count = try cursor.int32()
      guard count >= 0, entries.count + count <= ROOTFile.mostKeys else {
        throw cursor.damaged("\(count) keys")
      }
      for _ in 0..<count {
        let key = try ROOTKey(&cursor)
        let path = prefix + key.name
        entries.append(Entry(path: path, key: key))
        guard key.isDirectory else { continue }
        let inner = try Folder(
          source, at: key.offset + key.headerByteCount, "\(source.path):/\(path)")
        if inner.keysOffset > 0, inner.keysByteCount > 0 {
          try visit(inner, prefix: path + "/", depth: depth + 1)
        }
      }
    }

    /// Goes from record to record: for files whose list of keys was never written.
    mutating func recover(from begin: Int) throws(ROOTError) {
      var offset = begin
      while offset >= 0, offset <= source.byteCount - 18, entries.count < ROOTFile.mostKeys {
        let head = try source.bytes(at: offset, count: 4, source.path)
        let length = head.reduce(0) { $0 << 8 | Int32($1) }
        if length < 0 {
          offset += Int(length.magnitude)
          continue
        }
        guard length > 0,
          let key = try? ROOTFile.key(
            source, at: offset, limit: ROOTFile.headerWindow, source.path),
          key.offset == offset, offset + key.byteCount <= source.byteCount
        else { return }
        if key.isTree || key.isRNTuple { entries.append(Entry(path: key.name, key: key)) }
        offset += key.byteCount
      }
    }
  }
}
