import NumericalMethods

/// Upper limits over mass and benchmarks: lifetimes, and other coordinates where there are any.
///
/// Between lifetimes ln(limit) is linear in ln(c τ); the nearest mass counts. Beyond the longest
/// lifetime few decays are inside the detector and the limit grows as c τ; below the shortest there is
/// none. Between coordinates efficiencies, which are inverse to limits, are linear; outside of them
/// there is none.
public struct LimitSurface: Sendable, Equatable {
  /// Masses, GeV, ascending.
  public let masses: [Double]
  /// Coordinates and lifetimes.
  public let grid: BenchmarkGrid
  /// Limits, shape [masses, benchmarks].
  let limits: [Double]

  /// Takes limits at all masses and benchmarks; a limit that is not a number is none.
  package init(masses: [Double], grid: BenchmarkGrid, limits: [Double]) {
    (self.masses, self.grid, self.limits) = (masses, grid, limits)
  }

  /// Takes a full grid of masses and lifetimes c τ, cm; a limit that is not a number is none.
  package init(masses: [Double], lifetimes: [Double], limits: [Double]) {
    self.init(
      masses: masses, grid: BenchmarkGrid(lifetimes: [.init(name: "", values: lifetimes)]),
      limits: limits)
  }

  /// The limit; nil where the table says nothing.
  ///
  /// - Parameters:
  ///   - mass: GeV; further from the table than half its first or last step is outside.
  ///   - lifetime: c τ, cm.
  /// - Returns: The limit on the product.
  public func limit(mass: Double, lifetime: Double) -> Double? {
    row(mass).flatMap { limit(row: $0, lifetimes: [lifetime]) }
  }

  /// The limit at the mass of a row.
  package func limit(row: Int, coordinates: [Double] = [], lifetimes: [Double]) -> Double? {
    guard lifetimes.count == grid.lifetimes.count,
      let corners = grid.corners(around: coordinates)
    else { return nil }
    if corners.count == 1 { return limit(row, corners[0].place, 0, lifetimes) }
    var efficiency = 0.0
    for corner in corners {
      guard let own = limit(row, corner.place, 0, lifetimes) else { return nil }
      efficiency += corner.weight / own
    }
    return 1 / efficiency
  }

  /// The limit by the lifetimes from an axis on; `place` counts the benchmarks of the axes before.
  private func limit(_ row: Int, _ place: Int, _ axis: Int, _ lifetimes: [Double]) -> Double? {
    guard axis < grid.lifetimes.count else {
      let limit = limits[row * grid.count + place]
      // Not a number: no limit is known there.
      return limit > 0 && limit.isFinite ? limit : nil
    }
    let known = grid.lifetimes[axis].values
    let lifetime = lifetimes[axis]
    guard lifetime >= known[0], lifetime.isFinite else { return nil }
    func value(_ own: Int) -> Double? {
      limit(row, place * known.count + own, axis + 1, lifetimes)
    }
    let last = known[known.count - 1]
    if lifetime >= last { return value(known.count - 1).map { $0 * (lifetime / last) } }
    let low = SmallestInterval.firstIndex(known) { $0 > lifetime } - 1
    guard let first = value(low), let second = value(low + 1) else { return nil }
    return Interpolant.powerLaw((known[low], first), (known[low + 1], second), at: lifetime)
  }

  /// The row of the nearest mass; nil outside the table.
  func row(_ mass: Double) -> Int? {
    let next = SmallestInterval.firstIndex(masses) { $0 >= mass }
    func step(_ first: Int, _ second: Int) -> Double {
      masses.count > 1 ? masses[second] - masses[first] : 0
    }
    if next == 0 { return masses[0] - mass <= 0.5 * step(0, 1) ? 0 : nil }
    if next == masses.count {
      return mass - masses[next - 1] <= 0.5 * step(next - 2, next - 1) ? next - 1 : nil
    }
    return mass - masses[next - 1] <= masses[next] - mass ? next - 1 : next
  }
}
