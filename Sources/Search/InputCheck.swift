import Columns
import Ntuples
import Platform
import Settings

/// Looks through the whole content of the input files: digests, rows, events that are there twice.
public struct InputCheck: Sendable {
  /// What was found in a sample.
  public struct Sample: Sendable, Equatable {
    /// Name of the sample.
    public var name: String
    /// Its files.
    public var files: [File]
    /// Rows that are there more than once, or events in more than one file; nil where the ntuple
    /// schema does not say what names an event.
    public var duplicates: Int?
    /// The first of them.
    public var examples: [String]
  }

  /// A file.
  public struct File: Sendable, Equatable {
    /// Its path.
    public var path: String
    /// Rows.
    public var rows: Int
    /// SHA-256 of all bytes.
    public var digest: SHA256Digest
  }

  private let plan: SearchPlan
  private let pool: WorkerPool
  private let stop: StopSignal
  /// Rows whose hashes are held at once.
  private let rowsAtOnce: Int

  /// Prepares a look; `memory` bounds what is held, in bytes.
  public init(plan: SearchPlan, pool: WorkerPool, stop: StopSignal, memory: Int64 = 1 << 30) {
    self.plan = plan
    self.pool = pool
    self.stop = stop
    rowsAtOnce = max(1 << 16, Int(memory / 64))
  }

  /// Looks through all samples.
  ///
  /// - Throws: what is wrong with a file; `PlatformError.stopped`.
  public func samples() throws -> [Sample] { try plan.samples.map(look) }

  private func look(_ sample: SampleFiles) throws -> Sample {
    let table = sample.settings.table ?? plan.schema.table
    let files = try sample.files.map { try NtupleFile.open(path: $0.path, table: table) }
    var found = Sample(
      name: sample.name, files: [], duplicates: nil, examples: [])
    for (file, input) in zip(files, sample.files) {
      try stop.check()
      found.files.append(
        File(path: input.path, rows: file.rowCount, digest: try SHA256Digest.of(file: input.path)))
    }
    guard !plan.schema.identity.isEmpty else { return found }
    let aliases = plan.schema.identity + [plan.schema.candidate].compactMap { $0 }
    let columns = try files.map { file in try aliases.map { try column($0, of: file) } }
    let rows = files.reduce(0) { $0 + $1.rowCount }
    let passes = max(1, (rows + rowsAtOnce - 1) / rowsAtOnce)
    var count = 0
    for pass in 0..<passes {
      let entries = try self.entries(files, columns, pass: pass, of: passes)
      var start = 0
      while start < entries.count {
        var end = start + 1
        while end < entries.count, entries[end].isSame(entries[start]) { end += 1 }
        defer { start = end }
        guard end - start > 1 else { continue }
        let group = entries[start..<end]
        // Without a number of the candidate, rows of one event in one file are its candidates.
        let places =
          plan.schema.candidate == nil
          ? Set(group.map(\.file)).sorted().compactMap { file in
            group.filter { $0.file == file }.map(\.row).min().map { (file: file, row: $0) }
          } : group.map { (file: $0.file, row: $0.row) }.sorted { $0 < $1 }
        guard places.count > 1 else { continue }
        count += places.count - 1
        if found.examples.count < 3 {
          found.examples.append(try example(places, aliases, files, columns))
        }
      }
    }
    found.duplicates = count
    return found
  }

  private func column(_ alias: String, of file: NtupleFile) throws -> Int {
    let names = plan.schema.columns.value(named: alias)?.names ?? []
    let all = names.isEmpty ? [alias] : names
    return try file.column(named: all[0], aliases: Array(all.dropFirst()))
  }

  /// What stands for a row: 128 bits of its identity, and where it is.
  private struct Entry: Sendable {
    var first: UInt64
    var second: UInt64
    var file: Int32
    var row: Int

    func isSame(_ other: Entry) -> Bool { first == other.first && second == other.second }
  }

  /// The rows of one pass, those of equal identity side by side.
  ///
  /// Two identities have the same 128 bits with a probability below 1e-18 for 10^10 rows.
  private func entries(
    _ files: [NtupleFile], _ columns: [[Int]], pass: Int, of passes: Int
  ) throws -> [Entry] {
    var pieces: [(file: Int, rows: Range<Int>)] = []
    for (index, file) in files.enumerated() {
      pieces += file.ranges(approximateRows: 1 << 18).map { (index, $0) }
    }
    let stretches = pieces
    let slots = Slots<[Entry]>(count: stretches.count)
    try pool.forEach(count: stretches.count) { _, index in
      try stop.check()
      let (file, rows) = stretches[index]
      let cursor = try NtupleCursor(file: files[file], columns: columns[file])
      let buffers = cursor.makeBuffers()
      try cursor.read(rows, into: buffers)
      var entries: [Entry] = []
      for row in 0..<rows.count {
        var (first, second): (UInt64, UInt64) = (0, 0x6a09_e667_f3bc_c908)
        for buffer in buffers {
          let value = Self.whole(buffer.double(at: row))
          first = EventHash.mixed(first, value)
          second = EventHash.mixed(second, value)
        }
        guard passes == 1 || Int(first % UInt64(passes)) == pass else { continue }
        entries.append(
          Entry(first: first, second: second, file: Int32(file), row: rows.lowerBound + row))
      }
      slots.set(index, entries)
    }
    return slots.all().flatMap { $0 }.sorted {
      ($0.first, $0.second, $0.file, $0.row) < ($1.first, $1.second, $1.file, $1.row)
    }
  }

  private static func whole(_ value: Double) -> Int64 {
    Int64(exactly: value) ?? Int64(bitPattern: value.bitPattern)
  }

  private func example(
    _ places: [(file: Int32, row: Int)], _ aliases: [String], _ files: [NtupleFile],
    _ columns: [[Int]]
  ) throws -> String {
    let first = places[0], file = Int(first.file)
    let cursor = try NtupleCursor(file: files[file], columns: columns[file])
    let buffers = cursor.makeBuffers()
    try cursor.read(first.row..<first.row + 1, into: buffers)
    let identity = zip(aliases, buffers).map { alias, buffer in
      let value = buffer.double(at: 0)
      return "\(alias) \(Int64(exactly: value).map { "\($0)" } ?? "\(value)")"
    }
    let found = places.prefix(3).map { "row \($0.row) of \(files[Int($0.file)].path)" }
    let more = places.count > 3 ? " and \(places.count - 3) more" : ""
    return "\(identity.joined(separator: ", ")): \(found.joined(separator: ", "))\(more)"
  }
}
