/// What a value may look like: the description that schema and reference page are made from.
public indirect enum Shape: Sendable {
  case text(hint: String)
  case number(Bounds)
  case integer(Bounds)
  case boolean
  /// "number unit"; a bare number too where `allowsBare`.
  case quantity([Dimension], allowsBare: Bool)
  /// One of the words; the `later` ones are refused by name.
  case choice([String], later: [String])
  case expression
  case list(Shape, count: ClosedRange<Int>)
  /// Names chosen by the user, each with a value; `of` says what is named.
  case entries(Shape, of: String)
  /// A map with the keys of a settings type.
  case section(name: String, @Sendable () -> SectionDescription)
  case either([Shape])
  /// A look that this version refuses by name.
  case later(Shape)

  /// Bounds of a number.
  public struct Bounds: Sendable, Equatable {
    /// Smallest value.
    public var minimum: Double?
    /// Whether the smallest value itself is out.
    public var isAbove: Bool
    /// Largest value.
    public var maximum: Double?

    /// Creates bounds; nothing stated is unbounded.
    public init(from minimum: Double? = nil, above: Double? = nil, to maximum: Double? = nil) {
      self.minimum = minimum ?? above
      self.isAbove = above != nil
      self.maximum = maximum
    }

    /// No bounds.
    public static let none = Bounds()
    /// Larger than zero.
    public static let positive = Bounds(above: 0)
    /// Zero or larger.
    public static let notNegative = Bounds(from: 0)
    /// From 0 to 1.
    public static let fraction = Bounds(from: 0, to: 1)

    func contains(_ value: Double) -> Bool {
      if let minimum, isAbove ? value <= minimum : value < minimum { return false }
      if let maximum, value > maximum { return false }
      return value.isFinite
    }

    /// The bounds in words, or nil.
    var text: String? {
      switch (minimum, isAbove, maximum) {
      case (nil, _, nil): nil
      case (0?, true, nil): "positive"
      case (0?, false, nil): "zero or positive"
      case (let low?, true, nil): "larger than \(SettingsText.number(low))"
      case (let low?, false, nil): "at least \(SettingsText.number(low))"
      case (nil, _, let high?): "at most \(SettingsText.number(high))"
      case (let low?, true, let high?):
        "larger than \(SettingsText.number(low)) and at most \(SettingsText.number(high))"
      case (let low?, false, let high?):
        "from \(SettingsText.number(low)) to \(SettingsText.number(high))"
      }
    }
  }
}

/// The keys of a settings type, as its `read` declares them.
public struct SectionDescription: Sendable {
  /// Name of the section.
  public var name: String
  /// One sentence: what it states.
  public var summary: String
  /// The keys in the order of their declaration.
  public var keys: [KeyDescription]
}

/// One key of a section.
public struct KeyDescription: Sendable {
  /// Whether it must be there.
  public enum Presence: Sendable, Equatable {
    case required
    case optional
    /// Optional, with this value as YAML text.
    case withDefault(String)
    /// Part of the grammar, refused by this version.
    case later
  }

  /// The key.
  public var name: String
  /// What its value looks like.
  public var shape: Shape
  /// Whether it must be there.
  public var presence: Presence
  /// What it states.
  public var summary: String
}

/// Texts of numbers and lists in messages.
public enum SettingsText {
  /// A number in its shortest form, whole numbers without a point.
  public static func number(_ value: Double) -> String {
    value == value.rounded() && abs(value) < 1e15 ? String(Int64(value)) : "\(value)"
  }

  /// `'a', 'b', 'c'`.
  public static func quoted(_ names: some Sequence<String>) -> String {
    names.map { "'\($0)'" }.joined(separator: ", ")
  }

  /// `'a', 'b' or 'c'`.
  public static func oneOf(_ names: [String]) -> String {
    guard let last = names.last, names.count > 1 else { return quoted(names) }
    return "\(quoted(names.dropLast())) or '\(last)'"
  }
}
