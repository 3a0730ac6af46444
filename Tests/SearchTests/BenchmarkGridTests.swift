import Search
import Testing

/// Generated coordinates and tested lifetimes as one grid.
@Suite struct BenchmarkGridTests {
  private static let grid = BenchmarkGrid(
    coordinates: [.init(name: "a", values: [1, 2, 4]), .init(name: "b", values: [10, 20])],
    lifetimes: [.init(name: "x", values: [0.1, 1]), .init(name: "y", values: [1, 10, 100])])

  @Test func countsMultiply() {
    #expect(Self.grid.pointCount == 6 && Self.grid.lifetimeCount == 6 && Self.grid.count == 36)
  }

  /// A function that is linear in each coordinate is met everywhere; weights add up to one.
  @Test(arguments: [[1.0, 10], [1.5, 12], [3, 20], [4, 15], [2, 10], [3.9, 19.5]])
  func weightsAreMultilinear(point: [Double]) throws {
    func f(_ a: Double, _ b: Double) -> Double { 2 + a - 3 * b + 0.5 * a * b }
    let corners = try #require(Self.grid.corners(around: point))
    let (first, second) = ([1.0, 2, 4], [10.0, 20])
    var (sum, total) = (0.0, 0.0)
    for corner in corners {
      #expect(corner.weight > 0)
      sum += corner.weight * f(first[corner.place / 2], second[corner.place % 2])
      total += corner.weight
    }
    #expect(abs(total - 1) < 1e-14 && abs(sum - f(point[0], point[1])) < 1e-12)
  }

  @Test(arguments: [[0.99, 15.0], [4.01, 15], [2, 9.9], [2, 20.1], [.nan, 15], [2], []])
  func outsideIsNothing(point: [Double]) {
    #expect(Self.grid.corners(around: point) == nil)
  }

  /// Rounding of a value does not make it lie outside.
  @Test func edgesBelongToTheGrid() {
    #expect(Self.grid.corners(around: [4 * (1 + 1e-12), 10 * (1 - 1e-12)])?.count == 1)
  }
}
