import Columns

/// One column of a simulated ntuple.
public struct SimulatedColumn: Sendable, Equatable {
  /// Name in a file with one dataset per column; the schema uses it as the alias.
  public let name: String
  /// Name in a PyTables table, as basf2 spells it.
  public let tableName: String
  /// Type in a file with one dataset per column; tables hold bookkeeping as here, the rest as
  /// float64.
  public let type: ColumnType
  /// Unit, empty for pure numbers.
  public let unit: String
  /// What the value means.
  public let meaning: String

  /// Type in a PyTables table.
  public var tableType: ColumnType { tableName.hasPrefix("__") ? type : .float64 }

  /// The six columns that basf2 writes into every table.
  static let bookkeeping: [SimulatedColumn] = [
    whole("experiment", "__experiment__", .int32, "experiment number"),
    whole("run", "__run__", .int32, "run number"),
    whole("event", "__event__", .uint32, "event number"),
    whole("production", "__production__", .uint32, "production number, 0 for data"),
    whole("candidate", "__candidate__", .uint32, "index of the candidate in its event"),
    whole("nCandidates", "__ncandidates__", .uint32, "candidates of the event"),
  ]

  /// Fills one of them for rows of events with equally many candidates, behind the first `start` rows.
  static func fill(
    bookkeeping column: Int, _ buffer: ColumnBuffer, _ start: Int, rows: Int, isData: Bool,
    production: UInt32, candidates: Int, event: (_ row: Int) -> UInt32
  ) {
    // Signed and unsigned columns alike: all numbers are positive.
    let target = buffer.bytes.assumingMemoryBound(to: UInt32.self) + start
    for row in 0..<rows {
      target[row] =
        switch column {
        case 0: 1
        case 1: isData ? 1000 : 0
        case 2: event(row)
        case 3: production
        case 4: UInt32(row % candidates)
        default: UInt32(candidates)
        }
    }
  }

  private static func whole(
    _ name: String, _ tableName: String, _ type: ColumnType, _ meaning: String
  ) -> SimulatedColumn {
    SimulatedColumn(name: name, tableName: tableName, type: type, unit: "", meaning: meaning)
  }
}
