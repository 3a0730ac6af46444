import Search
import Testing

/// Limits between lifetimes of two particles and another coordinate.
@Suite struct LimitSurfaceTests {
  private static let (first, second, masses) = ([0.1, 1.0, 10], [1.0, 100], [2.0, 3])

  /// Limits c · x^p · y^q / (efficiency 1 + m) at masses 1 and 2 are powers of the lifetimes.
  private static func surface() -> LimitSurface {
    let grid = BenchmarkGrid(
      coordinates: [.init(name: "m", values: masses)],
      lifetimes: [.init(name: "x", values: first), .init(name: "y", values: second)])
    var limits: [Double] = []
    for mass in [1.0, 2] {
      for m in masses {
        for x in first { for y in second { limits.append(limit(mass, m, x, y)) } }
      }
    }
    return LimitSurface(masses: [1, 2], grid: grid, limits: limits)
  }

  private static func limit(_ mass: Double, _ m: Double, _ x: Double, _ y: Double) -> Double {
    mass * x * y.squareRoot() / (1 + m)
  }

  @Test(arguments: [(2.0, 0.1, 1.0), (2.5, 0.3, 7), (3, 10, 100), (2.2, 5, 30)])
  func powersOfLifetimesAndLinesOfEfficienciesAreMet(m: Double, x: Double, y: Double) throws {
    let surface = Self.surface()
    for row in [0, 1] {
      let found = try #require(surface.limit(row: row, coordinates: [m], lifetimes: [x, y]))
      #expect(abs(found / Self.limit(Double(row + 1), m, x, y) - 1) < 1e-12)
    }
  }

  /// Beyond the longest lifetime of each particle limits grow as it; below the shortest there are none.
  @Test func lifetimesEndWhereTheyMust() throws {
    let surface = Self.surface()
    func limit(_ x: Double, _ y: Double) -> Double? {
      surface.limit(row: 0, coordinates: [2], lifetimes: [x, y])
    }
    let edge = try #require(limit(10, 100))
    #expect(abs(try #require(limit(30, 500)) / (15 * edge) - 1) < 1e-12)
    #expect(limit(0.09, 10) == nil && limit(1, 0.9) == nil)
    #expect(surface.limit(row: 0, coordinates: [3.1], lifetimes: [1, 10]) == nil)
    #expect(surface.limit(row: 0, coordinates: [2], lifetimes: [1]) == nil)
  }

  /// Where one neighbour has no limit there is none.
  @Test func whatIsNotKnownIsNotJoined() {
    let surface = LimitSurface(masses: [1], lifetimes: [1, 10, 100], limits: [1, .nan, 4])
    #expect(surface.limit(mass: 1, lifetime: 1) == nil)
    #expect(surface.limit(mass: 1, lifetime: 50) == nil)
    #expect(surface.limit(mass: 1, lifetime: 100) == 4)
  }
}
