import Diagnostics
import Expressions
import Networks
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
  ///
  /// Windows are there once the plan is resolved.
  public private(set) var scans: [SignalScan]
  /// Whether all windows are known; false while signals are still to be measured.
  public private(set) var isResolved: Bool
  /// Networks by name, in the order of the file.
  let networks: [Named<Network>]
  /// Control samples, in the order of the file.
  public let controls: [ControlPlan]
  /// Curves of others drawn over limits, in the order of the file.
  let overlays: [PlannedOverlay]
  /// Models whose parameters are excluded, in the order of the file.
  let planes: [PlannedPlane]
  /// What is known of input files.
  public let notes: FileNotes
  /// Observables by the name of their column, the ordering one first.
  let observables: [SkimRecipe.Quantity]

  /// Resolves a checked pipeline.
  ///
  /// Where `allowsMissing` leaves files out, the luminosity of their sample is scaled by the part of
  /// its files that is there.
  public init(
    pipeline: Pipeline, canonical: CanonicalValue, schema: NtupleSchema,
    canonicalSchema: CanonicalValue, allowsMissing: Bool = false,
    notes: FileNotes = FileNotes(path: nil)
  ) throws {
    self.notes = notes
    let samples = try Self.files(of: pipeline, allowsMissing: allowsMissing, notes: notes)
    (self.pipeline, self.canonical) = Self.scaled(pipeline, canonical, by: samples)
    self.schema = schema
    self.canonicalSchema = canonicalSchema
    self.samples = samples.map { sample in
      var sample = sample
      sample.settings.luminosity = sample.settings.luminosity.map { $0 * sample.share }
      return sample
    }
    let pipeline = self.pipeline
    observables = Self.observables(of: pipeline)
    networks = try Self.networks(of: pipeline)
    controls = try pipeline.controls.map { control in
      let own = pipeline.control(control.value)
      do {
        return ControlPlan(
          name: control.name, settings: control.value,
          plan: try SearchPlan(
            pipeline: own, canonical: Pipeline.control(control.name, of: canonical, as: own),
            schema: schema, canonicalSchema: canonicalSchema, allowsMissing: allowsMissing,
            notes: notes))
      } catch let faults as Diagnostics {
        throw Diagnostics(
          faults.items.map { fault in
            var fault = fault
            if fault.place == nil, fault.finding.hasPrefix("samples.") {
              fault.finding = "controls.\(control.name).\(fault.finding)"
            }
            return fault
          })
      }
    }
    overlays = try PlannedOverlay.read(pipeline.outputs.report?.overlays ?? [])
    planes = try PlannedPlane.read(
      pipeline.planes, overlays: overlays, sqrtS: pipeline.beams?.sqrtS)
    if let measured = pipeline.signal?.measured, pipeline.scan != nil {
      scans = measured.samples.map { SignalScan(signal: $0, windows: [], excluded: []) }
      isResolved = false
    } else {
      scans = []
      isResolved = true
      try addScan(signal: nil, measured: nil, points: [:])
    }
  }

  /// The plan once the signals are measured: its windows are then known.
  ///
  /// - Parameters:
  ///   - signals: In the order of `signal.samples`.
  ///   - points: Chosen cuts by their place in `scan.select`.
  /// - Returns: The same plan with all windows.
  /// - Throws: What is wrong with a curve, a hypothesis or a signal.
  public func resolved(signals: [SignalByCuts], points: [Int: WorkingPoint]) throws -> SearchPlan {
    var plan = self
    plan.scans = []
    for signal in signals {
      try plan.addScan(signal: signal.name, measured: signal, points: points)
    }
    plan.isResolved = true
    return plan
  }

  private mutating func addScan(
    signal name: String?, measured: SignalByCuts?, points: [Int: WorkingPoint]
  ) throws {
    guard let scan = pipeline.scan, let signal = pipeline.signal else { return }
    let curves = try signalCurves(signal, measured: measured)
    let planner = try WindowPlanner(
      pipeline, scan: scan, signal: signal, curves: curves,
      cuts: HypothesisCuts(scan.select, points: points), excluded: try excludedRanges(curves),
      luminosity: Self.luminosity(of: pipeline, samples: Self.names(of: scan.sample, in: pipeline)))
    scans.append(
      SignalScan(
        signal: name, windows: try planner.windows(), excluded: planner.excluded,
        grid: curves.grid))
  }

  /// Reads the networks of a pipeline and checks them against its inputs.
  public static func checkNetworks(of pipeline: Pipeline) throws {
    _ = try networks(of: pipeline)
  }

  /// Reads the networks and checks them against the inputs of the file.
  private static func networks(of pipeline: Pipeline) throws -> [Named<Network>] {
    guard let score = pipeline.skim.score else { return [] }
    return try score.networks.map { named in
      let network = try Network(path: named.value)
      func fault(_ finding: String, _ remedy: String) -> SearchError {
        .network(name: named.name, path: named.value, finding: finding, remedy: remedy)
      }
      guard network.inputCount == score.inputs.count else {
        throw fault(
          "takes \(network.inputCount) inputs, 'skim.score.inputs' lists \(score.inputs.count)",
          "list the inputs the network was trained with, in its order")
      }
      guard network.outputCount == 1 else {
        throw fault(
          "gives \(network.outputCount) outputs, a score is one",
          "export the model with one output, such as the probability of signal")
      }
      let names =
        network.featureNames.isEmpty && network.inputNames.count > 1
        ? network.inputNames : network.featureNames
      if !names.isEmpty {
        for (index, (name, input)) in zip(names, score.inputs).enumerated() where name != input.text
        {
          throw fault(
            "calls its input \(index + 1) '\(name)', 'skim.score.inputs' has '\(input.text)' there",
            "list the inputs in the order of the network")
        }
      }
      return Named(named.name, network)
    }
  }

  /// Luminosities of what is there.
  private static func scaled(
    _ pipeline: Pipeline, _ canonical: CanonicalValue, by samples: [SampleFiles]
  ) -> (Pipeline, CanonicalValue) {
    var (pipeline, canonical) = (pipeline, canonical)
    for (index, sample) in samples.enumerated() where !sample.missing.isEmpty {
      guard let luminosity = pipeline.samples[index].value.luminosity else { continue }
      let scaled = luminosity * sample.share
      pipeline.samples[index].value.luminosity = scaled
      canonical = canonical.replacing("samples.\(sample.name).luminosity") { _ in .number(scaled) }
    }
    let data = samples.filter { $0.settings.role == .data }
    let (found, missing) = (
      data.reduce(0) { $0 + $1.files.count }, data.reduce(0) { $0 + $1.missing.count }
    )
    if missing > 0, let events = pipeline.normalisation?.events {
      let share = Double(found) / Double(found + missing)
      let scaled = MeasuredNumber(value: events.value * share, error: events.error * share)
      pipeline.normalisation?.events = scaled
      canonical = canonical.replacing("normalisation.events") { _ in
        .list([.number(scaled.value), .number(scaled.error)])
      }
    }
    return (pipeline, canonical)
  }

  /// Remarks on files that were left out, a sentence each.
  public var missingFiles: [String] {
    controls.flatMap(\.plan.missingFiles)
      + samples.filter { !$0.missing.isEmpty }.map { sample in
        let names = sample.missing.map { "'\($0)'" }.joined(separator: ", ")
        return
          "Sample \(sample.name) lacks \(names) (--allow-missing): its luminosity is scaled by "
          + "\(sample.files.count)/\(sample.files.count + sample.missing.count), as if all files were "
          + "equally large."
      }
  }

  /// Finds the files of all samples; throws what is wrong with any of them at once.
  private static func files(
    of pipeline: Pipeline, allowsMissing: Bool, notes: FileNotes
  ) throws(Diagnostics) -> [SampleFiles] {
    var faults = Diagnostics()
    var found: [SampleFiles] = []
    for sample in pipeline.samples {
      do {
        found.append(
          try SampleFiles(
            name: sample.name, settings: sample.value, allowsMissing: allowsMissing, notes: notes))
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

  /// Luminosity of all data in inverse femtobarn, seen or not; nil where one is not stated.
  var wholeLuminosity: Double? {
    var sum = 0.0
    for sample in pipeline.samples(role: .data) {
      guard let own = sample.value.luminosity else { return nil }
      sum += own
    }
    return sum
  }

  /// Mass of the constituents of the reduced mass, GeV; nil without one.
  var constituentMass: Double? {
    pipeline.scan?.constituentMass.flatMap { pipeline.value(of: $0) }
  }

  private static func observables(of pipeline: Pipeline) -> [SkimRecipe.Quantity] {
    let sources =
      [pipeline.scan?.observable].compactMap { $0 } + pipeline.fits.map(\.value.observable)
      + pipeline.keptQuantities
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
    environment.particles = schema.expressionParticles
    environment.beams = pipeline.beams.map(Beams.init)
    var recipe = SkimRecipe(
      schema: schema,
      definitions: skim.define.map { .init(name: $0.name, source: $0.value) },
      outputs: observables, weight: sample.settings.weight,
      cuts: skim.select.map { .init(name: $0.name, source: $0.value) }, vetoes: skim.veto,
      rules: pipeline.scan?.select.compactMap(\.expression) ?? [],
      reach: reach,
      score: skim.score.map { ScoreRecipe(inputs: $0.inputs, networks: networks) },
      truth: sample.settings.truth,
      best: skim.bestCandidate,
      identity: skim.bestCandidate.flatMap { $0.per.isEmpty ? nil : $0.per } ?? schema.identity,
      environment: environment, visibility: visibility)
    addWeightsAndComparisons(to: &recipe, of: sample)
    return recipe
  }

  /// Where hypotheses need which rules; nil where windows follow only from the skimmed samples.
  private var reach: RuleReach? {
    let isCounting = pipeline.scan?.fit.likelihood == .counting
    guard pipeline.signal?.measured == nil, !isCounting else { return nil }
    return RuleReach(
      windows: scans.flatMap(\.windows)
        .filter { $0.skipped == nil || $0.skipped == .skippedBlind }
        .map { ($0.range, $0.rules) })
  }

  private func dictionary(_ values: [Named<Double>]) -> [String: Double] {
    Dictionary(values.map { ($0.name, $0.value) }, uniquingKeysWith: { first, _ in first })
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
    for control in controls {
      do throws(Diagnostics) { try control.plan.checkInputs() } catch { faults.report(error) }
    }
    do throws(NtupleError) {
      try NtupleFile.prepare(samples.flatMap { $0.files.map(\.path) })
    } catch {
      faults.report(Diagnostic(in: nil, "\(error)"))
      throw faults
    }
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
