import NumericalMethods
import Testing

@Suite struct RootFindingTests {
  @Test func findsKnownRoots() {
    let cubic = RootFinding.brent(in: 1...3) { $0 * $0 * $0 - 2 * $0 - 5 }
    #expect(cubic.status == .converged && cubic.calls < 15)
    // Wallis's equation: 2.0945514815423265914823865...
    #expect((cubic.value - 2.0945514815423265).magnitude <= 2e-15)
    let steep = RootFinding.brent(in: 0...100) { SpecialFunctions.exp($0) - 1e6 }
    #expect((steep.value - SpecialFunctions.log(1e6)).magnitude <= 1e-14)
    let newton = RootFinding.newton(in: 1...3) { x in
      (x * x * x - 2 * x - 5, 3 * x * x - 2)
    }
    #expect(newton.status == .converged && newton.calls < 12)
    #expect((newton.value - 2.0945514815423265).magnitude <= 2e-15)
    // Newton alone diverges on the arc tangent from afar.
    let safe = RootFinding.newton(in: -50...80, start: 70) { x in
      (SpecialFunctions.atan(x - 1), 1 / (1 + (x - 1) * (x - 1)))
    }
    #expect(safe.status == .converged && (safe.value - 1).magnitude <= 1e-14)
    #expect(RootFinding.brent(in: 0...1) { $0 }.value == 0)
    #expect(RootFinding.brent(in: -1...0) { $0 }.value == 0)
  }

  @Test func tellsWhyItFailed() {
    #expect(RootFinding.brent(in: 0...1) { $0 + 1 }.status == .notBracketed)
    #expect(RootFinding.brent(in: 0...1) { _ in .nan }.status == .notANumber)
    #expect(RootFinding.brent(in: -1...2) { $0 == 2 || $0 == -1 ? $0 : .nan }.status == .notANumber)
    #expect(RootFinding.brent(in: -1...2, maxCalls: 3) { $0 * $0 * $0 - 0.1 }.status == .callLimit)
    #expect(RootFinding.newton(in: 0...1) { ($0 + 1, 1) }.status == .notBracketed)
    #expect(RootFinding.newton(in: -1...2) { ($0 == 0.5 ? .nan : $0, 1) }.status == .notANumber)
    let short = RootFinding.newton(in: -1...2, maxCalls: 3) { ($0 * $0 * $0 - 0.1, 3 * $0 * $0) }
    #expect(short.status == .callLimit)
  }

  @Test func bracketsAwayFromTheStart() throws {
    let found = try #require(
      RootFinding.bracket(from: 0, step: 0.5, limit: 100) { $0 - 3 })
    #expect(found == 2...4)
    #expect(RootFinding.bracket(from: 0, step: -1, limit: 100) { $0 - 3 } == nil)
    #expect(RootFinding.bracket(from: 0, step: 1, limit: 100) { _ in .nan } == nil)
  }
}
