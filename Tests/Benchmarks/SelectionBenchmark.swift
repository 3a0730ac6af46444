import Columns
import Diagnostics
import Expressions
import Ntuples
import Platform

/// Rows a second through five cuts, two derived columns and a histogram.
struct SelectionBenchmark {
  static let tracks = ["mu0", "mu1", "mu2", "mu3"]
  static let cuts = [
    ("muonID", "count(" + tracks.map { "\($0)_muonID > 0.5" }.joined(separator: ", ") + ") >= 3"),
    ("charge", "charge == 0"),
    ("M4mu", "10 < M4mu < 11"),
    ("roe", "roeEextra < 0.4"),
    (
      "drdz",
      tracks.map { "\($0)_dr < 0.5 and abs(\($0)_dz) < 2" }.joined(separator: " and ")
    ),
  ]
  static let derived = [
    ("reduced", "sqrt(max(M * M - (2 * mMu) * (2 * mMu), 0))"),
    ("energy", tracks.map { "sqrt(\($0)_p * \($0)_p + mMu * mMu)" }.joined(separator: " + ")),
  ]

  /// The columns that are read.
  static let columnNames =
    ["muonID", "dr", "dz", "p"].flatMap { name in tracks.map { "\($0)_\(name)" } }
    + ["charge", "M4mu", "roeEextra", "M"]

  /// Cut flow and histogram of `reduced`: 1,000 bins in [0, 10), under- and overflow.
  struct Tally: Sendable {
    var flow = [Int](repeating: 0, count: 6)
    var histogram = [Int](repeating: 0, count: 1002)
    var energy = 0.0

    /// Adds what another worker found.
    mutating func add(_ other: Tally) {
      for index in flow.indices { flow[index] += other.flow[index] }
      for index in histogram.indices { histogram[index] += other.histogram[index] }
      energy += other.energy
    }

    /// Adds the rows that passed; `list` is memory for their numbers.
    mutating func fill(
      _ reduced: UnsafePointer<Double>, _ energies: UnsafePointer<Double>,
      passed: UnsafePointer<UInt8>, _ rows: Int, list: UnsafeMutablePointer<Int32>
    ) {
      var count = 0
      for row in 0..<rows {
        list[count] = Int32(truncatingIfNeeded: row)
        count &+= Int(passed[row])
      }
      var sum = energy
      histogram.withUnsafeMutableBufferPointer { bins in
        for index in 0..<count {
          let row = Int(list[index])
          let bin = 1000 * reduced[row] / 10
          bins[bin >= 0 ? Int(min(bin, 1000)) &+ 1 : 0] &+= 1
          sum += energies[row]
        }
      }
      energy = sum
    }
  }

  private final class Worker: @unchecked Sendable {
    let cursor: NtupleCursor
    let buffers: [ColumnBuffer]
    let evaluator: ExpressionEvaluator
    let masks: [UnsafeMutablePointer<UInt8>]
    let numbers: [UnsafeMutablePointer<Double>]
    let list: UnsafeMutablePointer<Int32>
    var tally = Tally()

    init(_ file: NtupleFile, _ program: ExpressionProgram, most: Int) throws {
      let columns = try program.columns.map { try file.column(named: $0) }
      cursor = try NtupleCursor(file: file, columns: columns)
      buffers = columns.map { ColumnBuffer(type: file.columns[$0].type) }
      evaluator = ExpressionEvaluator(program)
      masks = program.masks.map { _ in .allocate(capacity: most) }
      numbers = program.numbers.map { _ in .allocate(capacity: most) }
      list = .allocate(capacity: most + 1)
    }

    deinit {
      for mask in masks { mask.deallocate() }
      for number in numbers { number.deallocate() }
      list.deallocate()
    }

    /// Reads a range block by block; `select`: runs the cuts on each.
    func add(_ range: Range<Int>, select: Bool) throws {
      let step = cursor.file.rowsAtOnce ?? max(1, range.count)
      for start in stride(from: range.lowerBound, to: range.upperBound, by: step) {
        let rows = start..<min(range.upperBound, start + step)
        try cursor.read(rows, into: buffers)
        if select { self.select(rows) }
      }
    }

