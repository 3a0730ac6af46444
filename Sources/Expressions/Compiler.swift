import Columns
import Kernels

/// Turns a graph into instructions: comparisons with constants are joined into one pass over the
/// columns, operands are read from columns where that needs no conversion, registers are reused.
struct Compiler {
  /// Where a value lies before registers are given out.
  enum Place: Hashable {
    case register, mask
    case constant(UInt64)
    case column(Int)
    case numberOutput(Int)
    case maskOutput(Int)
  }

  let graph: Graph
  let numbers: [Int]
  let masks: [Int]
  var instructions: [nj_instruction] = []
  var terms: [nj_term] = []
  var places: [Place] = []

  private var uses: [Int]
  /// Whether a condition is tested inside its only user.
  private var isFused: [Bool]
  private var numberPlaces: [Int: Int32] = [:]
  private var maskPlaces: [Int: Int32] = [:]
  private var countPlaces: [Int: Int32] = [:]
  private var sharedPlaces: [Place: Int32] = [:]

  init(graph: Graph, numbers: [Int], masks: [Int]) {
    self.graph = graph
    self.numbers = numbers
    self.masks = masks
    uses = Array(repeating: 0, count: graph.nodes.count)
    isFused = Array(repeating: false, count: graph.nodes.count)
  }

  /// Returns the code that computes the outputs.
  func compile() -> CompiledCode {
    var compiler = self
    compiler.countUses()
    compiler.fuse()
    for node in graph.nodes.indices where compiler.uses[node] > 0 && !compiler.isFused[node] {
      compiler.emit(node)
      for (index, output) in numbers.enumerated() where output == node { compiler.store(index) }
    }
    for (index, output) in masks.enumerated() {
      let from = compiler.mask(output)
      let to = compiler.place(.maskOutput(index))
      if from != to { compiler.append(NJ_MASK_COPY, to, from) }
    }
    return RegisterAllocation(compiler).code
  }

  private mutating func countUses() {
    for output in numbers + masks { uses[output] += 1 }
    for node in graph.nodes.indices.reversed() where uses[node] > 0 {
      for input in graph.nodes[node].inputs { uses[input] += 1 }
    }
  }

  private mutating func fuse() {
    for node in graph.nodes.indices where uses[node] > 0 {
      let kind = graph.nodes[node].kind
      guard [.all, .any, .count].contains(kind) else { continue }
      var width = graph.nodes[node].inputs.count
      for input in graph.nodes[node].inputs where uses[input] == 1 {
        let inner = graph.nodes[input]
        if inner.kind.isComparison { isFused[input] = true }
        // Inner nodes come first, so theirs are fused already.
        if inner.kind == kind, kind != .count, width + leaves(input) <= Function.mostCounted {
          isFused[input] = true
          width += leaves(input)
        }
      }
    }
  }

  private func leaves(_ node: Int) -> Int {
    graph.nodes[node].inputs.reduce(0) {
      $0 + (isFused[$1] && !graph.nodes[$1].kind.isComparison ? leaves($1) : 1)
    }
  }

  private mutating func store(_ index: Int) {
    let output = place(.numberOutput(index))
    append(NJ_STORE, output, number(numbers[index]))
  }
}

extension Node.Kind {
  var isComparison: Bool {
    switch self {
    case .less, .atMost, .equal, .differs, .outside: true
    default: false
    }
  }
}

extension Compiler {
  /// A place that is one throughout the program, or a new register.
  mutating func place(_ place: Place) -> Int32 {
    if let known = sharedPlaces[place] { return known }
    places.append(place)
    let index = Int32(places.count - 1)
    if place != .register && place != .mask { sharedPlaces[place] = index }
    return index
  }

  mutating func append(
    _ operation: nj_operation, _ d: Int32, _ a: Int32? = nil, _ b: Int32? = nil, _ c: Int32? = nil,
    flags: Int = 0, first: Int = 0, count: Int = 0, constant: Double = 0
  ) {
    let a = a ?? d
    instructions.append(
      nj_instruction(
        operation: UInt16(operation.rawValue), flags: UInt16(flags), d: d, a: a, b: b ?? a,
        c: c ?? a, first: Int32(first), count: Int32(count), constant: constant))
  }

