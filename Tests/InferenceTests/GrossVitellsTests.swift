import Inference
import NumericalMethods
import Testing

@Suite struct GrossVitellsTests {
  @Test func crossingsCountStepsFromBelowToTheLevelOrAbove() {
    #expect(GrossVitells.count([-1, 1, -1, 0, 2, -3, 5], level: 0) == 3)
    #expect(GrossVitells.count([1, 2, 3], level: 0) == 0)
    #expect(GrossVitells.count([-1, .nan, 1], level: 0) == 1)
    #expect(GrossVitells.count([.nan, .nan], level: 0) == 0)
    #expect(GrossVitells.count([0.4, 0.6, 0.4, 0.5], level: 0.5) == 2)
  }

  @Test func theMeanOfSeveralScansCarriesItsStandardError() {
    let bound = GrossVitells(level: 0, counts: [3, 5, 4, 8])
    #expect(bound.crossings == 5)
    // Variance (4 + 0 + 1 + 9) / 3, over 4 scans.
    #expect(abs(bound.crossingsError - (14.0 / 12).squareRoot()) < 1e-15)
    let one = GrossVitells(level: 0, counts: [9])
    #expect((one.crossings, one.crossingsError) == (9, 3))
  }

  @Test func theBoundIsTheLocalPValuePlusTheMeanOfCrossings() {
    let bound = GrossVitells(level: 0.5, crossings: 40, crossingsError: 2)
    let e = SpecialFunctions.exp(-0.5 * (9 - 0.25))
    let p = bound.pValue(at: 3)
    #expect(abs(p.value / (1.3498980316300945e-3 + 40 * e) - 1) < 1e-14)
    #expect(abs(p.error / (2 * e) - 1) < 1e-14)
    #expect(abs(bound.crossings(at: 3) / (40 * e) - 1) < 1e-14)
    #expect(bound.pValue(at: 0.6).value == 1)
    let back = NormalDistribution.upperTail(bound.significance(at: 3))
    #expect(abs(back / p.value - 1) < 1e-12)
  }

  @Test func significancesStayDefinedWhereThePValueUnderflows() {
    let bound = GrossVitells(level: 0, crossings: 100, crossingsError: 1)
    let z = bound.significance(at: 45)
    // ln p = ln 100 - z²/2 - ..., so z_global² ≈ z² - 2 ln 100 - 2 ln(z √2π).
    #expect(z < 45 && z > 44.7)
    #expect(bound.significance(at: 0.1) == -.infinity)
    let none = GrossVitells(level: 0, crossings: 0, crossingsError: 0)
    #expect(abs(none.significance(at: 5) - 5) < 1e-12)
  }

  /// A smooth stationary Gaussian process Σ a (ξ cos ωt + η sin ωt) with Σ a² = 1.
  private struct Process {
    static let lines = (0..<12).map {
      (amplitude: 1 / 12.0.squareRoot(), frequency: 0.37 + 0.23 * Double($0))
    }
    /// Root of the mean squared frequency: Rice's rate of crossings of 0 is this over 2π.
    static let frequency =
      lines.reduce(0) { $0 + $1.amplitude * $1.amplitude * $1.frequency * $1.frequency }
      .squareRoot()

    static func path(_ toy: UInt64, steps: Int, step: Double) -> [Double] {
      var stream = RandomStream(seed: 11, task: 2, toy: toy)
      let parts = lines.map { line in
        (line.amplitude * stream.normal(), line.amplitude * stream.normal(), line.frequency)
      }
      return (0...steps).map { index in
        let t = step * Double(index)
        return parts.reduce(0) {
          $0 + $1.0 * SpecialFunctions.cos($1.2 * t) + $1.1 * SpecialFunctions.sin($1.2 * t)
        }
      }
    }
  }

  /// Rice: ω/(2π) exp(-c²/2) up-crossings of c in unit time; the bound holds, and is tight far out.
  @Test func aGaussianProcessCrossesAsRiceSays() {
    let (paths, steps, step) = (2000, 400, 0.1)
    var counts: [Double: [Int]] = [:]
    var highest: [Double] = []
    for toy in 0..<paths {
      let path = Process.path(UInt64(toy), steps: steps, step: step)
      highest.append(path.max() ?? 0)
      for level in [0.0, 1, 2] {
        counts[level, default: []].append(GrossVitells.count(path, level: level))
      }
    }
    let length = Double(steps) * step
    for (level, found) in counts {
      let bound = GrossVitells(level: level, counts: found)
      let expected =
        length * Process.frequency / (2 * .pi) * SpecialFunctions.exp(-0.5 * level * level)
      // Steps of a tenth miss fewer than 1 % of the crossings: twice over a level within one.
      #expect(
        abs(bound.crossings - expected) < 4 * bound.crossingsError + 0.01 * expected, "\(level)")
      // From any level the extrapolation agrees.
      #expect(
        abs(
          bound.crossings(at: 2.5) / (expected * SpecialFunctions.exp(0.5 * (level * level - 6.25)))
            - 1) < 0.1)
    }
    let bound = GrossVitells(level: 0, counts: counts[0] ?? [])
    for z in [1.5, 2.0, 2.5, 3.0] {
      let part = BinomialProportion(highest.count { $0 >= z }, of: paths)
      let p = bound.pValue(at: z)
      #expect(part.value < p.value + 3 * (part.error + p.error), "\(z)")
      // Where a path seldom crosses twice the bound is nearly an equality.
      if z == 3 { #expect(part.value > 0.8 * p.value - 3 * (part.error + p.error)) }
    }
  }

  /// Hypotheses that share no data: the bound is too large by a known factor, and holds.
  @Test func independentHypothesesStayBelowTheBound() {
    let (scans, hypotheses) = (4000, 50)
    var counts: [Int] = []
    var highest: [Double] = []
    for toy in 0..<scans {
      var stream = RandomStream(seed: 4, task: 9, toy: UInt64(toy))
      let roots = (0..<hypotheses).map { _ in stream.normal() }
      counts.append(GrossVitells.count(roots, level: 0))
      highest.append(roots.max() ?? 0)
    }
    let bound = GrossVitells(level: 0, counts: counts)
    // Every second neighbour pair differs in sign, half of them upwards.
    #expect(abs(bound.crossings - 49.0 / 4) < 4 * bound.crossingsError)
    for z in [2.5, 3.0, 3.5] {
      let exact = 1 - SpecialFunctions.pow(NormalDistribution.cumulative(z), Double(hypotheses))
      let part = BinomialProportion(highest.count { $0 >= z }, of: scans)
      #expect(abs(part.value - exact) < 4 * (exact * (1 - exact) / Double(scans)).squareRoot())
      #expect(exact < bound.pValue(at: z).value)
    }
  }
}
