import PipelineSpec
import Platform
import Search
import Testing

@Suite struct InterpretTests {
  static let alpha = 1 / 137.036

  static func settings(
    _ model: InterpretationSettings.Model, _ radiation: RadiationSettings? = nil
  ) -> InterpretationSettings {
    InterpretationSettings(model: model, alpha: alpha, radiation: radiation)
  }

  /// A scan with a limit of `limit` fb at each mass; the observable is the mass.
  static func scan(_ masses: [Double], limit: Double, resolution: Double = 0.005) -> ScanResults {
    let points = masses.map { mass in
      var point = ScanPoint(
        mass: mass, observable: mass, resolution: resolution, status: .converged)
      point.limitStatus = .found
      point.observedLimit = limit
      point.expectedLimits = [limit / 4, limit, limit * 4]
      return point
    }
    return ScanResults(
      mass: Quantity(name: "mass", unit: "GeV"), observable: Quantity(name: "mass", unit: "GeV"),
      parameter: Quantity(name: "crossSection", unit: "fb"),
      limit: LimitSettings(level: 0.9, expected: [-1, 0, 1]), points: points)
  }

  static func interpret(
    _ settings: InterpretationSettings, _ scan: ScanResults, threads: Int = 1, unit: Double = 1
  ) throws -> Interpretation {
    try Interpret(name: "g", settings: settings, sqrtS: 10.58, femtobarns: unit)
      .interpretation(of: scan, at: 0, pool: WorkerPool(threads: threads))
  }

  /// Couplings against cross sections quoted to two digits (independent Born calculation at 10.58 GeV).
  @Test(arguments: [
    (InterpretationSettings.Model.lmuLtauVector, 0.25, 0.09, 0.0008),
    (.lmuLtauVector, 0.3, 0.09, 0.0008), (.lmuLtauVector, 6, 0.34, 0.039),
    (.muonphilicScalar, 0.25, 0.09, 0.0018), (.muonphilicScalar, 6, 0.41, 0.040),
  ])
  func limitsBecomeTheQuotedCouplings(
    model: InterpretationSettings.Model, mass: Double, limit: Double, coupling: Double
  ) throws {
    let found = try Self.interpret(Self.settings(model), Self.scan([mass], limit: limit))
    // Both numbers are rounded: half a unit of the last digit is up to 6 %, of the limit half of it.
    #expect(abs(found.points[0].observedLimit / coupling - 1) < 0.05)
    #expect(found.points[0].radiationFactor == 1)
  }

  @Test func expectedLimitsGoWithTheRoot() throws {
    let found = try Self.interpret(
      Self.settings(.lmuLtauVector), Self.scan([1, 2], limit: 0.3))
    for point in found.points {
      #expect(point.expectedLimits.count == 3)
      #expect(abs(point.expectedLimits[0] / point.observedLimit - 0.5) < 1e-14)
      #expect(abs(point.expectedLimits[2] / point.observedLimit - 2) < 1e-14)
    }
  }

  @Test func theCouplingGivesTheLimitBack() throws {
    let full = RadiationSettings(radiator: .kuraevFadin, efficiency: .full)
    let found = try Self.interpret(
      Self.settings(.muonphilicScalar, full), Self.scan([0.5, 3, 8], limit: 0.2), unit: 1000)
    for point in found.points {
      let g = point.observedLimit
      let limit = g * g * point.crossSection * point.branchingFraction * point.radiationFactor
      #expect(abs(limit / 200 - 1) < 1e-12)
    }
  }

  @Test func whatTheEfficiencyCountsPicksTheFactor() throws {
    let full = RadiationSettings(radiator: .kuraevFadin, efficiency: .full)
    let born = RadiationSettings(
      radiator: .kuraevFadin, efficiency: .born, finalStateMass: 10)
    let scan = Self.scan([1], limit: 0.1)
    let all = try Self.interpret(Self.settings(.lmuLtauVector, full), scan).points[0]
    let cut = try Self.interpret(Self.settings(.lmuLtauVector, born), scan).points[0]
    // The independent calculation gives 1.0301 and 0.8749.
    #expect(abs(all.radiationFactor / 1.0301 - 1) < 5e-3)
    #expect(abs(cut.radiationFactor / 0.8749 - 1) < 1e-3)
    let ratio = cut.observedLimit / all.observedLimit
    #expect(abs(ratio * ratio * cut.radiationFactor / all.radiationFactor - 1) < 1e-12)
  }

  @Test func wideResonancesAreFlagged() throws {
    // g′ = 0.04 at 6 GeV is 0.8 MeV wide (three channels of g′² m/(12 pi) less thresholds).
    let settings = Self.settings(.lmuLtauVector)
    let narrow = try Self.interpret(settings, Self.scan([6], limit: 0.34)).points[0]
    #expect(abs(narrow.width / 0.75e-3 - 1) < 0.1)
    #expect(!narrow.isWide)
    let scan = Self.scan([6], limit: 0.34, resolution: narrow.width / 0.501)
    #expect(try Self.interpret(settings, scan).points[0].isWide)
    let wider = Self.scan([6], limit: 0.34, resolution: narrow.width / 0.499)
    #expect(try !Self.interpret(settings, wider).points[0].isWide)
  }

  @Test func widthsAreComparedInTheObservable() throws {
    // An observable that moves three times as fast as the mass shows three times the width.
    var scan = Self.scan([5.99, 6, 6.01], limit: 0.34)
    for index in scan.points.indices { scan.points[index].observable *= 3 }
    let settings = Self.settings(.lmuLtauVector)
    let width = try Self.interpret(settings, scan).points[1].width
    scan.points[1].resolution = 3 * width / 0.501
    #expect(try Self.interpret(settings, scan).points[1].isWide)
    scan.points[1].resolution = 3 * width / 0.499
    #expect(try !Self.interpret(settings, scan).points[1].isWide)
  }

  @Test func whereTheScanHasNoLimitThereIsNoCoupling() throws {
    var scan = Self.scan([0.2, 3, 10.5], limit: 0.1)
    scan.points[1].limitStatus = .absent
    let found = try Self.interpret(Self.settings(.lmuLtauVector), scan)
    // Below the muon threshold, without a limit, above the energy: none has a coupling.
    #expect(found.points.allSatisfy { $0.observedLimit.isNaN && !$0.isWide })
    #expect(found.points[0].branchingFraction == 0)
    #expect(found.points[2].crossSection == 0)
    let full = RadiationSettings(radiator: .kuraevFadin, efficiency: .full)
    let radiated = try Self.interpret(Self.settings(.lmuLtauVector, full), scan)
    #expect(radiated.points[2].radiationFactor.isNaN)
  }

  @Test func threadsLeaveNoTrace() throws {
    let full = RadiationSettings(radiator: .kuraevFadin, efficiency: .full)
    let scan = Self.scan((1...40).map { 0.2 * Double($0) + 0.05 }, limit: 0.1)
    let settings = Self.settings(.muonphilicScalar, full)
    let one = try Self.interpret(settings, scan)
    let three = try Self.interpret(settings, scan, threads: 3)
    #expect(
      one.points.map(\.observedLimit.bitPattern) == three.points.map(\.observedLimit.bitPattern))
    #expect(one == three)
  }
}
