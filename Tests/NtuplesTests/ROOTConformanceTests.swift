import Columns
import Foundation
import Ntuples
import TestSupport
import Testing

/// Files of scikit-hep-testdata, LHCb, ALICE and Combine, against what uproot 5.7.7 reads in them.
@Suite(.enabled(if: Fixture.data != nil, "NIGHTJAR_TEST_DATA is not set"))
struct ROOTConformanceTests {
  static let expected: [String: UprootFile] = {
    guard let folder = Fixture.data,
      let json = try? Data(contentsOf: URL(filePath: folder + "/data/root_expected.json")),
      let files = try? JSONDecoder().decode([String: UprootFile].self, from: json)
    else { return [:] }
    return files
  }()

  /// uproot's "evt/P3/P3.Px" is ROOT's "evt.P3.Px"; lengths of arrays are no part of a name.
  static func name(_ path: String) -> String {
    var (prefix, parent, name) = ("", "", "")
    for part in path.split(separator: "/").map(String.init) {
      let start = parent.hasSuffix(".") ? parent : parent + "."
      if !parent.isEmpty, !part.hasPrefix(start) { prefix += start }
      name = prefix + part
      parent = part
    }
    return name.firstIndex(of: "[").map { String(name[..<$0]) } ?? name
  }

  /// Columns of a branch: itself, elements of arrays, members of a list of leaves.
  static func columns(_ name: String, of file: NtupleFile) -> [Int] {
    file.columns.indices.filter { index in
      let own = file.columns[index].name
      return own == name || own.hasPrefix(name + "[") || own.hasPrefix(name + ".")
    }
  }

