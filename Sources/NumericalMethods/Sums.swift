/// A running sum that keeps its rounding error (Neumaier 1974).
public struct CompensatedSum: Equatable, Sendable {
  private var sum = 0.0
  private var error = 0.0

  /// Makes a sum of zero.
  public init() {}

  /// Adds a number.
  public static func += (sum: inout CompensatedSum, value: Double) {
    let next = sum.sum + value
    sum.error +=
      sum.sum.magnitude >= value.magnitude
      ? (sum.sum - next) + value : (value - next) + sum.sum
    sum.sum = next
  }

  /// The sum, as if in twice the precision; infinite or NaN as the plain sum would be.
  public var total: Double { sum.isFinite ? sum + error : sum }
}

/// A sum whose order depends only on the rows, not on threads or chunks.
///
/// Rows go in blocks of 4,096 counted from the start of a file: eight lanes in a block, then a
/// binary tree over the blocks. Feed the same blocks in the same order and get the same bits; the
/// rounding error grows with the logarithm of the number of rows.
public struct FixedTreeSum: Equatable, Sendable {
  /// The number of rows in a block.
  public static let blockRows = 4096

  private var levels: [Double] = []
  private var filled: UInt64 = 0

  /// Makes a sum of zero.
  public init() {}

  /// Adds the sum of the next block.
  public mutating func append(blockSum: Double) {
    var carry = blockSum
    var level = 0
    while filled >> UInt64(level) & 1 == 1 {
      carry = levels[level] + carry
      level += 1
    }
    if level == levels.count { levels.append(carry) } else { levels[level] = carry }
    filled += 1
  }

  /// Adds rows, which must start on a block boundary: every call but the last gives whole blocks.
  public mutating func append(rows: UnsafeBufferPointer<Double>) {
    var start = 0
    while start < rows.count {
      let end = min(start + FixedTreeSum.blockRows, rows.count)
      append(blockSum: FixedTreeSum.blockSum(.init(rebasing: rows[start..<end])))
      start = end
    }
  }

  /// The sum of all blocks so far.
  public var total: Double {
    var sum = 0.0
    var first = true
    for level in levels.indices where filled >> UInt64(level) & 1 == 1 {
      sum = first ? levels[level] : levels[level] + sum
      first = false
    }
    return sum
  }

  /// Sums the rows of one block in eight lanes.
  public static func blockSum(_ rows: UnsafeBufferPointer<Double>) -> Double {
    var lanes = SIMD8<Double>(repeating: 0)
    let whole = rows.count & ~7
    if let base = rows.baseAddress {
      let raw = UnsafeRawPointer(base)
      for i in stride(from: 0, to: whole, by: 8) {
        lanes += raw.loadUnaligned(fromByteOffset: 8 * i, as: SIMD8<Double>.self)
      }
    }
    for i in whole..<rows.count { lanes[i - whole] += rows[i] }
    let four = lanes.lowHalf + lanes.highHalf
    let two = four.lowHalf + four.highHalf
    return two.x + two.y
  }

  /// Sums numbers in blocks and a tree.
  public static func sum(_ values: [Double]) -> Double {
    var tree = FixedTreeSum()
    values.withUnsafeBufferPointer { tree.append(rows: $0) }
    return tree.total
  }
}
