import Columns
import Kernels

/// Does what a program does with lists, a slice of rows at a time; all memory is reused.
final class ListRunner {
  /// Rows whose elements are held at once: a few columns of them stay within the second cache.
  static let slice = 1024

  private let program: ListProgram
  private let stages: [StageRunner]
  /// Results of the reductions for the rows of a slice.
  private let results: [ColumnBuffer]

  init(_ program: ListProgram) {
    self.program = program
    stages = program.stages.map(StageRunner.init)
    results = program.results.map { ColumnBuffer(type: $0, capacity: Self.slice) }
  }

  /// Throws the first row in which lists that meet differ in length.
  func check(_ lists: [ListColumn], rows: Int) throws(ListMismatch) {
    for pair in program.pairs {
      let (first, second) = (lists[pair.first].offsets, lists[pair.second].offsets)
      let row = nj_segments_mismatch(first, second, rows)
      guard row >= 0 else { continue }
      throw ListMismatch(
        first: program.lists[pair.first], second: program.lists[pair.second], row: row,
        firstCount: Int(first[row + 1] - first[row]),
        secondCount: Int(second[row + 1] - second[row]))
    }
  }

  /// Makes all reductions of a slice.
  func run(
    columns: [UnsafeRawPointer], kinds: [ColumnType], lists: [ListColumn], from start: Int,
    rows: Int, level: Int32?
  ) {
    for result in results { result.resize(to: rows) }
    for stage in stages {
      bind(stage.rows, stage.sources, columns, kinds, from: start)
      stage.run(lists: lists, kinds: program.kinds, from: start, rows: rows, results, level: level)
    }
  }

  /// Sets the columns of code over rows for a slice.
  func bind(
    _ runner: CodeRunner, _ sources: [RowCode.Source], _ columns: [UnsafeRawPointer],
    _ kinds: [ColumnType], from start: Int
  ) {
    for (index, source) in sources.enumerated() {
      switch source {
      case .column(let column):
        runner.setColumn(index, columns[column] + start * kinds[column].byteCount)
      case .reduction(let reduction): runner.setColumn(index, results[reduction].bytes)
      }
    }
  }
}

/// Runs one stage: the values of rows that enter elements, then the elements of each length.
private final class StageRunner {
  let rows: CodeRunner
  let sources: [RowCode.Source]
  private let broadcasts: [ColumnBuffer]
  private let elements: [ElementRunner]

  init(_ stage: ListStage) {
    rows = CodeRunner(stage.rows.code)
    sources = stage.rows.sources
    let code = stage.rows.code
    broadcasts = (0..<(code.numberOutputs + code.maskOutputs)).map {
      ColumnBuffer(
        type: $0 < code.numberOutputs ? .float64 : .bool, capacity: ListRunner.slice)
    }
    elements = stage.elements.map { ElementRunner($0) }
  }

  func run(
    lists: [ListColumn], kinds: [ColumnType], from start: Int, rows count: Int,
    _ results: [ColumnBuffer], level: Int32?
  ) {
    if !broadcasts.isEmpty {
      for (index, broadcast) in broadcasts.enumerated() {
        broadcast.resize(to: count)
        if broadcast.type == .float64 {
          rows.setNumber(index, broadcast.bytes)
        } else {
          rows.setMask(index - rows.code.numberOutputs, broadcast.bytes)
        }
      }
      rows.run(rows: count, level: level)
    }
    for runner in elements {
      runner.run(
        lists: lists, kinds: kinds, broadcasts, from: start, rows: count, results, level: level)
    }
  }
}

/// Runs code over the elements of a slice and reduces its outputs.
private final class ElementRunner {
  private let elements: ElementCode
  private let runner: CodeRunner
  private let spread: [ColumnBuffer?]
  private let numbers: [ColumnBuffer]
  private let masks: [ColumnBuffer]
  /// Elements behind the last that kernels touch.
  private static let behind = 8

  init(_ elements: ElementCode) {
    self.elements = elements
    runner = CodeRunner(elements.code)
    spread = zip(elements.sources, elements.code.kinds).map { source, kind in
      if case .broadcast = source { ColumnBuffer(type: kind) } else { nil }
    }
    numbers = (0..<elements.code.numberOutputs).map { _ in ColumnBuffer(type: .float64) }
    masks = (0..<elements.code.maskOutputs).map { _ in ColumnBuffer(type: .bool) }
  }

  func run(
    lists: [ListColumn], kinds: [ColumnType], _ broadcasts: [ColumnBuffer], from start: Int,
    rows: Int, _ results: [ColumnBuffer], level: Int32?
  ) {
    let offsets = lists[elements.list].offsets + start
    let count = Int(offsets[rows] - offsets[0])
    for (index, source) in elements.sources.enumerated() {
      switch source {
      case .list(let list):
        let bytes = kinds[list].byteCount
        runner.setColumn(index, lists[list].advanced(by: start, elementBytes: bytes).values)
      case .broadcast(let broadcast):
        guard let target = spread[index] else { continue }
        target.resize(to: count + Self.behind)
        Self.spread(broadcasts[broadcast], offsets, rows, target)
        runner.setColumn(index, target.bytes)
      }
    }
    for (index, buffer) in numbers.enumerated() {
      buffer.resize(to: count + Self.behind)
      runner.setNumber(index, buffer.bytes)
    }
    for (index, buffer) in masks.enumerated() {
      buffer.resize(to: count + Self.behind)
      runner.setMask(index, buffer.bytes)
    }
    if !(numbers.isEmpty && masks.isEmpty) { runner.run(rows: count, level: level) }
    for reduction in elements.reductions { reduce(reduction, offsets, rows, results) }
  }

  private static func spread(
    _ values: ColumnBuffer, _ offsets: UnsafePointer<Int64>, _ rows: Int, _ target: ColumnBuffer
  ) {
    if values.type == .float64 {
      nj_segments_spread(values.numbers, offsets, rows, target.numbers)
    } else {
      nj_segments_spread_bytes(values.flags, offsets, rows, target.flags)
    }
  }

  private func reduce(
    _ reduction: ElementCode.Reduction, _ offsets: UnsafePointer<Int64>, _ rows: Int,
    _ results: [ColumnBuffer]
  ) {
    let result = results[reduction.result]
    let mask = reduction.mask.map { UnsafePointer(masks[$0].flags) }
    let value = reduction.value ?? 0
    switch reduction.kind {
    case .count: nj_segments_count(mask, offsets, rows, result.numbers)
    case .sum: nj_segments_sum(numbers[value].numbers, mask, offsets, rows, result.numbers)
    case .minimum:
      nj_segments_minimum(numbers[value].numbers, mask, offsets, rows, result.numbers)
    case .maximum:
      nj_segments_maximum(numbers[value].numbers, mask, offsets, rows, result.numbers)
    case .number(let index):
      nj_segments_pick(numbers[value].numbers, mask, index, offsets, rows, result.numbers)
    case .condition(let index):
      nj_segments_pick_bytes(masks[value].flags, mask, index, offsets, rows, result.flags)
    }
  }
}

extension ColumnBuffer {
  fileprivate var numbers: UnsafeMutablePointer<Double> {
    bytes.assumingMemoryBound(to: Double.self)
  }
  fileprivate var flags: UnsafeMutablePointer<UInt8> { bytes.assumingMemoryBound(to: UInt8.self) }
}
