import Columns
import Diagnostics
import Expressions
import Foundation

/// Columns in memory, to evaluate expressions on.
struct Block {
  private(set) var kinds: [String: ColumnType] = [:]
  private var bytes: [String: [UInt8]] = [:]
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

  /// The first rows only.
  func prefix(_ count: Int) -> Block {
    var block = self
    block.rows = count
    for (name, kind) in kinds {
      block.bytes[name] = (bytes[name] ?? []).prefix(count * kind.byteCount) + []
    }
    return block
  }

  var environment: ExpressionEnvironment {
    ExpressionEnvironment(
      columns: kinds, types: types, constants: constants, particles: particles,
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
    let inputs = program.columns.map { name in
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
    evaluator.evaluate(
      columns: inputs.map { UnsafeRawPointer($0) }, rows: rows, numbers: outputs, masks: flags,
      level: level)
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
