/// The physics of the demonstration: muon pairs from resonances on a falling continuum.
///
/// Fractions are per event, `combinatorial` pairs are two unrelated tracks of any charge.
/// Masses: PDG 2024 (Phys. Rev. D 110, 030001), in GeV. Widths of the J/psi, psi(2S) and Upsilon
/// states (below 0.4 MeV) are negligible beside the resolution and left out.
public struct DimuonProcess: Sendable, Equatable {
  /// One known resonance.
  public struct Resonance: Sendable, Equatable {
    /// Name in ASCII.
    public let name: String
    /// Mass in GeV.
    public let mass: Double
    /// Fraction of the events.
    public let fraction: Double
  }

  /// One falling exponential of the continuum.
  public struct Slope: Sendable, Equatable {
    /// Fraction of the continuum.
    public let fraction: Double
    /// Mean of the exponential in GeV.
    public let mean: Double
  }

  /// Mass of the muon in GeV (PDG 2024).
  public static let muonMass = 0.1056583755
  /// Range of continuum masses in GeV.
  public static let massRange = 0.25...14.5
  /// Events expected in one fb^-1: 100,000, that is 100 pb in the acceptance.
  public static let eventsPerInverseFemtobarn = 100_000.0
  /// Largest pseudorapidity of an accepted muon.
  public static let largestPseudorapidity = 2.4

  /// Known resonances.
  public let resonances = [
    Resonance(name: "J/psi", mass: 3.096_900, fraction: 0.100),
    Resonance(name: "psi(2S)", mass: 3.686_097, fraction: 0.012),
    Resonance(name: "Upsilon(1S)", mass: 9.460_40, fraction: 0.014),
    Resonance(name: "Upsilon(2S)", mass: 10.023_4, fraction: 0.0045),
    Resonance(name: "Upsilon(3S)", mass: 10.355_1, fraction: 0.0028),
  ]
  /// Fraction of pairs of unrelated tracks.
  public let combinatorialFraction = 0.22
  /// Chance that an event has one more candidate, and again one more.
  public let extraCandidateFraction = 0.05
  /// Continuum of genuine muon pairs: a falling sum of exponentials.
  public let continuum = [
    Slope(fraction: 0.50, mean: 1.1), Slope(fraction: 0.38, mean: 2.6),
    Slope(fraction: 0.12, mean: 7.0),
  ]
  /// Masses of unrelated tracks.
  public let combinatorial = [Slope(fraction: 1, mean: 3.2)]
  /// Shape of a peak as it is measured.
  public let peak = PeakShape()

  /// Creates the demonstration process.
  public init() {}

  /// Fraction of genuine continuum pairs: what resonances and unrelated tracks leave.
  public var continuumFraction: Double {
    var rest = 1 - combinatorialFraction
    for resonance in resonances { rest -= resonance.fraction }
    return rest
  }
}
