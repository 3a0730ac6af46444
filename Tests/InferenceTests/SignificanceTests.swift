import Inference
import NumericalMethods
import Testing

/// The short way to a signed root gives the bits of the long one.
@Suite struct SignificanceTests {
  private static let width = Nuisance(
    name: "width", target: .width, constraint: .gaussian, size: 0.03)
  private static let yield = Nuisance(
    name: "yield", target: .yield, constraint: .logNormal, size: 0.04)

  private static func change(_ window: inout ScanWindow, _ kind: Int) {
    switch kind {
    case 0: break
    case 1: window.nuisances = [width, yield]
    case 2: window.background = .polynomial(order: 2)
    case 3: window.background = .exponential
    case 4: window.likelihood = .binned(60)
    case 5: (window.positivity, window.nuisances) = (.background, [width])
    case 6: window.segments = [2...4, 4.3...8]
    default: (window.segments, window.nuisances) = ([2...4, 4.3...8], [width])
    }
  }

  @Test(arguments: 0..<8) func theShortWayGivesTheSameBitsAsSolve(kind: Int) {
    let short = WindowSolver()
    let placed = WindowSolver()
    var isFirst = true
    for count in [0, 1, 3, 7, 8, 9, 40, 300, 2500] {
      for seed in 1...4 {
        var maker = EventMaker(UInt64(1000 * count + seed))
        let events = maker.events(
          background: count, signal: seed == 1 ? count / 20 : 0, gap: 4...4.3)
        ScanWindow.with(
          events, segments: [2...8], signal: .gaussian(mean: 5, width: 0.1),
          background: .polynomial(order: 1)
        ) { window in
          var window = window
          Self.change(&window, kind)
          let long = WindowSolver().solve(window).signedRoot
          let found = short.significance(window)
          let note = "kind \(kind), \(count) events, seed \(seed)"
          #expect(found.signedRoot.bitPattern == long.bitPattern, "\(note)")
          #expect(found.isValid == !long.isNaN, "\(note)")
          let again = placed.significance(window, isPlaced: !isFirst)
          #expect(again.signedRoot.bitPattern == long.bitPattern, "placed, \(note)")
          isFirst = false
        }
      }
    }
  }
}
