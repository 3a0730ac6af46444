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
  }

  private final class Worker: @unchecked Sendable {
    let cursor: NtupleCursor
    let buffers: [ColumnBuffer]
    let evaluator: ExpressionEvaluator
    let masks: [UnsafeMutablePointer<UInt8>]
    let numbers: [UnsafeMutablePointer<Double>]
    var tally = Tally()

    init(_ file: NtupleFile, _ program: ExpressionProgram, most: Int) throws {
      let columns = try program.columns.map { try file.column(named: $0) }
      cursor = try NtupleCursor(file: file, columns: columns)
      buffers = columns.map { ColumnBuffer(type: file.columns[$0].type) }
      evaluator = ExpressionEvaluator(program)
      masks = program.masks.map { _ in .allocate(capacity: most) }
      numbers = program.numbers.map { _ in .allocate(capacity: most) }
    }

    deinit {
      for mask in masks { mask.deallocate() }
      for number in numbers { number.deallocate() }
    }

    func add(_ range: Range<Int>) throws {
      let step = cursor.file.rowsAtOnce ?? max(1, range.count)
      for start in stride(from: range.lowerBound, to: range.upperBound, by: step) {
        try addBlock(start..<min(range.upperBound, start + step))
      }
    }

    private func addBlock(_ rows: Range<Int>) throws {
      try cursor.read(rows, into: buffers)
      evaluator.evaluate(
        columns: buffers.map { UnsafeRawPointer($0.bytes) }, rows: rows.count, numbers: numbers,
        masks: masks)
      tally.flow[0] += rows.count
      let passed = masks[0]
      for (index, mask) in masks.enumerated() {
        var count = 0
        for row in 0..<rows.count {
          if index > 0 { passed[row] &= mask[row] }
          count += Int(passed[row])
        }
        tally.flow[index + 1] += count
      }
      for row in 0..<rows.count where passed[row] != 0 {
        let bin = (1000 * numbers[0][row] / 10).rounded(.down)
        tally.histogram[Int(max(-1, min(1000, bin))) + 1] += 1
        tally.energy += numbers[1][row]
      }
    }
  }

  static func run(
    path: String, variant: String, threads: Int, repeats: Int
  ) throws -> Measurement {
    var tally = Tally()
    let seconds = try fastest(of: repeats + 1) {
      let file = try NtupleFile.open(path: path)
      let program = try compile(file)
      let ranges = file.ranges(approximateRows: 65_536)
      let most = ranges.map(\.count).max() ?? 0
      let workers = try (0..<threads).map { _ in try Worker(file, program, most: most) }
      try WorkerPool(threads: threads).forEach(count: ranges.count) { worker, index in
        try workers[worker].add(ranges[index])
      }
      tally = workers.reduce(into: Tally()) { sum, worker in
        for index in sum.flow.indices { sum.flow[index] += worker.tally.flow[index] }
        for index in sum.histogram.indices {
          sum.histogram[index] += worker.tally.histogram[index]
        }
        sum.energy += worker.tally.energy
      }
    }
    let text = tally.histogram.map(String.init).joined(separator: ",")
    return Measurement(
      task: "select", peer: Measurement.own, variant: variant, threads: threads,
      items: Double(tally.flow[0]), seconds: seconds, values: tally.flow.map(Double.init),
      digest: SHA256Digest.of(Array(text.utf8)).description)
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
