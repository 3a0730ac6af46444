import NumericalMethods
import Simulation
import Testing

@Suite struct PeakShapeTests {
  /// Integral of a unit-width Crystal Ball (tail at t < -alpha) by quadrature of its definition.
  private func integral(_ low: Double, _ high: Double, _ alpha: Double, _ n: Double) -> Double {
    func shape(_ t: Double) -> Double {
      if t > -alpha { return SpecialFunctions.exp(-0.5 * t * t) }
      let ratio = n / alpha
      return SpecialFunctions.pow(ratio / (ratio - alpha - t), n)
        * SpecialFunctions.exp(-0.5 * alpha * alpha)
    }
    let steps = 20_000
    let width = (high - low) / Double(steps)
    var sum = 0.0
    for step in 0..<steps {
      let a = low + width * Double(step)
      let values: Double = shape(a) + 4 * shape(a + width / 2) + shape(a + width)
      sum += width / 6 * values
    }
    return sum
  }

  @Test func theTailHasItsShareOfTheArea() {
    // The power -4 tail beyond t = -2000 holds less than 1e-9 of the area.
    let tail = integral(-2000, -100, 1.5, 4) + integral(-100, -1.5, 1.5, 4)
    let core = integral(-1.5, 12, 1.5, 4)
    let expected = tail / (tail + core)
    #expect(abs(PeakShape.tailProbability(alpha: 1.5, power: 4) - expected) < 1e-6)
  }

  @Test func drawsFollowTheDensity() {
    // Fractions in five ranges against quadrature; 5 standard deviations of 200,000 draws.
    let shape = PeakShape()
    let width = PeakShape.width(atMass: 6)
    var random = RandomStream(seed: 11, task: 0, toy: 0)
    let draws = (0..<200_000).map { _ in (shape.draw(mass: 6, from: &random) - 6) / width }
    let left = (-400.0, 12.0, shape.alphaLow, shape.powerLow)
    let right = (-400.0, 12.0, shape.alphaHigh, shape.powerHigh)
    let areas = (
      integral(left.0, left.1, left.2, left.3), integral(right.0, right.1, right.2, right.3)
    )
    for (low, high) in [(-20.0, -3.0), (-3, -1), (-1, 0), (0, 1), (1, 6)] {
      let first: Double = integral(low, high, left.2, left.3) / areas.0
      let (near, far) = (-high / shape.widthRatio, -low / shape.widthRatio)
      let second: Double = integral(near, far, right.2, right.3) / areas.1
      let expected: Double = shape.fraction * first + (1 - shape.fraction) * second
      let found = Double(draws.filter { $0 > low && $0 <= high }.count) / 200_000
      let error = (expected * (1 - expected) / 200_000).squareRoot()
      #expect(abs(found - expected) < 5 * error, "between \(low) and \(high)")
    }
  }

  @Test func fractionsAddUp() {
    let process = DimuonProcess()
    let known = process.resonances.reduce(0) { $0 + $1.fraction }
    let total: Double = process.continuumFraction + known + process.combinatorialFraction
    #expect(abs(total - 1) < 1e-12)
    let continuum = process.continuum.reduce(0) { $0 + $1.fraction }
    #expect(abs(continuum - 1) < 1e-12)
  }
}
