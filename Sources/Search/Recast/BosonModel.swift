import Diagnostics
import PipelineSpec
import Theory

/// A light boson in B → K X with its tables read: lifetime and rates at a parameter of 1.
///
/// Rates are proportional to the square of the parameter, lifetimes to its inverse square.
public struct BosonModel: Sendable, Equatable {
  private enum Boson: Sendable, Equatable {
    case scalar(DarkScalar)
    case pseudoscalar(UniversalALP)
  }

  private let boson: Boson

  /// c τ at a parameter of 1, cm; nil where a table ends or nothing is open.
  public func decayLength(mass: Double) -> Double? {
    switch boson {
    case .scalar(let scalar): scalar.decayLength(mass: mass)
    case .pseudoscalar(let pseudoscalar): pseudoscalar.decayLength(mass: mass)
    }
  }

  /// The branching fraction to a charged pair; nil where a table ends.
  public func branchingFraction(to pair: DecaySettings.Pair, mass: Double) -> Double? {
    switch boson {
    case .scalar(let scalar):
      guard let total = scalar.totalWidth(mass: mass), total > 0 else { return nil }
      let products: DarkScalar.Products =
        switch pair {
        case .ee: .electrons
        case .mumu: .muons
        case .pipi: .pions
        case .KK: .kaons
        }
      guard let charged = products.chargedFraction else { return nil }
      return scalar.width(to: products, mass: mass).map { $0 * charged / total }
    case .pseudoscalar(let boson):
      guard let total = boson.totalWidth(mass: mass), total > 0 else { return nil }
      switch pair {
      case .ee: return boson.widthToElectrons(mass: mass) / total
      case .mumu: return boson.widthToMuons(mass: mass) / total
      case .pipi, .KK: return 0  // parity
      }
    }
  }

  /// The product of branching fractions of a chain at a parameter of 1.
  public func product(_ chain: DecaySettings, mass: Double) -> Double {
    let fraction = branchingFraction(to: chain.pair, mass: mass) ?? 0
    return production(chain.decay, mass: mass) * fraction * chain.included
  }

  /// The branching fraction of a meson to the boson at a parameter of 1; may exceed 1.
  public func production(_ decay: MesonDecay, mass: Double) -> Double {
    let coefficient =
      switch boson {
      case .scalar(let scalar): scalar.coefficient
      case .pseudoscalar(let boson): boson.coefficient
      }
    return decay.branchingFraction(mass: mass, coefficient: coefficient)
  }
}

extension BosonModel {
  /// Reads the tables of a model.
  ///
  /// - Parameters:
  ///   - settings: The model; paths as they are opened.
  ///   - place: Of the model in its file, for faults.
  /// - Throws: Every fault of its tables.
  public init(_ settings: BosonSettings, at place: SourceLocation) throws(Diagnostics) {
    func table(_ path: String, _ names: [[String]]) throws(Diagnostics) -> TheoryTable {
      try Self.table(path, names, at: place)
    }
    switch settings.kind {
    case .darkScalar:
      let hadrons: DarkScalar.Hadrons
      switch settings.hadronicWidths {
      case .leadingOrder: hadrons = .leadingOrder
      case .none: preconditionFailure("a checked dark scalar has hadrons")
      case .table(let path):
        let amplitudes = ["pions [GeV^2]", "kaons [GeV^2]"]
        let found = try table(path, [amplitudes, ["pions [GeV]", "kaons [GeV]"]])
        hadrons = found.names == amplitudes ? .amplitudes(found) : .widths(found)
      }
      let alphaS: DarkScalar.StrongCoupling
      switch settings.alphaS {
      case .value(let value): alphaS = .constant(value)
      case .table(let path): alphaS = .table(try table(path, [["alpha_s [1]"]]))
      }
      boson = .scalar(
        DarkScalar(
          hadrons: hadrons, multiMeson: settings.multiMeson, alphaS: alphaS,
          quarks: settings.quarks))
    case .universalALP:
      let hadrons: UniversalALP.Hadrons
      switch settings.hadronicWidths {
      case .none: hadrons = .none
      case .leadingOrder: preconditionFailure("a checked ALP has a table or nothing")
      case .table(let path):
        hadrons = .table(try table(path, [["hadrons [GeV^3]", "photons [GeV^3]"]]))
      }
      boson = .pseudoscalar(
        UniversalALP(hadrons: hadrons, scale: settings.scale, quarks: settings.quarks))
    }
  }

  /// Reads a table with one of these sets of columns.
  static func table(_ path: String, _ names: [[String]], at place: SourceLocation)
    throws(Diagnostics) -> TheoryTable
  {
    let table = try TheoryTable.read(path: path, at: place)
    guard names.contains(table.names) else {
      let found = table.names.joined(separator: ", ")
      let allowed = names.map { $0.joined(separator: ", ") }.joined(separator: " or ")
      throw Diagnostics([
        Diagnostic(in: path, "has the columns \(found); columns that fit the model: \(allowed)")
      ])
    }
    return table
  }
}
