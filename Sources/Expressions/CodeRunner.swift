import Kernels

/// The registers and slots of one code; runs it over rows whose addresses are set before.
final class CodeRunner {
  let code: CompiledCode
  private let memory: UnsafeMutableRawPointer
  private let slots: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>
  private let strides: UnsafeMutablePointer<Int>

  init(_ code: CompiledCode) {
    self.code = code
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
    for index in 0..<code.firstMask { set(index, memory + index * block * 8) }
    for index in 0..<code.maskRegisters {
      set(code.firstMask + index, memory + code.firstMask * block * 8 + index * block)
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

  private func set(_ slot: Int, _ address: UnsafeMutableRawPointer) {
    slots[slot] = address.assumingMemoryBound(to: CChar.self)
  }

  /// Sets where a column of `code.columns` lies, shape [rows].
  func setColumn(_ index: Int, _ address: UnsafeRawPointer) {
    set(code.firstColumn + index, UnsafeMutableRawPointer(mutating: address))
  }

  /// Sets where a number goes, shape [rows].
  func setNumber(_ index: Int, _ address: UnsafeMutableRawPointer) {
    set(code.firstNumberOutput + index, address)
  }

  /// Sets where a mask goes, shape [rows].
  func setMask(_ index: Int, _ address: UnsafeMutableRawPointer) {
    set(code.firstMaskOutput + index, address)
  }

  /// Runs the code once; all columns and outputs must be set anew before the next time.
  func run(rows: Int, level: Int32?) {
    code.instructions.withUnsafeBufferPointer { instructions in
      code.terms.withUnsafeBufferPointer { terms in
        nj_expression_run_at(
          level ?? Int32(nj_simd_level_in_use().rawValue), instructions.baseAddress,
          instructions.count, terms.baseAddress, slots, strides, code.slots, rows, code.block)
      }
    }
  }
}
