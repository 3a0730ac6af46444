import Inference
import NumericalMethods

extension FindPlane {
  /// The counts of all channels at a place of the horizontal axis; nil where windows are fitted.
  func counts(_ point: PlanePoint) -> PlaneCounts? {
    guard channels.contains(where: \.isCounted) else { return nil }
    return PlaneCounts(
      channels.map { $0.count(point) }, separate: Set(plane.settings.separate))
  }

  /// CLs or the posterior of the product of counts at a parameter; nil where no efficiency is known, or there are more
  /// outcomes than can be summed: the point is unknown then, not allowed.
  func counted(_ point: PlanePoint, _ parameter: Double, _ counts: PlaneCounts) -> Strength? {
    let events = channels.indices.map { place in
      channels[place].events(point, at: parameter, rate: point.rate(place, at: parameter))
    }
    guard events.contains(where: { $0 != nil }) else { return nil }
    let yields = events.map { $0 ?? 0 }
    // A channel without a count near the point, a vetoed one, cannot exclude it.
    let used = counts.used(yields)
    let total = used.reduce(0, +)
    let best = yields.indices.max { yields[$0] < yields[$1] } ?? 0
    let least = -SpecialFunctions.log(1 - level)
    // CLs, and the posterior of a flat prior, is at least <exp(-events)>, so that fewer than these exclude
    // nothing: no mean efficiency is above its nominal value by 1.4.
    guard total > 0.7 * least else {
      return Strength(observed: total / least, expected: total / least, best: best)
    }
    guard let found = try? counts.combination?.exclusion(yields: used, method: method) else {
      return nil
    }
    return Strength(
      observed: -SpecialFunctions.log(found.observed) / least,
      expected: -SpecialFunctions.log(found.expected) / least, best: best)
  }

  /// The upper limit on the common strength of counts.
  func limit(_ point: PlanePoint, _ parameter: Double, _ counts: PlaneCounts) -> Double {
    let yields = channels.indices.map { place in
      channels[place].events(point, at: parameter, rate: point.rate(place, at: parameter)) ?? 0
    }
    let limit = try? counts.combination?.limit(
      yields: counts.used(yields), method: method, level: level)
    return limit?.value ?? .nan
  }
}

/// The counts of several channels near one hypothesis, with what they share.
///
/// Nuisances of one name are shared: the smallest size among the channels is that of a common factor, what
/// is left of larger ones belongs to their channel. All are taken as log-normal.
struct PlaneCounts: Sendable {
  /// The counts together; nil without any.
  let combination: CountingCombination?
  /// Which channels have a count.
  private let places: [Int]

  init(_ counts: [CountWindow?], separate: Set<String>) {
    places = counts.indices.filter { counts[$0] != nil }
    let known = counts.compactMap { $0 }
    let sizes = known.map { count in
      Dictionary(
        count.yieldNuisances.map { ($0.name, SpecialFunctions.log1p($0.size)) },
        uniquingKeysWith: { ($0 * $0 + $1 * $1).squareRoot() })
    }
    let names = Set(sizes.flatMap(\.keys)).subtracting(separate).sorted()
    var shared: [String: Double] = [:]
    for name in names where sizes.count > 1 {
      shared[name] = sizes.map { $0[name] ?? 0 }.min() ?? 0
    }
    func knowledge(_ squares: [Double]) -> EfficiencyKnowledge {
      let width = squares.sorted().reduce(0, +).squareRoot()
      return width > 0 ? .logNormal(kappa: SpecialFunctions.exp(width)) : .exact
    }
    let models = zip(known, sizes).map { count, sizes in
      CountingModel(
        observed: count.observed, background: count.knowledge,
        efficiency: knowledge(
          sizes.map { name, size in
            let common = shared[name] ?? 0
            return max(0, size * size - common * common)
          }))
    }
    combination = try? CountingCombination(
      CountingChannels(models, efficiency: knowledge(shared.values.map { $0 * $0 })))
  }

  /// The yields of the channels that have a count.
  func used(_ yields: [Double]) -> [Double] { places.map { yields[$0] } }
}
