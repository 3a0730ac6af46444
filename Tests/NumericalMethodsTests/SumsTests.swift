import NumericalMethods
import Testing

@Suite struct SumsTests {
  @Test func compensationKeepsWhatAPlainSumLoses() {
    var sum = CompensatedSum()
    for value in [1, 1e100, 1, -1e100] { sum += value }
    #expect(sum.total == 2)
    sum += .infinity
    #expect(sum.total == .infinity)
  }

  @Test func treeDependsOnRowsOnly() {
    var random = RandomStream(seed: 41)
    let values = (0..<50_000).map { _ in
      random.normal() * SpecialFunctions.exp(random.uniform(in: -14...14))
    }
    let whole = FixedTreeSum.sum(values)
    for blocks in [1, 3, 7] {
      var tree = FixedTreeSum()
      var start = 0
      while start < values.count {
        let end = min(values.count, start + blocks * FixedTreeSum.blockRows)
        values[start..<end].withUnsafeBufferPointer { tree.append(rows: $0) }
        start = end
      }
      #expect(tree.total.bitPattern == whole.bitPattern)
    }
    // Blocks summed apart, as by several threads, then put together in order.
    var tree = FixedTreeSum()
    for start in stride(from: 0, to: values.count, by: 4096) {
      let end = min(values.count, start + 4096)
      let sum = values[start..<end].withUnsafeBufferPointer { FixedTreeSum.blockSum($0) }
      tree.append(blockSum: sum)
    }
    #expect(tree.total.bitPattern == whole.bitPattern)
    var exact = CompensatedSum()
    var size = 0.0
    for value in values {
      exact += value
      size += value.magnitude
    }
    #expect((whole - exact.total).magnitude <= 1e-14 * size)
    #expect(FixedTreeSum.sum([]) == 0 && FixedTreeSum.sum([3]) == 3)
    #expect(FixedTreeSum.sum([1, 2, 3, 4, 5, 6, 7, 8, 9]) == 45)
  }
}
