import HDF5Files
import Platform

/// Merges the runs of one sample into one file ordered by (observable, file, row).
///
/// Runs come in the order of their files' digests, then of their rows. Memory is bounded by a block
/// of rows a run; with a best-candidate choice also by one entry an event.
struct SampleMerge {
  /// Rows of a block.
  static let blockRows = 1 << 16

  private let runs: [HDF5File]
  private let filled: [HDF5File]
  private let names: [String]
  private let best: BestCandidates?

  init(runs: [HDF5File], keepLargest: Bool?) throws {
    self.runs = runs
    names = try runs.first.map { try $0.dataset("names").strings() } ?? []
    // Runs that selected nothing give counts, and have no columns of weights, rules or events.
    let filled = try runs.filter { try $0.dataset("rows").count > 0 }
    self.filled = filled
    best = try keepLargest.map { try BestCandidates(runs: filled, keepLargest: $0) }
  }

  /// Writes the merged columns to a file that is not yet under its name.
  func write(to path: String) throws {
    let systematics = try runs.first.map(Self.systematics) ?? []
    let shifted = systematics.map { SkimmedSample.shiftedPrefix + $0 }
    let extras = (["events", "weights"] + shifted + ["rules"]).filter { name in
      runs.contains { $0.contains(name) }
    }
    let total = try best?.count ?? runs.reduce(0) { try $0 + $1.dataset("rows").count }
    let columns =
      names.map { ColumnFileWriter.Column(path: "columns/\($0)", number: .float64, count: total) }
      + extras.map {
        ColumnFileWriter.Column(
          path: $0, number: $0 == "events" || $0 == "rules" ? .uint64 : .float64, count: total)
      }
    let counts = try joinedCounts()
    var generated = GeneratedEvents()
    for run in runs { try generated.add(GeneratedEvents(reading: run), place: run.name) }
    let rowCount = try runs.reduce(0) { try $0 + Int($1.dataset("rowCount").integers().first ?? 0) }
    // The counts and names are the metadata of the merged file; values follow in place.
    var failure: (any Error)?
    let names = self.names
    let points = generated.totals
    let bestCounts = best?.counts
    let writer = try ColumnFileWriter(
      path: path, columns: columns, userBlock: SealedFile.blockSize
    ) { (metadata) throws(HDF5Error) in
      do {
        try metadata.write("names", names)
        try metadata.write("rowCount", [Int64(rowCount)])
        if !systematics.isEmpty { try metadata.write("systematics", systematics) }
        try counts?.write(to: metadata)
        try GeneratedEvents.write(points, to: metadata)
        if let bestCounts {
          try metadata.write("counts/best", bestCounts.map(Int64.init))
        }
      } catch let error as HDF5Error {
        throw error
      } catch { failure = error }
    }
    if let failure { throw failure }
    do {
      try merge(into: writer, extras: extras)
      try writer.finish()
    } catch {
      writer.cancel()
      throw error
    }
  }

  private static func systematics(of run: HDF5File) throws -> [String] {
    run.contains("systematics") ? try run.dataset("systematics").strings() : []
  }

  private func joinedCounts() throws -> SkimCounts? {
    var joined: SkimCounts?
    for run in runs {
      let counts = try SkimCounts(reading: run)
      if joined == nil { joined = counts } else { joined?.append(counts) }
    }
    return joined
  }

  private func merge(into writer: ColumnFileWriter, extras: [String]) throws {
    let columns = names.map { "columns/\($0)" } + extras
    let cursors = try filled.enumerated().map { index, run in
      try RunCursor(run, columns: columns, kept: best?.isKept[index])
    }
    var heap = RunHeap()
    for (index, cursor) in cursors.enumerated() where try cursor.advance() {
      heap.insert(.init(order: cursor.order, run: index))
    }
    let output = (0..<columns.count).map { _ in
      UnsafeMutablePointer<UInt64>.allocate(capacity: Self.blockRows)
    }
    defer { for buffer in output { buffer.deallocate() } }
    var filled = 0
    var written = 0
    func flush() throws {
      for (column, buffer) in output.enumerated() {
        let bytes = UnsafeRawBufferPointer(start: buffer, count: filled * 8)
        try writer.write(bytes, column: column, row: written)
      }
      written += filled
      filled = 0
    }
    while let top = heap.top {
      let cursor = cursors[top.run]
      for column in 0..<columns.count { output[column][filled] = cursor.value(column) }
      filled += 1
      if filled == Self.blockRows { try flush() }
      if try cursor.advance() {
        heap.replaceTop(.init(order: cursor.order, run: top.run))
      } else {
        heap.removeTop()
      }
    }
    try flush()
  }
}

/// Walks through one run block by block.
private final class RunCursor {
  private let datasets: [HDF5Dataset]
  private let count: Int
  private let isKept: [Bool]?
  private var blockStart = 0
  private var blockCount = 0
  private var position = -1
  private let block: [UnsafeMutablePointer<UInt64>]
  /// The observable of the current row as bits that order like it.
  private(set) var order: UInt64 = 0

