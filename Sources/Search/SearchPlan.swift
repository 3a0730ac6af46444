import Diagnostics
import Expressions
import Ntuples
import PipelineSpec
import Platform
import Settings

/// A search resolved against its input files: what is to be done, in which pieces.
///
/// Once it exists no code sees raw settings text: expressions compile, files are there, windows
/// are known.
public struct SearchPlan: Sendable {
  /// The settings.
  public let pipeline: Pipeline
  /// The settings without spelling, for keys.
  public let canonical: CanonicalValue
  /// What the ntuples' columns are.
  public let schema: NtupleSchema
  /// The schema without spelling, for keys.
  public let canonicalSchema: CanonicalValue
  /// Samples with their files, in the order of the pipeline file.
  public let samples: [SampleFiles]
  /// Scans, one a signal; empty without a scan.
  public let scans: [SignalScan]
  /// Observables by the name of their column, the ordering one first.
  let observables: [SkimRecipe.Quantity]

  /// Resolves a checked pipeline.
  public init(
    pipeline: Pipeline, canonical: CanonicalValue, schema: NtupleSchema,
    canonicalSchema: CanonicalValue
  ) throws {
    self.pipeline = pipeline
    self.canonical = canonical
    self.schema = schema
    self.canonicalSchema = canonicalSchema
    samples = try Self.files(of: pipeline)
    observables = Self.observables(of: pipeline)
    guard let scan = pipeline.scan, let signal = pipeline.signal else {
      scans = []
      return
    }
    let planner = try WindowPlanner(
      pipeline, scan: scan, signal: signal,
      luminosity: Self.luminosity(of: pipeline, samples: Self.names(of: scan.sample, in: pipeline)))
    scans = [
      SignalScan(signal: nil, windows: try planner.windows(), excluded: planner.excluded)
    ]
  }

  /// Finds the files of all samples; throws what is wrong with any of them at once.
  private static func files(of pipeline: Pipeline) throws(Diagnostics) -> [SampleFiles] {
    var faults = Diagnostics()
    var found: [SampleFiles] = []
    for sample in pipeline.samples {
      do {
        found.append(try SampleFiles(name: sample.name, settings: sample.value))
      } catch {
        faults.report(Diagnostic(in: nil, "\(error)"))
      }
    }
    guard faults.isEmpty else { throw faults }
    return found
  }

  /// Samples that a fit or scan takes: the named one, else all of role data.
  static func names(of sample: String?, in pipeline: Pipeline) -> [String] {
    sample.map { [$0] } ?? pipeline.samples(role: .data).map(\.name)
  }

  /// Luminosity of data in inverse femtobarn, the unblinded part; nil where one is not stated.
  static func luminosity(of pipeline: Pipeline, samples: [String]) -> Double? {
    var sum = 0.0
    for name in samples {
      guard let sample = pipeline.samples.value(named: name), let own = sample.luminosity else {
        return nil
      }
      sum += sample.role == .data ? own * (pipeline.visibleFraction ?? 1) : own
    }
    return sum
  }

  private static func observables(of pipeline: Pipeline) -> [SkimRecipe.Quantity] {
    let sources =
      [pipeline.scan?.observable].compactMap { $0 } + pipeline.fits.map(\.value.observable)
    var found: [SkimRecipe.Quantity] = []
    for source in sources where !found.contains(where: { $0.source.text == source.text }) {
      found.append(.init(name: columnName(source.text, index: found.count), source: source))
    }
    for name in pipeline.skim.keep where !found.contains(where: { $0.source.text == name }) {
      let source =
        pipeline.skim.define.value(named: name)
        ?? ExpressionSource(text: name, location: .init(file: "", line: 1, column: 1))
      found.append(.init(name: name, source: source))
    }
    return found
  }

  private static func columnName(_ text: String, index: Int) -> String {
    let isName = text.allSatisfy { $0.isLetter || $0.isNumber || $0 == "_" }
    return isName ? text : "observable\(index)"
  }

