import Diagnostics

extension Format where Value == String {
  /// Text; `hint` says what, for the reference page.
  public static func text(_ hint: String = "text") -> Format<String> {
    Format(shape: .text(hint: hint), placeholder: { "" }) { node, log in
      guard case .scalar(let scalar) = node.content, scalar.meaning == .text else {
        let remedy =
          node.isScalar && !node.isNull ? "put quotes around it" : "write for example \(hint)"
        log.report(node, "must be text, found \(node.found)", remedy: remedy)
        return nil
      }
      return .init(scalar.text, .text(scalar.text))
    }
  }

  /// A path of a file, as it is written.
  public static var path: Format<String> { .text("a path") }
}

extension Format where Value == Double {
  /// A number without a unit.
  public static func number(_ bounds: Shape.Bounds = .none) -> Format<Double> {
    Format(shape: .number(bounds), placeholder: { bounds.minimum ?? 0 }) { node, log in
      guard let value = node.number else {
        log.report(
          node, "must be a number, found \(node.found)",
          remedy: "write it without a unit and without quotes")
        return nil
      }
      return bounded(value, by: bounds, node, &log)
    }
  }

  /// "number unit" of one dimension, in its base unit; a fraction may stand without a unit.
  public static func quantity(
    _ dimension: Dimension, _ bounds: Shape.Bounds = .none, allowsBare: Bool? = nil
  ) -> Format<Double> {
    let format = Format<Quantity>.quantity(
      [dimension], allowsBare: allowsBare ?? (dimension == .fraction))
    return Format(shape: format.shape, placeholder: { bounds.minimum ?? 0 }) { node, log in
      guard let decoded = format.decode(node, &log) else { return nil }
      return bounded(decoded.value.value, by: bounds, node, &log)
    }
  }

  private static func bounded(
    _ value: Double, by bounds: Shape.Bounds, _ node: SettingsNode, _ log: inout DecodingLog
  ) -> Decoded? {
    guard bounds.contains(value) else {
      log.report(node, "must be \(bounds.text ?? "finite"), found \(node.scalarText)")
      return nil
    }
    return .init(value, .number(value))
  }
}

extension Format where Value == Quantity {
  /// "number unit" of one of several dimensions.
  public static func quantity(_ dimensions: [Dimension], allowsBare: Bool = false)
    -> Format<Quantity>
  {
    let first = dimensions[0]
    let units = dimensions.flatMap(\.units).map(\.name)
    let allowed =
      "\(units.count == 1 ? "the unit is" : "the units are") \(SettingsText.quoted(units))"
    let examples = dimensions.map { "'\($0.example)'" }.joined(separator: " or ")
    return Format(
      shape: .quantity(dimensions, allowsBare: allowsBare), placeholder: { Quantity(1, first) }
    ) { node, log in
      if allowsBare, let value = node.number {
        return .init(Quantity(value, first), .number(value))
      }
      guard case .scalar(let scalar) = node.content, !node.isNull else {
        log.report(
          node, "must be a number with its unit, found \(node.found)", remedy: "write \(examples)")
        return nil
      }
      do throws(Quantity.Fault) {
        let quantity = try Quantity.read(scalar.text, dimensions: dimensions)
        let number = CanonicalValue.number(quantity.value)
        return .init(
          quantity,
          dimensions.count == 1 ? number : .list([.text(quantity.dimension.rawValue), number]))
      } catch {
        switch error {
        case .notANumber:
          log.report(
            node, "must be a number with its unit, found \(node.found)",
            remedy: "write \(examples)")
        case .noUnit:
          log.report(
            node, "needs a unit, found \(node.found); \(allowed)", remedy: "write \(examples)")
        case .unknownUnit(let unit):
          let nearest = NearestName.suggestion(for: unit, among: units)
          log.report(
            node, "has the unknown unit '\(unit)'; \(allowed)",
            remedy: nearest ?? "write \(examples)")
        }
        return nil
      }
    }
  }
}

extension Format where Value == Int {
  /// A whole number.
  public static func integer(_ bounds: Shape.Bounds = .none) -> Format<Int> {
    Format(shape: .integer(bounds), placeholder: { Int(bounds.minimum ?? 0) }) { node, log in
      guard case .scalar(let scalar) = node.content, case .integer(let value) = scalar.meaning
      else {
        log.report(
          node, "must be a whole number, found \(node.found)",
          remedy: "write it without a point and without quotes")
        return nil
      }
      guard bounds.contains(Double(value)) else {
        log.report(node, "must be \(bounds.text ?? "finite"), found \(value)")
        return nil
      }
      return .init(Int(value), .number(Double(value)))
    }
  }
}

extension Format where Value == Bool {
  /// `true` or `false`.
  public static var boolean: Format<Bool> {
    Format(shape: .boolean, placeholder: { false }) { node, log in
      guard case .scalar(let scalar) = node.content, case .boolean(let value) = scalar.meaning
      else {
        log.report(node, "must be true or false, found \(node.found)")
        return nil
      }
      return .init(value, .boolean(value))
    }
  }
}

extension Format where Value: CaseIterable & RawRepresentable & Sendable, Value.RawValue == String {
  /// One word of a closed list; the words of later versions are refused by name.
  public static func choice(later: [String] = []) -> Format<Value> {
    let words = Value.allCases.map(\.rawValue)
    let first = Value.allCases[Value.allCases.startIndex]
    return Format(shape: .choice(words, later: later), placeholder: { first }) { node, log in
      guard case .scalar(let scalar) = node.content, let value = Value(rawValue: scalar.text)
      else {
        let text = node.scalarText
        if later.contains(text) {
          log.refuse(
            "\(node.title): '\(text)'", at: node.location, of: node.path,
            remedy: "use \(SettingsText.oneOf(words))")
          return log.laterDepth > 0 ? .init(first, .text(text)) : nil
        }
        let suggestion = NearestName.suggestion(for: text, among: words + later)
        log.report(
          node,
          "must be \(SettingsText.oneOf(words)), found \(node.found)",
          remedy: suggestion)
        return nil
      }
      return .init(value, .text(value.rawValue))
    }
  }
}

extension SettingsNode {
  /// The number a plain scalar means, or nil.
  public var number: Double? {
    guard case .scalar(let scalar) = content else { return nil }
    return switch scalar.meaning {
    case .integer(let value): Double(value)
    case .number(let value): value
    default: nil
    }
  }

  /// The text of a scalar, or what was found.
  public var scalarText: String {
    if case .scalar(let scalar) = content { scalar.text } else { found }
  }
}
