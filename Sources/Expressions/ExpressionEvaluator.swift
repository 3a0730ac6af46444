import Kernels

/// Evaluates a program over blocks of rows; one per thread, since it owns the registers.
public final class ExpressionEvaluator {
  /// The program it runs.
  public let program: ExpressionProgram
  private let code: CompiledCode
  private let memory: UnsafeMutableRawPointer
  private let slots: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>
  private let strides: UnsafeMutablePointer<Int>

  /// Creates an evaluator with its own registers.
  public init(_ program: ExpressionProgram) {
    self.program = program
    code = program.code
    let block = code.block
    let numbers = code.registers + code.constants.count
    memory = .allocate(byteCount: block * (8 * numbers + code.maskRegisters) + 64, alignment: 64)
    slots = .allocate(capacity: max(1, code.slots))
    strides = .allocate(capacity: max(1, code.slots))
    slots.initialize(repeating: nil, count: code.slots)
    strides.initialize(repeating: 0, count: code.slots)
    for (index, value) in code.constants.enumerated() {
      (memory + (code.firstConstant + index) * block * 8)
        .initializeMemory(as: Double.self, repeating: value, count: block)
    }
    for (index, kind) in code.kinds.enumerated() {
      strides[code.firstColumn + index] = kind.byteCount
    }
    for index in 0..<code.numberOutputs { strides[code.firstNumberOutput + index] = 8 }
    for index in 0..<code.maskOutputs { strides[code.firstMaskOutput + index] = 1 }
  }

  deinit {
    memory.deallocate()
    slots.deallocate()
    strides.deallocate()
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

  /// The same at a given instruction-set level, `NJ_SIMD_BASELINE` and up; for tests.
  package func evaluate(
    columns: [UnsafeRawPointer], rows: Int, numbers: [UnsafeMutablePointer<Double>],
    masks: [UnsafeMutablePointer<UInt8>], level: Int32?
  ) {
    precondition(columns.count == code.columns.count, "one address a column")
    precondition(numbers.count == code.numberOutputs, "one address a number")
    precondition(masks.count == code.maskOutputs, "one address a mask")
    let block = code.block
    let firstMaskByte = (code.registers + code.constants.count) * block * 8
    for index in 0..<code.firstMask {
      slots[index] = (memory + index * block * 8).assumingMemoryBound(to: CChar.self)
    }
    for index in 0..<code.maskRegisters {
      slots[code.firstMask + index] =
        (memory + firstMaskByte + index * block).assumingMemoryBound(to: CChar.self)
    }
    for index in 0..<columns.count {
      slots[code.firstColumn + index] =
        UnsafeMutableRawPointer(mutating: columns[index]).assumingMemoryBound(to: CChar.self)
    }
    for index in 0..<numbers.count {
      slots[code.firstNumberOutput + index] =
        UnsafeMutableRawPointer(numbers[index]).assumingMemoryBound(to: CChar.self)
    }
    for index in 0..<masks.count {
      slots[code.firstMaskOutput + index] =
        UnsafeMutableRawPointer(masks[index]).assumingMemoryBound(to: CChar.self)
    }
    code.instructions.withUnsafeBufferPointer { instructions in
      code.terms.withUnsafeBufferPointer { terms in
        nj_expression_run_at(
          level ?? Int32(nj_simd_level_in_use().rawValue), instructions.baseAddress,
          instructions.count, terms.baseAddress, slots, strides, code.slots, rows, block)
      }
    }
  }
}
