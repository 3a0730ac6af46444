/// Lists: what meets elementwise, what makes one value a row, elements and masks.
extension TypeChecker {
  static let reduction = "reduce it with any, all, count, sum, min, max or an index"
  private static let indices = "write one such as 0 for the first, or -1 for the last"
  private static let masks = "mask both, or mask the result"

  /// The type of an operation on values of a row, lists or both; nil if one has no type, or lists
  /// have different masks, which is reported.
  mutating func elementwise(
    _ types: [ExpressionType?], _ parts: [Syntax], of what: String, giving value: ValueType
  ) -> ExpressionType? {
    var shape: ListShape?
    for (type, part) in zip(types, parts) {
      guard let list = type?.list else { continue }
      if let shape, shape != list {
        report(part.start, "\(what) joins lists of different masks", remedy: Self.masks)
        return nil
      }
      shape = list
    }
    return types.contains { $0 == nil } ? nil : ExpressionType(value: value, list: shape)
  }

  /// The type of a function that makes one value a row of a list; single values of those that take
  /// them as well are no fault.
  mutating func type(
    ofReduction function: Function, to elements: Function.Elements, _ argument: Syntax,
    at offset: Int
  ) -> ExpressionType? {
    guard let found = type(of: argument) else { return nil }
    let what = "'\(function.rawValue)'"
    if found.list == nil {
      if let remedy = function.remedyForSingles {
        report(argument.start, "\(what) needs a list, found a \(found.described)", remedy: remedy)
        return nil
      }
      guard checkArity(of: function, 1, at: offset) else { return nil }
    }
    if case .of(let wanted) = elements, !check(found, of: argument, is: wanted, for: what) {
      return nil
    }
    return ExpressionType(value: function == .any || function == .all ? .boolean : .number)
  }

  /// The type of an element or of a part of a list.
  mutating func type(ofSubscript parts: [Syntax], at offset: Int) -> ExpressionType? {
    let base = type(of: parts[0])
    if let base, base.list == nil {
      report(
        offset, "'[…]' needs a list before it, found a \(base.described)",
        remedy: "remove it, or write an operator before it")
      return nil
    }
    if let index = literal(parts[1]) {
      guard Int(exactly: index) != nil else {
        report(parts[1].start, "index \(index) is not a whole number", remedy: Self.indices)
        return nil
      }
      return base.map { ExpressionType(value: $0.value) }
    }
    guard let mask = type(of: parts[1]), let base, let list = base.list else { return nil }
    guard mask.value == .boolean, let own = mask.list else {
      report(
        parts[1].start, "a mask needs a list of conditions, found a \(mask.described)",
        remedy: mask == ExpressionType(value: .number)
          ? "an index is a constant whole number; \(Self.indices)"
          : "compare the elements, as in 'x[x > 0]'")
      return nil
    }
    guard own == list else {
      report(parts[1].start, "'[…]' joins lists of different masks", remedy: Self.masks)
      return nil
    }
    return ExpressionType(
      value: base.value, list: ListShape(masks: list.masks + [identity(of: parts[1])]))
  }
}

extension Function {
  /// The elements that a function makes one value of.
  enum Elements {
    case any
    case of(ValueType)
  }

  /// The elements of the one list that it reduces; nil: it reduces none.
  var elements: Elements? {
    switch self {
    case .size: .any
    case .sum, .min, .max: .of(.number)
    case .count, .any, .all: .of(.boolean)
    default: nil
    }
  }

  /// What to do where it has no list; nil: it takes single values as well.
  fileprivate var remedyForSingles: String? {
    switch self {
    case .size: "it has one value a row"
    case .sum: "add single values with '+'"
    case .any: "join single conditions with 'or'"
    case .all: "join single conditions with 'and'"
    default: nil
    }
  }
}
