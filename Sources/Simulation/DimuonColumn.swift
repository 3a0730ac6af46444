import Columns

/// One column of the demonstration ntuple.
public struct DimuonColumn: Sendable, Equatable {
  /// Where a value comes from.
  enum Origin: Sendable, Equatable {
    case experiment, run, event, production, candidate, candidateCount
    case charge(Int)
    case number(DimuonBlock.Number)
  }

  /// Names, type, unit and meaning.
  public let described: SimulatedColumn
  let origin: Origin

  /// Name in a file with one dataset per column.
  public var name: String { described.name }
  /// Name in a PyTables table.
  public var tableName: String { described.tableName }

  init(
    name: String, tableName: String, type: ColumnType, unit: String, meaning: String,
    origin: Origin
  ) {
    described = SimulatedColumn(
      name: name, tableName: tableName, type: type, unit: unit, meaning: meaning)
    self.origin = origin
  }

  init(_ described: SimulatedColumn, _ origin: Origin) {
    self.described = described
    self.origin = origin
  }

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

  private static let bookkeeping: [DimuonColumn] = zip(
    SimulatedColumn.bookkeeping,
    [Origin.experiment, .run, .event, .production, .candidate, .candidateCount]
  ).map { DimuonColumn($0, $1) }

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
