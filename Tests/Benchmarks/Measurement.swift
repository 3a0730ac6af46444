import Foundation

/// What one program reached in one task; peers print these as JSON lines.
struct Measurement: Codable, Sendable {
  /// select, score, fit, limit, window, toy, search or scan.
  var task: String
  /// The program.
  var peer: String
  /// Layout, model and size.
  var variant: String
  var threads: Int
  /// Rows, fits, windows or searches done in `seconds`.
  var items: Double
  /// Seconds of the fastest repeat.
  var seconds: Double
  /// The answer, compared between programs.
  var values: [Double]?
  /// Errors of the values.
  var errors: [Double]?
  /// Minima of -ln L.
  var nll: [Double]?
  /// Digest of an exact answer.
  var digest: String?
  /// A remark, as "extrapolated".
  var note: String?

  /// Items a second.
  var rate: Double { items / seconds }

  static let own = "Nightjar"
  /// No program: what nothing that reads the same bytes can pass.
  static let limit = "decompressor alone"
  /// Nightjar itself without the work on the values: what that work leaves to be gained.
  static let reading = "columns alone"

  /// Whether this is a part of the task: no program that could be slower or faster.
  var isPart: Bool { peer == Self.limit || peer == Self.reading }

  /// Reads the JSON lines among a peer's output.
  static func parse(_ output: String) -> [Measurement] {
    output.split(separator: "\n").compactMap { line in
      guard line.hasPrefix("{") else { return nil }
      return try? JSONDecoder().decode(Measurement.self, from: Data(line.utf8))
    }
  }
}

/// All measurements of one run and the table made of them.
struct Scoreboard {
  var measurements: [Measurement] = []

  /// Prints one line for each peer beside Nightjar: rates, ratio, agreement of the answers.
  func table() -> String {
    var rows = [["task", "variant", "threads", "Nightjar", "peer", "", "ratio", "agreement"]]
    for own in measurements where own.peer == Measurement.own {
      let peers = measurements.filter {
        $0.peer != Measurement.own && $0.task == own.task && $0.variant == own.variant
          && $0.threads == own.threads
      }
      let first = [own.task, own.variant, "\(own.threads)", Self.rate(own)]
      if peers.isEmpty { rows.append(first + ["-", "", "", ""]) }
      for (index, peer) in peers.enumerated() {
        rows.append(
          (index == 0 ? first : ["", "", "", ""]) + [
            peer.peer, Self.rate(peer) + (peer.note.map { " (\($0))" } ?? ""),
            String(format: "%.3g", own.rate / peer.rate), Agreement(own, peer).text,
          ])
      }
    }
    let widths = rows[0].indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
    return rows.map { row in
      zip(row, widths).map { cell, width in
        cell + String(repeating: " ", count: width - cell.count)
      }.joined(separator: "  ")
    }.joined(separator: "\n")
  }

  /// Rows in which a peer is faster.
  var lost: [String] {
    measurements.filter { $0.peer == Measurement.own }.flatMap { own in
      measurements.filter {
        $0.peer != Measurement.own && !$0.isPart && $0.task == own.task
          && $0.variant == own.variant && $0.threads == own.threads && $0.rate > own.rate
      }.map {
        "\(own.task) \(own.variant), \(own.threads) threads: \($0.peer) is "
          + String(format: "%.2f", $0.rate / own.rate) + " times as fast"
      }
    }
  }

  /// Lines about peers whose answers are others.
  var disagreements: [String] {
    measurements.filter { $0.peer == Measurement.own }.flatMap { own in
      measurements.filter {
        $0.peer != Measurement.own && $0.task == own.task && $0.variant == own.variant
          && $0.threads == own.threads
      }.compactMap { Agreement.complaint(own, $0) }
    }
  }

  static func rate(_ measurement: Measurement) -> String {
    let unit = [
      "select": "rows", "score": "rows", "fit": "fits", "limit": "windows", "window": "windows",
      "toy": "toys",
    ]
    guard let name = unit[measurement.task] else {
      return String(format: "%.3g s", measurement.seconds)
    }
    let rate = measurement.rate
    if rate >= 1e6 { return String(format: "%.2f M %@/s", rate / 1e6, name) }
    if rate >= 1e4 { return String(format: "%.1f k %@/s", rate / 1e3, name) }
    return String(format: "%.4g %@/s", rate, name)
  }
}

/// Times work: the seconds of the fastest of some repeats.
func fastest(of repeats: Int, _ work: () throws -> Void) rethrows -> Double {
  var best = Double.infinity
  for _ in 0..<max(1, repeats) {
    let start = ContinuousClock.now
    try work()
    let time = (ContinuousClock.now - start).components
    best = min(best, Double(time.seconds) + 1e-18 * Double(time.attoseconds))
  }
  return best
}
