import Settings

/// Why a task would run: what is other than in the last run.
public struct PlanDifference: Sendable {
  /// A reason, for people.
  public enum Reason: Sendable, Equatable, CustomStringConvertible {
    /// A setting has another value; nil where there was or is none.
    case setting(path: String, old: String?, new: String?)
    /// A file of the inputs has another content.
    case fileChanged(path: String)
    /// A file of the inputs is new.
    case fileAdded(path: String)
    /// A file of the inputs is no longer taken.
    case fileRemoved(path: String)
    /// The stage works differently in this version of the program.
    case version(stage: String, old: Int, new: Int)
    /// The last run had no such task.
    case new
    /// A task whose result it takes is new or gone.
    case inputs(String)

    /// The text as the user sees it.
    public var description: String {
      switch self {
      case .setting(let path, let old, let new):
        "\(path): \(old.map { "was \($0)" } ?? "was not stated"), "
          + "\(new.map { "is \($0)" } ?? "is no longer stated")"
      case .fileChanged(let path): "\(path): the file changed"
      case .fileAdded(let path): "\(path): the file is new"
      case .fileRemoved(let path): "\(path): the file is no longer among the inputs"
      case .version(let stage, let old, let new):
        "stage \(stage): version \(old) became \(new) with this version of the program"
      case .new: "the last run had no such task"
      case .inputs(let text): text
      }
    }
  }

  private let old: PlanRecord
  private let new: PlanRecord
  private let oldByTitle: [String: Int]
  private let newByTitle: [String: Int]
  /// Skims of the last run by file and stretch of its rows.
  private let oldSkims: [String: Int]
  private let newFiles: Set<String>
  private let oldByKey: [String: Int]
  private let newByKey: [String: Int]

  /// Compares a plan with that of the last run.
  public init(old: PlanRecord, new: PlanRecord) {
    (self.old, self.new) = (old, new)
    func places(_ keys: [String]) -> [String: Int] {
      Dictionary(keys.enumerated().map { ($0.element, $0.offset) }) { first, _ in first }
    }
    oldByTitle = places(old.tasks.map(\.title))
    newByTitle = places(new.tasks.map(\.title))
    oldSkims = places(old.tasks.map { Self.stretch($0) ?? "" })
    newFiles = Set(new.tasks.compactMap { $0.stage == "skim" ? $0.inputs.first?.name : nil })
    oldByKey = places(old.tasks.map(\.key))
    newByKey = places(new.tasks.map(\.key))
  }

  /// Why a task is other than in the last run, followed through the tasks it takes results from to
  /// where it begins; empty where it is the same.
  public func reasons(_ title: String) -> [Reason] {
    guard let place = newByTitle[title] else { return [] }
    let task = new.tasks[place]
    var seen: Set<String> = []
    var reasons: [Reason] = []
    collect(task, into: &reasons, seen: &seen)
    return reasons
  }

  private func collect(
    _ task: PlanRecord.Task, into reasons: inout [Reason], seen: inout Set<String>
  ) {
    guard oldByKey[task.key] == nil, seen.insert(task.title).inserted else { return }
    func add(_ reason: Reason) { if !reasons.contains(reason) { reasons.append(reason) } }
    guard let before = former(task) else {
      if task.stage == "skim", let file = task.inputs.first {
        add(.fileAdded(path: file.name))
      } else {
        add(.new)
      }
      return
    }
    if before.version != task.version {
      add(.version(stage: String(task.stage), old: before.version, new: task.version))
    }
    let (former, present) = (old.commons[before.common], new.commons[task.common])
    let changes =
      (former == present ? [] : Self.changes(former, present))
      + Self.changes(before.settings, task.settings)
    for change in changes { add(change) }
    let files = before.inputs.first.map { !$0.name.hasPrefix("input ") } ?? false
    if files {
      for (was, now) in zip(before.inputs, task.inputs) where was.value != now.value {
        add(.fileChanged(path: now.name))
      }
      return
    }
    // Results of other tasks: each new one is followed, each gone one told by its file.
    let known = Set(before.inputs.map(\.value))
    for input in task.inputs where !known.contains(input.value) {
      guard let place = newByKey[input.value] else { continue }
      collect(new.tasks[place], into: &reasons, seen: &seen)
    }
    let now = Set(task.inputs.map(\.value))
    for input in before.inputs where !now.contains(input.value) {
      guard let place = oldByKey[input.value] else { continue }
      let gone = old.tasks[place]
      guard gone.stage == "skim", let file = gone.inputs.first,
        !newFiles.contains(file.name)
      else { continue }
      add(.fileRemoved(path: file.name))
    }
    if reasons.isEmpty, task.inputs != before.inputs {
      add(.inputs("\(task.title): it takes the results of other tasks than before"))
    }
  }

  /// The same task of the last run: of the same file for a skim, else of the same name.
  private func former(_ task: PlanRecord.Task) -> PlanRecord.Task? {
    let place = Self.stretch(task).map { oldSkims[$0] } ?? oldByTitle[task.title]
    return place.map { old.tasks[$0] }
  }

  /// File and stretch of its rows of a skim; nil for other tasks.
  private static func stretch(_ task: PlanRecord.Task) -> String? {
    guard task.stage == "skim", let file = task.inputs.first else { return nil }
    return "\(task.title.split(separator: ".").last ?? "") \(file.name)"
  }

  private static func changes(_ old: [Named<String>], _ new: [Named<String>]) -> [Reason] {
    let before = Dictionary(old.map { ($0.name, $0.value) }) { first, _ in first }
    let after = Dictionary(new.map { ($0.name, $0.value) }) { first, _ in first }
    var reasons: [Reason] = []
    for leaf in new where before[leaf.name] != leaf.value {
      reasons.append(.setting(path: leaf.name, old: before[leaf.name], new: leaf.value))
    }
    for leaf in old where after[leaf.name] == nil {
      reasons.append(.setting(path: leaf.name, old: leaf.value, new: nil))
    }
    return reasons
  }

  /// Input files that came, changed or went since the last run, a line a sample.
  public var files: [String] {
    func inputs(_ record: PlanRecord) -> [String: [String: String]] {
      var found: [String: [String: String]] = [:]
      for task in record.tasks where task.stage == "skim" {
        let name = String(task.title.split(separator: "/")[1])
        for input in task.inputs { found[name, default: [:]][input.name] = input.value }
      }
      return found
    }
    let (before, after) = (inputs(old), inputs(new))
    return Set(before.keys).union(after.keys).sorted().compactMap { sample in
      guard let was = before[sample], let now = after[sample] else { return nil }
      let moved = Set(was.values)
      let added = now.filter { was[$0.key] == nil && !moved.contains($0.value) }
      let changed = now.filter { was[$0.key] != nil && was[$0.key] != $0.value }
      let kept = Set(now.values)
      let removed = was.filter { now[$0.key] == nil && !kept.contains($0.value) }
      let parts = [("added", added), ("changed", changed), ("removed", removed)].compactMap {
        word, files -> String? in
        guard !files.isEmpty else { return nil }
        let names = files.keys.sorted()
        let shown = names.prefix(3).map { String($0.split(separator: "/").last ?? "") }
        let more = names.count > 3 ? ", ..." : ""
        return "\(names.count) \(names.count == 1 ? "file" : "files") \(word) "
          + "(\(shown.joined(separator: ", "))\(more))"
      }
      return parts.isEmpty
        ? nil : "\(sample): \(parts.joined(separator: ", ")) since the last run"
    }
  }
}
