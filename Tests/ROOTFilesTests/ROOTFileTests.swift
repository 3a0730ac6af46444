import Codecs
import Columns
import Foundation
import ROOTFiles
import Testing

/// Containers: keys, folders, cycles, recovery, and what broken files are told.
@Suite struct ROOTFileTests {
  static let fixtures = URL(filePath: #filePath).deletingLastPathComponent()
    .appending(path: "Fixtures")

  static func path(_ name: String) -> String {
    fixtures.appending(path: "uproot-\(name).root").path
  }

  static func bytes(_ name: String) throws -> [UInt8] {
    Array(try Data(contentsOf: URL(filePath: path(name))))
  }

  /// A file of its own that is gone after the test.
  @discardableResult
  static func with<T>(_ bytes: [UInt8], _ body: (String) throws -> T) throws -> T {
    let path = FileManager.default.temporaryDirectory
      .appending(path: "nightjar-\(UUID().uuidString).root").path
    try Data(bytes).write(to: URL(filePath: path))
    defer { try? FileManager.default.removeItem(atPath: path) }
    return try body(path)
  }

  /// All values of all columns of all trees, as doubles.
  static func values(_ path: String, isMapped: Bool = true) throws -> [String: [Double]] {
    let file = try ROOTFile(path: path, isMapped: isMapped)
    var found: [String: [Double]] = [:]
    for entry in file.newestTables {
      let table = try ROOTTable(file, entry: entry)
      let all = Array(table.columns.indices)
      let cursor = try ROOTTableCursor(table, columns: all)
      let buffers = table.columns.map { ColumnBuffer(type: $0.type) }
      let offsets = table.columns.map { $0.isList ? ColumnBuffer(type: .int64) : nil }
      try cursor.read(0..<table.rowCount, into: buffers, offsets: offsets)
      for (column, buffer) in zip(table.columns, buffers) {
        found["\(entry.path)/\(column.name)"] = (0..<buffer.count).map(buffer.double(at:))
      }
    }
    return found
  }

  @Test func foldersAreWalked() throws {
    let file = try ROOTFile(path: Self.path("nesteddirs"))
    #expect(file.newestTables.map(\.path) == ["one/two/tree", "one/tree", "three/tree"])
    #expect(file.version == 60804)
    #expect(!file.isRecovered)
  }

  @Test func theNewestCycleWinsAndANameMayAsk() throws {
    let file = try ROOTFile(path: Self.path("issue31"))
    #expect(file.newestTables.map(\.key.cycle) == [2])
    #expect(file.table(named: "T")?.key.cycle == 2)
    #expect(file.table(named: "T;1")?.key.cycle == 1)
    #expect(file.table(named: "T;3") == nil)
  }

  /// A job that was killed leaves the first header, where no list of keys is written yet.
  @Test(arguments: ["sample-6.20.04-zlib", "simple"])
  func treesOfFilesThatWereNeverClosedAreFound(name: String) throws {
    var bytes = try Self.bytes(name)
    let begin = Int(bytes[8...11].reduce(0) { $0 << 8 | Int($1) })
    // fNbytesName stands behind fEND, fSeekFree, fNbytesFree and nfree.
    let nameBytes = Int(bytes[28...31].reduce(0) { $0 << 8 | Int($1) })
    let folder = begin + nameBytes
    // fSeekKeys: behind version, two dates, two lengths and two offsets.
    for place in (folder + 26)..<(folder + 30) { bytes[place] = 0 }
    // fSeekInfo and fNbytesInfo: no descriptions either.
    for place in 37..<45 { bytes[place] = 0 }
    let whole = try Self.values(Self.path(name))
    try Self.with(bytes) { path in
      let isRecovered = try ROOTFile(path: path).isRecovered
      let values = try Self.values(path)
      #expect(isRecovered)
      #expect(values == whole)
    }
  }

  /// Offsets beyond 2 GiB have 64 bits in header, keys and basket tables.
  @Test func filesBeyondTwoGigabytesAreRead() throws {
    func part(_ name: String) throws -> Data {
      try Data(contentsOf: Self.fixtures.appending(path: "far_\(name).bin"))
    }
    try Self.with([]) { path in
      let file = try FileHandle(forWritingTo: URL(filePath: path))
      try file.write(contentsOf: part("head"))
      try file.seek(toOffset: 3_000_000_000)
      try file.write(contentsOf: part("tail"))
      try file.close()
      let values = try Self.values(path)
      #expect(values == ["far/x": (0..<1000).map { Double($0) / 2 }])
    }
  }

  /// A buffer beyond 16 MiB is several blocks behind each other.
  @Test func severalBlocksAreOneBuffer() throws {
    let parts = [Array("begin ".utf8), [UInt8](repeating: 7, count: 70_000), Array("end".utf8)]
    var stored: [UInt8] = []
    for part in parts {
      let block = part.withUnsafeBytes { ZlibCompressor(level: 6).compress($0) }
      func three(_ count: Int) -> [UInt8] { (0..<3).map { UInt8(count >> (8 * $0) & 0xff) } }
      stored += Array("ZL".utf8) + [8] + three(block.count) + three(part.count) + block
    }
    let whole = parts.flatMap { $0 }
    let found = try BlockDecompressor().content(stored, byteCount: whole.count, place: "here")
    #expect(found == whole)
    #expect(
      throws: ROOTError.damaged(place: "here", what: "its compressed blocks end 1 bytes too early")
    ) {
      try BlockDecompressor().content(stored, byteCount: whole.count + 1, place: "here")
    }
    #expect(
      throws: ROOTError.damaged(
        place: "here", what: "the lengths of a compressed block do not fit")
    ) {
      try BlockDecompressor().content(stored, byteCount: whole.count - 1, place: "here")
    }
  }

  @Test func foreignFilesAreNamed() throws {
    try Self.with(Array("rootless text that is long enough to hold a header of a file".utf8)) {
      path in
      #expect(throws: ROOTError.self) { try ROOTFile(path: path) }
    }
    try Self.with(Array("PK\u{3}\u{4}".utf8)) { path in
      #expect(throws: ROOTError.notROOT(place: path, byteCount: 4)) { try ROOTFile(path: path) }
    }
    let folder = FileManager.default.temporaryDirectory.path
    #expect(throws: ROOTError.unreadable(place: folder, reason: "not a regular file")) {
      try ROOTFile(path: folder)
    }
  }

  @Test func truncatedFilesAreNamed() throws {
    let bytes = try Self.bytes("simple")
    try Self.with(Array(bytes.prefix(bytes.count - 10))) { path in
      #expect(
        throws: ROOTError.truncated(place: path, needed: bytes.count, found: bytes.count - 10)
      ) { try ROOTFile(path: path) }
    }
  }

  /// As over a network, where files are not mapped.
  @Test(arguments: ["trees_none", "trees_zlib", "kinds_raw", "kinds", "ntuple_zstd", "late_raw"])
  func copiedBytesAreTheMappedOnes(name: String) throws {
    let path = Self.fixtures.appending(path: "\(name).root").path
    func bits(isMapped: Bool) throws -> [String: [UInt64]] {
      try Self.values(path, isMapped: isMapped).mapValues { $0.map(\.bitPattern) }
    }
    let (mapped, copied) = (try bits(isMapped: true), try bits(isMapped: false))
    #expect(!mapped.isEmpty)
    #expect(mapped == copied)
  }

  /// Files that are cut behind the back of a reader: mapped bytes that are gone end no process.
  @Test(arguments: ["trees_none", "trees_zlib", "kinds_raw"], [true, false])
  func filesThatAreCutAfterOpeningAreNamed(name: String, isMapped: Bool) throws {
    let whole = Array(try Data(contentsOf: Self.fixtures.appending(path: "\(name).root")))
    try Self.with(whole) { path in
      let file = try ROOTFile(path: path, isMapped: isMapped)
      let table = try ROOTTable(file, entry: try #require(file.newestTables.first))
      let columns = Array(table.columns.indices)
      let cursor = try ROOTTableCursor(table, columns: columns)
      let buffers = table.columns.map { ColumnBuffer(type: $0.type) }
      let offsets = table.columns.map { $0.isList ? ColumnBuffer(type: .int64) : nil }
      try cursor.read(0..<table.rowCount, into: buffers, offsets: offsets)
      #expect(truncate(path, 100) == 0)
      let again = try ROOTTableCursor(table, columns: columns)
      let error = #expect(throws: ROOTError.self) {
        try again.read(0..<table.rowCount, into: buffers, offsets: offsets)
      }
      #expect(error?.description.contains("file is truncated; found 100 of ") == true)
    }
  }

  @Test func filesThatAreCutMeanwhileAreNamed() throws {
    let whole = [UInt8](repeating: 7, count: 100_000)
    try Self.with(whole) { path in
      let source = try ROOTSource(path: path)
      let memory = ScratchMemory()
      func cut(to count: Int, _ afterwards: Int, fails: Bool) throws {
        try source.withBytes(0..<whole.count, memory: memory, path) { (bytes) throws(ROOTError) in
          #expect(truncate(path, count) == 0)
          let zeroes = bytes.reduce(0) { $0 + ($1 == 0 ? 1 : 0) }
          #expect(zeroes == whole.count - count)
          #expect(truncate(path, afterwards) == 0)
          if fails { throw .damaged(place: path, what: "zeroes") }
        }
      }
      #expect(throws: ROOTError.truncated(place: path, needed: whole.count, found: 9000)) {
        try cut(to: 9000, 9000, fails: true)
      }
      // Whole again, of zeroes: still not what was opened.
      let changed = ROOTError.unreadable(
        place: path, reason: "the file was changed while it was read")
      #expect(throws: changed) {
        #expect(truncate(path, whole.count) == 0)
        try source.withBytes(0..<10, memory: memory, path) { _ in Issue.record("called") }
      }
    }
    try Self.with(whole) { path in
      let source = try ROOTSource(path: path)
      let changed = ROOTError.unreadable(
        place: path, reason: "the file was changed while it was read")
      #expect(throws: changed) {
        try source.withBytes(0..<whole.count, memory: ScratchMemory(), path) { bytes in
          #expect(truncate(path, 0) == 0)
          let zeroes = bytes.reduce(0) { $0 + ($1 == 0 ? 1 : 0) }
          #expect(zeroes == whole.count)
          #expect(truncate(path, whole.count) == 0)
        }
      }
    }
  }

  /// The block of the old algorithm before ROOT 3, in a header that is right otherwise.
  @Test func theOldCompressionIsNamed() throws {
    var bytes = try Self.bytes("sample-6.20.04-zlib")
    var count = 0
    for place in 0..<(bytes.count - 9)
    where bytes[place] == 0x5a && bytes[place + 1] == 0x4c && bytes[place + 2] == 8 {
      bytes[place] = 0x43
      bytes[place + 1] = 0x53
      count += 1
    }
    #expect(count > 10)
    try Self.with(bytes) { path in
      let error = #expect(throws: ROOTError.self) { try Self.values(path) }
      #expect(
        error?.description
          == "\(path):/sample: compression 'CS' is not supported; supported: ZLIB, LZ4, ZSTD, LZMA")
    }
  }

  /// Rows that a small file claims cost nothing until they are asked for, and then an error.
  @Test func aHundredMillionClaimedRowsCostNothing() throws {
    var bytes = try Self.bytes("simple")
    // Every count of four rows becomes 10^8: those of the tree, its branches, the basket tables.
    for place in stride(from: 0, to: bytes.count - 8, by: 1)
    where bytes[place..<(place + 8)].elementsEqual([0, 0, 0, 0, 0, 0, 0, 4]) {
      bytes.replaceSubrange((place + 4)..<(place + 8), with: [5, 0xf5, 0xe1, 0])
    }
    try Self.with(bytes) { path in
      let file = try ROOTFile(path: path)
      let entry = try #require(file.newestTables.first)
      guard let table = try? ROOTTable(file, entry: entry), !table.columns.isEmpty else { return }
      let cursor = try ROOTTableCursor(table, columns: [0])
      let buffer = ColumnBuffer(type: table.columns[0].type)
      #expect(throws: ROOTError.self) {
        try cursor.read(50_000_000..<50_000_010, into: [buffer], offsets: [nil])
      }
    }
  }

  /// Bits flipped and files cut anywhere: an error or values, never a trap.
  @Test(arguments: ["simple", "double32-float16", "leaflist", "issue31", "small-dy-nooffsets"])
  func damageIsNamedOrHarmless(name: String) throws {
    let whole = try Self.bytes(name)
    var state: UInt64 = 0x9e37_79b9_7f4a_7c15 &* UInt64(whole.count)
    func next(_ count: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int((state >> 33) % UInt64(count))
    }
    var read = 0
    var refused = 0
    for _ in 0..<400 {
      var bytes = whole
      for _ in 0...next(3) {
        let place = next(bytes.count)
        bytes[place] ^= UInt8(1 << next(8))
      }
      if next(4) == 0 { bytes.removeLast(next(bytes.count)) }
      try Self.with(bytes) { path in
        do {
          _ = try Self.values(path)
          read += 1
        } catch let error as ROOTError {
          #expect(error.description.hasPrefix(path))
          refused += 1
        }
      }
    }
    #expect(read > 0)
    #expect(refused > 0)
  }
}
