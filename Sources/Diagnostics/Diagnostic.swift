/// One fault told to the user: `where: what is wrong; found and allowed; remedy`.
public struct Diagnostic: Error, Sendable, Hashable, CustomStringConvertible {
  /// Where: `file:line:column`, a file, a task; nil where nothing more precise is known.
  public var place: String?
  /// What is wrong, with what was found and what is allowed; lower case, no final stop.
  public var finding: String
  /// What the user can do, or nil.
  public var remedy: String?
  /// The place as line and column when it is in a text file; orders reports.
  public var location: SourceLocation?

  /// Creates a fault at a place in a text file.
  public init(at location: SourceLocation?, _ finding: String, remedy: String? = nil) {
    self.location = location
    self.place = location?.description
    self.finding = finding
    self.remedy = remedy
  }

  /// Creates a fault of a file, a task or another named place.
  public init(in place: String?, _ finding: String, remedy: String? = nil) {
    self.location = nil
    self.place = place
    self.finding = finding
    self.remedy = remedy
  }

  /// The text as the user sees it.
  public var description: String {
    let text = remedy.map { "\(finding); \($0)" } ?? finding
    return place.map { "\($0): \(text)" } ?? text
  }
}

/// Several faults reported at once, in the order of their places.
public struct Diagnostics: Error, Sendable, Hashable, CustomStringConvertible {
  /// The faults.
  public private(set) var items: [Diagnostic]

  /// Creates an empty list, or one from faults.
  public init(_ items: [Diagnostic] = []) { self.items = items }

  /// Whether no fault was found.
  public var isEmpty: Bool { items.isEmpty }

  /// Adds a fault.
  public mutating func report(_ fault: Diagnostic) { items.append(fault) }

  /// Adds the faults of another list.
  public mutating func report(_ others: Diagnostics) { items += others.items }

  /// Adds those faults of another list that are not there yet.
  public mutating func reportOnce(_ others: Diagnostics) {
    for fault in others.items where !items.contains(fault) { items.append(fault) }
  }

  /// The faults ordered by place; those without line and column come last, in order of report.
  public var sorted: [Diagnostic] {
    items.enumerated().sorted { left, right in
      switch (left.element.location, right.element.location) {
      case (let a?, let b?): a == b ? left.offset < right.offset : a < b
      case (.some, nil): true
      case (nil, .some): false
      case (nil, nil): left.offset < right.offset
      }
    }.map(\.element)
  }

  /// One line a fault.
  public var description: String { sorted.map(\.description).joined(separator: "\n") }
}
