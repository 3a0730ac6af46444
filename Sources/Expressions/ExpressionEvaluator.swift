/// Evaluates a program over blocks of rows; one per thread, since it owns the registers.
public final class ExpressionEvaluator {
  /// The program it runs.
  public let program: ExpressionProgram
  private let runner: CodeRunner
  private let lists: ListRunner?

  /// Creates an evaluator with its own registers.
  public init(_ program: ExpressionProgram) {
    self.program = program
    runner = CodeRunner(program.rows.code)
    lists = program.listProgram.map(ListRunner.init)
  }

  /// Evaluates all numbers and masks for a block of rows, allocating nothing.
  ///
  /// - Parameters:
  ///   - columns: Values of `program.columns` in that order and of `program.kinds`, shape [rows].
  ///   - rows: Number of rows, any.
  ///   - numbers: Where each of `program.numbers` goes, shape [rows].
  ///   - masks: Where each of `program.masks` goes, 0 or 1, shape [rows].
  public func evaluate(
    columns: [UnsafeRawPointer], rows: Int, numbers: [UnsafeMutablePointer<Double>],
    masks: [UnsafeMutablePointer<UInt8>]
  ) {
    evaluate(columns: columns, rows: rows, numbers: numbers, masks: masks, level: nil)
  }

  /// Evaluates a program that may have lists, allocating only where a block has more elements.
  ///
  /// - Parameters:
  ///   - columns: Values of `program.columns` in that order and of `program.kinds`, shape [rows].
  ///   - lists: Elements and offsets of `program.lists` in that order, of `program.listKinds`.
  ///   - rows: Number of rows, any.
  ///   - numbers: Where each of `program.numbers` goes, shape [rows].
  ///   - masks: Where each of `program.masks` goes, 0 or 1, shape [rows].
  /// - Throws: The first row in which lists of one expression differ in length, before any output.
  public func evaluate(
    columns: [UnsafeRawPointer], lists: [ListColumn], rows: Int,
    numbers: [UnsafeMutablePointer<Double>], masks: [UnsafeMutablePointer<UInt8>]
  ) throws(ListMismatch) {
    try evaluate(
      columns: columns, lists: lists, rows: rows, numbers: numbers, masks: masks, level: nil)
  }

  /// The same at a given instruction-set level, `NJ_SIMD_BASELINE` and up; for tests.
  package func evaluate(
    columns: [UnsafeRawPointer], rows: Int, numbers: [UnsafeMutablePointer<Double>],
    masks: [UnsafeMutablePointer<UInt8>], level: Int32?
  ) {
    precondition(program.lists.isEmpty, "the lists are given")
    checkCounts(columns, numbers, masks)
    for index in columns.indices { runner.setColumn(index, columns[index]) }
    run(from: 0, rows: rows, numbers, masks, level: level)
  }

  /// The same with lists at a given instruction-set level; for tests.
  package func evaluate(
    columns: [UnsafeRawPointer], lists: [ListColumn], rows: Int,
    numbers: [UnsafeMutablePointer<Double>], masks: [UnsafeMutablePointer<UInt8>], level: Int32?
  ) throws(ListMismatch) {
    guard let lister = self.lists else {
      evaluate(columns: columns, rows: rows, numbers: numbers, masks: masks, level: level)
      return
    }
    precondition(lists.count == program.lists.count, "one column a list")
    checkCounts(columns, numbers, masks)
    try lister.check(lists, rows: rows)
    var start = 0
    while start < rows {
      let count = min(ListRunner.slice, rows - start)
      lister.run(
        columns: columns, kinds: program.kinds, lists: lists, from: start, rows: count,
        level: level)
      lister.bind(runner, program.rows.sources, columns, program.kinds, from: start)
      run(from: start, rows: count, numbers, masks, level: level)
      start += count
    }
  }

  private func checkCounts(
    _ columns: [UnsafeRawPointer], _ numbers: [UnsafeMutablePointer<Double>],
    _ masks: [UnsafeMutablePointer<UInt8>]
  ) {
    precondition(columns.count == program.columns.count, "one address a column")
    precondition(numbers.count == program.numbers.count, "one address a number")
    precondition(masks.count == program.masks.count, "one address a mask")
  }

  private func run(
    from start: Int, rows: Int, _ numbers: [UnsafeMutablePointer<Double>],
    _ masks: [UnsafeMutablePointer<UInt8>], level: Int32?
  ) {
    for index in numbers.indices { runner.setNumber(index, numbers[index] + start) }
    for index in masks.indices { runner.setMask(index, masks[index] + start) }
    runner.run(rows: rows, level: level)
  }
}
