import ArgumentParser
import Platform
import Search

/// `nightjar combine`: several searches in one limit on a common parameter, from their summaries.
struct Combine: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Combine the scans of summaries in one fit and one limit at each mass.",
    discussion: """
      Each input is [NAME=]SUMMARY[:SIGNAL]; the name is that of the file unless given. The \
      searches must have kept their profile likelihoods ('scan.profiles: true') and must not share \
      events. The common parameter is that of the first input, in its unit; a scale says how much \
      of an input's parameter one unit of the common one is. Systematic uncertainties of the yield \
      are one nuisance parameter where they have one name; those of the width stay with their scan.

      Exit status: 0 all done, 1 some hypotheses failed, 2 nothing could be combined.

      Examples:
        nightjar combine A.h5 B.h5 --output combined.h5
        nightjar combine first=a/summary.h5:zprime second=b/summary.h5 --scale second=0.5
        nightjar combine A.h5 B.h5 --separate efficiency --json > combined.json
      """)

  @Argument(help: "Summaries, as [NAME=]SUMMARY[:SIGNAL].")
  var inputs: [String]

  @Option(help: ArgumentHelp("Summary file to write.", valueName: "FILE"))
  var output = "combined.h5"

  @Option(
    help: ArgumentHelp(
      "An input's parameter for a common parameter of 1; may be repeated.", valueName: "NAME=FACTOR"
    ))
  var scale: [String] = []

  @Option(
    help: ArgumentHelp(
      "A nuisance parameter that the inputs do not share; may be repeated.", valueName: "NAME"))
  var separate: [String] = []

  @Option(
    help: ArgumentHelp(
      "Masses match where they differ by at most this (default: a millionth).", valueName: "GEV"))
  var tolerance: Double?

  @Option(help: "Confidence level of the limits, 0 to 1 (default: that of the inputs).")
  var level: Double?

  @Option(help: "Threads (default: the processors this process may use).")
  var threads: Int?

  @Flag(help: "Print all hypotheses as JSON on standard output.")
  var json = false

  @Flag(help: "Print all hypotheses as a table on standard output.")
  var table = false

  @Flag(help: "No notes; faults are still told.")
  var quiet = false

  func validate() throws {
    if let threads, threads < 1 { throw ValidationError("--threads must be at least 1") }
    if let level, !(level > 0 && level < 1) {
      throw ValidationError("--level must be above 0 and below 1, found \(level)")
    }
    if let tolerance, !(tolerance >= 0) {
      throw ValidationError("--tolerance must not be negative, found \(tolerance)")
    }
    let arguments = InputArgument.all(inputs)
    _ = try scales(arguments)
    guard Set(arguments.map(\.name)).count == arguments.count else {
      throw ValidationError("an input is given twice; a scan has a part in a combination once")
    }
  }

  func run() throws {
    try reportingErrors {
      let arguments = InputArgument.all(inputs)
      let scales = try scales(arguments)
      let scans = try arguments.map {
        try CombineInput(
          name: $0.name, path: $0.path, signal: $0.signal, scale: scales[$0.name])
      }
      let results = try CombineScans(
        scans, tolerance: tolerance, separate: Set(separate), level: level
      ).results(
        versions: [.init("nightjar", Version.text)],
        pool: WorkerPool(threads: threads ?? ProcessorCount.available()))
      try AtomicFile.write(try SummaryFile.write(results), to: output)
      let report = CombinationText(results)
      if json { Terminal.writeOutput(report.json + "\n") }
      if table { Terminal.writeOutput(report.table) }
      if !quiet { Terminal.note(report.notes + "\nsummary: \(output)") }
      if results.scans.flatMap(\.points).contains(where: \.status.isFailure) {
        throw ExitStatus.somePointsFailed.code
      }
    }
  }

  private func scales(_ arguments: [InputArgument]) throws -> [String: Double] {
    var found: [String: Double] = [:]
    for text in scale {
      guard let mark = text.lastIndex(of: "="),
        let factor = Double(text[text.index(after: mark)...]),
        factor > 0, factor.isFinite
      else {
        throw ValidationError("--scale takes NAME=FACTOR with a factor above 0, found '\(text)'")
      }
      let name = String(text[..<mark])
      guard arguments.contains(where: { $0.name == name }) else {
        throw ValidationError(
          "--scale: no input is called '\(name)', found "
            + arguments.map { "'\($0.name)'" }.joined(separator: ", "))
      }
      found[name] = factor
    }
    return found
  }
}

/// A scan as the command line names it.
struct InputArgument {
  var name: String
  var path: String
  var signal: String?

  /// Reads [NAME=]SUMMARY[:SIGNAL]; where names agree, all that is written is the name.
  static func all(_ texts: [String]) -> [InputArgument] {
    var found = texts.map { text in
      var rest = Substring(text), name: String?
      // A path may hold '=' and ':' : the name ends before the first slash, the signal begins
      // after the ending of the file.
      if let mark = rest.firstIndex(of: "="), !rest[..<mark].contains("/"),
        !rest[..<mark].isEmpty
      {
        name = String(rest[..<mark])
        rest = rest[rest.index(after: mark)...]
      }
      var signal: String?
      if let mark = rest.lastIndex(of: ":"), !AtomicFile.exists(String(rest)) {
        signal = String(rest[rest.index(after: mark)...])
        rest = rest[..<mark]
      }
      let path = String(rest)
      return InputArgument(
        name: name ?? stem(path) + (signal.map { ":" + $0 } ?? ""), path: path, signal: signal)
    }
    let names = found.map(\.name)
    for index in found.indices where names.count(where: { $0 == names[index] }) > 1 {
      found[index].name = texts[index]
    }
    return found
  }

  private static func stem(_ path: String) -> String {
    let file = path.split(separator: "/").last.map(String.init) ?? path
    guard let dot = file.lastIndex(of: "."), dot != file.startIndex else { return file }
    return String(file[..<dot])
  }
}
