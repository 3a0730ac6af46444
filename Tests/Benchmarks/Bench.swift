import ArgumentParser
import Foundation
import Platform

/// Times Nightjar beside every peer on this machine, in one run on the same inputs.
@main
struct Bench: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "nightjar-bench",
    abstract: "Time selection, networks, fits, limits and a whole search beside other programs.",
    discussion: """
      Python peers (h5py, PyTables, ONNX Runtime, iminuit with numba, RooFit, RooStats, pyhf) are looked for in \
      $NIGHTJAR_PEERS_PYTHON, .build/peers/bin/python and python3, zfit in $NIGHTJAR_PEERS_ZFIT and \
      .build/peers-zfit/bin/python; the C peer needs a compiler. Tests/Benchmarks/peers/setup.sh makes both \
      environments. $NIGHTJAR_PEER_FIT names a program of your own: called with the files of the fits and of \
      the limits, it prints lines as the scripts do. What is missing is named and left out. Answers are \
      compared with the peers'; one that differs is told, and the exit code is 1.
      """)

  /// Groups of measurements.
  enum Part: String, CaseIterable, ExpressibleByArgument {
    case select, score, fit, limit, toy, search, check, scan, coverage, endurance, scale

    /// Run where no part is named.
    static let usual: [Part] = [.select, .score, .fit, .limit, .toy, .search, .check]
  }

  @Option(help: "Rows of the selection ntuple and of the network's features.")
  var rows = 2_000_000

  @Option(help: "Windows of each fit and limit task.")
  var windows = 100

  @Option(help: "Repeats; the fastest counts.")
  var repeats = 3

  @Option(help: "Numbers of threads.")
  var threads: [Int] = [1, 2]

  @Option(
    help: "Parts to run (repeat the option for several; default: all up to check).")
  var only: [Part] = []

  @Option(help: "Folder for inputs and results.")
  var scratch = ".build/bench"

  @Option(help: "Hypotheses of the whole search that slow peers run before extrapolating.")
  var peerHypotheses = 100

  @Option(help: "Toys of the whole scan.")
  var scanToys = 1000

  @Option(help: "Windows of the endurance run.")
  var fits = 1_000_000

  @Option(help: "Jobs that run at once in the cluster on paper, with ten tasks each.")
  var slots = 10_000

  @Option(help: "Folder of the cluster on paper; one in memory.")
  var scaleFolder = "/dev/shm/nightjar-scale"

  @Flag(help: "Nightjar alone.")
  var noPeers = false

  func run() throws {
    FreedMemory.keep()
    try FileManager.default.createDirectory(
      atPath: scratch, withIntermediateDirectories: true)
    let peers = noPeers ? .none : Peers.find(scratch: scratch)
    var board = Scoreboard()
    var endured = true
    let parts = only.isEmpty ? Part.usual : Part.allCases.filter(only.contains)
    for part in parts {
      note(part.rawValue)
      switch part {
      case .select: try select(peers, &board)
      case .score: try score(peers, &board)
      case .fit: try fit(peers, &board)
      case .limit: try limit(peers, &board)
      case .toy: try toy(peers, &board)
      case .search: try search(peers, &board)
      case .check: try check(peers)
      case .scan:
        board.measurements += try ScanToyBenchmark(scratch: scratch, toys: scanToys).run(
          threads: threads)
      case .coverage:
        CoverageTable.run()
        try CoverageTable.runToys(threads: threads.max() ?? 1)
      case .endurance:
        endured = try EnduranceBenchmark(fits: fits, threads: threads.max() ?? 1).run()
      case .scale: try scale()
      }
    }
    if !board.measurements.isEmpty { print(board.table()) }
    for line in board.lost { print("slower than a peer: \(line)") }
    if !noPeers { for line in peers.missing { print("skipped: \(line)") } }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    try encoder.encode(board.measurements).write(
      to: URL(fileURLWithPath: scratch + "/measurements.json"))
    for line in board.disagreements { print("DISAGREES: \(line)") }
    if !board.disagreements.isEmpty || !endured { throw ExitCode(1) }
  }

  /// Writes the ntuple in the layouts that are missing.
  private func prepare(_ layouts: [String]) throws -> String {
    let folder = "\(scratch)/rows\(rows)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    let missing = layouts.filter {
      !FileManager.default.fileExists(atPath: FourMuonNtuple.path($0, in: folder))
    }
    if !missing.isEmpty {
      let pool = WorkerPool(threads: ProcessorCount.available())
      let ntuple = try FourMuonNtuple.make(rows: rows, pool: pool)
      for layout in missing { try ntuple.write(layout, in: folder, pool: pool) }
    }
    return folder
  }

  /// Plans ten tasks a slot with the program and lets a cluster on paper do them.
  private func scale() throws {
    guard let tool = SearchBenchmark.tool else { return }
    let ntuple = URL(
      fileURLWithPath: FourMuonNtuple.path(
        "columns contiguous", in: try prepare(["columns contiguous"]))
    ).path
    let folder = scratch + "/scale"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    try SearchBenchmark.schema.write(
      toFile: folder + "/fourmuon.ntuple.yaml", atomically: true, encoding: .utf8)
    let text =
      SearchBenchmark.pipeline(input: ntuple, threads: 1)
      .replacingOccurrences(
        of: "outputs:\n", with: "  lookElsewhere: {toys: \(50 * slots)}\noutputs:\n"
      )
      .replacingOccurrences(of: "{threads: 1}", with: "{threads: 1, taskSeconds: 0.01}")
    try text.write(toFile: folder + "/search.yaml", atomically: true, encoding: .utf8)
    let began = Date()
    let plan = try Subprocess.run(
      tool, ["plan", folder + "/search.yaml", "--json", "--output", folder + "/results"])
    guard plan.status == 0 else {
      note("  nightjar plan failed: \(plan.errors)")
      return
    }
    let wall = Date().timeIntervalSince(began)
    let works = try ScaleBenchmark.works(
      String(decoding: plan.output, as: UTF8.self), stage: "lookElsewhere")
    note("  planned \(works.count) tasks in \(String(format: "%.1f", wall)) s")
    let benchmark = ScaleBenchmark(works: works, folder: scaleFolder)
    benchmark.slots = slots
    try benchmark.run()
  }

  private func select(_ peers: Peers, _ board: inout Scoreboard) throws {
    let folder = try prepare(FourMuonNtuple.layouts)
    for layout in FourMuonNtuple.layouts {
      let path = FourMuonNtuple.path(layout, in: folder)
      for threads in threads {
        board.measurements.append(
          try SelectionBenchmark.run(
            path: path, variant: layout, threads: threads, repeats: repeats))
        let isTable = layout.hasPrefix("table")
        guard peers.has(isTable ? "tables" : "h5py") else { continue }
        board.measurements += peers.run(
          "select_hdf5.py", [path, layout, "--threads", "\(threads)", "--repeats", "\(repeats)"])
      }
    }
    let root = ROOTSelectionBenchmark(
      peers: peers, folder: folder, scratch: scratch, repeats: repeats)
    guard try root.prepare(from: FourMuonNtuple.path("columns contiguous", in: folder)) else {
      return
    }
    let program = root.compile()
    for threads in threads {
      board.measurements += try root.run(threads: threads, program: program)
    }
  }

  private func score(_ peers: Peers, _ board: inout Scoreboard) throws {
    let benchmark = try ScoreBenchmark(rows: rows, repeats: repeats)
    let data = scratch + "/features.bin"
    try benchmark.write(to: data)
    for threads in threads {
      let own = try benchmark.run(threads: threads)
      board.measurements.append(own)
      guard peers.has("onnxruntime") else { continue }
      let others = peers.run(
        "score_onnx.py",
        [
          ScoreBenchmark.model, data, "--threads", "\(threads)", "--repeats", "\(repeats)",
          "--every", "\(ScoreBenchmark.every)",
        ])
      for other in others { try ScoreBenchmark.agree(own, other) }
      board.measurements += others
    }
  }

  private func fit(_ peers: Peers, _ board: inout Scoreboard) throws {
    let benchmark = FitBenchmark(windows: windows, repeats: repeats)
    let data = scratch + "/fits.bin"
    try ToyWindow.write(benchmark.toys, to: data)
    for model in FitBenchmark.Model.allCases {
      let answers = benchmark.answers(model)
      if let newton = peers.newton, model != .nuisances {
        let others = peers.collect(newton, [data, model.rawValue])
        for answer in answers { try Agreement.require(answer, others) }
        board.measurements += others
      }
      for threads in threads {
        board.measurements += try benchmark.timed(model, answers, threads: threads)
        for (script, interpreter, isSlow) in fitPeers(peers, model) {
          board.measurements += peers.run(
            script,
            [
              data, "--model", model.rawValue, "--threads", "\(threads)", "--windows",
              "\(isSlow ? max(2, windows / 10) : model == .nuisances ? max(2, windows / 4) : windows)",
            ], with: interpreter)
        }
      }
      if model != .nuisances { board.measurements += benchmark.repeated(model) }
    }
    guard let own = peers.own else { return }
    let limits = LimitBenchmark(windows: windows, repeats: repeats)
    try LimitToy.write(limits.limits, to: scratch + "/limits.bin")
    board.measurements += peers.collect(own, [data, scratch + "/limits.bin"])
  }

  /// Scripts that fit windows, what runs them (nil: the usual Python), and whether they are slow.
  private func fitPeers(
    _ peers: Peers, _ model: FitBenchmark.Model
  ) -> [(String, String?, Bool)] {
    var scripts: [(String, String?, Bool)] = []
    if peers.has("iminuit", "numba", "scipy") { scripts.append(("fit_iminuit.py", nil, false)) }
    if peers.has("ROOT", "scipy") { scripts.append(("fit_roofit.py", nil, false)) }
    if let zfit = peers.zfit { scripts.append(("fit_zfit.py", zfit, true)) }
    return scripts
  }

  private func limit(_ peers: Peers, _ board: inout Scoreboard) throws {
    let benchmark = LimitBenchmark(windows: windows, repeats: repeats)
    let fits = FitBenchmark(windows: windows, repeats: repeats)
    let data = scratch + "/limits.bin"
    try LimitToy.write(benchmark.limits, to: data)
    let answer = benchmark.answers()
    for threads in threads {
      board.measurements.append(try benchmark.timed(answer, threads: threads))
      board.measurements += try benchmark.unbinned(fits, threads: threads)
      let tools = [
        ("minuit", ["iminuit", "numba", "scipy"], windows),
        ("roostats", ["ROOT", "scipy"], windows),
        ("pyhf", ["pyhf", "scipy", "iminuit"], min(windows, 20)),
      ]
      for (tool, modules, count) in tools where peers.modules.isSuperset(of: modules) {
        board.measurements += peers.run(
          "limit_binned.py",
          [data, "--tool", tool, "--threads", "\(threads)", "--windows", "\(count)"])
      }
    }
    board.measurements.append(benchmark.repeated())
    board.measurements += benchmark.unbinnedRepeated(fits)
  }

  private func toy(_ peers: Peers, _ board: inout Scoreboard) throws {
    let benchmark = ToyBenchmark(repeats: repeats), data = scratch + "/limits.bin"
    let limits = LimitBenchmark(windows: windows, repeats: repeats).limits
    try LimitToy.write(limits, to: data)
    let tested = limits[ToyBenchmark.testedWindow]
    for threads in threads {
      board.measurements += try benchmark.fits(threads: threads)
      board.measurements.append(try benchmark.tests(tested, threads: threads))
      guard peers.has("ROOT", "scipy") else { continue }
      let common = [data, "--threads", "\(threads)"]
      board.measurements += peers.run("toys.py", common + ["--task", "fit", "--toys", "400"])
      board.measurements += peers.run(
        "toys.py",
        common + [
          "--task", "test", "--toys", "1000", "--window", "\(ToyBenchmark.testedWindow)",
          "--strength", "\(ToyBenchmark.testedStrength(tested))",
        ])
    }
  }

  /// What RooStats says of Nightjar's limits; the record lies beside its script.
  private func check(_ peers: Peers) throws {
    let limits = scratch + "/reference_limits.json"
    try LimitCheck.write(to: limits)
    guard peers.has("ROOT", "scipy"), let python = peers.python else {
      print("skipped: RooStats at Nightjar's limits: no ROOT")
      return
    }
    let result = try Subprocess.run(
      python,
      [Peers.scripts + "/limit_check.py", limits, "--output", scratch + "/limit_check.json"])
    print(String(decoding: result.output, as: UTF8.self), terminator: "")
    if result.status != 0 { throw ExitCode(1) }
  }

  private func search(_ peers: Peers, _ board: inout Scoreboard) throws {
    let layout = "table blosc:lz4"
    let folder = try prepare([layout])
    let path = FourMuonNtuple.path(layout, in: folder)
    board.measurements += try SearchBenchmark(
      ntuple: path, scratch: scratch, repeats: repeats, compared: peerHypotheses
    ).run(threads: threads)
    let tools = [
      ("minuit", ["iminuit", "numba", "scipy", "tables", "h5py", "matplotlib", "onnxruntime"]),
      ("roofit", ["ROOT", "scipy", "tables", "h5py", "matplotlib", "onnxruntime"]),
    ]
    for (tool, modules) in tools where peers.modules.isSuperset(of: modules) {
      board.measurements += peers.run(
        "search.py",
        [
          path, "--tool", tool, "--hypotheses", "\(peerHypotheses)", "--output", scratch,
          "--model", ScoreBenchmark.model, "--cut", "\(SearchBenchmark.scoreCut)",
        ])
    }
  }
}
