import Search
import TestSupport
import Testing

@Suite struct EventCounterTests {
  /// Rows of events (hash, depth) side by side, as the skim sees them.
  static let rows: [(UInt64, Int)] = [
    (1, 0), (1, 2), (1, 1), (2, 0), (3, 3), (3, 3), (1, 1), (4, 0), (4, 0), (4, 1), (5, 2), (5, 3),
  ]

  static func count(_ rows: ArraySlice<(UInt64, Int)>) -> EventCounter {
    var counter = EventCounter(steps: 3)
    for (hash, depth) in rows { counter.append(.init(hash: hash, depth: depth)) }
    return counter
  }

  /// By hand: deepest candidates 2, 0, 3, 1 (event 1 again: another stretch), 1, 3.
  @Test func eventsCountByTheirDeepestCandidate() {
    #expect(Self.count(Self.rows[...]).depths == [1, 2, 1, 2])
  }

  @Test func cutsBetweenRowsChangeNothing() {
    let whole = Self.count(Self.rows[...])
    for first in 0...Self.rows.count {
      for second in first...Self.rows.count {
        var joined = Self.count(Self.rows[..<first])
        joined.append(Self.count(Self.rows[first..<second]))
        joined.append(Self.count(Self.rows[second...]))
        #expect(joined.depths == whole.depths)
      }
    }
  }
}

@Suite struct SortByObservableTests {
  @Test func equalValuesKeepTheirOrder() {
    #expect(SortByObservable.order([2, 1, 2, 1, 0]) == [4, 1, 3, 0, 2])
  }

  @Test func infinitiesAndSignedZerosHaveTheirPlace() {
    let values = [0.0, -0.0, .infinity, -.infinity, -1, 1]
    #expect(
      SortByObservable.order(values).map { values[Int($0)] }.map(\.bitPattern)
        == [-.infinity, -1, -0.0, 0.0, 1, .infinity].map(\.bitPattern))
  }

  @Test func manyValuesAscend() {
    var state: UInt64 = 7
    let values = (0..<10_000).map { _ -> Double in
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Double(Int64(bitPattern: state) >> 40) * 0.25
    }
    let sorted = SortByObservable.order(values).map { values[Int($0)] }
    #expect(sorted == values.sorted())
  }

  @Test func nothingIsNothing() {
    #expect(SortByObservable.order([]).isEmpty)
    #expect(SortByObservable.order([3]) == [0])
  }
}

@Suite struct RuleReachTests {
  /// Two hypotheses without rules below 2, one above that needs rule 0, one that needs both.
  let reach = RuleReach(windows: [
    (0...1, 0), (0.5...2, 0), (1.5...4, 1), (3...6, 3),
  ])

  @Test func aRowIsKeptWhereSomeHypothesisTakesIt() {
    #expect(reach.keeps(0.7, passing: 0))
    #expect(reach.keeps(1.7, passing: 0))
    #expect(!reach.keeps(2.5, passing: 0))
    #expect(reach.keeps(2.5, passing: 1))
    #expect(reach.keeps(3.5, passing: 1))
    #expect(!reach.keeps(5, passing: 1))
    #expect(!reach.keeps(5, passing: 2))
    #expect(reach.keeps(5, passing: 3))
  }

  @Test func noWindowTakesARowOutside() {
    #expect(!reach.keeps(7, passing: 3))
    #expect(!reach.keeps(-1, passing: 3))
  }
}