  @Test(arguments: expected.keys.sorted())
  func everyBranchIsReadRightOrNamed(name: String) throws {
    let file = try #require(Self.expected[name])
    let path = try #require(Fixture.data) + "/data/" + name
    for key in file.keys {
      guard key.class.contains("Tree") || key.class.hasSuffix("Tuple") || key.class == "TNtuple",
        let entries = key.entries
      else { continue }
      let ntuple: NtupleFile
      do {
        ntuple = try NtupleFile.open(path: path, table: key.key)
      } catch {
        // Nothing in it can be read: the error names the first branch.
        #expect(
          (key.branches ?? [:]).values.allSatisfy { $0.sum == nil || isUnread($0) }, "\(error)")
        continue
      }
      #expect(ntuple.rowCount == entries)
      for (branch, expected) in key.branches ?? [:] where expected.sum != nil {
        try compare(ntuple, branch, expected)
      }
    }
  }

  /// Types that are listed with a reason instead of being read.
  private func isUnread(_ branch: UprootFile.Branch) -> Bool {
    let type = branch.type ?? ""
    return ["vector<std::", "set<", "map<", "TVector3", "group", "Event", "struct", "Mini"]
      .contains { type.contains($0) }
  }

  private func compare(_ ntuple: NtupleFile, _ branch: String, _ expected: UprootFile.Branch) throws
  {
    let name = Self.name(branch)
    let type = expected.type ?? ""
    let columns = Self.columns(name, of: ntuple)
    if columns.isEmpty || type.contains("group") || type.contains("Mini") || type.isEmpty {
      let isNamed = ntuple.unreadable.contains { $0.name == name }
      #expect(isNamed || isUnread(expected) || type.isEmpty, "\(branch) of type \(type) is missing")
      return
    }
    // uproot shows the members of an object as one branch; they are compared on their own.
    if isUnread(expected), !type.hasPrefix("struct") { return }
    if ntuple.columns[columns[0]].name == name + ".size" { return }
    let cursor = try NtupleCursor(file: ntuple, columns: columns)
    let buffers = cursor.makeBuffers()
    let offsets = cursor.makeOffsets()
    try cursor.read(0..<ntuple.rowCount, into: buffers, offsets: offsets)
    var (count, sum, low, high) = (0, 0.0, Double.infinity, -Double.infinity)
    var magnitude = 0.0
    for buffer in buffers {
      for index in 0..<buffer.count {
        let value = buffer.double(at: index)
        count += 1
        sum += value
        magnitude += abs(value)
        low = min(low, value)
        high = max(high, value)
      }
    }
    #expect(count == expected.n, "\(branch)")
    // Sums: other orders. Double32 of 32 bits: uproot divides by 2^32, ROOT by 2^32 - 1.
    let isWide = branch == "double32_32"
    let slack =
      isWide ? 1e-8 * Double(count) : type.contains("16_t") ? 3e-7 * magnitude : 1e-9 * magnitude
    #expect(abs(sum - (expected.sum ?? .nan)) <= slack + 1e-12, "\(branch): \(sum)")
    guard count > 0 else { return }
    let own = isWide ? 1e-8 : type.contains("16_t") ? 3e-7 : 1e-12
    func isClose(_ a: Double, _ b: Double?) -> Bool {
      b.map { abs(a - $0) <= own * max(1, abs($0)) } ?? true
    }
    #expect(isClose(low, expected.min), "\(branch): \(low)")
    #expect(isClose(high, expected.max), "\(branch): \(high)")
    if buffers[0].count > 0 {
      #expect(isClose(buffers[0].double(at: 0), expected.first), "\(branch)")
    }
    if let last = buffers.last, last.count > 0, columns.count == 1 || !type.hasPrefix("struct") {
      #expect(isClose(last.double(at: last.count - 1), expected.last), "\(branch)")
    }
  }

  /// The same table in every compression, byte by byte.
  @Test(arguments: [
    ("Zmumu", ["uncompressed", "zlib", "lzma", "lz4", "zstd"]),
    ("HZZ", ["zlib", "lz4", "lzma", "zstd"]),
  ])
  func compressionsGiveIdenticalColumns(name: String, codecs: [String]) throws {
    let folder = try #require(Fixture.data) + "/data/root/uproot-"
    func bytes(_ codec: String) throws -> [[UInt8]] {
      let file = try NtupleFile.open(path: "\(folder)\(name)-\(codec).root")
      let cursor = try NtupleCursor(file: file, columns: Array(file.columns.indices))
      let (buffers, offsets) = (cursor.makeBuffers(), cursor.makeOffsets())
      try cursor.read(0..<file.rowCount, into: buffers, offsets: offsets)
      return (buffers + offsets.compactMap { $0 }).map { buffer in
        Array(
          UnsafeRawBufferPointer(
            start: buffer.bytes, count: buffer.count * buffer.type.byteCount))
      }
    }
    let first = try bytes(codecs[0])
    #expect(first.count >= 19)
    for codec in codecs.dropFirst() { #expect(try bytes(codec) == first, "\(codec)") }
  }

  /// Counts of lists without stored offsets come from the branch that counts them.
  @Test func listsWithoutOffsetsAreCountedByTheirLengths() throws {
    let path = try #require(Fixture.data) + "/data/root/uproot-small-dy-nooffsets.root"
    let file = try NtupleFile.open(path: path)
    let columns = try ["nJet", "Jet_pt", "Jet_jetId"].map { try file.column(named: $0) }
    let cursor = try NtupleCursor(file: file, columns: columns)
    let (buffers, offsets) = (cursor.makeBuffers(), cursor.makeOffsets())
    try cursor.read(0..<file.rowCount, into: buffers, offsets: offsets)
    #expect(buffers[1].count == 2165)
    for list in offsets.dropFirst().compactMap({ $0 }) {
      let ends = list.bytes.assumingMemoryBound(to: Int64.self)
      for row in 0..<file.rowCount {
        #expect(Double(ends[row + 1] - ends[row]) == buffers[0].double(at: row))
      }
    }
  }

  /// Any cut into blocks gives the same values.
  @Test(arguments: ["uproot-HZZ-zlib", "uproot-sample-6.20.04-zlib", "uproot-small-dy-nooffsets"])
  func blocksGiveTheSameValues(name: String) throws {
    let path = try #require(Fixture.data) + "/data/root/\(name).root"
    let file = try NtupleFile.open(path: path)
    let all = Array(file.columns.indices)
    let whole = try NtupleCursor(file: file, columns: all)
    let (buffers, offsets) = (whole.makeBuffers(), whole.makeOffsets())
    try whole.read(0..<file.rowCount, into: buffers, offsets: offsets)
    let parts = try NtupleCursor(file: file, columns: all)
    let (own, ownOffsets) = (parts.makeBuffers(), parts.makeOffsets())
    var row = 0
    var step = 1
    while row < file.rowCount {
      let rows = row..<min(file.rowCount, row + step)
      try parts.read(rows, into: own, offsets: ownOffsets)
      for slot in all.indices {
        var start = row
        var count = rows.count
        if let ends = offsets[slot]?.bytes.assumingMemoryBound(to: Int64.self) {
          start = Int(ends[row])
          count = Int(ends[rows.upperBound] - ends[row])
        }
        #expect(own[slot].count == count)
        for index in 0..<count {
          #expect(own[slot].double(at: index) == buffers[slot].double(at: start + index))
        }
      }
      row = rows.upperBound
      step = step * 3 % 101 + 1
    }
  }
}
