import Diagnostics
import PipelineSpec
import Platform
import Settings

/// The plans of all channels of a search; of a search without channels, its only plan.
///
/// Tasks of a channel depend on its own settings and inputs alone; where two channels share work, their
/// tasks have one key and are done once.
public struct ChannelPlans: Sendable {
  /// The channels' names; one nil where the search has none.
  public let names: [String?]
  /// Their plans, in the same order.
  public private(set) var plans: [SearchPlan]

  /// Brings plans together.
  public init(_ plans: [(name: String?, plan: SearchPlan)]) {
    precondition(!plans.isEmpty, "a search has at least one plan")
    names = plans.map(\.name)
    self.plans = plans.map(\.plan)
  }

  /// Title, outputs and execution, which are those of all channels.
  public var pipeline: Pipeline { plans[0].pipeline }
  /// What is known of input files.
  public var notes: FileNotes { plans[0].notes }
  /// Whether all windows are known.
  public var isResolved: Bool { plans.allSatisfy(\.isResolved) }

  /// Samples of each channel, which is in their names.
  public var samples: [[SampleFiles]] {
    zip(names, plans).map { name, plan in
      plan.samples.map { sample in
        var sample = sample
        sample.name = Self.named(sample.name, in: name)
        return sample
      }
    }
  }

  /// Remarks on files that were left out, a sentence each.
  public var missingFiles: [String] {
    plans.flatMap(\.missingFiles).reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
  }

  /// A scan by its channel and its place there.
  public struct ScanPlace: Sendable, Hashable {
    /// Place of the channel.
    public var channel: Int
    /// Place among the scans of the channel.
    public var scan: Int
  }

  /// All scans in the order of the results.
  public var scans: [(place: ScanPlace, name: String?, scan: SignalScan)] {
    plans.indices.flatMap { channel in
      plans[channel].scans.enumerated().map { index, scan in
        (
          ScanPlace(channel: channel, scan: index),
          Self.scanName(scan.signal, of: plans[channel].scans.count, in: names[channel]), scan
        )
      }
    }
  }

  /// The place of a scan by its name; nil asks for the only one.
  public func scan(named name: String?) throws(ToyTableError) -> ScanPlace {
    let all = scans
    guard let name else {
      guard all.count == 1 else {
        throw .signal(asked: "", known: all.map { $0.name ?? "" })
      }
      return all[0].place
    }
    guard let found = all.first(where: { ($0.name ?? "") == name }) else {
      throw .signal(asked: name, known: all.map { $0.name ?? "" })
    }
    return found.place
  }

  /// All tasks that are known, channel by channel.
  public func tasks() throws -> [PlannedTask] {
    var tasks: [PlannedTask] = []
    for (index, plan) in plans.enumerated() {
      tasks += try plan.tasks().map { task in
        var task = task
        task.channel = index
        if let name = names[index] { task.recipe.name = "\(name)/\(task.recipe.name)" }
        return task
      }
    }
    return tasks
  }

  /// Checks all input files before a row is read; throws every fault at once.
  public func checkInputs() throws(Diagnostics) {
    var faults = Diagnostics()
    for plan in plans {
      // Channels may share files.
      do throws(Diagnostics) { try plan.checkInputs() } catch { faults.reportOnce(error) }
    }
    guard faults.isEmpty else { throw faults }
  }

  /// The plans with those windows known that follow from what is given for each channel.
  public func resolved(_ resolve: (Int, SearchPlan) throws -> SearchPlan) rethrows -> ChannelPlans {
    var all = self
    for index in plans.indices { all.plans[index] = try resolve(index, plans[index]) }
    return all
  }

  /// The results of all channels in one, names with their channel.
  ///
  /// - Parameters:
  ///   - results: Those of each channel.
  ///   - pool: Threads; they never change the result.
  /// - Returns: All of them, and the regions of models that they exclude together.
  /// - Throws: What stopped the threads.
  public func joined(_ results: [SearchResults], pool: WorkerPool) throws -> SearchResults {
    let named = results.enumerated().map { index, results in
      results.named(names[index], scans: plans[index].scans.count)
    }
    var all = named.dropFirst().reduce(into: named[0]) { $0.append($1) }
    all.shareControls(named)
    all.planes = try planes(results, pool: pool)
    return all
  }

