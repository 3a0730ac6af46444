import NumericalMethods
import Testing
import Theory

/// Decays of the dark photon and of χ2.
@Suite struct InelasticDecayTests {
  private static func point(
    _ mass: Double, _ chi1: Double, splitting: Double, mixing: Double = 1e-3,
    hadrons: InelasticDarkMatter.Hadrons = .none
  ) throws -> InelasticDarkMatter {
    try InelasticDarkMatter(
      darkPhotonMass: mass, chi1Mass: chi1, splitting: splitting, alphaD: 0.1,
      kineticMixing: mixing, higgsCharge: 2, sqrtS: 10.58, hadrons: hadrons)
  }

  /// m(A'), m(χ1), m(χ2), Γ [GeV]; and the form of arXiv:2410.00881.
  @Test(arguments: [
    (3, 1, 1.2, 0.0856934), (3, 1, 1.4, 0.0770974), (7.5, 2.5, 3.5, 0.192744),
    (6.25, 2.5, 3, 0.135952),
  ])
  func widthsOfTheDarkPhoton(mass: Double, one: Double, two: Double, width: Double) throws {
    let point = try Self.point(mass, one, splitting: two - one)
    #expect(abs(point.darkPhotonWidth / width - 1) < 4e-6)
    let (mm, ss, dd) = (mass * mass, (one + two) * (one + two), (two - one) * (two - one))
    let published =
      0.1 * mass / 3 * ((1 - ss / mm) * (1 - dd / mm)).squareRoot()
      * (1 + 2 * one * two / mm - dd / (2 * mm) * (1 + ss / mm))
    #expect(abs(point.darkPhotonWidth / published - 1) < 1e-14)
    #expect(point.darkPhotonWidth(atMass: one + two) == 0)
  }

  @Test func equalMassesGiveTheWidthToADiracFermion() throws {
    let point = try Self.point(3, 1, splitting: 1e-9)
    let dirac = 0.1 * 3 / 3 * (1 + 2 / 9.0) * (1 - 4 / 9.0).squareRoot()
    #expect(abs(point.darkPhotonWidth / dirac - 1) < 1e-8)
  }

  /// m(A'), m(χ1), Δm/m(χ1), Γ(ee) [GeV], c τ with electrons alone [cm], Γ(μμ)/Γ(ee) at ε = 1e-3: a
  /// script in Python that integrates the traces as they are, to 25 digits.
  static let chi2: [[Double]] = [
    [1.5, 0.5, 0.4, 2.52029e-15, 7.82954, 0],
    [3, 1, 0.2, 1.89618e-16, 104.066, 0],
    [3, 1, 0.4, 5.04094e-15, 3.91449, 0.335351],
    [6, 2, 0.4, 1.00821e-14, 1.95721, 0.775773],
    [7.5, 2.5, 0.1, 1.66533e-17, 1184.91, 0.0182267],
    [7.5, 2.5, 0.2, 4.74084e-16, 41.6228, 0.507503],
    [7.5, 2.5, 0.4, 1.26026e-14, 1.56576, 0.850375],
    [6.25, 2.5, 0.2, 9.84166e-16, 20.0502, 0.507813],
  ]

  @Test(arguments: chi2) func widthsOfChi2(row: [Double]) throws {
    let point = try Self.point(row[0], row[1], splitting: row[2] * row[1])
    let electrons = try #require(point.chi2Width(to: .electrons))
    let muons = try #require(point.chi2Width(to: .muons))
    #expect(abs(electrons / row[3] - 1) < 5e-6)
    #expect(abs(Constants.hbarCGeVCentimetres / electrons / row[4] - 1) < 5e-6)
    #expect(abs(muons / electrons - row[5]) < 6e-7)
    #expect(abs(try #require(point.chi2Width) / (electrons + muons) - 1) < 1e-14)
    let fraction = try #require(point.chi2BranchingFraction(to: .electrons))
    #expect(abs(fraction * (1 + row[5]) - 1) < 1e-6)
    let length = try #require(point.chi2DecayLength)
    #expect(abs(length / row[4] - fraction) < 5e-6)
  }

