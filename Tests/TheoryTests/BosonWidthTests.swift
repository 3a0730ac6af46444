import Testing
import Theory

@Suite struct BosonWidthTests {
  let masses = [0.05, 0.2, 0.2114, 0.25, 1, 3.5, 3.6, 6, 9]

  @Test func branchingFractionsOfTheVectorSumToOne() {
    for mass in masses {
      let boson = LeptophilicVector(mass: mass, coupling: 0.03)
      let sum =
        boson.branchingFractionToMuons + boson.branchingFractionToTaus
        + boson.branchingFractionToNeutrinos
      #expect(abs(sum - 1) < 1e-15)
    }
  }

  @Test func heavyVectorsDecayEquallyToMuonsTausAndNeutrinos() {
    let boson = LeptophilicVector(mass: 1e4)
    #expect(abs(boson.branchingFractionToMuons - 1 / 3.0) < 1e-7)
    #expect(abs(boson.branchingFractionToTaus - 1 / 3.0) < 1e-7)
  }

  @Test func channelsOpenAtTheirThresholds() {
    #expect(LeptophilicVector(mass: 2 * Constants.muonMass).widthToMuons == 0)
    #expect(LeptophilicVector(mass: 2.0001 * Constants.muonMass).widthToMuons > 0)
    #expect(LeptophilicVector(mass: 3.55).widthToTaus == 0)
    #expect(LeptophilicVector(mass: 3.56).widthToTaus > 0)
    #expect(MuonphilicScalar(mass: 0.2).branchingFractionToMuons == 0)
    #expect(MuonphilicScalar(mass: 0.22).branchingFractionToMuons == 1)
  }

  @Test func widthsHaveTheirClosedForms() {
    // g'² m/(12 pi) for a light lepton; the width of 0.8 MeV quoted for g' = 0.04 at 6 GeV is 3 channels.
    let vector = LeptophilicVector(mass: 6, coupling: 0.04)
    #expect(abs(vector.width - 3 * 0.0016 * 6 / (12 * .pi)) < 0.02 * vector.width)
    // (1 + 2 r)(1 - 4 r)^(1/2) and (1 - 4 r)^(3/2) at r = 3/16: 11/16 and 1/8.
    let mass = Constants.muonMass * 4 / 3.0.squareRoot()
    let light = LeptophilicVector(mass: mass, coupling: 2)
    #expect(abs(light.widthToMuons / (4 * mass / (12 * .pi) * 11 / 16) - 1) < 1e-14)
    let scalar = MuonphilicScalar(mass: mass, coupling: 2)
    #expect(abs(scalar.width / (4 * mass / (8 * .pi) / 8) - 1) < 1e-14)
  }

  @Test func widthsGoWithTheSquareOfTheCoupling() {
    for mass in masses {
      let one = LeptophilicVector(mass: mass).width
      #expect(abs(LeptophilicVector(mass: mass, coupling: 0.1).width / one - 0.01) < 1e-16)
    }
    #expect(LeptophilicVector(mass: 1, coupling: 0).branchingFractionToMuons == 0)
  }
}
