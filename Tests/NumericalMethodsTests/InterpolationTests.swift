import NumericalMethods
import Testing

@Suite struct InterpolationTests {
  /// The points of Fixtures/references.py.
  static func curves() throws -> (cubic: Interpolant, linear: Interpolant) {
    let x = [0.2, 0.5, 0.9, 2.0, 2.5, 4.0, 4.2, 7.0]
    let y = [0.1, 0.4, 0.45, 0.3, 0.3, 0.8, 1.5, 1.4]
    return (
      try Interpolant(arguments: x, values: y, method: .monotoneCubic),
      try Interpolant(arguments: x, values: y, method: .linear)
    )
  }

  @Test func goesThroughItsPointsAndEndsThere() throws {
    for curve in [try Self.curves().cubic, try Self.curves().linear] {
      #expect(curve.value(at: 0.9) == 0.45 && curve.value(at: 7) == 1.4)
      #expect(curve.value(at: 0.2) == 0.1 && curve.range == 0.2...7)
      #expect(curve.value(at: 0.19) == nil && curve.value(at: 7.01) == nil)
      #expect(curve.value(at: .nan) == nil)
    }
    let two = try Interpolant(arguments: [0, 2], values: [1, 5], method: .monotoneCubic)
    #expect(two.value(at: 0.5) == 2)
  }

  @Test func neverOvershoots() throws {
    var random = RandomStream(seed: 31)
    for _ in 0..<50 {
      var x = [0.0]
      var y = [0.0]
      for _ in 0..<6 {
        x.append((x.last ?? 0) + random.exponential())
        y.append((y.last ?? 0) + random.exponential(mean: 3))
      }
      let curve = try Interpolant(arguments: x, values: y, method: .monotoneCubic)
      var before = -1e-12
      for i in 0...200 {
        let value = try #require(curve.value(at: min(x[6], x[6] * Double(i) / 200)))
        #expect(value >= before - 1e-12)
        before = value
      }
    }
  }

  @Test func namesWhatIsWrongWithThePoints() {
    func text(_ x: [Double], _ y: [Double]) -> String {
      do {
        _ = try Interpolant(arguments: x, values: y, method: .linear)
        return "none"
      } catch { return error.description }
    }
    #expect(text([1, 2], [1, 2]) == "none")
    #expect(
      text([1, 2], [1]) == "points: 2 arguments for 1 values; give one value an argument")
    #expect(text([1], [1]) == "points: found 1, at least 2 are needed; add points")
    #expect(
      text([1, 1], [1, 2])
        == "points: argument 2 (1.0) is not larger than the one before; sort the points")
    #expect(
      text([1, 2], [1, .nan])
        == "points: point 2 is not a finite number; remove or correct it")
  }
}
