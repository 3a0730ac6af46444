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
      do throws(Diagnostics) { try plan.checkInputs() } catch {
        // Channels may share files.
        for fault in error.items where !faults.items.contains(fault) { faults.report(fault) }
      }
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
  public func joined(_ results: [SearchResults]) -> SearchResults {
    let named = results.enumerated().map { index, results in
      results.named(names[index], scans: plans[index].scans.count)
    }
    return named.dropFirst().reduce(into: named[0]) { $0.append($1) }
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
