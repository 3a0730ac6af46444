import Columns

/// The columns of the four-muon ntuple: bookkeeping, then numbers.
public enum FourMuonColumn {
  /// Numbers of each of the four muons, in the order of the file.
  static let muonNumbers = 11
  /// Numbers of the event in data.
  static let eventNumbers = 2
  /// Numbers of the event in simulation alone.
  static let truthNumbers = 4

  /// Returns the columns in file order; only simulation knows the truth.
  public static func all(hasTruth: Bool) -> [SimulatedColumn] {
    var columns = SimulatedColumn.bookkeeping
    for muon in 0..<4 { columns += muonColumns(muon) }
    columns += [
      number("nTracks", "nTracks", "", "tracks of the event"),
      number(
        "extraEnergy", "roeEextra(cleanMask)", "GeV", "energy of clusters without tracks"),
    ]
    if hasTruth {
      columns += [
        number("trueMass", "trueMass", "GeV", "generated mass of X, NaN without X"),
        number("isSignal", "daughter(0, isSignal)", "", "1 if the candidate pair is the true X"),
        number(
          "generated", "generatedEvents", "", "generated events of this process in the file"),
        number(
          "genWeight", "generatorEventWeight", "",
          "weight of the event, 1 but for the few above the largest weight"),
      ]
    }
    return columns
  }

  private static func number(
    _ name: String, _ tableName: String, _ unit: String, _ meaning: String
  ) -> SimulatedColumn {
    SimulatedColumn(
      name: name, tableName: tableName, type: .float64, unit: unit, meaning: meaning)
  }

  private static func muonColumns(_ muon: Int) -> [SimulatedColumn] {
    let whose = [
      "the positive muon of the candidate pair", "the negative muon of the candidate pair",
      "the positive muon of the recoil pair", "the negative muon of the recoil pair",
    ][muon]
    func inside(_ variable: String) -> String {
      "daughter(\(muon / 2), daughter(\(muon % 2), \(variable)))"
    }
    var columns: [SimulatedColumn] = []
    for (prefix, suffix, state) in [
      ("mu\(muon)_", "", "after"), ("raw\(muon)_", "_raw", "before"),
    ] {
      for axis in ["x", "y", "z"] {
        let variable = "p\(axis)"
        columns.append(
          number(
            prefix + variable,
            inside(suffix.isEmpty ? variable : "extraInfo(\(variable)\(suffix))"), "GeV",
            "\(axis) momentum of \(whose) \(state) the kinematic fit"))
      }
    }
    columns += [
      number("mu\(muon)_charge", inside("charge"), "", "charge of \(whose) in units of e"),
      number(
        "mu\(muon)_klmID", inside("pidProbabilityExpert(13, KLM)"), "",
        "muon identification of \(whose) by the outer detector, 0 to 1"),
      number(
        "mu\(muon)_lowID", inside("pidProbabilityExpert(13, CDC, ECL)"), "",
        "muon identification of \(whose) by the inner detectors, 0 to 1"),
      number("mu\(muon)_dr", inside("dr"), "cm", "distance of \(whose) from the beam line"),
      number("mu\(muon)_dz", inside("dz"), "cm", "distance of \(whose) along the beam"),
    ]
    return columns
  }
}
