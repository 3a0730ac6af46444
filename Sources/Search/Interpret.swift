import NumericalMethods
import PipelineSpec
import Platform
import Settings
import Theory

/// Turns the limits of a scan into limits on the coupling of a model.
///
/// The coupling at a limit L on cross section times branching fraction is sqrt(L / (σ B k)), with the Born
/// cross section σ at unit coupling, the branching fraction B and the factor k for initial-state
/// radiation; all three do not depend on the coupling.
package struct Interpret: Sendable {
  let name: String
  let settings: InterpretationSettings
  /// Energy of the beams in their rest frame, GeV.
  let sqrtS: Double
  /// Size of the unit of the limits, fb.
  let femtobarns: Double

  package init(
    name: String, settings: InterpretationSettings, sqrtS: Double, femtobarns: Double = 1
  ) {
    self.name = name
    self.settings = settings
    self.sqrtS = sqrtS
    self.femtobarns = femtobarns
  }

  /// Interprets every hypothesis that has a limit.
  ///
  /// - Parameters:
  ///   - scan: The scan.
  ///   - index: Its place in `SearchResults.scans`.
  ///   - pool: Threads; they never change the result.
  /// - Returns: One point for each hypothesis; without numbers where the scan has no limit.
  /// - Throws: What stopped the threads.
  package func interpretation(of scan: ScanResults, at index: Int, pool: WorkerPool) throws
    -> Interpretation
  {
    let radiator = settings.radiation.map { radiation in
      switch radiation.radiator {
      case .kuraevFadin: Radiator(sqrtS: sqrtS, alpha: settings.alpha)
      }
    }
    let slots = Slots<Interpretation.Point>(count: scan.points.count)
    try pool.forEach(count: scan.points.count) { _, place in
      slots.set(place, point(scan, place, radiator))
    }
    return Interpretation(
      name: name, scan: index, model: settings.model.rawValue, coupling: settings.model.coupling,
      sqrtS: sqrtS, alpha: settings.alpha, radiation: settings.radiationText,
      flagWidth: settings.flagWidth, points: slots.all())
  }

  private func point(_ scan: ScanResults, _ place: Int, _ radiator: Radiator?)
    -> Interpretation.Point
  {
    let point = scan.points[place]
    guard point.mass > 0 else { return .init(mass: point.mass) }
    let process = settings.model.process(mass: point.mass, alpha: settings.alpha)
    var result = Interpretation.Point(
      mass: point.mass, crossSection: process.crossSection(s: sqrtS * sqrtS),
      branchingFraction: settings.model.branchingFraction(mass: point.mass))
    if let radiator {
      result.radiationFactor =
        process.radiationFactor(radiator, finalStateMass: settings.radiation?.finalStateMass)
        ?? .nan
    } else {
      result.radiationFactor = 1
    }
    let unit = result.crossSection * result.branchingFraction * result.radiationFactor
    guard point.limitStatus.hasLimit, unit > 0 else { return result }
    func coupling(_ limit: Double) -> Double { (limit * femtobarns / unit).squareRoot() }
    result.observedLimit = coupling(point.observedLimit)
    result.expectedLimits = point.expectedLimits.map(coupling)
    result.width = settings.model.width(mass: point.mass, coupling: result.observedLimit)
    let seen = result.width * Self.slope(scan.points, at: place)
    result.isWide = seen > settings.flagWidth * point.resolution
    return result
  }

  /// Change of the observable with the mass between the neighbours; 1 for a lone hypothesis.
  static func slope(_ points: [ScanPoint], at place: Int) -> Double {
    let (low, high) = (max(0, place - 1), min(points.count - 1, place + 1))
    let step = points[high].mass - points[low].mass
    let slope = (points[high].observable - points[low].observable) / step
    return step > 0 && slope.isFinite ? slope.magnitude : 1
  }
}

extension InterpretationSettings {
  /// The treatment of radiation in words.
  var radiationText: String {
    guard let radiation else { return "none" }
    let counted =
      switch radiation.efficiency {
      case .full: "all events with radiation"
      case .born:
        "events made without it, of a final-state mass above "
          + "\(NumberText.short(radiation.finalStateMass ?? 0, 6)) GeV"
      }
    return "\(radiation.radiator.rawValue); the efficiency counts \(counted)"
  }
}

extension InterpretationSettings.Model {
  /// The limited coupling.
  var coupling: Quantity {
    switch self {
    case .lmuLtauVector: Quantity(name: "gPrime", label: "g′")
    case .muonphilicScalar: Quantity(name: "gScalar", label: "g_S")
    }
  }

  func process(mass: Double, alpha: Double) -> RadiatedBoson {
    switch self {
    case .lmuLtauVector: RadiatedBoson(.vector, mass: mass, alpha: alpha)
    case .muonphilicScalar: RadiatedBoson(.scalar, mass: mass, alpha: alpha)
    }
  }

  func branchingFraction(mass: Double) -> Double {
    switch self {
    case .lmuLtauVector: LeptophilicVector(mass: mass).branchingFractionToMuons
    case .muonphilicScalar: MuonphilicScalar(mass: mass).branchingFractionToMuons
    }
  }

  func width(mass: Double, coupling: Double) -> Double {
    switch self {
    case .lmuLtauVector: LeptophilicVector(mass: mass, coupling: coupling).width
    case .muonphilicScalar: MuonphilicScalar(mass: mass, coupling: coupling).width
    }
  }
}

extension Search {
  /// Interpret: limits on cross sections → limits on the couplings of models.
  func interpret(_ scans: [ScanResults]) throws -> [Interpretation] {
    guard let limit = plan.pipeline.scan?.limit else { return [] }
    return try plan.pipeline.interpretations.compactMap { named in
      let wanted = named.value.signal
      guard let sqrtS = plan.pipeline.sqrtS(of: named.value),
        let index = scans.firstIndex(where: { wanted == nil || $0.signal == wanted })
      else { return nil }
      var found = try Interpret(
        name: named.name, settings: named.value, sqrtS: sqrtS,
        femtobarns: limit.unit?.femtobarns ?? 1
      ).interpretation(of: scans[index], at: index, pool: pool)
      found.overlays = plan.overlays.filter { $0.figure == named.name }.map(\.curve)
      return found
    }
  }
}
