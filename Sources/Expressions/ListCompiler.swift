import Columns

/// Compiles lowered trees: the code of the rows and that of the stages before it.
struct ListCompiler {
  private let lowering: ListLowering
  private let rowEnvironment: ExpressionEnvironment
  private let elementEnvironment: ExpressionEnvironment
  private let broadcastIndices: [String: Int]
  private let reductionIndices: [String: Int]
  private let listIndices: [String: Int]
  /// Input columns of rows in order of first use.
  private(set) var columns: [String] = []
  private(set) var kinds: [ColumnType] = []
  private var columnIndices: [String: Int] = [:]

  init(_ lowering: ListLowering) {
    self.lowering = lowering
    let environment = lowering.environment
    var rows = environment
    for reduction in lowering.reductions { rows.columns[reduction.name] = reduction.storage }
    rowEnvironment = rows
    var elements = environment
    elements.columns = environment.columns.filter { environment.isList($0.key) }
    for broadcast in lowering.broadcasts {
      elements.columns[broadcast.name] = broadcast.type == .number ? .float64 : .bool
    }
    elementEnvironment = elements
    broadcastIndices = Self.indices(lowering.broadcasts.map(\.name))
    reductionIndices = Self.indices(lowering.reductions.map(\.name))
    listIndices = Self.indices(lowering.lists)
  }

  private static func indices(_ names: [String]) -> [String: Int] {
    Dictionary(uniqueKeysWithValues: zip(names, names.indices))
  }

  /// Returns the code that computes trees of rows, and notes the columns it reads.
  mutating func compile(numbers: [Syntax], masks: [Syntax]) -> RowCode {
    var builder = GraphBuilder(environment: rowEnvironment)
    for (name, tree) in lowering.rowDefinitions { builder.define(name, as: tree) }
    let numberNodes = numbers.map { builder.build($0) }
    let maskNodes = masks.map { builder.build($0) }
    let compiler = Compiler(graph: builder.graph, numbers: numberNodes, masks: maskNodes)
    let code = compiler.compile()
    return RowCode(
      code: code, sources: zip(code.columns, code.kinds).map { source(ofColumn: $0, $1) })
  }

  private mutating func source(ofColumn name: String, _ kind: ColumnType) -> RowCode.Source {
    if let reduction = reductionIndices[name] { return .reduction(reduction) }
    if let known = columnIndices[name] { return .column(known) }
    columnIndices[name] = columns.count
    columns.append(name)
    kinds.append(kind)
    return .column(columns.count - 1)
  }

  /// Returns what must be done with lists before the rows; nil if there are none.
  mutating func listProgram() -> ListProgram? {
    guard !lowering.reductions.isEmpty else { return nil }
    let levels = lowering.reductions.map(\.level).max() ?? 0
    let stages = (0...levels).map { stage($0) }
    return ListProgram(
      lists: lowering.lists,
      kinds: lowering.lists.map { lowering.environment.columns[$0] ?? .float64 },
      pairs: lowering.pairs, results: lowering.reductions.map(\.storage), stages: stages)
  }

  private mutating func stage(_ level: Int) -> ListStage {
    var groups: [(list: Int, reductions: [Int])] = []
    for (index, reduction) in lowering.reductions.enumerated() where reduction.level == level {
      let list = lowering.group(of: reduction.column)
      if let known = groups.firstIndex(where: { $0.list == list }) {
        groups[known].reductions.append(index)
      } else {
        groups.append((list, [index]))
      }
    }
    var elements = groups.map { compile(reductions: $0.reductions, of: $0.list) }
    // Numbers first, as the outputs of code are.
    var used: [Int] = []
    for case .broadcast(let index) in elements.flatMap(\.sources) where !used.contains(index) {
      used.append(index)
    }
    let numbers = used.filter { lowering.broadcasts[$0].type == .number }
    let masks = used.filter { lowering.broadcasts[$0].type == .boolean }
    let places = Dictionary(
      uniqueKeysWithValues: zip(numbers + masks, (numbers + masks).indices))
    for index in elements.indices {
      elements[index].sources = elements[index].sources.map { source in
        guard case .broadcast(let broadcast) = source else { return source }
        return .broadcast(places[broadcast] ?? 0)
      }
    }
    let rows = compile(
      numbers: numbers.map { lowering.broadcasts[$0].value },
      masks: masks.map { lowering.broadcasts[$0].value })
    return ListStage(rows: rows, elements: elements)
  }

  private func compile(reductions: [Int], of list: Int) -> ElementCode {
    var builder = GraphBuilder(environment: elementEnvironment)
    for (name, tree) in lowering.elementDefinitions { builder.define(name, as: tree) }
    var numbers: [Int] = []
    var masks: [Int] = []
    func output(_ node: Int, _ outputs: inout [Int]) -> Int {
      if let known = outputs.firstIndex(of: node) { return known }
      outputs.append(node)
      return outputs.count - 1
    }
    var results: [ElementCode.Reduction] = []
    for index in reductions {
      let reduction = lowering.reductions[index]
      var result = ElementCode.Reduction(kind: reduction.kind, result: index)
      if let value = reduction.value.map({ builder.build($0) }) {
        result.value =
          reduction.type == .number ? output(value, &numbers) : output(value, &masks)
      }
      if let mask = reduction.mask.map({ builder.build($0) }),
        builder.graph.truthValue(mask) != true
      {
        result.mask = output(mask, &masks)
      }
      results.append(result)
    }
    let compiler = Compiler(graph: builder.graph, numbers: numbers, masks: masks)
    let code = compiler.compile()
    let sources = code.columns.map { name -> ElementCode.Source in
      broadcastIndices[name].map { .broadcast($0) } ?? .list(listIndices[name] ?? 0)
    }
    return ElementCode(list: list, code: code, sources: sources, reductions: results)
  }
}

extension ListReduction {
  /// Storage type of its results.
  var storage: ColumnType { type == .number ? .float64 : .bool }
}
