/// Fills the histograms of a sample block by block; one per thread, its memory is reused.
package final class HistogramFiller {
  private let layout: HistogramLayout
  /// Depths that histograms ask for, each once, with the histograms filled there.
  private let groups: [(depth: UInt8, items: [Int])]
  private var block: HistogramSums
  private var tree = HistogramTree()
  /// Rows of the block that a histogram takes.
  private let chosen: UnsafeMutablePointer<Int32>
  /// Sums, then sums of squares of the block, shape [2][layout.count].
  private let places: UnsafeMutablePointer<Double>

  package init(_ layout: HistogramLayout) {
    self.layout = layout
    groups = Set(layout.items.map(\.depth)).sorted().map { depth in
      (UInt8(depth), layout.items.indices.filter { layout.items[$0].depth == depth })
    }
    block = HistogramSums(layout)
    chosen = .allocate(capacity: SkimCounts.blockRows)
    places = .allocate(capacity: 2 * layout.count)
  }

  deinit {
    chosen.deallocate()
    places.deallocate()
  }

  /// Fills rows whose first is a multiple of a block.
  ///
  /// - Parameters:
  ///   - rows: Rows of the file.
  ///   - values: For each histogram its quantity, shape [histograms][rows].
  ///   - depths: Steps that each row passes, shape [rows].
  ///   - shown: 1 where a row may be seen, shape [rows]; nil: everywhere.
  ///   - weights: Weights, shape [rows]; nil: one.
  /// - Returns: The histograms of the rows, to be appended to those of the rows before.
  /// - Returns: The sums of all blocks, as a tree.
  package func fill(
    _ rows: Range<Int>, values: [UnsafeMutablePointer<Double>],
    depths: UnsafeMutablePointer<UInt8>, shown: UnsafeMutablePointer<UInt8>?,
    weights: UnsafeMutablePointer<Double>?
  ) -> HistogramTree {
    precondition(values.count == layout.items.count && layout.isWeighted == (weights != nil))
    tree.clear()
    for start in stride(from: 0, to: rows.count, by: SkimCounts.blockRows) {
      let end = min(rows.count, start + SkimCounts.blockRows)
      places.update(repeating: 0, count: 2 * layout.count)
      for group in groups {
        let count = choose(start..<end, group.depth, depths, shown)
        for index in group.items { fill(index, values[index], count, weights) }
      }
      block.load(sums: places, squares: places + layout.count)
      tree.append(block: (rows.lowerBound + start) / SkimCounts.blockRows, block)
    }
    return tree.compact
  }

  private func choose(
    _ rows: Range<Int>, _ depth: UInt8, _ depths: UnsafeMutablePointer<UInt8>,
    _ shown: UnsafeMutablePointer<UInt8>?
  ) -> Int {
    var count = 0
    for row in rows {
      chosen[count] = Int32(truncatingIfNeeded: row)
      count += depths[row] >= depth && (shown?[row] ?? 1) != 0 ? 1 : 0
    }
    return count
  }

  private func fill(
    _ index: Int, _ x: UnsafeMutablePointer<Double>, _ count: Int,
    _ weights: UnsafeMutablePointer<Double>?
  ) {
    let item = layout.items[index]
    switch item.axis {
    case .fixed(let low, let high, let bins):
      let scale = Double(bins) / (high - low)
      add(item, x, count, weights) { value in
        value >= low && value <= high
          ? min(Int((value - low) * scale), bins - 1) + 1
          : value < low ? 0 : value > high ? bins + 1 : bins + 2
      }
    case .growing:
      var low = Double.infinity
      var high = -Double.infinity
      for place in 0..<count {
        let value = x[Int(chosen[place])]
        low = value < low && value > -.infinity ? value : low
        high = value > high && value < .infinity ? value : high
      }
      let axis = low <= high ? GrowingAxis(from: low, to: high) : .empty
      block.axes[index] = axis
      let scale = axis.scale
      let first = axis.occupied.lowerBound
      let bins = GrowingAxis.bins
      add(item, x, count, weights) { value in
        value.isFinite
          ? Int((value * scale).rounded(.down)) - first + 1
          : value < 0 ? 0 : value > 0 ? bins + 1 : bins + 2
      }
    }
  }

  @inline(__always)
  private func add(
    _ item: HistogramLayout.Item, _ x: UnsafeMutablePointer<Double>, _ count: Int,
    _ weights: UnsafeMutablePointer<Double>?, _ place: (Double) -> Int
  ) {
    let sums = places + item.first
    guard let weights else {
      for index in 0..<count { sums[place(x[Int(chosen[index])])] += 1 }
      return
    }
    let squares = sums + layout.count
    for index in 0..<count {
      let row = Int(chosen[index])
      let own = place(x[row])
      let weight = weights[row]
      sums[own] += weight
      squares[own] += weight * weight
    }
  }
}
