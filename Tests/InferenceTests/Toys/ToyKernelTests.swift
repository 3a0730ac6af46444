import Inference
import Kernels
import NumericalMethods
import Testing

@Suite struct ToyKernelTests {
  private static func place(_ stream: RandomStream) -> nj_toy_stream {
    let address = stream.address
    return nj_toy_stream(
      key: (address.key.x, address.key.y), stream: (address.stream.x, address.stream.y))
  }

  /// Blocks of the kernel against the scalar Philox of `RandomStream`, at both ends of a counter's
  /// lower word too.
  @Test func blocksAreThoseOfTheRandomStream() {
    let stream = RandomStream(seed: 11, task: 12, toy: 13)
    var place = Self.place(stream)
    for block in [0, 5, 1 << 40, (1 << 32) - 3] as [UInt64] {
      var words = [UInt32](repeating: 0, count: 32)
      nj_toy_words(&place, block, &words)
      for lane in 0..<8 {
        let b = block + UInt64(lane)
        let expected = RandomStream.philox(
          counter: SIMD4(
            UInt32(truncatingIfNeeded: b), UInt32(truncatingIfNeeded: b >> 32),
            stream.address.stream.x, stream.address.stream.y), key: stream.address.key)
        for k in 0..<4 { #expect(words[8 * k + lane] == expected[k]) }
      }
    }
  }

  /// Small means by rows of thresholds, middle ones by a guide, large ones by themselves.
  @Test func countsFollowThePoissonDistribution() {
    let means = [0, 0.001, 0.3, 2, 7.5, 12, 0, 3, 60, 200, 5, 0.1, 900, 30, 40, 1, 1500, 2, 3]
    let table = PoissonTable(means)
    #expect(table.single == [16])
    let toys = 20_000
    let counts = UnsafeMutableRawPointer.allocate(byteCount: 8 * 32, alignment: 64)
      .bindMemory(to: Double.self, capacity: 32)
    defer { counts.deallocate() }
    var seen = [[Int: Int]](repeating: [:], count: means.count)
    for toy in 0..<toys {
      var stream = RandomStream(seed: 3, task: 4, toy: UInt64(toy))
      var place = Self.place(stream)
      table.draw(&place, &stream, into: counts)
      for j in means.indices { seen[j][Int(counts[j]), default: 0] += 1 }
    }
    for (j, mean) in means.enumerated() {
      guard mean > 0 else {
        #expect(seen[j] == [0: toys])
        continue
      }
      // Counts with at least ten expected toys, the rest in one class.
      var observed: [Double] = [], expected: [Double] = []
      var restSeen = Double(toys), restExpected = Double(toys)
      let spread = 6 * mean.squareRoot() + 5
      for n in Int(max(mean - spread, 0))...Int(mean + spread) {
        let e =
          Double(toys) * SpecialFunctions.exp(PoissonDistribution.logProbability(n, mean: mean))
        guard e >= 10 else { continue }
        observed.append(Double(seen[j][n] ?? 0))
        expected.append(e)
        restSeen -= observed[observed.count - 1]
        restExpected -= e
      }
      if restExpected > 1 {
        observed.append(restSeen)
        expected.append(restExpected)
      }
      // Seventeen means: the smallest of so many p-values is below 1e-4 once in 600 seeds.
      let p =
        observed.count > 1
        ? NumericalMethods.StatisticalTests.chiSquared(
          observed: observed, expected: expected, constraints: 1) : 1
      #expect(p > 1e-4, "mean \(mean)")
    }
  }

  /// Positions against the polynomial evaluated one by one on the same words.
  @Test(arguments: [false, true]) func positionsAreThePolynomialOfTheWords(isSorted: Bool) {
    let stream = RandomStream(seed: 1, task: 2, toy: 3)
    var place = Self.place(stream)
    let counts = [0, 3, 8, 9, 1, 20, 0, 5] as [Double]
    let coefficients = (0..<counts.count).flatMap { j -> [Double] in
      let base = Double(j)
      return [base + 0.5, 0.9, 0.02, 0.1, 0.01, 0.02, base, base + 1]
    }
    var x = [Double](repeating: -1, count: 64)
    let n = nj_toy_positions(
      &place, 77, coefficients, counts, counts.count, isSorted ? 1 : 0, &x)
    #expect(n == 46)
    var vector = 0, at = 0
    for (j, count) in counts.enumerated() {
      var expected: [Double] = []
      for start in stride(from: 0, to: Int(count), by: 8) {
        var words = [UInt32](repeating: 0, count: 32)
        nj_toy_words(&place, 77 + 8 * UInt64(vector / 4), &words)
        for lane in 0..<min(8, Int(count) - start) {
          let t = (Double(words[8 * (vector % 4) + lane]) + 0.5) * 0x1p-32 - 0.5
          let c = coefficients[8 * j..<8 * j + 8].map { $0 }
          let value = c[0] + t * (c[1] + t * (c[2] + t * (c[3] + t * (c[4] + t * c[5]))))
          expected.append(min(max(value, c[6]), c[7]))
        }
        vector += 1
      }
      if isSorted { expected.sort() }
      for value in expected {
        #expect(abs(x[at] - value) < 1e-14)
        at += 1
      }
    }
  }
}