  init(_ run: HDF5File, columns: [String], kept: [Bool]?) throws {
    datasets = try columns.map { try run.dataset($0) }
    isKept = kept
    count = try run.dataset("rows").count
    let length = max(1, min(count, SampleMerge.blockRows))
    block = columns.map { _ in UnsafeMutablePointer<UInt64>.allocate(capacity: length) }
  }

  deinit { for buffer in block { buffer.deallocate() } }

  /// Goes to the next row that is kept; false at the end.
  func advance() throws -> Bool {
    repeat {
      position += 1
      if position == blockStart + blockCount {
        guard position < count else { return false }
        blockStart = position
        blockCount = min(SampleMerge.blockRows, count - position)
        for (buffer, dataset) in zip(block, datasets) {
          try dataset.read(
            rows: blockStart..<(blockStart + blockCount),
            into: UnsafeMutableRawBufferPointer(start: buffer, count: blockCount * 8))
        }
      }
    } while isKept.map { !$0[position] } ?? false
    order = SortByObservable.ascendingBits(Double(bitPattern: value(0)))
    return true
  }

  @inline(__always)
  func value(_ column: Int) -> UInt64 { block[column][position - blockStart] }
}

/// The runs that have rows left, the one with the smallest row on top; ties go to the first run.
private struct RunHeap {
  struct Entry {
    var order: UInt64
    var run: Int

    func precedes(_ other: Entry) -> Bool {
      order < other.order || (order == other.order && run < other.run)
    }
  }

  private var entries: [Entry] = []

  var top: Entry? { entries.first }

  mutating func insert(_ entry: Entry) {
    entries.append(entry)
    var child = entries.count - 1
    while child > 0, entries[child].precedes(entries[(child - 1) / 2]) {
      entries.swapAt(child, (child - 1) / 2)
      child = (child - 1) / 2
    }
  }

  mutating func replaceTop(_ entry: Entry) {
    entries[0] = entry
    var parent = 0
    while true {
      var child = 2 * parent + 1
      guard child < entries.count else { return }
      if child + 1 < entries.count, entries[child + 1].precedes(entries[child]) { child += 1 }
      guard entries[child].precedes(entries[parent]) else { return }
      entries.swapAt(child, parent)
      parent = child
    }
  }

  mutating func removeTop() {
    let last = entries.removeLast()
    if !entries.isEmpty { replaceTop(last) }
  }
}

/// Which selected row of each event is kept.
///
/// The largest (or smallest) key wins, a NaN loses against every number, ties go to the first row
/// of the first file.
struct BestCandidates {
  /// Whether each row of each run is kept.
  private(set) var isKept: [[Bool]]
  /// Candidates kept, and their events (the same number).
  var counts: [Int] { [count, count] }
  /// Number of rows kept.
  private(set) var count = 0

  init(runs: [HDF5File], keepLargest: Bool) throws {
    var events: [UInt64] = []
    var keys: [Double] = []
    var numbers: [Int64] = []
    var starts: [Int] = []
    for run in runs {
      starts.append(events.count)
      guard run.contains("events") else { continue }
      events += try run.dataset("events").values(of: UInt64.self)
      keys += try run.dataset("keys").values(of: Double.self)
      numbers += try run.dataset("rows").values(of: Int64.self)
    }
    starts.append(events.count)
    isKept = zip(starts, starts.dropFirst()).map { [Bool](repeating: false, count: $1 - $0) }
    // Rows of an event stand together once sorted by hash, in the order of runs.
    let order = SortByObservable.order(ofKeys: events)
    var first = 0
    while first < order.count {
      var chosen = Int(order[first])
      var next = first + 1
      while next < order.count, events[Int(order[next])] == events[chosen] {
        let rival = Int(order[next])
        if Self.wins(rival, over: chosen, keys: keys, keepLargest: keepLargest)
          || (keys[rival] == keys[chosen] || (keys[rival].isNaN && keys[chosen].isNaN))
            && Self.run(of: rival, starts) == Self.run(of: chosen, starts)
            && numbers[rival] < numbers[chosen]
        {
          chosen = rival
        }
        next += 1
      }
      let run = Self.run(of: chosen, starts)
      isKept[run][chosen - starts[run]] = true
      count += 1
      first = next
    }
  }

  private static func wins(_ a: Int, over b: Int, keys: [Double], keepLargest: Bool) -> Bool {
    if keys[a].isNaN { return false }
    if keys[b].isNaN { return true }
    return keepLargest ? keys[a] > keys[b] : keys[a] < keys[b]
  }

  private static func run(of index: Int, _ starts: [Int]) -> Int {
    var low = 0
    var high = starts.count - 1
    while low + 1 < high {
      let middle = (low + high) / 2
      if starts[middle] <= index { low = middle } else { high = middle }
    }
    return low
  }
}
