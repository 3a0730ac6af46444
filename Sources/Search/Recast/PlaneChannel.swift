import Inference
import PipelineSpec

/// A channel of a search as regions of models see it: limits and likelihoods over mass, coordinates and
/// lifetimes.
struct PlaneChannel: Sendable {
  let name: String
  /// The decay chain whose product is limited; nil where it is a cross section.
  let decay: DecaySettings?
  /// The pair that the long-lived particle decays to.
  let pair: DecaySettings.Pair?
  /// Size of the unit of limits on a cross section, fb.
  let femtobarns: Double
  private let scan: ScanResults
  /// Counts of each hypothesis, as its scan made them; nil where it was fitted or has no limit.
  private let counts: [CountWindow?]
  /// Limits for each benchmark over that of the mixture, as the efficiency of the mixture over its own.
  private let factors: LimitSurface
  /// Masses, ascending.
  var masses: [Double] { factors.masses }
  /// Unit of what is limited.
  var unit: String { scan.parameter.unit }
  /// Whether windows are counted.
  var isCounted: Bool { scan.isCounted }

  /// Takes a scan over masses and benchmarks; nil without lifetimes.
  init?(
    name: String, decay: DecaySettings?, limit: PipelineSpec.LimitSettings?, scan: ScanResults,
    windows: [MassWindow]
  ) {
    guard let lifetimes = scan.lifetimes, !lifetimes.grid.lifetimes.isEmpty, !scan.points.isEmpty
    else { return nil }
    (self.name, self.decay, self.scan) = (name, decay, scan)
    (pair, femtobarns) = (limit?.pair, limit?.unit?.femtobarns ?? 1)
    counts =
      windows.count == scan.points.count
      ? zip(windows, scan.points).map { CountWindow($0, of: $1) } : []
    factors = LimitSurface(
      masses: scan.points.map(\.mass), grid: lifetimes.grid,
      limits: lifetimes.factors.flatMap { $0 })
  }

  /// The hypothesis nearest to a model's mass and its limit over that of the mixture; nil where there is
  /// none.
  func factor(_ point: PlanePoint, at parameter: Double) -> (row: Int, factor: Double)? {
    guard let row = factors.row(point.mass),
      let lifetimes = point.lifetimes(of: factors.grid.lifetimes.map(\.name), at: parameter),
      let coordinates = point.coordinates(of: factors.grid.coordinates.map(\.name)),
      let factor = factors.limit(row: row, coordinates: coordinates, lifetimes: lifetimes)
    else { return nil }
    return (row, factor)
  }

  /// The observed limit on the product, and the expected median; nil where there is none.
  func limits(_ point: PlanePoint, at parameter: Double) -> (observed: Double, expected: Double)? {
    guard let (row, factor) = factor(point, at: parameter) else { return nil }
    let point = scan.points[row]
    let median = scan.limit?.expected.firstIndex(of: 0)
    let expected = median.flatMap { index in
      point.expectedLimits.indices.contains(index) ? point.expectedLimits[index] : nil
    }
    return (factor * point.observedLimit, factor * (expected ?? .nan))
  }

  /// The likelihood of the nearest mass, by the product at a lifetime; nil where there is none.
  ///
  /// `events` are those on the full line that a product of `rate` gives.
  func likelihood(_ point: PlanePoint, at parameter: Double, rate: Double) -> (
    input: ProfileCombination.Input, events: Double
  )? {
    guard rate > 0, let (row, factor) = factor(point, at: parameter),
      let profiles = scan.points[row].profiles, scan.points[row].status.isValid
    else { return nil }
    let scale = rate / factor
    return (
      ProfileCombination.Input(
        name: name, profiles: profiles, scale: scale, nuisances: scan.yieldNuisances(at: row)),
      scale * profiles.yieldPerUnit
    )
  }

  /// The count of the hypothesis nearest to a model's mass; nil where there is none.
  func count(_ point: PlanePoint) -> CountWindow? {
    guard let row = factors.row(point.mass), counts.indices.contains(row) else { return nil }
    return counts[row]
  }

  /// Events in the counted window that a rate gives at a parameter; nil where the efficiency is not known.
  func events(_ point: PlanePoint, at parameter: Double, rate: Double) -> Double? {
    guard let (_, factor) = factor(point, at: parameter), let count = count(point) else {
      return nil
    }
    return rate / factor * count.window.yieldPerUnit * count.window.acceptance
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
