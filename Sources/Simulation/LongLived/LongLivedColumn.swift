import Columns

/// The columns of the ntuples of B → K(*) S: bookkeeping, then numbers.
public enum LongLivedColumn {
  /// A track's numbers, in the order of the file.
  static let trackNumbers = 3 + 4
  /// Returns the columns behind the bookkeeping.
  static func numbers(parent: LongLivedChannel.Parent, hasTruth: Bool) -> [SimulatedColumn] {
    var columns: [SimulatedColumn] = []
    for (track, whose, path) in [
      ("t0", "the positive daughter of S", "daughter(0, daughter(0, "),
      ("t1", "the negative daughter of S", "daughter(0, daughter(1, "),
    ] {
      columns += momentum(track, whose, path)
      columns += ["electron", "muon", "pion", "kaon"].map {
        number(
          "\(track)_\($0)ID", "\(path)\($0)ID))", "", "\($0) identification of \(whose), 0 to 1")
      }
    }
    let isNeutral = parent == .neutralB
    let kaon = isNeutral ? "daughter(1, daughter(0, " : "daughter(1, "
    let kaonEnd = isNeutral ? "))" : ")"
    columns += momentum("K", "the prompt kaon", kaon, kaonEnd)
    columns += prompt("K", "the prompt kaon", kaon, kaonEnd, "kaon")
    if isNeutral {
      let pion = "daughter(1, daughter(1, "
      columns += momentum("pi", "the pion of the K*", pion)
      columns += prompt("pi", "the pion of the K*", pion, "))", "pion")
    }
    columns += [
      number("Mbc", "Mbc", "GeV", "beam-constrained mass of the B meson"),
      number("deltaE", "deltaE", "GeV", "energy of the B meson less that of a beam, c.m. frame"),
      number("R2", "foxWolframR2", "", "Fox-Wolfram R2 of the event"),
      number("dr", "daughter(0, dr)", "cm", "transverse distance of the vertex of S"),
      number("z", "daughter(0, z)", "cm", "position of the vertex of S along the beam"),
      number("vertexProbability", "chiProb", "", "probability of the vertex fit"),
      number(
        "cosPointing", "daughter(0, cosAngleBetweenMomentumAndVertexVectorInXYPlane)", "",
        "cosine of the transverse angle between momentum and flight of S"),
    ]
    if hasTruth {
      columns += [
        number("trueMass", "trueMass", "GeV", "generated mass of S, NaN without S"),
        number("trueLength", "trueLength", "cm", "generated proper decay length of S"),
        number("trueLifetime", "trueLifetime", "cm", "lifetime c tau with which it was generated"),
        number("isSignal", "isSignal", "", "1 for a true S"),
        number("generated", "generatedEvents", "", "generated events of this mass in the file"),
      ]
    }
    return columns
  }

  /// All columns in file order.
  public static func all(parent: LongLivedChannel.Parent, hasTruth: Bool) -> [SimulatedColumn] {
    SimulatedColumn.bookkeeping + numbers(parent: parent, hasTruth: hasTruth)
  }

  private static func momentum(
    _ track: String, _ whose: String, _ path: String, _ end: String = "))"
  ) -> [SimulatedColumn] {
    ["x", "y", "z"].map {
      number(
        "\(track)_p\($0)", "\(path)p\($0)\(end)", "GeV",
        "\($0) momentum of \(whose) in the laboratory")
    }
  }

  private static func prompt(
    _ track: String, _ whose: String, _ path: String, _ end: String, _ kind: String
  ) -> [SimulatedColumn] {
    [
      number(
        "\(track)_\(kind)ID", "\(path)\(kind)ID\(end)", "",
        "\(kind) identification of \(whose), 0 to 1"
      ),
      number("\(track)_dr", "\(path)dr\(end)", "cm", "distance of \(whose) from the beam line"),
      number("\(track)_dz", "\(path)dz\(end)", "cm", "distance of \(whose) along the beam"),
    ]
  }

  private static func number(
    _ name: String, _ tableName: String, _ unit: String, _ meaning: String
  ) -> SimulatedColumn {
    SimulatedColumn(
      name: name, tableName: tableName, type: .float32, unit: unit, meaning: meaning)
  }
}
