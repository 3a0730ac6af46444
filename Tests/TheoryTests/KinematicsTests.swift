import Testing
import Theory

@Suite struct KinematicsTests {
  @Test func theMomentumConservesEnergy() throws {
    for (mass, one, two) in [(10.58, 0.1, 6.0), (3.0969, 0.1056, 0.1056), (1.0, 0.0, 0.5)] {
      let p = try #require(Kinematics.momentum(of: mass, to: one, and: two))
      let energies = (p * p + one * one).squareRoot() + (p * p + two * two).squareRoot()
      #expect(abs(energies - mass) < 1e-14 * mass)
    }
  }

  @Test func belowThresholdThereIsNoMomentum() {
    #expect(Kinematics.momentum(of: 1, to: 0.6, and: 0.5) == nil)
    #expect(Kinematics.momentum(of: 1, to: 0.5, and: 0.5) == 0)
    #expect(Kinematics.velocity(of: 1, toPairOf: 0.6) == 0)
  }

  @Test func kallensFunctionIsSymmetricAndGivesTheMomentum() throws {
    let (a, b, c) = (49.0, 4.0, 2.25)
    #expect(abs(Kinematics.kallen(a, b, c) / Kinematics.kallen(c, a, b) - 1) < 1e-13)
    let p = try #require(Kinematics.momentum(of: 7, to: 2, and: 1.5))
    #expect(abs(p * p * 4 * a / Kinematics.kallen(a, b, c) - 1) < 1e-13)
  }

  @Test func theVelocityIsMomentumOverEnergy() throws {
    let p = try #require(Kinematics.momentum(of: 3, to: 1, and: 1))
    #expect(abs(Kinematics.velocity(of: 3, toPairOf: 1) - p / 1.5) < 1e-15)
  }
}