  /// Name of the column that holds an observable.
  func column(of observable: ExpressionSource) -> String {
    observables.first { $0.source.text == observable.text }?.name ?? observable.text
  }

  /// What the skim computes for the rows of a sample.
  func recipe(for sample: SampleFiles) -> SkimRecipe {
    let skim = pipeline.skim
    let isData = sample.settings.role == .data
    var visibility = SkimRecipe.Visibility.all
    if isData, let fraction = pipeline.visibleFraction {
      visibility = .fraction(fraction)
    } else if isData, pipeline.blind {
      visibility = .regions(pipeline.regions.map(\.value.cut))
    }
    var environment = ExpressionEnvironment()
    environment.constants = dictionary(pipeline.constants)
    environment.massHypotheses = dictionary(pipeline.massHypotheses)
    environment.particles = schema.particles.map { Particle($0.name, $0.value) }
    environment.beams = pipeline.beams.map(Beams.init)
    var recipe = SkimRecipe(
      schema: schema,
      definitions: skim.define.map { .init(name: $0.name, source: $0.value) },
      outputs: observables, weight: sample.settings.weight,
      cuts: skim.select.map { .init(name: $0.name, source: $0.value) }, vetoes: skim.veto,
      rules: pipeline.scan?.select.map(\.cut) ?? [],
      reach: RuleReach(
        windows: scans.flatMap(\.windows)
          .filter { $0.skipped == nil || $0.skipped == .skippedBlind }
          .map { ($0.range, $0.rules) }),
      best: skim.bestCandidate,
      identity: skim.bestCandidate.flatMap { $0.per.isEmpty ? nil : $0.per } ?? schema.identity,
      environment: environment, visibility: visibility)
    addWeightsAndComparisons(to: &recipe, of: sample)
    return recipe
  }

  private func dictionary(_ values: [Named<Double>]) -> [String: Double] {
    Dictionary(values.map { ($0.name, $0.value) }, uniquingKeysWith: { first, _ in first })
  }
}

extension Particle {
  init(_ name: String, _ settings: ParticleSettings) {
    let momentum: Momentum =
      switch settings.momentum {
      case .cartesian(let px, let py, let pz): .cartesian(px: px, py: py, pz: pz)
      case .pseudorapidity(let pt, let eta, let phi): .pseudorapidity(pt: pt, eta: eta, phi: phi)
      case .transverse(let pt, let theta, let phi): .transverse(pt: pt, theta: theta, phi: phi)
      case .polar(let p, let theta, let phi): .polar(p: p, theta: theta, phi: phi)
      }
    let energy: Energy =
      switch settings.energy {
      case .energyColumn(let name): .energyColumn(name)
      case .massColumn(let name): .massColumn(name)
      case .hypothesis(let name): .hypothesis(name)
      case .none: .none
      }
    self.init(name: name, momentum: momentum, energy: energy)
  }
}

extension Beams {
  init(_ settings: BeamSettings) {
    func vector(_ values: [Double]) -> FourVector {
      FourVector(px: values[0], py: values[1], pz: values[2], energy: values[3])
    }
    self.init(electron: vector(settings.electron), positron: vector(settings.positron))
  }
}

extension SearchPlan {
  /// Looks into every input file: it opens and holds what the search needs.
  ///
  /// - Throws: all faults at once.
  public func checkInputs() throws(Diagnostics) {
    var faults = Diagnostics()
    for sample in samples {
      let recipe = recipe(for: sample)
      for input in sample.files {
        do {
          let file = try NtupleFile.open(
            path: input.path, table: sample.settings.table ?? schema.table)
          _ = try SkimProgram(recipe, file: file)
        } catch let several as Diagnostics {
          faults.report(several)
        } catch {
          faults.report(Diagnostic(in: nil, "\(error)"))
        }
      }
    }
    guard faults.isEmpty else { throw faults }
  }
}
