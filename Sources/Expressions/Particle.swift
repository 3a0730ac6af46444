/// A four-vector in GeV.
public struct FourVector: Sendable, Hashable {
  /// Components of the momentum and the energy in GeV.
  public var px, py, pz, energy: Double

  /// Creates a four-vector from its components in GeV.
  public init(px: Double, py: Double, pz: Double, energy: Double) {
    self.px = px
    self.py = py
    self.pz = pz
    self.energy = energy
  }
}

/// The two beams of a collider, as four-vectors in the laboratory.
public struct Beams: Sendable, Hashable {
  /// The beam whose direction is +z in the centre-of-mass frame.
  public var electron: FourVector
  /// The other beam.
  public var positron: FourVector

  /// Creates beams from two four-vectors.
  public init(electron: FourVector, positron: FourVector) {
    self.electron = electron
    self.positron = positron
  }
}

/// A particle of the ntuple: the names of the columns that hold its momentum, energy or mass.
///
/// Columns may be input columns or definitions of type number. GeV and rad.
public struct Particle: Sendable, Hashable {
  /// The columns that hold the momentum.
  public enum Momentum: Sendable, Hashable {
    case cartesian(px: String, py: String, pz: String)
    case pseudorapidity(pt: String, eta: String, phi: String)
    case transverse(pt: String, theta: String, phi: String)
    case polar(p: String, theta: String, phi: String)
  }

  /// What fixes the energy where an expression names no mass hypothesis.
  public enum Energy: Sendable, Hashable {
    /// A column holds the energy in GeV.
    case energyColumn(String)
    /// A column holds the mass in GeV.
    case massColumn(String)
    /// The mass is a named hypothesis, such as "mu".
    case hypothesis(String)
    /// The mass is a number in GeV.
    case mass(Double)
    /// Only with a mass hypothesis: `mass(mu1 as mu, mu2 as mu)`.
    case none
  }

  /// Name in expressions.
  public var name: String
  /// Columns of the momentum.
  public var momentum: Momentum
  /// Column or value that fixes the energy.
  public var energy: Energy

  /// Creates a particle from its columns.
  public init(name: String, momentum: Momentum, energy: Energy) {
    self.name = name
    self.momentum = momentum
    self.energy = energy
  }

  /// The three columns of the momentum.
  public var momentumColumns: [String] {
    switch momentum {
    case .cartesian(let px, let py, let pz): [px, py, pz]
    case .pseudorapidity(let pt, let eta, let phi): [pt, eta, phi]
    case .transverse(let pt, let theta, let phi): [pt, theta, phi]
    case .polar(let p, let theta, let phi): [p, theta, phi]
    }
  }

  /// The column of the energy or the mass, if there is one.
  public var energyColumn: String? {
    switch energy {
    case .energyColumn(let name), .massColumn(let name): name
    case .hypothesis, .mass, .none: nil
    }
  }
}
