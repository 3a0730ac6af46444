/// What decays b → s X depend on beside the boson: quark masses and mixing.
///
/// Published analyses differ in them by 7 % of a rate; they are settings.
public struct QuarkCouplings: Sendable, Equatable {
  /// |V_tb|.
  public var vtb: Double
  /// |V_ts|.
  public var vts: Double
  /// Mass of the top quark, GeV.
  public var topMass: Double

  /// States them; the defaults are those of the PDG 2022.
  public init(vtb: Double = 0.99915, vts: Double = 0.0404, topMass: Double = 172.76) {
    self.vtb = vtb
    self.vts = vts
    self.topMass = topMass
  }
}
