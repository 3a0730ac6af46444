import Foundation
import Inference
import NumericalMethods

/// One mass window of the fit benchmark with its events.
struct ToyWindow: @unchecked Sendable {
  static let fraction = 0.6
  static let widthRatio = 1.6
  static let low = CrystalBallTail(alpha: 1.4, n: 3, side: .low)
  static let high = CrystalBallTail(alpha: 1.8, n: 5, side: .high)

  let number: Int
  let mass: Double
  let width: Double
  /// Ascending; never freed, as the program ends after its benchmarks.
  let events: UnsafeBufferPointer<Double>

  var bounds: ClosedRange<Double> { mass - 20 * width...mass + 20 * width }
  var signal: SignalShape {
    .twoCrystalBalls(
      mean: mass, width: width, tail: Self.low, width2: Self.widthRatio * width, tail2: Self.high,
      fraction: Self.fraction)
  }

  /// The window as the solver takes it.
  func scanWindow(_ nuisances: [Nuisance], order: Int = 1) -> ScanWindow {
    ScanWindow(
      segments: [bounds], events: events, signal: signal, normalisation: .window,
      background: .polynomial(order: order), positivity: .totalDensity, nuisances: nuisances)
  }

  /// Makes `count` events: 0, 2 or 5 % signal on a line of slope -0.3, 0 or 0.25.
  static func make(number: Int, events count: Int) -> ToyWindow {
    let mass = 0.5 + 9 * Double(number) / 99
    let width = 0.002 + 0.0015 * mass
    var random = RandomStream(seed: 20_240_917, task: UInt64(count), toy: UInt64(number))
    let signal = Int((Double(count) * [0, 0.02, 0.05][number % 3]).rounded())
    let slope = [-0.3, 0, 0.25][number / 3 % 3]
    var values: [Double] = []
    let half = 20 * width
    while values.count < count - signal {
      let u = 2 * random.uniform() - 1
      if random.uniform() * (1 + abs(slope)) < 1 + slope * u { values.append(mass + half * u) }
    }
    while values.count < count {
      let left = random.uniform() < fraction
      let scale = left ? width : -widthRatio * width
      let tail = left ? low : high
      let t = (2 * random.uniform() - 1) * half / scale
      if random.uniform() < ToyShape.value(t, tail) { values.append(mass + scale * t) }
    }
    values.sort()
    let storage = UnsafeMutableBufferPointer<Double>.allocate(capacity: count)
    _ = storage.initialize(from: values)
    return ToyWindow(
      number: number, mass: mass, width: width, events: UnsafeBufferPointer(storage))
  }

  /// The windows as the peers read them: int32 n, int32 number, mass, two widths, bounds, events.
  static func write(_ sizes: [(Int, [ToyWindow])], to path: String) throws {
    var data = Data()
    func append<T>(_ value: T) { withUnsafeBytes(of: value) { data.append(contentsOf: $0) } }
    for (count, windows) in sizes {
      for window in windows {
        append(Int32(count))
        append(Int32(window.number))
        let (low, high) = (window.bounds.lowerBound, window.bounds.upperBound)
        for value in [window.mass, window.width, widthRatio * window.width, low, high] {
          append(value)
        }
        data.append(contentsOf: UnsafeRawBufferPointer(window.events))
      }
    }
    try data.write(to: URL(fileURLWithPath: path))
  }
}

/// The Crystal Ball of unit width with its tail at t < -alpha.
enum ToyShape {
  /// The shape, 1 at its peak.
  static func value(_ t: Double, _ tail: CrystalBallTail) -> Double {
    if t > -tail.alpha { return SpecialFunctions.exp(-0.5 * t * t) }
    let ratio = tail.n / tail.alpha
    return SpecialFunctions.exp(
      -0.5 * tail.alpha * tail.alpha
        + tail.n * SpecialFunctions.log(ratio / (ratio - tail.alpha - t)))
  }