  /// The square of the amplitude by explicit gamma matrices, in a plain sum over q²; any R(√q²) beside it.
  private static func plainWidth(
    _ point: InelasticDarkMatter, from lowest: Double, steps: Int = 2000,
    ratio: (Double) -> Double = { _ in 1 }
  ) -> Double {
    let (one, two) = (point.chi1Mass, point.chi2Mass)
    let (low, high) = (lowest * lowest, point.splitting * point.splitting)
    var sum = 0.0
    for i in 0..<steps {
      let angle = Double.pi * (Double(i) + 0.5) / Double(steps)
      let squared = low + 0.5 * (high - low) * (1 - SpecialFunctions.cos(angle))
      let measure = 0.5 * (high - low) * SpecialFunctions.sin(angle) * .pi / Double(steps)
      let mass = squared.squareRoot()
      guard let momentum = Kinematics.momentum(of: two, to: one, and: mass) else { continue }
      let first = Matrix.slash([(one * one + momentum * momentum).squareRoot(), 0, 0, momentum])
      let q = [(squared + momentum * momentum).squareRoot(), 0, 0, -momentum]
      let (left, right) = (
        first + Matrix.one.scaled(one), Matrix.slash([two, 0, 0, 0]) + Matrix.one.scaled(two)
      )
      func contracted(_ vertex: Matrix) -> Double { (left * vertex * right * vertex).trace }
      let tensor = (0..<4).reduce(contracted(Matrix.slash(q)) / squared) {
        $0 - Matrix.metric[$1] * contracted(Matrix.gamma($1))
      }
      let r = Constants.muonMass * Constants.muonMass / squared
      let pair =
        2.0 / 3 * Constants.fineStructure * point.kineticMixing * point.kineticMixing
        * (1 + 2 * r) * max(1 - 4 * r, 0).squareRoot() * ratio(mass)
      let propagator = point.darkPhotonMass * point.darkPhotonMass - squared
      sum +=
        measure / (2 * .pi) * momentum / (4 * .pi * two) * 2 * .pi * point.alphaD * tensor
        * squared * pair / (propagator * propagator) / (2 * two)
    }
    return sum
  }

  @Test func theWidthIsThatOfTheAmplitude() throws {
    for (chi1, splitting) in [(2.5, 1.0), (0.3, 2.0), (2.5, 0.22)] {
      let point = try Self.point(7.5, chi1, splitting: splitting)
      let plain = Self.plainWidth(point, from: 2 * Constants.muonMass, steps: 400)
      #expect(abs(try #require(point.chi2Width(to: .muons)) / plain - 1) < 1e-9)
    }
  }

  /// Electrons span seven decades of q²: a plain sum over ln(q²) with velocities as they are.
  @Test func theIntegralOverElectronsIsConverged() throws {
    let (mass, chi1, splitting) = (7.5, 2.5, 1.0)
    let point = try Self.point(mass, chi1, splitting: splitting)
    let threshold = 2 * Constants.electronMass
    let logarithm = 2 * SpecialFunctions.log(splitting / threshold)
    let steps = 200_000
    var sum = 0.0
    for i in 0..<steps {
      let q2 =
        threshold * threshold
        * SpecialFunctions.exp(logarithm * (Double(i) + 0.5) / Double(steps))
      let r = Constants.electronMass * Constants.electronMass / q2
      let below = splitting * splitting - q2
      sum +=
        q2 * logarithm / Double(steps) * below * below.squareRoot() * (36 - q2).squareRoot()
        * (36 + 2 * q2) * (1 + 2 * r) * (1 - 4 * r).squareRoot()
        / ((mass * mass - q2) * (mass * mass - q2))
    }
    let expected = sum * Constants.fineStructure * 0.1 * 1e-6 / (12 * .pi * 3.5 * 3.5 * 3.5)
    #expect(abs(try #require(point.chi2Width(to: .electrons)) / expected - 1) < 1e-7)
  }

