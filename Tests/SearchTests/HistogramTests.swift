import Search
import Testing

/// Histograms of the skim: their bins, and the same bits however the rows are cut up.
@Suite struct HistogramTests {
  private static let block = 4096

  /// Rows with ties, odd numbers and weights over twelve decades of both signs.
  private final class Rows {
    let count: Int
    let values: [UnsafeMutablePointer<Double>]
    let depths: UnsafeMutablePointer<UInt8>
    let shown: UnsafeMutablePointer<UInt8>
    let weights: UnsafeMutablePointer<Double>

    init(_ count: Int, seed: UInt64, histograms: Int) {
      var dice = ResultsMaker.Dice(state: seed)
      self.count = count
      values = (0..<histograms).map { _ in .allocate(capacity: count) }
      depths = .allocate(capacity: count)
      shown = .allocate(capacity: count)
      weights = .allocate(capacity: count)
      for row in 0..<count {
        for (index, value) in values.enumerated() {
          let odd = dice.uniform()
          var x = 10 * dice.uniform() - 3
          // Later rows of the growing histograms reach further out.
          if index > 0 { x *= 1 + Double(row) / 1000 }
          value[row] = odd < 0.01 ? .nan : odd < 0.015 ? .infinity : odd < 0.02 ? -.infinity : x
        }
        depths[row] = UInt8(dice.uniform() * 4)
        shown[row] = dice.uniform() < 0.9 ? 1 : 0
        var weight = dice.uniform() - 0.1
        for _ in 0..<Int(dice.uniform() * 12) { weight *= 0.1 }
        weights[row] = weight
      }
    }

    deinit {
      for value in values { value.deallocate() }
      depths.deallocate()
      shown.deallocate()
      weights.deallocate()
    }

    func tree(_ filler: HistogramFiller, _ rows: Range<Int>, isWeighted: Bool) -> HistogramTree {
      filler.fill(
        rows, values: values.map { $0 + rows.lowerBound }, depths: depths + rows.lowerBound,
        shown: shown + rows.lowerBound, weights: isWeighted ? weights + rows.lowerBound : nil)
    }
  }

  private static func layout(isWeighted: Bool) -> HistogramLayout {
    HistogramLayout(
      [
        ("b", 2, .growing), ("a", 1, .fixed(low: -1, high: 4, bins: 7)), ("c", 0, .growing),
      ], isWeighted: isWeighted)
  }

  @Test func histogramsStandInTheOrderOfNames() {
    let layout = Self.layout(isWeighted: false)
    #expect(layout.items.map(\.name) == ["a", "b", "c"])
    #expect(layout.items.map(\.first) == [0, 10, 10 + 515])
    #expect(layout.count == 10 + 2 * 515)
  }

  @Test func fixedBinsCountWhatAPlainLoopCounts() throws {
    let rows = Rows(3 * Self.block + 17, seed: 5, histograms: 3)
    let filler = HistogramFiller(Self.layout(isWeighted: true))
    let total = try #require(
      rows.tree(filler, 0..<rows.count, isWeighted: true).total)
    var sums = [Double](repeating: 0, count: 10)
    for row in 0..<rows.count where rows.depths[row] >= 1 && rows.shown[row] == 1 {
      let x = rows.values[0][row]
      let place =
        x.isNaN ? 9 : x < -1 ? 0 : x > 4 ? 8 : min(6, Int((x + 1) * (7.0 / 5.0))) + 1
      sums[place] += rows.weights[row]
    }
    // Two orders of adding 10^4 weights below 1.
    for place in 0..<10 { #expect(abs(total.sums[place] - sums[place]) < 1e-11, "\(place)") }
    #expect(sums.allSatisfy { $0 > 0 })
  }

