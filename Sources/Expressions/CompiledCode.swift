import Columns
import Kernels

/// Instructions on slots: registers, constants, masks, columns, outputs, in this order.
struct CompiledCode: Sendable {
  var instructions: [nj_instruction] = []
  var terms: [nj_term] = []
  /// Registers of doubles.
  var registers = 0
  /// Registers of doubles that hold one value throughout.
  var constants: [Double] = []
  /// Registers of bytes.
  var maskRegisters = 0
  var columns: [String] = []
  var kinds: [ColumnType] = []
  var numberOutputs = 0
  var maskOutputs = 0

  var firstConstant: Int { registers }
  var firstMask: Int { firstConstant + constants.count }
  var firstColumn: Int { firstMask + maskRegisters }
  var firstNumberOutput: Int { firstColumn + columns.count }
  var firstMaskOutput: Int { firstNumberOutput + numberOutputs }
  var slots: Int { firstMaskOutput + maskOutputs }

  /// Rows in a block: all registers together stay within the first cache.
  var block: Int {
    let bytesPerRow = 8 * (registers + constants.count) + maskRegisters
    let rows = bytesPerRow == 0 ? 4096 : 24576 / bytesPerRow
    return min(4096, max(256, rows & ~63))
  }
}
