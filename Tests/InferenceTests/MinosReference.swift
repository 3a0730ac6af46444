import Foundation
import Inference
import NumericalMethods
import Testing

/// MINOS errors of iminuit (Fixtures/make_minos.py) with the events they belong to.
struct MinosReference: Decodable {
  /// A parameter at the minimum with its crossings; differences from the value.
  struct Parameter: Decodable {
    var value, hesse, lower, upper: Double
  }

  /// One fit: n_sig, n_bkg, s1 and, on a quadratic background, s2.
  struct Fit: Decodable {
    var nll: Double
    var n_sig, n_bkg, s1: Parameter
    var s2: Parameter?
  }

  var n, window: Int
  var source: String
  var sum: Double
  var linear, quadratic: Fit

  var mass: Double { 0.5 + 9 * Double(window) / 99 }
  var width: Double { 0.002 + 0.0015 * mass }
  var bounds: ClosedRange<Double> { mass - 20 * width...mass + 20 * width }
  /// Two Crystal Balls, each normalised in the window.
  var shape: SignalShape {
    .twoCrystalBalls(
      mean: mass, width: width, tail: CrystalBallTail(alpha: 1.4, n: 3, side: .low),
      width2: 1.6 * width, tail2: CrystalBallTail(alpha: 1.8, n: 5, side: .high), fraction: 0.6)
  }

  /// All references with their events, ascending.
  static func all() throws -> [(reference: MinosReference, events: [Double])] {
    struct File: Decodable { var fits: [MinosReference] }
    let stored = try FixtureFiles.fits()
    return try FixtureFiles.json(File.self, "minos.json").fits.map { reference in
      if reference.source == "fits.bin" {
        let found = stored.first {
          $0.fit.n == reference.n && $0.fit.window == reference.window
        }
        return (reference, try #require(found).events)
      }
      return (reference, reference.formulaEvents())
    }
  }

  /// The events of `make_minos.py`: SplitMix64 through inverse functions.
  private func formulaEvents() -> [Double] {
    var state = UInt64(1_000_003 * n + window)
    func uniform() -> Double {
      state &+= 0x9e37_79b9_7f4a_7c15
      var z = state
      z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
      z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
      return (Double((z ^ (z >> 31)) >> 11) + 0.5) * 0x1p-53
    }
    let half = 20 * width, slope = [-0.3, 0, 0.25][window / 3 % 3]
    let signal = [0, n / 50, n / 20][window % 3]
    var out: [Double] = []
    while out.count < n {
      var x = 0.0
      if out.count < signal {
        let scale = uniform() < 0.6 ? width : 1.6 * width
        let radius = (-2 * SpecialFunctions.log(uniform())).squareRoot()
        x = scale * radius * cos(2 * Double.pi * uniform())
      } else {
        let p = uniform()
        let square = (1 - slope) * (1 - slope) + 4 * slope * p
        x = half * (slope == 0 ? 2 * p - 1 : (square.squareRoot() - 1) / slope)
      }
      if abs(x) < half { out.append(mass + x) }
    }
    return out.sorted()
  }
}

@Suite struct MinosReferenceTests {
  /// The events behind the MINOS errors are the ones the script had: equal sums, and Minuit's
  /// minimum found by the window fit (1e-6 in -ln L, 1e-3 of the errors).
  @Test func theEventsOfTheMinosErrorsAreThoseOfTheScript() throws {
    let solver = WindowSolver()
    let all = try MinosReference.all()
    #expect(all.count == 60)
    for (reference, events) in all {
      let sum = events.reduce(0, +)
      // Summation order and last digits of log and cos: 30,000 roundings at most.
      #expect(abs(sum / reference.sum - 1) < 1e-11)
      for (order, fit) in [(1, reference.linear), (2, reference.quadratic)] {
        ScanWindow.with(
          events, segments: [reference.bounds], signal: reference.shape,
          background: .polynomial(order: order)
        ) { window in
          var window = window
          window.normalisation = .window
          let found = solver.solve(window).fit
          let label = Comment(rawValue: "\(reference.n) \(reference.window) \(order)")
          #expect(found.status == .converged, label)
          #expect(abs(found.nll - fit.nll) < 1e-6, label)
          let signal = (found["signal"]?.value ?? .nan) - fit.n_sig.value
          #expect(abs(signal) < 1e-3 * fit.n_sig.hesse, label)
        }
      }
    }
  }
}
