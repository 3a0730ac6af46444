import Platform
import Search

/// Likelihoods of hypotheses of a finished run with their data, a hypothesis a file.
struct LikelihoodFiles {
  private let run: RunFolder
  private let tasks: [PlannedTask]

  /// A hypothesis by its scan and its place there.
  struct Hypothesis: Hashable {
    var scan: Int
    var place: Int
  }

  /// Takes a run whose samples are merged and whose windows are known.
  init(_ run: RunFolder, _ tasks: [PlannedTask]) {
    self.run = run
    self.tasks = tasks
  }

  /// The hypotheses nearest to masses, or with `all` every one that was fitted.
  ///
  /// - Throws: `LikelihoodFault` where the signal or a hypothesis has none.
  func hypotheses(signal: String?, masses: [Double], all: Bool) throws(LikelihoodFault)
    -> [Hypothesis]
  {
    let scans = run.plan.scans
    guard
      let index = signal.map({ name in scans.firstIndex { $0.name == name } })
        ?? (scans.count == 1 ? 0 : nil)
    else { throw .signal(found: signal, allowed: scans.compactMap(\.name)) }
    let windows = scans[index].scan.windows
    if all {
      return windows.indices.filter { windows[$0].skipped == nil }.map {
        Hypothesis(scan: index, place: $0)
      }
    }
    var chosen: [Hypothesis] = []
    for mass in masses {
      let nearest = windows.indices.min {
        abs(windows[$0].hypothesis.mass - mass) < abs(windows[$1].hypothesis.mass - mass)
      }
      guard let nearest else { throw .signal(found: signal, allowed: []) }
      if let skipped = windows[nearest].skipped {
        throw .skipped(mass: windows[nearest].hypothesis.mass, reason: skipped.text)
      }
      chosen.append(Hypothesis(scan: index, place: nearest))
    }
    return chosen
  }

  /// Writes files into a folder, each complete or not at all; returns their paths.
  func write(_ hypotheses: [Hypothesis], to folder: String) throws -> [String] {
    var files: [String] = []
    for (index, (place, scanName, scan)) in run.plan.scans.enumerated() {
      let own = hypotheses.filter { $0.scan == index }
      let task = tasks.first {
        if case .scan(place.scan, _) = $0.task { $0.channel == place.channel } else { false }
      }
      guard !own.isEmpty, let task else { continue }
      let search = Search(
        plan: run.plan.plans[place.channel], pool: run.runner.pool, stop: run.runner.stop)
      let samples = try run.runner.skimmed(task.inputs, tasks)
      try AtomicFile.createFolder(folder)
      for hypothesis in own {
        try run.runner.stop.check()
        guard
          let document = try search.hs3(
            scan: place.scan, hypothesis: hypothesis.place, samples: samples)
        else { continue }
        let mass = scan.windows[hypothesis.place].hypothesis.mass
        let name = (scanName.map { "\($0)-" } ?? "") + "m\(mass)"
        let file = "\(folder)/\(name)\(HS3Document.fileEnding)"
        try AtomicFile.write(try document.bytes(), to: file)
        files.append(file)
      }
    }
    return files
  }
}

/// Why a likelihood cannot be written.
enum LikelihoodFault: Error, Equatable, CustomStringConvertible {
  /// The signal is not named, or no scan has it.
  case signal(found: String?, allowed: [String])
  /// The hypothesis was not fitted.
  case skipped(mass: Double, reason: String)
  /// The run is not far enough.
  case unfinished(folder: String)

  var description: String {
    switch self {
    case .signal(let found, let allowed):
      if allowed.isEmpty { return "--signal: the search names no signals; leave it out" }
      let names = allowed.map { "'\($0)'" }.joined(separator: ", ")
      return (found.map { "--signal: no scan of '\($0)'" } ?? "--signal: there are several scans")
        + "; allowed: \(names)"
    case .skipped(let mass, let reason):
      return "m = \(mass) GeV: no likelihood, the hypothesis is \(reason)"
    case .unfinished(let folder):
      return
        "\(folder): the samples are not merged yet; run 'nightjar run' first, or name its folder "
        + "with --run"
    }
  }
}
