import Columns

/// Which stored elements make up each readable column.
///
/// Source: "RNTuple Binary Format Specification" 1.0, section Mapping of C++ Types.
struct RNTupleLayout: Sendable {
  /// Elements that are read and decoded together.
  struct Part: Sendable, Hashable {
    /// Stored columns, one a representation.
    var columns: [Int]
    /// Elements a row, or an item of the list.
    var repetition: Int
    /// Type of an element once decoded.
    var type: ColumnType
    /// Whether the elements are the ends of lists.
    var isEnds = false
    /// The part with the ends of the lists that the elements are in.
    var list: Int?
  }

  /// One column for the user.
  struct Leaf: Sendable {
    var column: ROOTColumn
    var part: Int
    /// Which of the part's repeated elements.
    var component: Int
    /// Whether the values are the lengths of the part's lists.
    var isLengths: Bool
  }

  /// Fields inside each other at most.
  private static let deepest = 64
  /// Elements of an array that become columns at most.
  private static let mostOfArray = 4096
  /// Columns at most; more is taken for damage.
  private static let mostColumns = 1 << 18
  /// Longest name.
  private static let longestName = 1024

  private(set) var parts: [Part] = []
  private(set) var leaves: [Leaf] = []
  private(set) var unreadable: [(name: String, reason: String)] = []
  private var partIndex: [Part: Int] = [:]

  /// Where the walk over the fields is.
  private struct Spot {
    var path: String
    var repetition = 1
    var component = 0
    var list: Int?
    var depth = 0

    func inside(_ name: String?) -> Spot {
      var spot = self
      if let name { spot.path = path.isEmpty ? name : "\(path).\(name)" }
      spot.depth += 1
      return spot
    }
  }

  /// Goes through all fields.
  init(_ schema: RNTupleSchema, place: String) throws(ROOTError) {
    for field in schema.outermost {
      try visit(field, schema, Spot(path: "").inside(schema.fields[field].name), place)
    }
  }

  private mutating func refuse(_ spot: Spot, _ reason: String) {
    unreadable.append((spot.path, reason))
  }

  /// Adds the columns of a field that may be an array.
  private mutating func visit(
    _ identity: Int, _ schema: RNTupleSchema, _ spot: Spot, _ place: String
  ) throws(ROOTError) {
    guard leaves.count + unreadable.count < Self.mostColumns else {
      throw .damaged(place: place, what: "more than \(Self.mostColumns) columns")
    }
    guard spot.depth <= Self.deepest, spot.path.utf8.count <= Self.longestName else {
      var short = spot
      short.path = String(spot.path.prefix(Self.longestName / 16)) + "..."
      return refuse(short, "fields too deep inside each other, or too long a name")
    }
    let field = schema.fields[identity]
    guard let count = field.repetition else {
      return try visitOne(identity, schema, spot, place)
    }
    let total = spot.repetition.multipliedReportingOverflow(by: count)
    guard count > 0, !total.overflow, total.partialValue <= Self.mostOfArray else {
      return refuse(spot, "an array of \(count); at most \(Self.mostOfArray) become columns")
    }
    let children = schema.childrenOfField[identity] ?? []
    guard children.count <= 1 else { return refuse(spot, "an array of several fields") }
    for i in 0..<count {
      var item = spot.inside(nil)
      item.path += "[\(i)]"
      item.repetition = total.partialValue
      item.component = spot.component * count + i
      if let child = children.first {
        try visit(child, schema, item, place)
      } else {
        try visitOne(identity, schema, item, place)
      }
    }
  }

