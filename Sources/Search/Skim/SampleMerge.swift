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
  private let names: [String]
  private let best: BestCandidates?

  init(runs: [HDF5File], keepLargest: Bool?) throws {
    self.runs = runs
    names = try runs.first.map { try $0.dataset("names").strings() } ?? []
    best = try keepLargest.map { try BestCandidates(runs: runs, keepLargest: $0) }
  }

  /// Writes the merged columns to a file that is not yet under its name.
  func write(to path: String) throws {
    let extras = ["events", "weights", "rules"].filter { name in
      runs.contains { $0.contains(name) }
    }
    let total = try best?.count ?? runs.reduce(0) { try $0 + $1.dataset("rows").count }
    let columns =
      names.map { ColumnFileWriter.Column(path: "columns/\($0)", number: .float64, count: total) }
      + extras.map {
        ColumnFileWriter.Column(
          path: $0, number: $0 == "weights" ? .float64 : .uint64, count: total)
      }
    let counts = try joinedCounts()
    let rowCount = try runs.reduce(0) { try $0 + Int($1.dataset("rowCount").integers().first ?? 0) }
    // The counts and names are the metadata of the merged file; values follow in place.
    var failure: (any Error)?
    let names = self.names
    let bestCounts = best?.counts
    let writer = try ColumnFileWriter(
      path: path, columns: columns, userBlock: SealedFile.blockSize
    ) { (metadata) throws(HDF5Error) in
      do {
        try metadata.write("names", names)
        try metadata.write("rowCount", [Int64(rowCount)])
        try counts?.write(to: metadata)
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

  private func joinedCounts() throws -> SkimCounts? {
    var joined: SkimCounts?
    for run in runs {
      let counts = try SkimCounts(reading: run)
      if joined == nil { joined = counts } else { joined?.append(counts) }
    }
    return joined
  }

  private func merge(into writer: ColumnFileWriter, extras: [String]) throws {
    var cursors: [RunCursor] = []
    for (index, run) in runs.enumerated() {
      let cursor = try RunCursor(
        run, index: index, columns: names.map { "columns/\($0)" } + extras,
        kept: best?.rows[index])
      if try cursor.advance() { cursors.append(cursor) }
    }
    var output = [[UInt64]](repeating: [], count: names.count + extras.count)
    var row = 0
    func flush() throws {
      for column in output.indices {
        try output[column].withUnsafeBytes { try writer.write($0, column: column, row: row) }
      }
      row += output[0].count
      for column in output.indices { output[column].removeAll(keepingCapacity: true) }
    }
    while !cursors.isEmpty {
      var next = 0
      for index in cursors.indices.dropFirst() where cursors[index].precedes(cursors[next]) {
        next = index
      }
      // As long as this run holds the smallest value, its rows follow each other.
      let cursor = cursors[next]
      let others = cursors.indices.filter { $0 != next }.map { cursors[$0] }
      let rival = others.min { $0.precedes($1) }
      var isLeft = true
      while isLeft, rival.map({ cursor.precedes($0) }) ?? true {
        for column in output.indices { output[column].append(cursor.value(column)) }
        if output[0].count == Self.blockRows { try flush() }
        isLeft = try cursor.advance()
      }
      if !isLeft { cursors.remove(at: next) }
    }
    try flush()
  }
}

/// Walks through one run block by block.
private final class RunCursor {
  private let datasets: [HDF5Dataset]
  private let index: Int
  private let count: Int
  private let kept: Set<Int>?
  private var blockStart = 0
  private var blockCount = 0
  private var position = -1
  private var block: [[UInt64]]
  private(set) var order: UInt64 = 0

  init(_ run: HDF5File, index: Int, columns: [String], kept: Set<Int>?) throws {
    datasets = try columns.map { try run.dataset($0) }
    self.index = index
    self.kept = kept
    count = try run.dataset("rows").count
    block = [[UInt64]](
      repeating: [UInt64](repeating: 0, count: min(count, SampleMerge.blockRows)),
      count: columns.count)
  }

  /// Goes to the next row that is kept; false at the end.
  func advance() throws -> Bool {
    repeat {
      position += 1
      if position == blockStart + blockCount {
        guard position < count else { return false }
        blockStart = position
        blockCount = min(SampleMerge.blockRows, count - position)
        let rows = blockStart..<(blockStart + blockCount)
        for (column, dataset) in datasets.enumerated() {
          try block[column].withUnsafeMutableBytes { buffer in
            try dataset.read(
              rows: rows,
              into: UnsafeMutableRawBufferPointer(rebasing: buffer[..<(blockCount * 8)]))
          }
        }
      }
    } while !(kept?.contains(position) ?? true)
    order = SortByObservable.ascendingBits(Double(bitPattern: value(0)))
    return true
  }

  func value(_ column: Int) -> UInt64 { block[column][position - blockStart] }

  func precedes(_ other: RunCursor) -> Bool { (order, index) < (other.order, other.index) }
}

/// Which selected row of each event is kept.
///
/// The largest (or smallest) key wins, a NaN loses against every number, ties go to the first row
/// of the first file.
struct BestCandidates {
  /// Kept rows of each run, by their place in the run.
  private(set) var rows: [Set<Int>]
  /// Candidates kept, and their events (the same number).
  var counts: [Int] { [count, count] }
  /// Number of rows kept.
  private(set) var count: Int

  init(runs: [HDF5File], keepLargest: Bool) throws {
    struct Choice {
      var key: Double
      var run: Int
      var row: Int64
      var place: Int
    }
    var choices: [UInt64: Choice] = [:]
    for (index, run) in runs.enumerated() where run.contains("events") {
      let events = try run.dataset("events").values(of: UInt64.self)
      let keys = try run.dataset("keys").values(of: Double.self)
      let numbers = try run.dataset("rows").values(of: Int64.self)
      for place in events.indices {
        let key = keys[place].isNaN ? -.infinity : keepLargest ? keys[place] : -keys[place]
        let own = Choice(key: key, run: index, row: numbers[place], place: place)
        guard let known = choices[events[place]] else {
          choices[events[place]] = own
          continue
        }
        let wins =
          own.key > known.key
          || (own.key == known.key && (own.run, own.row) < (known.run, known.row))
        if wins { choices[events[place]] = own }
      }
    }
    rows = [Set<Int>](repeating: [], count: runs.count)
    for choice in choices.values { rows[choice.run].insert(choice.place) }
    count = choices.count
  }
}