  /// The integral from minus infinity.
  static func integral(upTo t: Double, _ tail: CrystalBallTail) -> Double {
    let ratio = tail.n / tail.alpha
    let top = min(t, -tail.alpha)
    let start = value(top, tail) * (ratio - tail.alpha - top) / (tail.n - 1)
    guard t > -tail.alpha else { return start }
    let root = 2.0.squareRoot()
    return start
      + (Double.pi / 2).squareRoot()
      * (SpecialFunctions.erf(t / root) + SpecialFunctions.erf(tail.alpha / root))
  }
}

/// One window of the binned limit benchmark.
struct LimitToy: @unchecked Sendable {
  static let bins = 60
  let window: ToyWindow
  let template: [Double]
  let counts: UnsafeBufferPointer<Double>

  /// Makes a window with about 60, 300 or 1,500 background events.
  static func make(number: Int) -> LimitToy {
    let empty = ToyWindow.make(number: number, events: 0)
    let edges = (0...bins).map {
      empty.bounds.lowerBound + 40 * empty.width * Double($0) / Double(bins)
    }
    let template = self.template(empty, edges)
    let background = [60.0, 300, 1500][number % 3]
    let slope = [-0.3, 0, 0.25][number / 3 % 3]
    let signal = [0, 0, 1.5][number / 9 % 3] * (0.15 * background).squareRoot()
    var random = RandomStream(seed: 20_240_917, task: 77, toy: UInt64(number))
    let storage = UnsafeMutableBufferPointer<Double>.allocate(capacity: bins)
    for bin in 0..<bins {
      let x = (Double(bin) + 0.5) / Double(bins)
      let mean =
        background / Double(bins) * (1 + slope * (2 * x - 1)) + signal * template[bin]
      storage.initializeElement(at: bin, to: Double(random.poisson(mean: mean)))
    }
    return LimitToy(window: empty, template: template, counts: UnsafeBufferPointer(storage))
  }

  private static func template(_ window: ToyWindow, _ edges: [Double]) -> [Double] {
    var left = edges.map {
      ToyShape.integral(upTo: ($0 - window.mass) / window.width, ToyWindow.low)
    }
    var right = edges.map {
      -ToyShape.integral(
        upTo: (window.mass - $0) / (ToyWindow.widthRatio * window.width), ToyWindow.high)
    }
    for side in [0, 1] {
      let values = side == 0 ? left : right
      let (first, area) = (values[0], values[bins] - values[0])
      let scaled = values.map { ($0 - first) / area }
      if side == 0 { left = scaled } else { right = scaled }
    }
    return (0..<bins).map {
      ToyWindow.fraction * (left[$0 + 1] - left[$0])
        + (1 - ToyWindow.fraction) * (right[$0 + 1] - right[$0])
    }
  }

  /// The window as the solver takes it: 60 bins, 5 % on the signal, positive background.
  func scanWindow() -> ScanWindow { Self.scanWindow(window, counts: counts) }

  /// The same of any counts.
  static func scanWindow(
    _ window: ToyWindow, counts: UnsafeBufferPointer<Double>
  ) -> ScanWindow {
    var scan = ScanWindow(
      segments: [window.bounds], events: window.events, signal: window.signal,
      normalisation: .window, background: .polynomial(order: 1), positivity: .background,
      likelihood: .binned(bins),
      nuisances: [Nuisance(name: "efficiency", target: .yield, constraint: .gaussian, size: 0.05)],
      level: 0.9)
    scan.counts = counts
    return scan
  }

  /// The windows as the peers read them: template, counts.
  static func write(_ windows: [LimitToy], to path: String) throws {
    var data = Data()
    for window in windows {
      window.template.withUnsafeBytes { data.append(contentsOf: $0) }
      data.append(contentsOf: UnsafeRawBufferPointer(window.counts))
    }
    try data.write(to: URL(fileURLWithPath: path))
  }
}