  private mutating func emit(_ node: Int) {
    let (kind, inputs) = (graph.nodes[node].kind, graph.nodes[node].inputs)
    switch kind {
    case .constant, .column, .flag, .truth: break
    case .operation(let raw): emit(operation: nj_operation(raw), inputs, node)
    case .select:
      let (c, a, b) = (mask(inputs[0]), number(inputs[1]), number(inputs[2]))
      append(NJ_SELECT, newRegister(node), a, b, c)
    case .less, .atMost, .equal, .differs, .outside, .all: emitAll(node)
    case .any: emitAny(node)
    case .count: countPlaces[node] = emitCount(of: gather(node))
    case .not: emitMask(NJ_MASK_NOT, inputs, node)
    case .same: emitMask(NJ_MASK_EQUAL, inputs, node)
    case .unlike: emitMask(NJ_MASK_DIFFER, inputs, node)
    case .choose:
      let (c, a, b) = (mask(inputs[0]), mask(inputs[1]), mask(inputs[2]))
      append(NJ_MASK_SELECT, newMask(node), a, b, c)
    }
  }

  private mutating func newRegister(_ node: Int) -> Int32 {
    let index = place(.register)
    numberPlaces[node] = index
    return index
  }

  /// The output that shows the condition, or a new register.
  private mutating func newMask(_ node: Int) -> Int32 {
    let index = masks.firstIndex(of: node).map { place(.maskOutput($0)) } ?? place(.mask)
    maskPlaces[node] = index
    return index
  }

  private mutating func emitMask(_ operation: nj_operation, _ inputs: [Int], _ node: Int) {
    let operands = inputs.map { mask($0) }
    append(operation, newMask(node), operands[0], operands.last)
  }

  /// Doubles of a node: a column, a constant, or a register.
  mutating func number(_ node: Int) -> Int32 {
    if let known = numberPlaces[node] { return known }
    switch graph.nodes[node].kind {
    case .constant(let bits): return place(.constant(bits))
    case .column(let column):
      let from = place(.column(column))
      guard let conversion = graph.kinds[column].conversion else { return from }
      append(conversion, newRegister(node), from)
    case .count:
      guard let from = countPlaces[node] else { preconditionFailure("counts come before users") }
      append(NJ_FROM_UINT8, newRegister(node), from)
    default: preconditionFailure("inputs come before users")
    }
    return numberPlaces[node] ?? 0
  }

  /// Bytes of a condition.
  mutating func mask(_ node: Int) -> Int32 {
    if let known = maskPlaces[node] { return known }
    switch graph.nodes[node].kind {
    case .flag(let column): return place(.column(column))
    case .truth(let value): append(NJ_MASK_FILL, newMask(node), first: value ? 1 : 0)
    default: preconditionFailure("inputs come before users")
    }
    return maskPlaces[node] ?? 0
  }

  /// The bytes of a condition that was tested before for another user.
  func knownMask(_ node: Int) -> Int32? { maskPlaces[node] }

  private func isFloatColumn(_ node: Int) -> Bool {
    guard case .column(let column) = graph.nodes[node].kind else { return false }
    return graph.kinds[column] == .float32
  }

  private mutating func emit(operation: nj_operation, _ inputs: [Int], _ node: Int) {
    guard [NJ_ADD, NJ_SUBTRACT, NJ_MULTIPLY, NJ_DIVIDE].contains(operation) else {
      let operands = inputs.map { number($0) }
      append(operation, newRegister(node), operands[0], operands.last)
      return
    }
    let (x, y) = (inputs[0], inputs[1])
    let constant = graph.constantValue(x) ?? graph.constantValue(y) ?? 0
    let a = arithmeticOperand(x)
    let b = arithmeticOperand(y)
    let mode: nj_operand_mode =
      switch (a.source, b.source) {
      case (.constant, .float): NJ_KF
      case (.constant, _): NJ_KV
      case (.float, .constant): NJ_FK
      case (.float, .float): NJ_FF
      case (.float, .double): NJ_FV
      case (.double, .constant): NJ_VK
      case (.double, .float): NJ_VF
      case (.double, .double): NJ_VV
      }
    let d = newRegister(node)
    append(
      operation, d, a.place ?? b.place, b.place ?? a.place, flags: Int(mode.rawValue),
      constant: constant)
  }

  private enum Source { case double, float, constant }

  private mutating func arithmeticOperand(_ node: Int) -> (source: Source, place: Int32?) {
    if graph.constantValue(node) != nil { return (.constant, nil) }
    if isFloatColumn(node), numberPlaces[node] == nil, case .column(let c) = graph.nodes[node].kind
    {
      return (.float, place(.column(c)))
    }
    return (.double, number(node))
  }

