/// Physical constants, PDG 2024 (masses in GeV, c = 1) and CODATA 2018.
public enum Constants {
  /// Mass of the electron, GeV.
  public static let electronMass = 0.000_510_998_950_00
  /// Mass of the muon, GeV.
  public static let muonMass = 0.105_658_375_5
  /// Mass of the tau lepton, GeV.
  public static let tauMass = 1.776_93
  /// The fine-structure constant at zero momentum transfer.
  public static let fineStructure = 1 / 137.035_999_084
  /// (ħc)² in GeV² fb.
  public static let femtobarnPerInverseGeVSquared = 0.389_379_372_1e12
}
