import Diagnostics
import PipelineSpec
import Theory

/// A dark Higgs boson beside a dark photon that decays to χ₁ and χ₂, with its tables read.
///
/// A channel's rate is σ(e⁺e⁻ → h' χ₁ χ₂) B(χ₂ → χ₁ e⁺e⁻) B(h' → pair), with the width of the dark photon.
struct InelasticModel: Sendable {
  let settings: InelasticModelSettings
  /// Decays of h'.
  let higgs: BosonModel
  let hadrons: InelasticDarkMatter.Hadrons
  /// Energy of the beams in their rest frame, GeV.
  let sqrtS: Double

  /// Reads the tables; throws what is wrong with them.
  init(_ settings: InelasticModelSettings, sqrtS: Double, at place: SourceLocation)
    throws(Diagnostics)
  {
    self.settings = settings
    self.sqrtS = sqrtS
    higgs = try BosonModel(settings.higgs, at: place)
    hadrons =
      if let path = settings.hadronRatio {
        .ratio(try BosonModel.table(path, [["R [1]"]], at: place))
      } else { .none }
  }

  /// The model at a mass of h', or of χ₁ where several are stated.
  func point(at x: Double, channels: [PlaneChannel]) -> PlanePoint? {
    let isOverChi1 = settings.chi1Masses.count > 1
    let chi1 = isOverChi1 ? x : settings.chi1Masses[0]
    let mass = isOverChi1 ? settings.higgsMass ?? .nan : x
    var point = PlanePoint(
      mass: mass, rates: [], ratePower: 0, lifetimes: [],
      coordinates: [
        "chi1Mass": chi1, "darkPhotonMass": settings.darkPhotonRatio * chi1,
        "splitting": settings.splittingRatio * chi1,
        "darkPhotonRatio": settings.darkPhotonRatio, "splittingRatio": settings.splittingRatio,
      ], decayLength: .nan)
    let fractions = channels.map { channel -> Double in
      if settings.parameter == .product { return 1 }
      return channel.pair.flatMap { higgs.branchingFraction(to: $0, mass: mass) } ?? 0
    }
    if settings.parameter.isRate {
      point.ratePower = 1
      point.rates = fractions
      point.lifetimes = zip(InelasticModelSettings.particles, settings.lifetimes).map {
        .init(name: $0, length: $1, power: 0)
      }
      point.decayLength = settings.lifetimes[0]
      return point
    }
    // All that depends on ε goes as its square.
    let unit: Double
    switch settings.parameter {
    case .epsilon: unit = 1
    case .y:
      unit = InelasticDarkMatter.kineticMixing(
        y: 1, alphaD: settings.alphaD, massRatio: 1 / settings.darkPhotonRatio)
    case .sinTheta, .crossSection, .product: unit = settings.epsilon ?? .nan
    }
    guard let length = higgs.decayLength(mass: mass),
      let theory = try? InelasticDarkMatter(
        darkPhotonMass: settings.darkPhotonRatio * chi1, chi1Mass: chi1,
        splitting: settings.splittingRatio * chi1, alphaD: settings.alphaD, kineticMixing: unit,
        higgsCharge: settings.higgsCharge, sqrtS: sqrtS, hadrons: hadrons),
      let chi2Length = theory.chi2DecayLength,
      let electrons = theory.chi2BranchingFraction(to: .electrons)
    else { return nil }
    let power: Double =
      switch settings.parameter {
      case .epsilon: 2
      case .y: 1
      case .sinTheta, .crossSection, .product: 0
      }
    let mixing = settings.sinTheta ?? 1
    point.ratePower = power
    let crossSection = theory.crossSectionWithWidth(higgsMass: mass) * electrons
    point.rates = zip(channels, fractions).map { $1 * crossSection / $0.femtobarns }
    point.lifetimes = [
      .init(
        name: "higgs", length: length / (mixing * mixing),
        power: settings.parameter == .sinTheta ? -2 : 0),
      .init(name: "chi2", length: chi2Length, power: -power),
    ]
    point.decayLength = point.lifetimes[settings.parameter == .sinTheta ? 0 : 1].length
    return point
  }
}