  @Test func smallSplittingsApproachTheFifthPower() throws {
    for part in [1e-2, 1e-3, 1e-4] {
      let (mass, chi1) = (1e8, 1e6)
      let splitting = part * chi1
      let point = try Self.point(mass, chi1, splitting: splitting)
      let limit =
        4e-6 * Constants.fineStructure * 0.1 * SpecialFunctions.pow(splitting, 5)
        / (15 * .pi * SpecialFunctions.pow(mass, 4))
      // The first correction is 1 + 3d/(2 m₁).
      let ratio = limit / (try #require(point.chi2Width(to: .electrons)))
      #expect(abs(ratio - 1 - 1.5 * part) < 2 * part * part + 1e-9)
    }
  }

  /// ε and y where c τ with electrons alone has a value, cm.
  @Test(arguments: [(0.1, 3.96e-3, 1.93e-8), (100, 1.25e-4, 1.93e-11)])
  func mixingOfADecayLength(length: Double, mixing: Double, y: Double) throws {
    let unit = try Self.point(7.5, 2.5, splitting: 1, mixing: 1)
    let width = Constants.hbarCGeVCentimetres / length
    let found = (width / (try #require(unit.chi2Width(to: .electrons)))).squareRoot()
    #expect(abs(found / mixing - 1) < 2e-3)
    let point = try Self.point(7.5, 2.5, splitting: 1, mixing: found)
    #expect(abs(point.y / y - 1) < 3e-3)
    #expect(abs(try #require(point.chi2Width(to: .electrons)) / width - 1) < 1e-14)
  }

  @Test func hadronsFollowTheRatioOfTheTable() throws {
    let threshold = 2 * Constants.pionMass
    let smooth = try #require(
      TheoryTable(masses: [0.25, 3], columns: [[2, 2]], names: ["R [1]"]))
    let point = try Self.point(7.5, 2.5, splitting: 1, hadrons: .ratio(smooth))
    let plain = Self.plainWidth(point, from: threshold, steps: 4000) { _ in 2 }
    let hadrons = try #require(point.chi2Width(to: .hadrons))
    #expect(abs(hadrons / plain - 1) < 1e-6)
    let total = try #require(point.chi2Width)
    let leptons = try Self.point(7.5, 2.5, splitting: 1)
    #expect(abs(total / (hadrons + (try #require(leptons.chi2Width))) - 1) < 1e-14)
    let sum = try InelasticDarkMatter.Products.allCases.reduce(0) {
      $0 + (try #require(point.chi2BranchingFraction(to: $1)))
    }
    #expect(abs(sum - 1) < 1e-14)
  }

  @Test func aNarrowResonanceIsNotMissed() throws {
    // A triangle of 2 MeV: its area is that of a density at the peak, to the curvature of the rest.
    let peak = try #require(
      TheoryTable(
        masses: [0.25, 0.779, 0.78, 0.781, 1.2], columns: [[0, 0, 1000, 0, 0]], names: ["R [1]"]))
    let point = try Self.point(7.5, 2.5, splitting: 1, hadrons: .ratio(peak))
    func above(_ mass: Double) -> Double {
      Self.plainWidth(point, from: mass, steps: 200) { _ in 1 }
    }
    let density = (above(0.7795) - above(0.7805)) / 0.001
    #expect(abs(try #require(point.chi2Width(to: .hadrons)) / density - 1) < 1e-4)
  }

  @Test func hadronsBeyondTheTableAreUnknown() throws {
    for masses in [[0.3, 2], [0.25, 0.9]] {
      let table = try #require(
        TheoryTable(masses: masses, columns: [[1, 2]], names: ["R [1]"]))
      let point = try Self.point(7.5, 2.5, splitting: 1, hadrons: .ratio(table))
      #expect(point.chi2Width(to: .hadrons) == nil)
      #expect(point.chi2Width == nil && point.chi2DecayLength == nil)
      #expect(point.chi2BranchingFraction(to: .electrons) == nil)
      // Below 2 m_π the table does not matter.
      let light = try Self.point(7.5, 2.5, splitting: 0.27, hadrons: .ratio(table))
      #expect(light.chi2Width(to: .hadrons) == 0)
    }
    let stable = try Self.point(7.5, 2.5, splitting: 1e-3)
    #expect(stable.chi2Width == 0 && stable.chi2DecayLength == nil)
    #expect(stable.chi2BranchingFraction(to: .electrons) == nil)
  }
}
