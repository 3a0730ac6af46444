import Expressions
import PipelineSpec
import Settings

/// What the skim histograms: quantities, after which step, in which bins, and where each is kept.
///
/// The histograms of a sample lie behind each other, each with its underflow first and overflow and
/// "not a number" last.
package struct HistogramLayout: Sendable, Equatable {
  /// Bins of a histogram.
  package enum Axis: Sendable, Equatable {
    /// Equal bins from low to high; the last one holds its upper edge.
    case fixed(low: Double, high: Double, bins: Int)
    /// Bins of a power of two that grow with the values.
    case growing
  }

  /// One histogram.
  package struct Item: Sendable, Equatable {
    package var name: String
    /// Steps that a candidate has passed.
    package var depth: Int
    package var axis: Axis
    /// Place of the underflow.
    package var first: Int

    /// Number of bins.
    package var bins: Int {
      switch axis {
      case .fixed(_, _, let bins): bins
      case .growing: GrowingAxis.bins
      }
    }

    /// Places it takes: bins, underflow, overflow, not a number.
    package var places: Range<Int> { first..<(first + bins + 3) }
  }

  /// The histograms, ascending in their names.
  package private(set) var items: [Item] = []
  /// Number of places of all histograms.
  package private(set) var count = 0
  /// Whether rows carry weights, and squared weights are summed too.
  package let isWeighted: Bool

  /// Lays out histograms; their order is that of their names.
  package init(
    _ histograms: [(name: String, depth: Int, axis: Axis)] = [], isWeighted: Bool = false
  ) {
    self.isWeighted = isWeighted
    for own in histograms.sorted(by: { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }) {
      let item = Item(name: own.name, depth: own.depth, axis: own.axis, first: count)
      items.append(item)
      count = item.places.upperBound
    }
  }
}

/// Bins of a power of two: bin `i` holds x with `floor(x / 2^exponent) = i`.
package struct GrowingAxis: Sendable, Equatable {
  /// Bins that are kept; beyond them the width doubles.
  package static let bins = 512
  /// Smallest width.
  private static let smallestExponent = -300

  /// The width is two to this power.
  package var exponent: Int
  /// First and last occupied bin; empty: no value yet.
  package var occupied: Range<Int>

  /// An axis without values.
  package static let empty = GrowingAxis(exponent: smallestExponent, occupied: 0..<0)

  package init(exponent: Int, occupied: Range<Int>) {
    self.exponent = exponent
    self.occupied = occupied
  }

  /// The finest axis that holds two values; 40 bits below the larger at the least.
  package init(from low: Double, to high: Double) {
    let largest = max(low.magnitude, high.magnitude)
    exponent = max(Self.smallestExponent, largest == 0 ? 0 : Int(largest.exponent) - 40)
    occupied = 0..<0
    while true {
      occupied = bin(low)..<(bin(high) + 1)
      if occupied.count <= Self.bins { return }
      exponent += 1
    }
  }

  /// What values are multiplied by to count in bins.
  package var scale: Double { Double(sign: .plus, exponent: -exponent, significand: 1) }

  /// The bin of a value.
  package func bin(_ value: Double) -> Int { Int((value * scale).rounded(.down)) }

  /// Lower edge of a bin.
  package func edge(_ bin: Int) -> Double {
    Double(sign: .plus, exponent: exponent, significand: 1) * Double(bin)
  }

  /// The axis with bins of twice the width.
  package var doubled: GrowingAxis {
    GrowingAxis(
      exponent: exponent + 1,
      occupied: occupied.isEmpty
        ? 0..<0 : (occupied.lowerBound >> 1)..<(((occupied.upperBound - 1) >> 1) + 1))
  }

  /// The finest axis that holds what both hold.
  package func joined(_ other: GrowingAxis) -> GrowingAxis {
    if other.occupied.isEmpty { return self }
    if occupied.isEmpty { return other }
    var (one, two) = (self, other)
    while one.exponent < two.exponent { one = one.doubled }
    while two.exponent < one.exponent { two = two.doubled }
    while true {
      let all =
        min(
          one.occupied.lowerBound, two.occupied.lowerBound)..<max(
          one.occupied.upperBound, two.occupied.upperBound)
      if all.count <= Self.bins { return GrowingAxis(exponent: one.exponent, occupied: all) }
      one = one.doubled
      two = two.doubled
    }
  }
}
