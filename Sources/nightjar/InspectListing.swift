import Ntuples

/// What `inspect` shows, as a table for people and as JSON.
struct InspectListing {
  let file: NtupleFile
  /// Indices of the listed columns.
  let columns: [Int]
  let summaries: [ColumnSummary]
  let histogram: TextHistogram?
  /// What the job that wrote the file told of itself.
  let metadata: JobMetadata

  private var layout: String {
    switch file.layout {
    case .columns: "one dataset per column"
    case .table: "PyTables table"
    case .tree: "TTree"
    case .rntuple: "RNTuple"
    }
  }

  var text: String {
    var text =
      "\(file.path):\(file.table): \(Progress.grouped(file.rowCount)) rows, "
      + "\(file.columns.count) columns, \(layout)\n"
    var rows = [["column", "type", "unit", "min", "max", "mean", "NaN", "-999", "meaning"]]
    for (index, summary) in zip(columns, summaries) {
      let column = file.columns[index]
      let empty = summary.values == 0
      rows.append([
        column.name, column.type.rawValue + (column.isList ? " list" : ""), column.unit ?? "",
        empty ? "" : NumberText.short(summary.minimum),
        empty ? "" : NumberText.short(summary.maximum), NumberText.short(summary.mean),
        "\(summary.nan)", "\(summary.missing)", column.longName ?? "",
      ])
    }
    text += NumberText.table(rows, leftAligned: [0, 1, 2, 8])
    for column in file.unreadable {
      text += "'\(column.name)' cannot be read: \(column.reason)\n"
    }
    for entry in metadata.entries { text += "\(entry.name): \(entry.short)\n" }
    if let histogram { text += "\n" + histogram.text(barWidth: 50) }
    return text
  }

  var json: JSONText {
    let entries = zip(columns, summaries).map { index, summary in
      let column = file.columns[index]
      let empty = summary.values == 0
      return JSONText.object([
        ("name", .string(column.name)), ("type", .string(column.type.rawValue)),
        ("list", .boolean(column.isList)),
        ("unit", column.unit.map { .string($0) } ?? .null),
        ("meaning", column.longName.map { .string($0) } ?? .null),
        ("minimum", empty ? .null : .number(summary.minimum)),
        ("maximum", empty ? .null : .number(summary.maximum)),
        ("mean", .number(summary.mean)), ("nan", .integer(summary.nan)),
        ("minus999", .integer(summary.missing)),
      ])
    }
    var members: [(String, JSONText)] = [
      ("file", .string(file.path)), ("table", .string(file.table)),
      ("layout", .string(file.layout.rawValue)),
      ("rows", .integer(file.rowCount)), ("columns", .array(entries)),
      (
        "unreadable",
        .array(
          file.unreadable.map {
            .object([("name", .string($0.name)), ("reason", .string($0.reason))])
          })
      ),
    ]
    if !metadata.entries.isEmpty {
      members.append(
        ("metadata", .object(metadata.entries.map { ($0.name, .string($0.text)) })))
    }
    if let histogram {
      members.append(
        (
          "histogram",
          .object([
            ("edges", .array(histogram.edges.map { .number($0) })),
            ("counts", .array(histogram.counts.map { .integer($0) })),
          ])
        ))
    }
    return .object(members)
  }
}
