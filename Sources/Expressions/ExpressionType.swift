/// The type of an expression: what its values are, and whether a row has one or a list of them.
struct ExpressionType: Equatable {
  var value: ValueType
  /// The elements a row has; nil: one value a row.
  var list: ListShape?

  /// As messages call it.
  var described: String {
    let word = value == .number ? "number" : "condition"
    return list == nil ? word : "list of \(word)s"
  }
}

/// Which elements of its columns a list holds; only lists of one shape may meet elementwise.
struct ListShape: Equatable {
  /// The masks, from the first applied to the last, by the numbers that `TreeIdentity` gives.
  var masks: [Int] = []
}
