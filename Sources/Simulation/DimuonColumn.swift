import Columns

/// One column of the demonstration ntuple.
public struct DimuonColumn: Sendable, Equatable {
  /// Where a value comes from.
  enum Origin: Sendable, Equatable {
    case experiment, run, event, production, candidate, candidateCount
    case charge(Int)
    case number(DimuonBlock.Number)
  }

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
  let origin: Origin

  /// Type in a PyTables table.
  public var tableType: ColumnType { tableName.hasPrefix("__") ? type : .float64 }

  /// Returns the columns of a sample in file order; only simulation has weights.
  public static func all(of sample: DimuonFile.Sample) -> [DimuonColumn] {
    var columns = bookkeeping
    for muon in 0..<2 { columns += muonColumns(muon) }
    columns.append(
      DimuonColumn(
        name: "vertexProbability", tableName: "chiProb", type: .float32, unit: "",
        meaning: "probability of the vertex fit", origin: .number(.vertexProbability)))
    if sample == .background {
      columns.append(
        DimuonColumn(
          name: "genWeight", tableName: "genWeight", type: .float32, unit: "",
          meaning: "weight of the simulated event, mean 1", origin: .number(.weight)))
    }
    return columns
  }

  private static let bookkeeping: [DimuonColumn] = [
    whole("experiment", "__experiment__", .int32, "experiment number", .experiment),
    whole("run", "__run__", .int32, "run number", .run),
    whole("event", "__event__", .uint32, "event number", .event),
    whole(
      "production", "__production__", .uint32, "production number, 0 for data", .production),
    whole(
      "candidate", "__candidate__", .uint32, "index of the candidate in its event", .candidate),
    whole(
      "nCandidates", "__ncandidates__", .uint32, "candidates of the event", .candidateCount),
  ]

  private static func whole(
    _ name: String, _ tableName: String, _ type: ColumnType, _ meaning: String, _ origin: Origin
  ) -> DimuonColumn {
    DimuonColumn(
      name: name, tableName: tableName, type: type, unit: "", meaning: meaning, origin: origin)
  }

  private static func muonColumns(_ muon: Int) -> [DimuonColumn] {
    let prefix = "mu\(muon + 1)_"
    let which = muon == 0 ? "first" : "second"
    func momentum(_ name: String, _ meaning: String, _ number: DimuonBlock.Number) -> DimuonColumn {
      DimuonColumn(
        name: prefix + name, tableName: "daughter(\(muon), \(name))", type: .float32, unit: "GeV",
        meaning: "\(meaning) of the \(which) muon", origin: .number(number))
    }
    let first = DimuonBlock.Number.firstOfMuon(muon)
    return [
      momentum("px", "x momentum", first.advanced(by: 0)),
      momentum("py", "y momentum", first.advanced(by: 1)),
      momentum("pz", "z momentum", first.advanced(by: 2)),
      momentum("E", "energy", first.advanced(by: 3)),
      DimuonColumn(
        name: prefix + "charge", tableName: "daughter(\(muon), charge)", type: .int8, unit: "",
        meaning: "charge of the \(which) muon in units of e", origin: .charge(muon)),
      DimuonColumn(
        name: prefix + "muonID", tableName: "daughter(\(muon), muonID)", type: .float32,
        unit: "", meaning: "muon identification score of the \(which) muon, 0 to 1",
        origin: .number(muon == 0 ? .muonID1 : .muonID2)),
    ]
  }
}
