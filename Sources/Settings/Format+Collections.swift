import Diagnostics

extension Format {
  /// A list of values of one format.
  public static func list<Element: Sendable>(
    of element: Format<Element>, count: ClosedRange<Int> = 0...Int.max, of what: String = "values"
  ) -> Format<[Element]> where Value == [Element] {
    Format(shape: .list(element.shape, count: count), placeholder: { [] }) { node, log in
      guard case .list(let items) = node.content else {
        log.report(
          node, "must be a list, found \(node.found)", remedy: "put it into brackets: [ … ]")
        return nil
      }
      guard count.contains(items.count) else {
        log.report(node, "must hold \(text(of: count)) \(what), found \(items.count)")
        return nil
      }
      var values: [Element] = []
      var canonical: [CanonicalValue] = []
      var isGood = true
      for item in items {
        guard let decoded = element.decode(item, &log) else {
          isGood = false
          continue
        }
        values.append(decoded.value)
        canonical.append(decoded.canonical)
      }
      return isGood ? .init(values, .list(canonical)) : nil
    }
  }

  private static func text(of count: ClosedRange<Int>) -> String {
    if count.lowerBound == count.upperBound { return "\(count.lowerBound)" }
    if count.upperBound == Int.max { return "at least \(count.lowerBound)" }
    return "\(count.lowerBound) to \(count.upperBound)"
  }

  /// A map from names that the user chooses to values; the order of the file is kept.
  public static func entries<Element: Sendable>(
    of element: Format<Element>, named what: String
  ) -> Format<[Named<Element>]> where Value == [Named<Element>] {
    Format(shape: .entries(element.shape, of: what), placeholder: { [] }) { node, log in
      guard case .map(let entries) = node.content else {
        log.report(
          node, "must be a map from names to values, found \(node.found)",
          remedy: "write '\(what): …'")
        return nil
      }
      var values: [Named<Element>] = []
      var canonical: [Named<CanonicalValue>] = []
      for entry in entries {
        if entry.name.isEmpty {
          log.report(
            Diagnostic(
              at: entry.location, "a name under \(node.title) is empty", remedy: "give it a name"),
            of: node.path)
          continue
        }
        let decoded = element.decode(entry.node, &log)
        // A faulty value keeps its name, so that what refers to it is not a second fault.
        values.append(Named(entry.name, decoded?.value ?? element.placeholder()))
        canonical.append(Named(entry.name, decoded?.canonical ?? .nothing))
      }
      return .init(values, .sorted(canonical))
    }
  }

  /// A closed range `[low, high]` of numbers.
  public static func interval(_ bounds: Shape.Bounds = .none) -> Format<ClosedRange<Double>>
  where Value == ClosedRange<Double> {
    let list = Format<[Double]>.list(
      of: .number(bounds), count: 2...2, of: "numbers, [low, high]")
    return Format(shape: list.shape, placeholder: { 0...1 }) { node, log in
      guard let decoded = list.decode(node, &log) else { return nil }
      let low = decoded.value[0]
      let high = decoded.value[1]
      guard low < high else {
        log.report(
          node,
          "must be [low, high] with low < high, found [\(SettingsText.number(low)), \(SettingsText.number(high))]"
        )
        return nil
      }
      return .init(low...high, decoded.canonical)
    }
  }

  /// A list of values, or a single value in place of a list of one.
  public static func oneOrMore<Element: Sendable>(_ element: Format<Element>)
    -> Format<[Element]> where Value == [Element]
  {
    let list = Format<[Element]>.list(of: element, count: 1...Int.max)
    return Format(shape: .either([element.shape, list.shape]), placeholder: { [] }) { node, log in
      if node.isList { return list.decode(node, &log) }
      return element.decode(node, &log).map { .init([$0.value], .list([$0.canonical])) }
    }
  }
}