  /// The regions of all models, each by the channels that it stands in.
  private func planes(_ results: [SearchResults], pool: WorkerPool) throws -> [ExcludedRegion] {
    var names: [String] = []
    for plane in plans.flatMap(\.planes) where !names.contains(plane.name) {
      names.append(plane.name)
    }
    return try names.enumerated().compactMap { index, name in
      let own = plans.indices.compactMap { channel -> (PlannedPlane, PlaneChannel)? in
        guard let plane = plans[channel].planes.first(where: { $0.name == name }),
          let scan = results[channel].scans.first,
          let found = PlaneChannel(
            name: self.names[channel] ?? scan.signal ?? "scan",
            decay: plans[channel].pipeline.normalisation?.decay,
            limit: plans[channel].pipeline.scan?.limit, scan: scan,
            windows: plans[channel].scans.first?.windows ?? [])
        else { return nil }
        return (plane, found)
      }
      guard let plane = own.first?.0, let limit = pipeline.scan?.limit else { return nil }
      return try FindPlane(
        plane: plane, channels: own.map(\.1), level: limit.level,
        method: limit.method == .bayesian ? .bayesian(.flat) : .cls(.hybrid)
      ).region(fileName: "region-" + Figure.ending(names, index), pool: pool)
    }
  }

  static func named(_ name: String, in channel: String?) -> String {
    channel.map { "\($0) \(name)" } ?? name
  }

  /// A channel with one signal gives its scan its name.
  static func scanName(_ signal: String?, of count: Int, in channel: String?) -> String? {
    guard let channel else { return signal }
    return count > 1 ? signal.map { "\(channel) \($0)" } ?? channel : channel
  }
}

extension SearchResults {
  /// The same results with the channel in all names.
  fileprivate func named(_ channel: String?, scans count: Int) -> SearchResults {
    guard let channel else { return self }
    func name(_ text: String) -> String { ChannelPlans.named(text, in: channel) }
    func scanName(_ signal: String?) -> String? {
      ChannelPlans.scanName(signal, of: count, in: channel)
    }
    var all = self
    for index in all.samples.indices {
      all.samples[index].name = name(samples[index].name)
      all.samples[index].channel = channel
    }
    for index in all.cutFlows.indices { all.cutFlows[index].sample = name(cutFlows[index].sample) }
    for index in all.spectra.indices { all.spectra[index].channel = channel }
    for index in all.comparisons.indices {
      all.comparisons[index].name = name(comparisons[index].name)
    }
    for index in all.weightShifts.indices {
      all.weightShifts[index].sample = name(weightShifts[index].sample)
    }
    for index in all.namedFits.indices { all.namedFits[index].name = name(namedFits[index].name) }
    for index in all.signals.indices {
      all.signals[index].name = scanName(signals[index].name) ?? signals[index].name
    }
    for index in all.workingPoints.indices {
      all.workingPoints[index].name = name(workingPoints[index].name)
    }
    for index in all.scans.indices { all.scans[index].signal = scanName(scans[index].signal) }
    for index in all.interpretations.indices {
      all.interpretations[index].name = name(interpretations[index].name)
    }
    return all
  }

  /// Takes the control samples of all channels, those that are the same once, and their fits.
  ///
  /// Where a name stands for several, their channels are told.
  fileprivate mutating func shareControls(_ channels: [SearchResults]) {
    var found: [(channel: String, control: ControlMeasurement)] = []
    for own in channels {
      for control in own.controls where !found.contains(where: { $0.control == control }) {
        found.append((own.samples.first?.channel ?? "", control))
      }
    }
    controls = found.map { channel, control in
      guard found.count(where: { $0.control.name == control.name }) > 1 else { return control }
      var control = control
      control.rename(ChannelPlans.named(control.name, in: channel))
      return control
    }
    namedFits += controls.flatMap(\.fits)
  }

  /// Adds the results of another channel behind.
  fileprivate mutating func append(_ other: SearchResults) {
    let before = scans.count
    samples += other.samples
    cutFlows += other.cutFlows
    spectra += other.spectra
    comparisons += other.comparisons
    weightShifts += other.weightShifts
    namedFits += other.namedFits
    signals += other.signals
    workingPoints += other.workingPoints
    scans += other.scans
    interpretations += other.interpretations.map { interpretation in
      var interpretation = interpretation
      interpretation.scan += before
      return interpretation
    }
  }
}
