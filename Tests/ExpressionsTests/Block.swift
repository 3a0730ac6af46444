import Columns
import Diagnostics
import Expressions
import Foundation

/// Columns in memory, to evaluate expressions on.
struct Block {
  private(set) var kinds: [String: ColumnType] = [:]
  private var bytes: [String: [UInt8]] = [:]
  /// Where the rows of lists start; the first is not zero, as in a file.
  private var offsets: [String: [Int64]] = [:]
  private(set) var rows = 0
  var types: [String: ValueType] = [:]
  var constants: [String: Double] = [:]
  var particles: [Particle] = []
  var massHypotheses: [String: Double] = [:]
  var beams: Beams?
  var definitions: [(String, String)] = []

  init(_ columns: [String: [Double]] = [:]) {
    for (name, values) in columns { add(name, .float64, values) }
  }

  mutating func add<Value: BitwiseCopyable>(_ name: String, _ kind: ColumnType, _ values: [Value]) {
    kinds[name] = kind
    rows = values.count
    bytes[name] = values.withUnsafeBytes { Array($0) }
  }

  /// Adds a column with a list a row.
  mutating func add<Value: BitwiseCopyable>(
    _ name: String, _ kind: ColumnType, lists: [[Value]]
  ) {
    add(name, kind, lists.flatMap { $0 })
    setOffsets(of: name, lists.map(\.count))
  }

  /// Adds columns of another block as lists with so many elements a row.
  mutating func add(_ names: [String], of elements: Block, counts: [Int]) {
    for name in names {
      kinds[name] = elements.kinds[name]
      bytes[name] = elements.bytes[name]
      setOffsets(of: name, counts)
    }
  }

  /// Adds columns of another block of as many rows.
  mutating func add(_ names: [String], of other: Block) {
    for name in names {
      kinds[name] = other.kinds[name]
      bytes[name] = other.bytes[name]
    }
  }

  private mutating func setOffsets(of name: String, _ counts: [Int]) {
    var ends: [Int64] = [Int64(17 + name.count)]
    for count in counts { ends.append((ends.last ?? 0) + Int64(count)) }
    offsets[name] = ends
    rows = counts.count
  }

  /// Each row as often as told.
  func repeated(_ counts: [Int]) -> Block {
    var block = self
    block.rows = counts.reduce(0, +)
    for (name, kind) in kinds {
      let (data, size) = (bytes[name] ?? [], kind.byteCount)
      block.bytes[name] = counts.enumerated().flatMap { row, count in
        (0..<count).flatMap { _ in data[(row * size)..<((row + 1) * size)] }
      }
    }
    return block
  }

  /// The first rows only.
  func prefix(_ count: Int) -> Block {
    var block = self
    block.rows = count
    for (name, kind) in kinds where offsets[name] == nil {
      block.bytes[name] = (bytes[name] ?? []).prefix(count * kind.byteCount) + []
    }
    for (name, ends) in offsets { block.offsets[name] = ends.prefix(count + 1) + [] }
    return block
  }

  var environment: ExpressionEnvironment {
    ExpressionEnvironment(
      columns: kinds, types: types, lists: Set(offsets.keys), constants: constants,
      particles: particles,
      massHypotheses: massHypotheses, beams: beams)
  }

  func compile(numbers: [String] = [], masks: [String] = []) throws -> ExpressionProgram {
    try ExpressionProgram.compile(
      definitions: definitions.map { named($0.1, $0.0) }, numbers: numbers.map { named($0) },
      masks: masks.map { named($0) }, environment: environment)
  }

  /// Values of all expressions; the memory behind and before each output stays untouched.
  func evaluate(
    numbers: [String] = [], masks: [String] = [], level: Int32? = nil
  ) throws -> (numbers: [[Double]], masks: [[UInt8]]) {
    let program = try compile(numbers: numbers, masks: masks)
    let evaluator = ExpressionEvaluator(program)
    let inputs = (program.columns + program.lists).map { name in
      let data = bytes[name] ?? []
      let copy = UnsafeMutableRawPointer.allocate(byteCount: max(1, data.count), alignment: 8)
      copy.copyMemory(from: data, byteCount: data.count)
      return copy
    }
    let outputs = numbers.map { _ in
      let p = UnsafeMutablePointer<Double>.allocate(capacity: rows + 1)
      p.initialize(repeating: 12345, count: rows + 1)
      return p
    }
    let flags = masks.map { _ in
      let p = UnsafeMutablePointer<UInt8>.allocate(capacity: rows + 1)
      p.initialize(repeating: 99, count: rows + 1)
      return p
    }
    defer {
      inputs.forEach { $0.deallocate() }
      outputs.forEach { $0.deallocate() }
      flags.forEach { $0.deallocate() }
    }
    let columns = inputs.prefix(program.columns.count).map { UnsafeRawPointer($0) }
    let starts = program.lists.map {
      (offsets[$0] ?? []).withUnsafeBytes { bytes in
        let copy = UnsafeMutablePointer<Int64>.allocate(capacity: rows + 1)
        UnsafeMutableRawPointer(copy).copyMemory(
          from: bytes.baseAddress.unsafelyUnwrapped, byteCount: 8 * (rows + 1))
        return copy
      }
    }
    defer { starts.forEach { $0.deallocate() } }
    if program.lists.isEmpty {
      evaluator.evaluate(
        columns: columns, rows: rows, numbers: outputs, masks: flags, level: level)
    } else {
      let lists = zip(inputs.dropFirst(columns.count), starts).map {
        ListColumn(values: UnsafeRawPointer($0), offsets: UnsafePointer($1))
      }
      try evaluator.evaluate(
        columns: columns, lists: lists, rows: rows, numbers: outputs, masks: flags, level: level)
    }
    guard outputs.allSatisfy({ $0[rows] == 12345 }), flags.allSatisfy({ $0[rows] == 99 }) else {
      throw Overrun()
    }
    return (
      outputs.map { Array(UnsafeBufferPointer(start: $0, count: rows)) },
      flags.map { Array(UnsafeBufferPointer(start: $0, count: rows)) }
    )
  }

  func number(_ text: String, level: Int32? = nil) throws -> [Double] {
    try evaluate(numbers: [text], level: level).numbers[0]
  }

  func mask(_ text: String, level: Int32? = nil) throws -> [Bool] {
    try evaluate(masks: [text], level: level).masks[0].map {
      precondition($0 <= 1)
      return $0 == 1
    }
  }

  struct Overrun: Error {}
}

/// An expression at line 3, column 10 of `p.yaml`.
func named(_ text: String, _ name: String = "it") -> NamedExpression {
  (name, source(text))
}

func source(_ text: String) -> ExpressionSource {
  ExpressionSource(text: text, location: SourceLocation(file: "p.yaml", line: 3, column: 10))
}

/// The value of an expression without names.
func value(_ text: String, _ variables: [String: Double] = [:]) throws -> Double {
  let names = variables.keys.sorted()
  let expression = try ScalarExpression.compile(source(text), variables: names)
  return expression.evaluate(names.map { variables[$0] ?? .nan })
}

/// A committed fixture.
func fixture(_ name: String) throws -> Data {
  let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
  return try Data(contentsOf: folder.appendingPathComponent("Fixtures/" + name))
}

/// Levels of the kernels: baseline, v3, v4 (as far as the processor has them).
let levels: [Int32] = [0, 1, 2]