  private mutating func visitOne(
    _ identity: Int, _ schema: RNTupleSchema, _ spot: Spot, _ place: String
  ) throws(ROOTError) {
    let field = schema.fields[identity]
    let children = schema.childrenOfField[identity] ?? []
    switch field.role {
    case .leaf:
      if schema.columnsOfField[identity] == nil, let child = children.first, children.count == 1 {
        return try visit(child, schema, spot.inside(nil), place)
      }
      addLeaf(identity, schema, spot)
    case .record:
      if children.isEmpty { refuse(spot, "a record without members") }
      for child in children {
        try visit(child, schema, spot.inside(schema.fields[child].name), place)
      }
    case .collection:
      if spot.list != nil { return refuse(spot, "lists of lists are not supported") }
      if spot.repetition > 1 { return refuse(spot, "arrays of lists are not supported") }
      guard let columns = representations(identity, schema, type: .int64),
        case .index = schema.columns[columns[0]].encoding.content
      else { return refuse(spot, "a collection without one column of lengths") }
      var inside = spot
      inside.list = part(Part(columns: columns, repetition: 1, type: .int64, isEnds: true))
      for child in children {
        let name = schema.fields[child].name
        try visit(child, schema, inside.inside(name == "_0" ? nil : name), place)
      }
    case .variant: refuse(spot, "variants are not supported")
    case .streamer: refuse(spot, "objects of class '\(field.typeName)' are not supported")
    case nil: refuse(spot, "a field of an unknown kind")
    }
  }

  /// Adds a column of numbers, or says why not.
  private mutating func addLeaf(_ identity: Int, _ schema: RNTupleSchema, _ spot: Spot) {
    let field = schema.fields[identity]
    if field.typeName == "std::string" { return refuse(spot, "texts are not supported") }
    guard let first = schema.columnsOfField[identity]?.first else {
      return refuse(spot, "no column belongs to it")
    }
    let encoding = schema.columns[first].encoding
    if case .other(let name) = encoding.content {
      return refuse(spot, "columns of \(name) are not supported")
    }
    if let type = Self.lengthType(field.typeName) {
      guard spot.list == nil, spot.repetition == 1,
        let columns = representations(identity, schema, type: .int64)
      else { return refuse(spot, "lengths of lists of lists are not supported") }
      return add(
        field, spot, type, part(Part(columns: columns, repetition: 1, type: .int64, isEnds: true)),
        true)
    }
    guard encoding.content != .index,
      let type = Self.type(field.typeName) ?? encoding.naturalType,
      let columns = representations(identity, schema, type: type)
    else {
      return refuse(
        spot, "'\(field.typeName)' stored in these columns is not supported")
    }
    let part = part(
      Part(columns: columns, repetition: spot.repetition, type: type, list: spot.list))
    add(field, spot, type, part, false)
  }

  private mutating func add(
    _ field: RNTupleSchema.Field, _ spot: Spot, _ type: ColumnType, _ part: Int, _ isLengths: Bool
  ) {
    let column = ROOTColumn(
      name: spot.path, type: type, isList: spot.list != nil, title: field.title)
    leaves.append(
      Leaf(column: column, part: part, component: spot.component, isLengths: isLengths))
  }

  private mutating func part(_ part: Part) -> Int {
    if let known = partIndex[part] { return known }
    parts.append(part)
    partIndex[part] = parts.count - 1
    return parts.count - 1
  }

  /// The columns of a field, one a representation, if all can be decoded to a type.
  private func representations(
    _ identity: Int, _ schema: RNTupleSchema, type: ColumnType
  ) -> [Int]? {
    let columns = schema.columnsOfField[identity] ?? []
    for (i, column) in columns.enumerated() {
      guard schema.columns[column].representation == i,
        schema.columns[column].encoding.form(to: type) != nil
      else { return nil }
    }
    return columns.isEmpty ? nil : columns
  }

  /// The type of C++ names after ROOT's normalization.
  private static func type(_ name: String) -> ColumnType? {
    switch name {
    case "bool": .bool
    case "char", "std::int8_t": .int8
    case "std::byte", "std::uint8_t": .uint8
    case "std::int16_t": .int16
    case "std::uint16_t": .uint16
    case "std::int32_t": .int32
    case "std::uint32_t": .uint32
    case "std::int64_t": .int64
    case "std::uint64_t": .uint64
    case "float": .float32
    case "double": .float64
    default: nil
    }
  }

  private static func lengthType(_ name: String) -> ColumnType? {
    switch name {
    case "ROOT::RNTupleCardinality<std::uint32_t>": .uint32
    case "ROOT::RNTupleCardinality<std::uint64_t>": .uint64
    default: nil
    }
  }
}
