/// Sums of weights and of squared weights in the bins of all histograms of a sample.
package struct HistogramSums: Sendable, Equatable {
  /// Where each histogram lies.
  package let layout: HistogramLayout
  /// Sums of weights, shape [layout.count].
  package var sums: [Double]
  /// Sums of squared weights; empty without weights, where they equal `sums`.
  package var squares: [Double]
  /// Axes of the histograms, those of fixed ones empty.
  package var axes: [GrowingAxis]

  /// Makes empty histograms.
  package init(_ layout: HistogramLayout) {
    self.layout = layout
    sums = [Double](repeating: 0, count: layout.count)
    squares = layout.isWeighted ? sums : []
    axes = [GrowingAxis](repeating: .empty, count: layout.items.count)
  }

  /// Takes over sums of another place, shape [layout.count] each.
  mutating func load(
    sums others: UnsafeMutablePointer<Double>, squares otherSquares: UnsafeMutablePointer<Double>
  ) {
    for index in sums.indices { sums[index] = others[index] }
    for index in squares.indices { squares[index] = otherSquares[index] }
  }

  /// Takes over the contents of histograms of the same layout, without a new allocation.
  mutating func copy(_ other: HistogramSums) {
    for index in sums.indices { sums[index] = other.sums[index] }
    for index in squares.indices { squares[index] = other.squares[index] }
    for index in axes.indices { axes[index] = other.axes[index] }
  }

  /// Adds the histograms of the rows that follow.
  package mutating func add(_ next: HistogramSums) {
    for (index, item) in layout.items.enumerated() where item.axis == .growing {
      grow(index, to: axes[index].joined(next.axes[index]))
    }
    add(next, \.sums, into: &sums)
    add(next, \.squares, into: &squares)
  }

  private func add(
    _ next: HistogramSums, _ path: KeyPath<HistogramSums, [Double]>, into target: inout [Double]
  ) {
    let values = next[keyPath: path]
    guard !values.isEmpty else { return }
    for (index, item) in layout.items.enumerated() {
      let own = axes[index]
      let other = next.axes[index]
      guard item.axis == .growing, !other.occupied.isEmpty,
        own.exponent != other.exponent || own.occupied.lowerBound != other.occupied.lowerBound
      else {
        for place in item.places { target[place] += values[place] }
        continue
      }
      // Bins of the next part that fall into one bin are added to each other first.
      let shift = own.exponent - other.exponent
      var bin = other.occupied.lowerBound
      while bin < other.occupied.upperBound {
        let place = bin >> shift
        var sum = 0.0
        while bin < other.occupied.upperBound, bin >> shift == place {
          sum += values[item.first + 1 + bin - other.occupied.lowerBound]
          bin += 1
        }
        target[item.first + 1 + place - own.occupied.lowerBound] += sum
      }
      for place in [item.first, item.places.upperBound - 2, item.places.upperBound - 1] {
        target[place] += values[place]
      }
    }
  }

  /// Moves the contents of a growing histogram to a coarser or wider axis.
  package mutating func grow(_ index: Int, to wider: GrowingAxis) {
    let item = layout.items[index]
    let own = axes[index]
    axes[index] = wider
    guard !own.occupied.isEmpty, own != wider else { return }
    let bins = item.first + 1
    func moved(_ values: inout [Double]) {
      guard !values.isEmpty else { return }
      let old = (0..<own.occupied.count).map { values[bins + $0] }
      for place in 0..<GrowingAxis.bins { values[bins + place] = 0 }
      for (offset, value) in old.enumerated() {
        let place = (own.occupied.lowerBound + offset) >> (wider.exponent - own.exponent)
        values[bins + place - wider.occupied.lowerBound] += value
      }
    }
    moved(&sums)
    moved(&squares)
  }
}

/// Histograms of stretches of rows, added along a binary tree over blocks of 4,096 file rows.
///
/// Two neighbours are added once both halves of their parent are there, so that no digit depends
/// on how the rows were cut into stretches.
package struct HistogramTree: Sendable, Equatable {
  private struct Node: Sendable, Equatable {
    /// Number of the block, divided by two to the level.
    var index: Int
    var level: Int
    var sums: HistogramSums
  }

  /// Finished nodes, ascending in their rows; those behind `used` are spare room.
  private var nodes: [Node] = []
  private var used = 0

  /// Makes a tree without rows.
  package init() {}

  /// Forgets all rows, keeps the room.
  mutating func clear() { used = 0 }

  /// Adds the next block of rows.
  package mutating func append(block: Int, _ sums: HistogramSums) {
    append(index: block, level: 0, sums)
  }

  /// Adds the stretch that follows.
  package mutating func append(_ next: HistogramTree) {
    for node in next.nodes.prefix(next.used) {
      append(index: node.index, level: node.level, node.sums)
    }
  }

  /// The same rows without spare room.
  var compact: HistogramTree {
    var result = HistogramTree()
    result.nodes = Array(nodes.prefix(used))
    result.used = used
    return result
  }

  /// The histograms of all rows; nil without any.
  package var total: HistogramSums? {
    guard var sum = nodes.prefix(used).first?.sums else { return nil }
    for node in nodes.prefix(used).dropFirst() { sum.add(node.sums) }
    return sum
  }

  private mutating func append(index: Int, level: Int, _ sums: HistogramSums) {
    if used < nodes.count {
      nodes[used].index = index
      nodes[used].level = level
      nodes[used].sums.copy(sums)
    } else {
      nodes.append(Node(index: index, level: level, sums: sums))
    }
    used += 1
    while used >= 2, nodes[used - 2].level == nodes[used - 1].level,
      nodes[used - 2].index & 1 == 0, nodes[used - 2].index + 1 == nodes[used - 1].index
    {
      let right = nodes[used - 1].sums
      nodes[used - 2].sums.add(right)
      nodes[used - 2].index >>= 1
      nodes[used - 2].level += 1
      used -= 1
    }
  }
}
