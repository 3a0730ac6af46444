import NumericalMethods

/// Where efficiencies of a signal are known beside its mass: generated coordinates, such as masses of
/// other particles, and tested lifetimes.
///
/// A benchmark is one value of each; benchmarks are counted with the last axis fastest, coordinates before
/// lifetimes.
public struct BenchmarkGrid: Equatable, Sendable, Codable {
  /// Values of a coordinate or lifetime.
  public struct Axis: Equatable, Sendable, Codable {
    /// Its name in the pipeline file; empty for the only lifetime.
    public var name: String
    /// Values, ascending: a coordinate in its own unit, c τ in cm.
    public var values: [Double]

    /// Takes values.
    public init(name: String, values: [Double]) {
      self.name = name
      self.values = values
    }
  }

  /// Generated coordinates, joined linearly; empty where there are none.
  public var coordinates: [Axis]
  /// Tested lifetimes c τ, cm; empty where none are tested.
  public var lifetimes: [Axis]

  /// Takes axes.
  public init(coordinates: [Axis] = [], lifetimes: [Axis]) {
    self.coordinates = coordinates
    self.lifetimes = lifetimes
  }

  /// Number of points in the coordinates.
  public var pointCount: Int { coordinates.reduce(1) { $0 * $1.values.count } }
  /// Number of combinations of lifetimes.
  public var lifetimeCount: Int { lifetimes.reduce(1) { $0 * $1.values.count } }
  /// Number of benchmarks.
  public var count: Int { pointCount * lifetimeCount }

  /// The lifetimes of a combination, cm.
  func lifetimes(at place: Int) -> [Double] { Self.values(of: lifetimes, place) }

  /// The coordinates of a point.
  func coordinates(at place: Int) -> [Double] { Self.values(of: coordinates, place) }

  private static func values(of axes: [Axis], _ place: Int) -> [Double] {
    var rest = place
    return axes.reversed().map { axis in
      defer { rest /= axis.values.count }
      return axis.values[rest % axis.values.count]
    }.reversed()
  }

  /// A point with its weight in a multilinear interpolation.
  package struct Corner: Equatable, Sendable {
    package var place: Int
    package var weight: Double
  }

  /// The points around coordinates with their weights, which add up to 1; nil outside of the grid.
  ///
  /// What lies outside by less than 1e-9 of a value is at the edge.
  package func corners(around values: [Double]) -> [Corner]? {
    guard values.count == coordinates.count else { return nil }
    var corners = [Corner(place: 0, weight: 1)]
    for (axis, x) in zip(coordinates, values) {
      guard let (low, t) = Self.place(of: x, on: axis.values) else { return nil }
      let size = axis.values.count
      corners = corners.flatMap { corner in
        [(low, 1 - t), (low + 1, t)].compactMap { place, weight in
          weight == 0
            ? nil
            : Corner(place: corner.place * size + place, weight: corner.weight * weight)
        }
      }
    }
    return corners
  }

  private static func place(of x: Double, on values: [Double]) -> (low: Int, t: Double)? {
    guard let first = values.first, let last = values.last, x.isFinite else { return nil }
    let slack = 1e-9 * max(first.magnitude, last.magnitude)
    guard x >= first - slack, x <= last + slack else { return nil }
    if x <= first { return (0, 0) }
    if x >= last { return (values.count - 1, 0) }
    let low = SmallestInterval.firstIndex(values) { $0 > x } - 1
    return (low, (x - values[low]) / (values[low + 1] - values[low]))
  }
}

extension BenchmarkGrid {
  /// Benchmarks at most; more is taken for columns that are no coordinates of a grid.
  static let mostBenchmarks = 100_000

  /// The grid of what was generated and what is tested.
  ///
  /// - Throws: `SearchError.generated` where the points of all masses form no grid, or a huge one.
  init(
    _ names: [String], generated: [GeneratedPoint], lifetimes: [Axis], sample: String
  ) throws(SearchError) {
    coordinates = names.enumerated().map { place, name in
      Axis(name: name, values: Set(generated.map { $0.coordinates[place] }).sorted())
    }
    self.lifetimes = lifetimes
    let all = (coordinates + lifetimes).reduce(1) { $0 * Double($1.values.count) }
    guard all <= Double(Self.mostBenchmarks) else {
      throw .generated(
        place: "samples.\(sample).hypothesis",
        finding: "coordinates and tested lifetimes have \(Int(min(all, 1e15))) combinations",
        remedy: "state fewer: at most \(Self.mostBenchmarks)")
    }
    guard !coordinates.isEmpty else { return }
    let points = Set(generated.map(\.coordinates))
    guard Double(points.count) < coordinates.reduce(1, { $0 * Double($1.values.count) }) else {
      return
    }
    let missing =
      (0..<pointCount).lazy.map(coordinates(at:)).first { !points.contains($0) } ?? []
    let text = zip(names, missing).map { "\($0) = \($1)" }.joined(separator: ", ")
    throw .generated(
      place: "samples.\(sample).hypothesis",
      finding:
        "the coordinates beside the mass form no grid: no events were generated with \(text)",
      remedy:
        "generate them, or state coordinates that vary independently, such as ratios of masses")
  }
}
