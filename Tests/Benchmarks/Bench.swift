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
      $NIGHTJAR_PEERS_PYTHON, .build/peers/bin/python and python3; the C peer needs a compiler. \
      Tests/Benchmarks/peers/setup.sh makes .build/peers. What is missing is named and left out.
      """)

  /// Groups of measurements.
  enum Part: String, CaseIterable, ExpressibleByArgument {
    case select, score, fit, limit, search
  }

  @Option(help: "Rows of the selection ntuple and of the network's features.")
  var rows = 2_000_000

  @Option(help: "Windows of each fit and limit task.")
  var windows = 100

  @Option(help: "Repeats; the fastest counts.")
  var repeats = 3

  @Option(help: "Numbers of threads.")
  var threads: [Int] = [1, 2]

  @Option(help: "Parts to run (repeat the option for several; default: all).")
  var only: [Part] = []

  @Option(help: "Folder for inputs and results.")
  var scratch = ".build/bench"

  @Option(help: "Hypotheses of the whole search that slow peers run before extrapolating.")
  var peerHypotheses = 100

  @Flag(help: "Nightjar alone.")
  var noPeers = false

  func run() throws {
    try FileManager.default.createDirectory(
      atPath: scratch, withIntermediateDirectories: true)
    var peers = Peers.find(scratch: scratch)
    if noPeers { peers = Peers(python: nil, modules: [], newton: nil) }
    var board = Scoreboard()
    let parts = only.isEmpty ? Part.allCases : Part.allCases.filter(only.contains)
    for part in parts {
      note(part.rawValue)
      switch part {
      case .select: try select(peers, &board)
      case .score: try score(peers, &board)
      case .fit: try fit(peers, &board)
      case .limit: try limit(peers, &board)
      case .search: try search(peers, &board)
      }
    }
    print(board.table())
    for line in board.lost { print("slower than a peer: \(line)") }
    if !noPeers { for line in peers.missing { print("skipped: \(line)") } }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    try encoder.encode(board.measurements).write(
      to: URL(fileURLWithPath: scratch + "/measurements.json"))
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
    let benchmark = FitBenchmark.make(windows: windows, repeats: repeats)
    let data = scratch + "/fits.bin"
    try ToyWindow.write(benchmark.toys, to: data)
    if let newton = peers.newton { board.measurements += peers.collect(newton, [data]) }
    for threads in threads {
      for model in ["fixed", "nuisances"] {
        board.measurements += try benchmark.fits(model: model, threads: threads)
        let arguments = [
          data, "--model", model, "--threads", "\(threads)", "--windows",
          "\(model == "fixed" ? windows : max(2, windows / 4))",
        ]
        if peers.has("iminuit", "numba", "scipy") {
          board.measurements += peers.run("fit_iminuit.py", arguments)
        }
        if peers.has("ROOT", "scipy") {
          board.measurements += peers.run("fit_roofit.py", arguments)
        }
      }
    }
  }

  private func limit(_ peers: Peers, _ board: inout Scoreboard) throws {
    let benchmark = FitBenchmark.make(windows: windows, repeats: repeats)
    let data = scratch + "/limits.bin"
    try LimitToy.write(benchmark.limits, to: data)
    for threads in threads {
      board.measurements.append(try benchmark.binnedLimits(threads: threads))
      board.measurements += try benchmark.unbinnedWindows(threads: threads)
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
  }

  private func search(_ peers: Peers, _ board: inout Scoreboard) throws {
    let layout = "table blosc:lz4"
    let folder = try prepare([layout])
    let path = FourMuonNtuple.path(layout, in: folder)
    board.measurements += try SearchBenchmark(
      ntuple: path, scratch: scratch, repeats: repeats
    ).run(threads: threads)
    let tools = [
      ("minuit", ["iminuit", "numba", "scipy", "tables", "h5py", "matplotlib"]),
      ("roofit", ["ROOT", "scipy", "tables", "h5py", "matplotlib"]),
    ]
    for (tool, modules) in tools where peers.modules.isSuperset(of: modules) {
      board.measurements += peers.run(
        "search.py",
        [path, "--tool", tool, "--hypotheses", "\(peerHypotheses)", "--output", scratch])
    }
  }
}
