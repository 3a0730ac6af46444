import Inference
import PipelineSpec

/// A channel of a search as regions of models see it: limits and likelihoods over mass and lifetime.
struct PlaneChannel: Sendable {
  let name: String
  let decay: DecaySettings
  private let scan: ScanResults
  /// Limits for each lifetime over that of the mixture, as the efficiency of the mixture over its own.
  private let factors: LimitSurface
  /// Masses, ascending.
  var masses: [Double] { factors.masses }

  /// Takes a scan over masses and lifetimes; nil without lifetimes.
  init?(name: String, decay: DecaySettings, scan: ScanResults) {
    guard let lifetimes = scan.lifetimes, !scan.points.isEmpty else { return nil }
    (self.name, self.decay, self.scan) = (name, decay, scan)
    factors = LimitSurface(
      masses: scan.points.map(\.mass), lifetimes: lifetimes.centimetres,
      limits: lifetimes.values.flatMap { $0.map(\.limitFactor) })
  }

  /// The observed limit on the product, and the expected median; nil where there is none.
  func limits(mass: Double, lifetime: Double) -> (observed: Double, expected: Double)? {
    guard let place = factors.row(mass), let factor = factors.limit(row: place, lifetime: lifetime)
    else { return nil }
    let point = scan.points[place]
    let median = scan.limit?.expected.firstIndex(of: 0)
    let expected = median.flatMap { index in
      point.expectedLimits.indices.contains(index) ? point.expectedLimits[index] : nil
    }
    return (factor * point.observedLimit, factor * (expected ?? .nan))
  }

  /// The likelihood of the nearest mass, by the product at a lifetime; nil where there is none.
  ///
  /// `events` are those on the full line that a product of `rate` gives.
  func likelihood(mass: Double, lifetime: Double, rate: Double) -> (
    input: ProfileCombination.Input, events: Double
  )? {
    guard rate > 0, let place = factors.row(mass),
      let factor = factors.limit(row: place, lifetime: lifetime),
      let profiles = scan.points[place].profiles, scan.points[place].status.isValid
    else { return nil }
    let scale = rate / factor
    return (
      ProfileCombination.Input(
        name: name, profiles: profiles, scale: scale, nuisances: scan.yieldNuisances(at: place)),
      scale * profiles.yieldPerUnit
    )
  }
}

extension ScanResults {
  /// Nuisance parameters of the yield at a hypothesis.
  func yieldNuisances(at index: Int) -> [Nuisance] {
    systematics.compactMap { systematic in
      let size = systematic.sizes.isEmpty ? systematic.size : systematic.sizes[index]
      guard systematic.target == "yield", size > 0,
        let constraint = Nuisance.Constraint(rawValue: systematic.constraint)
      else { return nil }
      return Nuisance(name: systematic.name, target: .yield, constraint: constraint, size: size)
    }
  }
}
