import Columns

/// The columns of the ntuples of B → K(*) S: bookkeeping, then numbers.
public enum LongLivedColumn {
  /// Returns the columns behind the bookkeeping.
  static func numbers(parent: LongLivedChannel.Parent, hasTruth: Bool) -> [SimulatedColumn] {
    var columns = [number("weight", "__weight__", "", "weight of the candidate, 1")]
    for (track, whose, path) in [
      ("t0", "the positive daughter of S", "daughter(0, daughter(0, "),
      ("t1", "the negative daughter of S", "daughter(0, daughter(1, "),
    ] {
      columns += momentum(track, whose, path)
      columns += [
        number(
          "\(track)_E", "\(path)E))", "GeV",
          "energy of \(whose) in the laboratory, with the mass of the channel's particle"),
        number("\(track)_charge", "\(path)charge))", "", "charge of \(whose) in units of e"),
      ]
      columns += ["electron", "muon", "pion", "kaon"].map {
        number(
          "\(track)_\($0)ID", "\(path)\($0)ID))", "", "\($0) identification of \(whose), 0 to 1")
      }
    }
    let isNeutral = parent == .neutralB
    let kaon = isNeutral ? "daughter(1, daughter(0, " : "daughter(1, "
    let kaonEnd = isNeutral ? "))" : ")"
    columns += momentum("K", "the prompt kaon", kaon, kaonEnd)
    columns.append(charge("K", "the prompt kaon", kaon, kaonEnd))
    columns += prompt("K", "the prompt kaon", kaon, kaonEnd, "kaon")
    if isNeutral {
      let pion = "daughter(1, daughter(1, "
      columns += momentum("pi", "the pion of the K*", pion)
      columns.append(charge("pi", "the pion of the K*", pion, "))"))
      columns += prompt("pi", "the pion of the K*", pion, "))", "pion")
      columns.append(number("kStarMass", "daughter(1, M)", "GeV", "mass of the K*"))
    }
    columns += [
      number("M", "daughter(0, M)", "GeV", "mass of S, of two of the channel's particles"),
      number(
        "openingAngle", "daughter(0, daughterAngle(0, 1))", "rad",
        "angle between the daughters of S in the laboratory"),
      number("Mbc", "Mbc", "GeV", "beam-constrained mass of the B meson"),
      number("deltaE", "deltaE", "GeV", "energy of the B meson less that of a beam, c.m. frame"),
      number("R2", "foxWolframR2", "", "Fox-Wolfram R2 of the event"),
      number("dr", "daughter(0, dr)", "cm", "transverse distance of the vertex of S"),
      number("x", "daughter(0, x)", "cm", "horizontal position of the vertex of S"),
      number("y", "daughter(0, y)", "cm", "vertical position of the vertex of S"),
      number("z", "daughter(0, z)", "cm", "position of the vertex of S along the beam"),
      number("vertexProbability", "chiProb", "", "probability of the vertex fit"),
      number(
        "cosPointing", "daughter(0, cosAngleBetweenMomentumAndVertexVectorInXYPlane)", "",
        "cosine of the transverse angle between momentum and flight of S"),
      number(
        "cosPointing3D", "daughter(0, cosAngleBetweenMomentumAndVertexVector)", "",
        "cosine of the angle in space between momentum and flight of S"),
    ]
    if hasTruth {
      columns += [
        number("trueMass", "trueMass", "GeV", "generated mass of S, NaN without S"),
        number("trueLength", "trueLength", "cm", "generated proper decay length of S"),
        number("trueLifetime", "trueLifetime", "cm", "lifetime c tau with which it was generated"),
      ]
      columns += ["x", "y", "z"].map {
        number(
          "trueB_p\($0)", "mcP\($0.uppercased())", "GeV",
          "generated \($0) momentum of the B meson in the laboratory")
      }
      columns += [
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

  private static func charge(
    _ track: String, _ whose: String, _ path: String, _ end: String
  ) -> SimulatedColumn {
    number("\(track)_charge", "\(path)charge\(end)", "", "charge of \(whose) in units of e")
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