  @Test func edgesBelongToTheBinAboveAndTheLastOneToItself() throws {
    let layout = HistogramLayout([("x", 0, .fixed(low: 0, high: 1, bins: 4))])
    let values = UnsafeMutablePointer<Double>.allocate(capacity: 8)
    let depths = UnsafeMutablePointer<UInt8>.allocate(capacity: 8)
    defer {
      values.deallocate()
      depths.deallocate()
    }
    for (index, value) in [0, 0.25, 0.5, 1, -1e-300, 1.0.nextUp, .nan, 0.99].enumerated() {
      values[index] = value
      depths[index] = 0
    }
    let tree = HistogramFiller(layout).fill(
      0..<8, values: [values], depths: depths, shown: nil, weights: nil)
    #expect(try #require(tree.total).sums == [1, 1, 1, 1, 2, 1, 1])
  }

  @Test(arguments: [true, false])
  func noCutBetweenBlocksChangesABit(isWeighted: Bool) throws {
    let blocks = 13
    let rows = Rows(blocks * Self.block - 100, seed: 9, histograms: 3)
    let layout = Self.layout(isWeighted: isWeighted)
    let whole = try #require(
      rows.tree(HistogramFiller(layout), 0..<rows.count, isWeighted: isWeighted).total)
    #expect(whole.axes[1].exponent > -6 && whole.axes[1].occupied.count > 256)
    var dice = ResultsMaker.Dice(state: 1)
    for _ in 0..<30 {
      let filler = HistogramFiller(layout)
      var joined = HistogramTree()
      var block = 0
      while block < blocks {
        let next = min(blocks, block + 1 + Int(dice.uniform() * 6))
        joined.append(
          rows.tree(
            filler, (block * Self.block)..<min(rows.count, next * Self.block),
            isWeighted: isWeighted))
        block = next
      }
      #expect(joined.total == whole)
    }
  }

  @Test func growingBinsKeepEveryCandidateInItsPlace() throws {
    let rows = Rows(5 * Self.block, seed: 21, histograms: 3)
    let layout = Self.layout(isWeighted: false)
    let total = try #require(
      rows.tree(HistogramFiller(layout), 0..<rows.count, isWeighted: false).total)
    let axis = total.axes[1]
    let item = layout.items[1]
    var expected: [Int: Double] = [:]
    var outside = [0.0, 0, 0]
    for row in 0..<rows.count where rows.depths[row] >= 2 && rows.shown[row] == 1 {
      let x = rows.values[1][row]
      if x.isFinite {
        expected[axis.bin(x), default: 0] += 1
      } else {
        outside[x.isNaN ? 2 : x > 0 ? 1 : 0] += 1
      }
    }
    #expect(axis.occupied.first == expected.keys.min() && axis.occupied.last == expected.keys.max())
    for bin in axis.occupied {
      let place = item.first + 1 + bin - axis.occupied.lowerBound
      #expect(total.sums[place] == expected[bin] ?? 0)
    }
    #expect(total.sums[item.first] == outside[0])
    #expect(total.sums[item.places.upperBound - 2] == outside[1])
    #expect(total.sums[item.places.upperBound - 1] == outside[2])
  }

  @Test func growingAxesHoldWhatTheyAreMadeFor() {
    for (low, high) in [
      (0.0, 0.0), (1, 1), (-3, 3), (10, 11), (1e300, 1e300), (-1.7e308, 1.7e308),
      (.leastNonzeroMagnitude, 1e-300),
      (-1e-9, 1e9),
    ] {
      let axis = GrowingAxis(from: low, to: high)
      #expect(axis.occupied == axis.bin(low)..<(axis.bin(high) + 1), "\(low) \(high)")
      #expect(axis.occupied.count <= GrowingAxis.bins)
      #expect(axis.edge(axis.occupied.lowerBound) <= low)
      #expect(axis.edge(axis.occupied.upperBound) > high || axis.exponent > 1000)
      let wide = axis.joined(GrowingAxis(from: -2, to: 2))
      #expect(wide == GrowingAxis(from: -2, to: 2).joined(axis))
      #expect(wide.occupied.contains(wide.bin(low)) && wide.occupied.contains(wide.bin(high)))
      #expect(wide.occupied.contains(wide.bin(-2)) && wide.occupied.contains(wide.bin(2)))
    }
    #expect(GrowingAxis.empty.joined(.empty) == .empty)
  }
}
