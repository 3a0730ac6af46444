import NumericalMethods

/// A model at one place of the horizontal axis of a plane: rates and lifetimes as powers of its parameter.
struct PlanePoint: Sendable {
  /// A lifetime at a parameter p: `length` · p^`power`.
  struct Lifetime: Sendable {
    /// Name of the particle; empty for the only one.
    var name: String
    /// c τ at a parameter of 1, cm.
    var length: Double
    var power: Double
  }

  /// The hypothesis, GeV.
  var mass: Double
  /// Rates of the channels at a parameter of 1, in units of what they limit.
  var rates: [Double]
  /// Rates are proportional to this power of the parameter.
  var ratePower: Double
  /// Lifetimes of all particles.
  var lifetimes: [Lifetime]
  /// Other coordinates by name.
  var coordinates: [String: Double] = [:]
  /// c τ of the first particle at a parameter of 1, cm, as it is told.
  var decayLength: Double

  /// The rate of a channel.
  func rate(_ channel: Int, at parameter: Double) -> Double {
    rates[channel] * Self.power(parameter, ratePower)
  }

  /// c τ of the particles that are named, cm; nil where one is not known.
  func lifetimes(of names: [String], at parameter: Double) -> [Double]? {
    var found: [Double] = []
    for name in names {
      guard
        let own = lifetimes.count == 1
          ? lifetimes.first : lifetimes.first(where: { $0.name == name })
      else { return nil }
      found.append(own.length * Self.power(parameter, own.power))
    }
    return found
  }

  /// Coordinates that are named; nil where one is not known.
  func coordinates(of names: [String]) -> [Double]? {
    let found = names.compactMap { coordinates[$0] }
    return found.count == names.count ? found : nil
  }

  private static func power(_ x: Double, _ n: Double) -> Double {
    switch n {
    case 0: 1
    case 1: x
    case 2: x * x
    case -1: 1 / x
    case -2: 1 / (x * x)
    default: SpecialFunctions.exp(n * SpecialFunctions.log(x))
    }
  }
}

/// A model whose tables are read.
enum PlaneModel: Sendable {
  /// A light boson in B → K X.
  case boson(BosonModel)
  /// A dark Higgs boson with inelastic dark matter.
  case inelastic(InelasticModel)

  /// The model at a place of the horizontal axis; nil where its tables end or it is closed.
  func point(at x: Double, channels: [PlaneChannel]) -> PlanePoint? {
    switch self {
    case .boson(let model):
      guard let length = model.decayLength(mass: x) else { return nil }
      return PlanePoint(
        mass: x,
        rates: channels.map { channel in
          channel.decay.map { model.product($0, mass: x) } ?? 0
        }, ratePower: 2, lifetimes: [.init(name: "", length: length, power: -2)],
        decayLength: length)
    case .inelastic(let model): return model.point(at: x, channels: channels)
    }
  }

  /// The horizontal axis that the model states; nil: the masses of the hypotheses.
  var horizontalAxis: (values: [Double], quantity: Quantity)? {
    guard case .inelastic(let model) = self, model.settings.chi1Masses.count > 1 else { return nil }
    return (
      model.settings.chi1Masses,
      Quantity(name: "chi1Mass", label: "Mass of χ₁", unit: "GeV")
    )
  }

  /// Whether larger parameters are not excluded, as the boson then decays before it can be seen.
  var isBand: Bool {
    guard case .inelastic(let model) = self else { return true }
    return model.settings.parameter == .sinTheta
  }

  /// Whether the parameter is a rate in the unit of the channels' limits.
  var hasUnitOfLimits: Bool {
    guard case .inelastic(let model) = self else { return false }
    return model.settings.parameter.isRate
  }
}
