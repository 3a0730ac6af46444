import Diagnostics
import Foundation
import Search
import TestSupport
import Testing

/// Regions of a parameter against closed forms.
@Suite struct ExcludedIntervalsTests {
  private func find(
    _ range: ClosedRange<Double> = 1e-5...1, perDecade: Int = 100,
    _ ratio: (Double) -> Double?
  ) -> [ExcludedInterval] {
    ExcludedIntervals.find(over: range, perDecade: perDecade, ratio: ratio)
  }

  /// Rate g² with decays before a distance, exp(-g²/g0²): the edges solve k g² exp(-g²/g0²) = 1.
  @Test func anIntervalIsClosedFromAbove() throws {
    let found = find { 1e6 * $0 * $0 * exp(-$0 * $0 / 1e-4) }
    try #require(found.count == 1)
    #expect(found[0].lowEdge == .crossing && found[0].highEdge == .crossing)
    for edge in [found[0].low, found[0].high] {
      #expect(abs(1e6 * edge * edge * exp(-edge * edge / 1e-4) - 1) < 1e-6)
    }
    #expect(found[0].low < 0.01 && found[0].high > 0.01)
    #expect(abs(found[0].largest / (1e6 * 1e-4 * exp(-1)) - 1) < 0.01)
  }

  @Test func islandsAreKeptApart() throws {
    // Two bumps of ln g around 1e-3 and 1e-1, each of half-width 0.5 where the ratio is 1.
    func bump(_ g: Double, _ centre: Double) -> Double {
      exp(0.25 - pow(log(g / centre), 2))
    }
    let found = find { max(bump($0, 1e-3), bump($0, 1e-1)) }
    try #require(found.count == 2)
    for (interval, centre) in zip(found, [1e-3, 1e-1]) {
      #expect(abs(interval.low / (centre * exp(-0.5)) - 1) < 1e-6)
      #expect(abs(interval.high / (centre * exp(0.5)) - 1) < 1e-6)
    }
  }

  /// An island, and a gap, narrower than a step.
  @Test func nothingHidesBetweenSteps() throws {
    let step = log(10.0) / 20
    // The top lies between two steps: at the steps beside it the ratio is below 1.
    let centre = 1e-5 * exp(30.5 * step)
    let island = find(perDecade: 20) { 1 + 0.02 - pow(log($0 / centre) / step, 2) }
    try #require(island.count == 1)
    #expect(abs(log(island[0].high / island[0].low) / step - 2 * 0.02.squareRoot()) < 1e-5)
    let gap = find(perDecade: 20) { 1 - 0.02 + pow(log($0 / centre) / step, 2) }
    try #require(gap.count == 2)
    #expect(abs(log(gap[1].low / gap[0].high) / step - 2 * 0.02.squareRoot()) < 1e-5)
  }

  @Test func edgesSayWhatTheyAre() throws {
    let scan = find { $0 * 100 }
    #expect(scan.count == 1 && scan[0].high == 1 && scan[0].highEdge == .scan)
    #expect(abs(scan[0].low - 0.01) < 1e-8 && scan[0].lowEdge == .crossing)
    let known = find { $0 > 0.3 ? nil : $0 * 100 }
    #expect(known.count == 1 && known[0].highEdge == .knowledge)
    #expect(abs(known[0].high - 0.3) < 1e-6)
    #expect(find { _ in nil }.isEmpty && find { _ in 0.3 }.isEmpty)
    let all = find { _ in 2 }
    #expect(all.count == 1 && all[0].low == 1e-5 && all[0].high == 1)
    #expect(all[0].lowEdge == .scan && all[0].highEdge == .scan)
  }

  @Test func tablesOfLimitsAreReadAndContinued() throws {
    let wide = "# note\nm_S_GeV,ctau_0.1cm,ctau_1cm,ctau_10cm\n1,1e-6,1e-8,1e-7\n2,2e-6,2e-8,2e-7\n"
    var tidy = "mass [GeV],ctau [cm],limit\n"
    for (mass, factor) in [(1, 1.0), (2, 2.0)] {
      for (lifetime, limit) in [(0.1, 1e-6), (1, 1e-8), (10, 1e-7)] {
        tidy += "\(mass),\(lifetime),\(factor * limit)\n"
      }
    }
    let surface = try LimitSurface.parse(wide, file: "l.csv")
    #expect(try LimitSurface.parse(tidy, file: "l.csv") == surface)
    func value(_ mass: Double, _ lifetime: Double) -> Double {
      surface.limit(mass: mass, lifetime: lifetime) ?? .nan
    }
    #expect(abs(value(1.2, 1) / 1e-8 - 1) < 1e-12 && abs(value(1.6, 1) / 2e-8 - 1) < 1e-12)
    // Half-way in the logarithm; beyond the table as c τ; before it nothing.
    #expect(abs(value(1, 10.0.squareRoot()) / (1e-7 * 1e-8).squareRoot() - 1) < 1e-12)
    #expect(abs(value(1, 500) / 5e-6 - 1) < 1e-12)
    #expect(surface.limit(mass: 1, lifetime: 0.09) == nil)
    #expect(surface.limit(mass: 0.4, lifetime: 1) == nil)
    #expect(surface.limit(mass: 2.5, lifetime: 1) != nil)
    #expect(surface.limit(mass: 2.6, lifetime: 1) == nil)
  }

  @Test(arguments: [
    (
      "mass,x\n",
      [
        "l.csv:1:1: the header must name a mass and ascending lifetimes, found 'mass,x'; write "
          + "'m_S_GeV,ctau_0.1cm,ctau_1cm', a column for each lifetime, or "
          + "'mass [GeV],ctau [cm],limit', a row for each mass and lifetime"
      ]
    ),
    (
      "m_S_GeV,ctau_1cm,ctau_2cm\n1,2\n2,2,-3\n3,2,3\n1,2,3\n",
      [
        "l.csv:2:1: must hold 3 numbers, found 2",
        "l.csv:3:5: must be a positive number, found '-3'",
        "l.csv:5:1: masses and lifetimes must ascend; sort the rows",
      ]
    ),
    (
      "mass [GeV],ctau [cm],limit\n1,1,1\n1,2,1\n2,1,1\n3,3,1\n",
      [
        "l.csv:5:1: the mass before, 2, has 1 lifetimes, the first has 2; give every mass the same "
          + "lifetimes",
        "l.csv:5:3: the first mass has no lifetime 3 at this place; give every mass the same lifetimes",
      ]
    ),
    (
      "m_S_GeV,ctau_1cm\n1,2\n",
      [
        "l.csv: holds 1 limits at 1 masses and 1 lifetimes; a full grid of at least 1 mass and 2 "
          + "lifetimes is needed; complete the grid"
      ]
    ),
  ])
  func brokenTables(text: String, messages: [String]) {
    do throws(Diagnostics) {
      _ = try LimitSurface.parse(text, file: "l.csv")
      Issue.record("was read")
    } catch { #expect(error.items.map(\.description) == messages) }
  }
}
