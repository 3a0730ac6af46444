import Diagnostics

/// Decodes one kind of value and describes it: a cell of the table of keys.
///
/// `decode` reports its faults and then returns nil, or a value that may only be looked at for
/// further faults.
public struct Format<Value: Sendable>: Sendable {
  /// A decoded value with what keys of finished work digest.
  public struct Decoded: Sendable {
    /// The value.
    public var value: Value
    /// What keys of finished work digest.
    public var canonical: CanonicalValue

    /// Pairs a value with its canonical form.
    public init(_ value: Value, _ canonical: CanonicalValue) {
      self.value = value
      self.canonical = canonical
    }
  }

  /// What stands in for a missing or faulty value while other faults are looked for.
  public let placeholder: @Sendable () -> Value
  /// What it looks like.
  public let shape: Shape
  /// Decodes a node.
  public let decode: @Sendable (SettingsNode, inout DecodingLog) -> Decoded?

  /// Creates a format from its parts.
  public init(
    shape: Shape, placeholder: @escaping @Sendable () -> Value,
    decode: @escaping @Sendable (SettingsNode, inout DecodingLog) -> Decoded?
  ) {
    self.shape = shape
    self.placeholder = placeholder
    self.decode = decode
  }

  /// The same look with values turned into another type.
  public func map<Other: Sendable>(_ transform: @escaping @Sendable (Value) -> Other)
    -> Format<Other>
  {
    let inner = self
    return Format<Other>(
      shape: shape, placeholder: { transform(inner.placeholder()) },
      decode: { node, log in
        inner.decode(node, &log).map { .init(transform($0.value), $0.canonical) }
      })
  }

  /// The same look with a further rule; the rule returns what is wrong, without the place.
  public func checked(
    _ rule: @escaping @Sendable (Value, SettingsNode) -> (finding: String, remedy: String?)?
  ) -> Format<Value> {
    let inner = self
    return Format(shape: shape, placeholder: placeholder) { node, log in
      let before = log.faults.items.count
      guard let decoded = inner.decode(node, &log) else { return nil }
      guard log.faults.items.count == before else { return decoded }
      guard let fault = rule(decoded.value, node) else { return decoded }
      log.report(node, fault.finding, remedy: fault.remedy)
      return nil
    }
  }

  /// A look that is part of the grammar but refused by this version; what is inside is checked.
  public static func later<Inner: Sendable>(
    _ inner: Format<Inner>, _ what: String, as placeholder: @escaping @Sendable () -> Value
  ) -> Format<Value> {
    Format(shape: .later(inner.shape), placeholder: placeholder) { node, log in
      log.refuse("\(node.title): \(what)", at: node.location, of: node.path, remedy: "remove it")
      let isInside = log.laterDepth > 0
      log.laterDepth += 1
      let decoded = inner.decode(node, &log)
      log.laterDepth -= 1
      return isInside ? decoded.map { .init(placeholder(), $0.canonical) } : nil
    }
  }

  /// One of two looks, told apart by the node.
  public static func either(
    _ first: Format<Value>, if test: @escaping @Sendable (SettingsNode) -> Bool,
    else second: Format<Value>
  ) -> Format<Value> {
    let shapes: [Shape] =
      if case .either(let more) = second.shape { [first.shape] + more } else {
        [first.shape, second.shape]
      }
    return Format(shape: .either(shapes), placeholder: first.placeholder) { node, log in
      test(node) ? first.decode(node, &log) : second.decode(node, &log)
    }
  }
}

/// What decoding a file found: faults, and whether it is inside a part that is refused anyway.
public struct DecodingLog: Sendable {
  /// The faults so far.
  public internal(set) var faults = Diagnostics()
  /// Places of the characters of scalars that are folded or hold escapes, by their start.
  public internal(set) var foldedScalars: [SourceLocation: [SourceLocation]] = [:]
  /// Dotted paths of values that had a fault or were refused; their settings are placeholders.
  public internal(set) var faultyPaths: [String] = []
  /// Depth of keys of later versions; inside only the outermost is refused.
  var laterDepth = 0

  /// Starts empty.
  public init() {}

  /// Reports a fault of a node; `finding` follows the node's name.
  public mutating func report(_ node: SettingsNode, _ finding: String, remedy: String? = nil) {
    report(
      Diagnostic(at: node.location, "\(node.title) \(finding)", remedy: remedy), of: node.path)
  }

  /// Reports a fault of the value at a path.
  public mutating func report(_ fault: Diagnostic, of path: String) {
    faults.report(fault)
    faultyPaths.append(path)
  }

  /// Whether no fault was found at or below a path.
  public func isClean(_ path: String) -> Bool {
    !faultyPaths.contains { $0 == path || $0.hasPrefix(path + ".") }
  }

  /// Remembers where the characters of a scalar stand, if they do not just follow each other.
  public mutating func remember(_ scalar: SettingsScalar, startingAt place: SourceLocation) {
    if !scalar.places.isEmpty { foldedScalars[place] = scalar.places }
  }

  /// Refuses a part of the grammar that this version does not know yet.
  mutating func refuse(
    _ what: String, at location: SourceLocation, of path: String, remedy: String
  ) {
    guard laterDepth == 0 else { return }
    faultyPaths.append(path)
    faults.report(
      Diagnostic(at: location, "\(what) is not available yet in this version", remedy: remedy))
  }
}

extension SettingsNode {
  /// Whether the node is a scalar.
  public var isScalar: Bool { if case .scalar = content { true } else { false } }
  /// Whether the node is a list.
  public var isList: Bool { if case .list = content { true } else { false } }
  /// Whether the node is a map.
  public var isMap: Bool { if case .map = content { true } else { false } }
  /// Whether the node is a plain scalar that means a number.
  public var isNumber: Bool {
    guard case .scalar(let scalar) = content else { return false }
    return switch scalar.meaning {
    case .integer, .number: true
    default: false
    }
  }
  /// The keys of a map, empty for anything else.
  public var keys: [String] {
    if case .map(let entries) = content { entries.map(\.name) } else { [] }
  }
}
