import Columns

/// Two lists, by their places in `ListProgram.lists`, that meet in an element expression.
struct ListPair: Hashable {
  var first, second: Int
}

/// What is done with lists before the rows: stages, each with the results of those before it.
struct ListProgram: Sendable {
  var lists: [String]
  var kinds: [ColumnType]
  /// Lists that must have as many elements in every row.
  var pairs: [ListPair]
  /// Storage type of each reduction's results: float64, or bool.
  var results: [ColumnType]
  var stages: [ListStage]
}

/// Reductions that need only those of earlier stages.
struct ListStage: Sendable {
  /// Computes the values of rows that enter elements: its number outputs, then its mask outputs.
  var rows: RowCode
  var elements: [ElementCode]
}

/// Code over rows and where its columns come from.
struct RowCode: Sendable {
  enum Source: Hashable, Sendable {
    /// By place in `ExpressionProgram.columns`.
    case column(Int)
    /// By place in `ListProgram.results`.
    case reduction(Int)
  }

  var code: CompiledCode
  var sources: [Source]
}

/// Code over the elements of lists that have as many a row, and what is made of its outputs.
struct ElementCode: Sendable {
  enum Source: Hashable, Sendable {
    case list(Int)
    /// By place in the outputs of the stage's rows.
    case broadcast(Int)
  }

  struct Reduction: Sendable {
    var kind: ListReduction.Kind
    /// The number output, or mask output for conditions, with the elements.
    var value: Int?
    /// The mask output with the elements that count; nil: all.
    var mask: Int?
    /// By place in `ListProgram.results`.
    var result: Int
  }

  /// The list whose offsets cut the elements.
  var list: Int
  var code: CompiledCode
  var sources: [Source]
  var reductions: [Reduction]
}
