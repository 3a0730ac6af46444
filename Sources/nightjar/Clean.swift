import ArgumentParser
import Execution
import Foundation
import Platform
import Search

/// `nightjar clean`: removes what no pipeline of a run folder needs.
struct Clean: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Remove checkpoints that no pipeline of a run folder needs any more.",
    discussion: """
      Every pipeline that was run into the folder is planned again, with the settings of its last \
      run; what none of them needs goes: checkpoints of former settings, files cut short by killed \
      processes, leases of dead ones, records and logs of batch jobs but the last. Results stay.

      Examples:
        nightjar clean results --dry-run
        nightjar clean results
      """)

  @Argument(help: "The folder of a run, or a pipeline file with the default folder.")
  var folder: String

  @Flag(help: "Say what would be removed and remove nothing.")
  var dryRun = false

  @Flag(help: "No notes; faults are still told.")
  var quiet = false

  func run() throws {
    try reportingErrors {
      let isPipeline = folder.hasSuffix(".yaml") || folder.hasSuffix(".yml")
      let path = isPipeline ? RunFolderOptions.folder(nil, for: folder) : folder
      guard AtomicFile.exists("\(path)/state/plans") else { throw CleanFault.noRun(path) }
      let cleaner = Cleaner(path: path)
      let living = cleaner.living()
      guard living.isEmpty else { throw CleanFault.alive(path, living) }
      var notes: [String] = []
      let leftovers = cleaner.leftovers(keeping: cleaner.needed(&notes))
      if !quiet { for note in notes { Terminal.note(note) } }
      if !dryRun { for file in leftovers { cleaner.remove(file.path) } }
      guard !quiet else { return }
      if dryRun { for file in leftovers { Terminal.note("would remove \(file.path)") } }
      let bytes = leftovers.reduce(0) { $0 + $1.bytes }
      Terminal.note(
        "\(path): \(leftovers.count) files, \(Progress.grouped(bytes)) bytes "
          + (dryRun ? "would be removed" : "removed"))
    }
  }
}

/// Why a folder is not cleaned.
enum CleanFault: Error, CustomStringConvertible {
  /// No run was planned there.
  case noRun(String)
  /// Somebody works there.
  case alive(String, [LeaseHolder])

  var description: String {
    switch self {
    case .noRun(let path):
      return "\(path): no folder of a run; name the one that 'nightjar run' wrote"
    case .alive(let path, let holders):
      let first = holders[0]
      return "\(path): process \(first.process.process) on \(first.process.host) works on "
        + "\(first.title); wait until it ends, or stop it"
    }
  }
}

/// Finds what a run folder does not need.
struct Cleaner {
  /// A file that may go.
  struct Leftover {
    var path: String
    var bytes: Int
  }

  let path: String

  /// Who works in the folder, as far as a look and three beats tell.
  func living() -> [LeaseHolder] {
    let leases = Leases(folder: StateFolder(runFolder: path).leases)
    var holders = leases.holders().filter { !leases.isStale($0.holder, $0.key) }
    // Holders on other hosts are known by their beats alone.
    let end = Date().addingTimeInterval(3.2 * (holders.map(\.holder.period).max() ?? 0))
    while holders.contains(where: { $0.holder.process.isAlive == nil }), Date() < end {
      usleep(200_000)
      holders = leases.holders().filter { !leases.isStale($0.holder, $0.key) }
    }
    return holders.map(\.holder)
  }

  /// Keys that some pipeline needs.
  func needed(_ notes: inout [String]) -> Set<String> {
    var keys: Set<String> = []
    for (_, record) in PlanStore(runFolder: path).all() {
      do {
        var options = try PipelineOptions.parse([record.source.pipeline])
        options.overrides = record.source.overrides
        options.inputs = record.source.inputs
        options.unblind = record.source.unblind
        options.allowMissing = record.source.allowMissing
        var plan = try options.load().plan(path)
        let store = CheckpointStore(runFolder: path)
        let tasks = try plan.tasks()
        keys.formUnion(tasks.map(\.key.description))
        if !plan.isResolved {
          guard tasks.allSatisfy({ store.isFinished($0) }) else {
            // Its windows are not known yet: what the last run knew of them stays.
            keys.formUnion(record.tasks.map(\.key))
            continue
          }
          plan = try store.resolved(plan, tasks)
          keys.formUnion(try plan.tasks().map(\.key.description))
        }
      } catch {
        keys.formUnion(record.tasks.map(\.key))
        notes.append(
          "\(record.source.pipeline): cannot be planned now (\("\(error)".prefix { $0 != "\n" })); "
            + "what its last run needed stays")
      }
    }
    return keys
  }

  /// Files that no key needs.
  func leftovers(keeping keys: Set<String>) -> [Leftover] {
    var found: [Leftover] = []
    func add(_ path: String) { found.append(Leftover(path: path, bytes: Self.size(path))) }
    for stage in TaskRecipe.Stage.allCases.map(\.rawValue) {
      let folder = "\(path)/checkpoints/\(stage)"
      for part in FolderListing.names(folder).sorted() {
        for name in FolderListing.names("\(folder)/\(part)").sorted() {
          let isOurs = name.hasSuffix(".h5") || (name.hasPrefix(".") && name.hasSuffix(".tmp"))
          let key = String(name.prefix(64))
          if isOurs, !keys.contains(key) { add("\(folder)/\(part)/\(name)") }
        }
      }
    }
    let checkpoints = "\(path)/checkpoints"
    let store = CheckpointStore(runFolder: path)
    for name in FolderListing.names(checkpoints).sorted() where name.hasSuffix(".pack") {
      let held = store.keys(ofPack: name).map(\.description)
      if !held.isEmpty, !held.contains(where: keys.contains) { add("\(checkpoints)/\(name)") }
    }
    let state = StateFolder(runFolder: path)
    for folder in [state.leases, state.attempts] {
      for part in FolderListing.names(folder).sorted() {
        for name in FolderListing.names("\(folder)/\(part)").sorted() {
          let isLease = folder == state.leases
          if isLease || !keys.contains(String(name.prefix(64))) { add("\(folder)/\(part)/\(name)") }
        }
      }
    }
    for number in SubmissionFolder(path: state.batch).numbers.dropLast() {
      add("\(state.batch)/\(number)")
    }
    return found
  }

  /// Removes a file, or the folder of a submission.
  func remove(_ path: String) { try? FileManager.default.removeItem(atPath: path) }

  private static func size(_ path: String) -> Int {
    var information = stat()
    guard stat(path, &information) == 0 else { return 0 }
    guard information.st_mode & S_IFMT == S_IFDIR else { return Int(information.st_size) }
    return FolderListing.names(path).reduce(0) { $0 + size("\(path)/\($1)") }
  }
}