  /// The conditions joined by a node, those of fused inner nodes included.
  private func gather(_ node: Int) -> [Int] {
    graph.nodes[node].inputs.flatMap {
      isFused[$0] && !graph.nodes[$0].kind.isComparison ? gather($0) : [$0]
    }
  }

  private mutating func emitAll(_ node: Int) {
    let parts = graph.nodes[node].kind == .all ? gather(node) : [node]
    let split = self.split(parts, merging: true)
    let d = newMask(node)
    let hasTerms = emit(split, NJ_ALL_OF_4, NJ_ALL_OF_8, into: d)
    join(split.masks, NJ_MASK_AND, into: d, isEmpty: !hasTerms)
  }

  private mutating func emitAny(_ node: Int) {
    let split = self.split(gather(node), merging: false)
    let d = newMask(node)
    let count = split.narrow.count + split.wide.count
    if count > 1 {
      _ = emit(split, NJ_COUNT_OF_4, NJ_COUNT_OF_8, into: d)
      append(NJ_BYTE_BETWEEN, d, d, first: 1, count: 255)
    } else {
      _ = emit(split, NJ_ALL_OF_4, NJ_ALL_OF_8, into: d)
    }
    join(split.masks, NJ_MASK_OR, into: d, isEmpty: count == 0)
  }

  private mutating func emitCount(of parts: [Int]) -> Int32 {
    let split = self.split(parts, merging: false)
    let d = place(.mask)
    let hasTerms = emit(split, NJ_COUNT_OF_4, NJ_COUNT_OF_8, into: d)
    join(split.masks, NJ_BYTE_ADD, into: d, isEmpty: !hasTerms)
    return d
  }

  private mutating func emit(
    _ split: SplitTerms, _ narrow: nj_operation, _ wide: nj_operation, into d: Int32
  ) -> Bool {
    for (list, operation) in [(split.narrow, narrow), (split.wide, wide)] where !list.isEmpty {
      let isFirst = operation == narrow || split.narrow.isEmpty
      append(
        operation, d, flags: isFirst ? 0 : Int(NJ_JOIN), first: terms.count, count: list.count)
      terms += list.enumerated().sorted {
        ($0.element.kind, $0.offset) < ($1.element.kind, $1.offset)
      }.map(\.element)
    }
    return !split.narrow.isEmpty || !split.wide.isEmpty
  }

  private mutating func join(
    _ operands: [Int32], _ operation: nj_operation, into d: Int32, isEmpty: Bool
  ) {
    var rest = operands[...]
    if isEmpty, let first = rest.popFirst() {
      if let second = rest.popFirst() {
        append(operation, d, first, second)
      } else {
        append(NJ_MASK_COPY, d, first)
      }
    }
    for operand in rest { append(operation, d, d, operand) }
  }

  /// Bytes with which a count is compared, as a mask.
  mutating func compareCount(_ node: Int, _ comparison: Comparison) -> Int32 {
    guard let count = countPlaces[node] else { preconditionFailure("counts come before users") }
    let d = place(.mask)
    switch Predicate<Int32>(comparison) {
    case .within(let low, let high) where max(low, 0) <= min(high, 255):
      append(NJ_BYTE_BETWEEN, d, count, first: Int(max(low, 0)), count: Int(min(high, 255)))
    case .outside(let low, let high) where max(low, 0) <= min(high, 255):
      append(NJ_BYTE_BETWEEN, d, count, first: Int(max(low, 0)), count: Int(min(high, 255)))
      append(NJ_MASK_NOT, d, d)
    case .within: append(NJ_MASK_FILL, d, first: 0)
    case .outside: append(NJ_MASK_FILL, d, first: 1)
    }
    return d
  }
}

extension ColumnType {
  /// The kernel that widens values to double; nil if they are doubles.
  var conversion: nj_operation? {
    switch self {
    case .int8: NJ_FROM_INT8
    case .int16: NJ_FROM_INT16
    case .int32: NJ_FROM_INT32
    case .int64: NJ_FROM_INT64
    case .uint8, .bool: NJ_FROM_UINT8
    case .uint16: NJ_FROM_UINT16
    case .uint32: NJ_FROM_UINT32
    case .uint64: NJ_FROM_UINT64
    case .float32: NJ_FROM_FLOAT32
    case .float64: nil
    }
  }
}
