import Kernels

/// Gives registers to places by their first and last use and fills in the slots.
///
/// All operations are elementwise, so a result may take the register of an operand that ends.
struct RegisterAllocation {
  private(set) var code = CompiledCode()

  init(_ compiler: Compiler) {
    code.numberOutputs = compiler.numbers.count
    code.maskOutputs = compiler.masks.count
    var slots = Array(repeating: Int32(-1), count: compiler.places.count)
    var constants: [Int: Int] = [:]
    var columns: [Int: Int] = [:]
    var columnOrder: [Int] = []
    let used = Self.used(compiler)
    for index in used {
      switch compiler.places[index] {
      case .constant(let bits) where constants[index] == nil:
        constants[index] = code.constants.count
        code.constants.append(Double(bitPattern: bits))
      case .column(let column) where columns[index] == nil:
        columns[index] = columnOrder.count
        columnOrder.append(column)
      default: break
      }
    }
    code.columns = columnOrder.map { compiler.graph.columns[$0] }
    code.kinds = columnOrder.map { compiler.graph.kinds[$0] }
    allocate(compiler, &slots)
    for (index, place) in compiler.places.enumerated() {
      switch place {
      case .register: break
      case .mask: slots[index] += Int32(code.firstMask)
      case .constant: slots[index] = Int32(code.firstConstant + (constants[index] ?? 0))
      case .column: slots[index] = Int32(code.firstColumn + (columns[index] ?? 0))
      case .numberOutput(let output): slots[index] = Int32(code.firstNumberOutput + output)
      case .maskOutput(let output): slots[index] = Int32(code.firstMaskOutput + output)
      }
    }
    code.instructions = compiler.instructions.map { $0.mapped { slots[Int($0)] } }
    code.terms = compiler.terms.map { term in
      var term = term
      term.slot = slots[Int(term.slot)]
      term.other = slots[Int(term.other)]
      return term
    }
  }

  /// Places in the order of the instructions that touch them.
  private static func used(_ compiler: Compiler) -> [Int] {
    compiler.instructions.flatMap { touched($0, compiler.terms) }
  }

  private static func touched(_ instruction: nj_instruction, _ terms: [nj_term]) -> [Int] {
    var result = [instruction.a, instruction.b, instruction.c]
    if instruction.hasTerms {
      for index in Int(instruction.first)..<Int(instruction.first + instruction.count) {
        result += [terms[index].slot, terms[index].other]
      }
    }
    return (result + [instruction.d]).map(Int.init)
  }

  private mutating func allocate(_ compiler: Compiler, _ slots: inout [Int32]) {
    var last: [Int: Int] = [:]
    for (time, instruction) in compiler.instructions.enumerated() {
      for place in Self.touched(instruction, compiler.terms) { last[place] = time }
    }
    var freeRegisters: [Int32] = []
    var freeMasks: [Int32] = []
    for (time, instruction) in compiler.instructions.enumerated() {
      let d = Int(instruction.d)
      var ended: Set<Int> = []
      for place in Self.touched(instruction, compiler.terms)
      where place != d && last[place] == time && ended.insert(place).inserted {
        switch compiler.places[place] {
        case .register: freeRegisters.append(slots[place])
        case .mask: freeMasks.append(slots[place])
        default: break
        }
      }
      guard slots[d] < 0 else { continue }
      switch compiler.places[d] {
      case .register:
        slots[d] = freeRegisters.popLast() ?? Int32(code.registers)
        code.registers = max(code.registers, Int(slots[d]) + 1)
      case .mask:
        slots[d] = freeMasks.popLast() ?? Int32(code.maskRegisters)
        code.maskRegisters = max(code.maskRegisters, Int(slots[d]) + 1)
      default: break
      }
    }
  }
}

extension nj_instruction {
  fileprivate var hasTerms: Bool {
    [NJ_ALL_OF_4, NJ_ALL_OF_8, NJ_COUNT_OF_4, NJ_COUNT_OF_8]
      .contains { UInt16($0.rawValue) == operation }
  }

  fileprivate func mapped(_ slot: (Int32) -> Int32) -> nj_instruction {
    var result = self
    result.d = slot(d)
    result.a = slot(a)
    result.b = slot(b)
    result.c = slot(c)
    return result
  }
}
