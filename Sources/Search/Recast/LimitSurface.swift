import NumericalMethods

/// Upper limits on a branching product over mass and lifetime, as published.
///
/// Between lifetimes ln(limit) is linear in ln(c τ); the nearest mass counts. Beyond the longest
/// lifetime few decays are inside the detector and the limit grows as c τ; below the shortest there is
/// none.
public struct LimitSurface: Sendable, Equatable {
  /// Masses, GeV, ascending.
  public let masses: [Double]
  /// Lifetimes c τ, cm, ascending.
  public let lifetimes: [Double]
  /// Limits, shape [masses, lifetimes].
  let limits: [Double]

  /// Takes a full grid; a limit that is not a number is none.
  init(masses: [Double], lifetimes: [Double], limits: [Double]) {
    (self.masses, self.lifetimes, self.limits) = (masses, lifetimes, limits)
  }

  /// The limit; nil where the table says nothing.
  ///
  /// - Parameters:
  ///   - mass: GeV; further from the table than half its first or last step is outside.
  ///   - lifetime: c τ, cm.
  /// - Returns: The limit on the product.
  public func limit(mass: Double, lifetime: Double) -> Double? {
    row(mass).flatMap { limit(row: $0, lifetime: lifetime) }
  }

  /// The limit at the mass of a row.
  func limit(row: Int, lifetime: Double) -> Double? {
    guard lifetime >= lifetimes[0], lifetime.isFinite else { return nil }
    let count = lifetimes.count
    let last = lifetimes[count - 1]
    func value(_ place: Int) -> Double { limits[row * count + place] }
    // Not a number: no limit is known there.
    func known(_ limit: Double) -> Double? { limit > 0 && limit.isFinite ? limit : nil }
    if lifetime >= last { return known(value(count - 1) * (lifetime / last)) }
    let low = SmallestInterval.firstIndex(lifetimes) { $0 > lifetime } - 1
    guard let first = known(value(low)), let second = known(value(low + 1)) else { return nil }
    return Interpolant.powerLaw(
      (lifetimes[low], first), (lifetimes[low + 1], second), at: lifetime)
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
