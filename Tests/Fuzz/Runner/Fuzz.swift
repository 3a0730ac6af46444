import ArgumentParser
import Foundation
import FuzzReaders
import HDF5Files
import Platform

/// Damages small files in thousands of ways and reads them in child processes.
@main
struct Fuzz: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "nightjar-fuzz",
    abstract: "Try the readers with damaged files: each must be read or refused by name.",
    subcommands: [RunCases.self, Work.self, Walk.self], defaultSubcommand: RunCases.self)
}

extension FuzzKind: ExpressibleByArgument {}

/// What is wrong with a case that fails.
enum Fault: String, CaseIterable, Sendable, ExpressibleByArgument {
  case crash, hang, memory, unnamed
}

/// Which cases, for the runner and its workers.
struct CaseOptions: ParsableArguments {
  @Option(help: "Seed of all cases.")
  var seed: UInt64 = 1

  @Flag(help: "Open HDF5 files in the worker itself, without the walk in a child process.")
  var noWalk = false

  @Option(help: .hidden)
  var pretend: Fault?

  /// Arguments that repeat these options.
  var arguments: [String] {
    ["--seed", "\(seed)"] + (noWalk ? ["--no-walk"] : [])
      + (pretend.map { ["--pretend", $0.rawValue] } ?? [])
  }
}

/// `nightjar-fuzz`: runs cases and counts how they end.
struct RunCases: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run", abstract: "Run cases (the default).",
    discussion: """
      Every case is a file of Tests/Fuzz/Corpus with some changes, the same for the same kind, seed \
      and number. It must be read, or end with an error whose text names the file. Exit status 1 \
      if a case crashed, hung, ran out of memory or was refused without the file's name.
      """)

  @Option(help: "Readers to try (repeat the option for several; default: all with a corpus).")
  var kind: [FuzzKind] = []

  @Option(help: "Cases a reader.")
  var cases = 10_000

  @Option(help: "Run this case alone and tell what became of it.")
  var `case`: Int?

  @Option(help: "Number of the first case.")
  var first = 0

  @OptionGroup var options: CaseOptions

  @Option(help: "Workers at once.")
  var jobs = ProcessorCount.available()

  @Option(help: "Folder for the files of cases that fail.")
  var failures = ".build/fuzz"

  func validate() throws {
    guard cases > 0, first >= 0, jobs > 0 else {
      throw ValidationError("--cases and --jobs must be positive")
    }
  }

  func run() throws {
    var isFine = true
    for kind in kind.isEmpty ? FuzzKind.allCases : kind {
      let corpus = try Corpus(kind)
      guard !corpus.files.isEmpty else {
        print("\(kind.rawValue): no corpus as yet")
        if self.kind.contains(kind) { isFine = false }
        continue
      }
      let crew = Crew(kind: kind, corpus: corpus, options: options, failures: failures)
      if let number = self.case {
        isFine = try crew.tell(number) && isFine
      } else {
        isFine = try crew.run(first..<first + cases, jobs: jobs) && isFine
      }
    }
    if !isFine { throw ExitCode(1) }
  }
}

/// `nightjar-fuzz work`: reads cases in this process; a line before and after each.
struct Work: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "work", abstract: "Read cases in this process.", shouldDisplay: false)

  @Option var kind: FuzzKind
  @Option var first: Int
  @Option var count: Int
  @OptionGroup var options: CaseOptions
  @Option var folder: String
  @Option var memory: Int
  @Flag var tellsErrors = false

  func run() throws {
    ResourceLimit.noCoreFile()
    ResourceLimit.addressSpace(memory)
    if !options.noWalk { HDF5Precheck.install(["/proc/self/exe", "walk-file", "--"]) }
    try Worker(kind: kind, options: options, folder: folder, tellsErrors: tellsErrors)
      .run(first..<first + count)
  }
}

/// `nightjar-fuzz walk-file`: what `nightjar walk-file` is, with less patience.
struct Walk: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "walk-file", abstract: "Walk HDF5 files.", shouldDisplay: false)

  @Argument var files: [String]

  func run() throws { HDF5Walk.run(files, seconds: 1) }
}