    private func select(_ rows: Range<Int>) {
      evaluator.evaluate(
        columns: buffers.map { UnsafeRawPointer($0.bytes) }, rows: rows.count, numbers: numbers,
        masks: masks)
      tally.flow[0] += rows.count
      for (index, mask) in masks.enumerated() {
        tally.flow[index + 1] += Self.join(masks[0], mask, rows.count)
      }
      tally.fill(numbers[0], numbers[1], passed: masks[0], rows.count, list: list)
    }

    /// Keeps the rows of `passed` that pass `mask` too; how many these are.
    private static func join(
      _ passed: UnsafeMutablePointer<UInt8>, _ mask: UnsafeMutablePointer<UInt8>, _ rows: Int
    ) -> Int {
      var count = 0
      let whole = rows / 8 * 8
      let left = UnsafeMutableRawPointer(passed)
      let right = UnsafeRawPointer(mask)
      // Eight rows in a word; a byte counts at most 255 of them.
      for start in stride(from: 0, to: whole, by: 8 * 255) {
        var counts: UInt64 = 0
        for row in stride(from: start, to: min(whole, start + 8 * 255), by: 8) {
          let both =
            left.loadUnaligned(fromByteOffset: row, as: UInt64.self)
            & right.loadUnaligned(fromByteOffset: row, as: UInt64.self)
          left.storeBytes(of: both, toByteOffset: row, as: UInt64.self)
          counts &+= both
        }
        for byte in 0..<8 { count += Int(counts >> UInt64(8 * byte) & 255) }
      }
      for row in whole..<rows {
        passed[row] &= mask[row]
        count += Int(passed[row])
      }
      return count
    }
  }

  /// Times the whole selection.
  static func run(
    path: String, variant: String, threads: Int, repeats: Int
  ) throws -> Measurement {
    var tally = Tally()
    let seconds = try fastest(of: repeats + 1) {
      tally = try work(path, threads: threads, select: true).reduce(into: Tally()) {
        $0.add($1.tally)
      }
    }
    let text = tally.histogram.map(String.init).joined(separator: ",")
    return Measurement(
      task: "select", peer: Measurement.own, variant: variant, threads: threads,
      items: Double(tally.flow[0]), seconds: seconds, values: tally.flow.map(Double.init),
      digest: SHA256Digest.of(Array(text.utf8)).description)
  }

  /// Times the reading of its columns without the cuts.
  static func read(
    path: String, variant: String, threads: Int, repeats: Int
  ) throws -> Measurement {
    let rows = try NtupleFile.open(path: path).rowCount
    let seconds = try fastest(of: repeats + 1) {
      _ = try work(path, threads: threads, select: false)
    }
    return Measurement(
      task: "select", peer: Measurement.reading, variant: variant, threads: threads,
      items: Double(rows), seconds: seconds)
  }

  /// Opens a file and works through it once.
  private static func work(_ path: String, threads: Int, select: Bool) throws -> [Worker] {
    let file = try NtupleFile.open(path: path)
    let program = try compile(file)
    let ranges = file.ranges(approximateRows: 65_536)
    let most = ranges.map(\.count).max() ?? 0
    let workers = try (0..<threads).map { _ in try Worker(file, program, most: most) }
    try WorkerPool(threads: threads).forEach(count: ranges.count) { worker, index in
      try workers[worker].add(ranges[index], select: select)
    }
    return workers
  }

  static func compile(_ file: NtupleFile) throws -> ExpressionProgram {
    var columns: [String: ColumnType] = [:]
    for column in file.columns { columns[column.name] = column.type }
    func named(_ list: [(String, String)]) -> [NamedExpression] {
      list.map { name, text in
        let place = SourceLocation(file: "benchmark", line: 1, column: 1)
        return (name: name, source: ExpressionSource(text: text, location: place))
      }
    }
    return try ExpressionProgram.compile(
      numbers: named(derived), masks: named(cuts),
      environment: ExpressionEnvironment(columns: columns, constants: ["mMu": 0.1056583755]))
  }
}
