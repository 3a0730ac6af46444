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
  /// Mass of the charged pion, GeV.
  public static let pionMass = 0.139_570_39
  /// Mass of the charged kaon, GeV.
  public static let kaonMass = 0.493_677
  /// Fermi's constant, GeV⁻².
  public static let fermi = 1.166_378_8e-5
  /// Vacuum expectation value of the Higgs field, GeV.
  public static let higgsVacuum = 246.22
  /// ħ in GeV s.
  public static let reducedPlanckGeVSeconds = 6.582_119_569e-25
  /// ħc in GeV cm.
  public static let hbarCGeVCentimetres = 1.973_269_804e-14
}
