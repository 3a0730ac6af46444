/// Fields and columns as header and footer list them.
///
/// Source: "RNTuple Binary Format Specification" 1.0, sections Header Envelope and Footer Envelope.
struct RNTupleSchema: Sendable {
  /// A node of the tree of C++ types.
  struct Field: Sendable {
    /// What a field is to its children.
    enum Role: Int { case leaf = 0, collection, record, variant, streamer }

    /// Identity of the field around it; its own for the outermost.
    var parent: Int
    /// Nil for roles of later formats.
    var role: Role?
    /// Copies a row, in `std::array` and `std::bitset`.
    var repetition: Int?
    /// Whether its columns are aliases of others.
    var isProjected: Bool
    var name: String
    var typeName: String
    var title: String
  }

  /// Stored elements of one kind.
  struct Column: Sendable {
    var field: Int
    var encoding: RNTupleEncoding
    /// Which of several ways to store the field this column belongs to.
    var representation: Int
    /// Elements before this one are zero and not stored; 0 for most columns.
    var firstElement: Int
  }

  private(set) var fields: [Field] = []
  private(set) var columns: [Column] = []
  /// Columns of each field, by identity; those of projected fields belong to others.
  private(set) var columnsOfField: [Int: [Int]] = [:]
  private(set) var childrenOfField: [Int: [Int]] = [:]
  /// Fields that are in no other.
  private(set) var outermost: [Int] = []

  /// Adds the four lists of a header or of the extension in a footer.
  mutating func append(_ envelope: inout RNTupleEnvelope) throws(ROOTError) {
    let newFields = try envelope.records(Self.field)
    for field in newFields {
      let identity = fields.count
      guard field.parent < fields.count + newFields.count else {
        throw envelope.damaged("field '\(field.name)' is in field \(field.parent)")
      }
      if field.parent == identity {
        outermost.append(identity)
      } else {
        childrenOfField[field.parent, default: []].append(identity)
      }
      fields.append(field)
    }
    for column in try envelope.records(Self.column) {
      guard column.field < fields.count else {
        throw envelope.damaged("a column of field \(column.field)")
      }
      columnsOfField[column.field, default: []].append(columns.count)
      columns.append(column)
    }
    let aliases = try envelope.records { (record) throws(ROOTError) -> (column: Int, field: Int) in
      (try record.int32(), try record.int32())
    }
    for alias in aliases {
      guard alias.column < columns.count, alias.field < fields.count else {
        throw envelope.damaged("an alias of column \(alias.column) for field \(alias.field)")
      }
      columnsOfField[alias.field, default: []].append(alias.column)
    }
    _ = try envelope.list(smallest: 8)
  }

  private static func field(_ record: inout RNTupleEnvelope) throws(ROOTError) -> Field {
    _ = try record.int32()
    _ = try record.int32()
    let parent = try record.int32()
    let role = try record.int16()
    let flags = try record.int16()
    let name = try record.string()
    let typeName = try record.string()
    _ = try record.string()
    let title = try record.string()
    let repetition = flags & 1 != 0 ? try record.count() : nil
    return Field(
      parent: parent, role: Field.Role(rawValue: role), repetition: repetition,
      isProjected: flags & 2 != 0, name: name, typeName: typeName, title: title)
  }

  private static func column(_ record: inout RNTupleEnvelope) throws(ROOTError) -> Column {
    let type = try record.int16()
    let bits = try record.int16()
    let field = try record.int32()
    let flags = try record.int16()
    let representation = try record.int16()
    var first = 0
    if flags & 1 != 0 {
      let value = try record.integer(Int64.self)
      // Negative: the column is also suppressed up to there, which the page lists show.
      first = Int(value == .min ? .max : abs(value))
    }
    var range: ClosedRange<Double>?
    if flags & 2 != 0 {
      let (smallest, largest) = (try record.double(), try record.double())
      guard smallest <= largest, smallest.isFinite, largest.isFinite else {
        throw record.damaged("a column with values from \(smallest) to \(largest)")
      }
      range = smallest...largest
    }
    return Column(
      field: field, encoding: RNTupleEncoding(type: type, bits: bits, range: range),
      representation: representation, firstElement: first)
  }
}
