import Columns

/// The columns of the ntuples of h' and inelastic dark matter: bookkeeping, then numbers.
public enum InelasticColumn {
  /// Returns the columns behind the bookkeeping.
  static func numbers(hasTruth: Bool) -> [SimulatedColumn] {
    var columns: [SimulatedColumn] = []
    for (track, whose, path) in [
      ("t0", "the positive daughter of h'", "daughter(0, daughter(0, "),
      ("t1", "the negative daughter of h'", "daughter(0, daughter(1, "),
      ("e0", "the positron of chi2", "daughter(1, daughter(0, "),
      ("e1", "the electron of chi2", "daughter(1, daughter(1, "),
    ] {
      columns += ["x", "y", "z"].map {
        number(
          "\(track)_p\($0)", "\(path)p\($0)))", "GeV",
          "\($0) momentum of \(whose) in the laboratory")
      }
      columns.append(
        number("\(track)_charge", "\(path)charge))", "", "charge of \(whose) in units of e"))
      let kinds = track.hasPrefix("t") ? ["muon", "pion", "kaon", "proton"] : ["electron"]
      columns += kinds.map {
        number(
          "\(track)_\($0)ID", "\(path)\($0)ID))", "", "\($0) identification of \(whose), 0 to 1")
      }
    }
    columns += both("Dr", "dr", "cm", "transverse distance of the vertex of")
    columns += both(
      "Pointing", "acos(cosAngleBetweenMomentumAndVertexVector)", "rad",
      "angle between the momentum of the tracks and the flight of")
    columns += both("Probability", "chiProb", "", "probability of the vertex fit of")
    columns += [
      number(
        "extraEnergy", "roeNeextra(std_roe)", "GeV", "energy of clusters without tracks"),
      number("nTracks", "nTracks", "", "tracks of the event"),
    ]
    guard hasTruth else { return columns }
    return columns + [
      number("isSignal", "isSignal", "", "1 for a true signal"),
      number("trueMass", "trueMass", "GeV", "generated mass of h', NaN without a signal"),
      number("trueDarkPhotonMass", "trueDarkPhotonMass", "GeV", "generated mass of A'"),
      number("trueChi1Mass", "trueChi1Mass", "GeV", "generated mass of chi1"),
      number(
        "trueSplitting", "trueSplitting", "GeV", "generated mass of chi2 less that of chi1"),
      number("trueHiggsLength", "trueHiggsLength", "cm", "generated proper decay length of h'"),
      number("trueChi2Length", "trueChi2Length", "cm", "generated proper decay length of chi2"),
      number("generated", "generatedEvents", "", "generated events of these masses in the file"),
    ]
  }

  /// All columns in file order.
  public static func all(hasTruth: Bool) -> [SimulatedColumn] {
    SimulatedColumn.bookkeeping + numbers(hasTruth: hasTruth)
  }

  /// A number of either vertex.
  private static func both(
    _ name: String, _ variable: String, _ unit: String, _ meaning: String
  ) -> [SimulatedColumn] {
    [
      number("higgs\(name)", "daughter(0, \(variable))", unit, "\(meaning) h'"),
      number("chi2\(name)", "daughter(1, \(variable))", unit, "\(meaning) chi2"),
    ]
  }

  private static func number(
    _ name: String, _ tableName: String, _ unit: String, _ meaning: String
  ) -> SimulatedColumn {
    SimulatedColumn(
      name: name, tableName: tableName, type: .float32, unit: unit, meaning: meaning)
  }
}
