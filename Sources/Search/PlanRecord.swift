import Platform
import Settings

/// What the last run of a pipeline planned: tasks with everything that decides them, as text.
///
/// Settings are kept leaf by leaf, once for all tasks that share them, so that a later plan can say
/// which setting or file changed. Lines: `word`, then fields between tabs.
public struct PlanRecord: Sendable, Equatable {
  /// A task.
  public struct Task: Sendable, Equatable {
    /// `stage/name`.
    public var title: String
    /// Its key in hexadecimal digits.
    public var key: String
    /// Version of its stage.
    public var version: Int
    /// Number of its common settings among those of the record.
    public var common: Int
    /// Leaves of the settings of its own.
    public var settings: [Named<String>]
    /// Inputs: a file's path, or `input N`, and the digest or key in hexadecimal digits.
    public var inputs: [Named<String>]

    /// The stage.
    public var stage: Substring { title.prefix { $0 != "/" } }
  }

  /// How the pipeline is planned again.
  public struct Source: Sendable, Equatable {
    /// The pipeline file, an absolute path.
    public var pipeline: String
    /// `--set` as written.
    public var overrides: [String]
    /// `--inputs`, an absolute path; nil where it was not given.
    public var inputs: String?
    /// Whether the search was opened with `--unblind`.
    public var unblind: Bool
    /// Whether missing files were left out.
    public var allowMissing: Bool

    /// A source.
    public init(
      pipeline: String, overrides: [String], inputs: String?, unblind: Bool, allowMissing: Bool
    ) {
      self.pipeline = pipeline
      self.overrides = overrides
      self.inputs = inputs
      self.unblind = unblind
      self.allowMissing = allowMissing
    }
  }

  /// How the pipeline is planned again.
  public var source: Source
  /// Leaves of settings that several tasks share.
  public var commons: [[Named<String>]]
  /// The tasks, in order.
  public var tasks: [Task]

  /// Records planned tasks.
  public init(source: Source, tasks planned: [PlannedTask]) {
    self.source = source
    var commons: [[Named<String>]] = []
    var places: [SHA256Digest: Int] = [:]
    tasks = planned.map { task in
      let recipe = task.recipe
      let place =
        places[recipe.common.digest]
        ?? {
          commons.append(Self.leaves(recipe.common.values))
          places[recipe.common.digest] = commons.count - 1
          return commons.count - 1
        }()
      return Task(
        title: recipe.title, key: task.key.description, version: recipe.stage.version,
        common: place, settings: Self.leaves(recipe.settings),
        inputs: recipe.inputs.map { Named($0.name, Hexadecimal.text($0.value)) })
    }
    self.commons = commons
  }

  private static func leaves(_ values: [Named<CanonicalValue>]) -> [Named<String>] {
    values.flatMap { $0.value.leaves(at: $0.name) }
  }

  // MARK: text

  private static let head = "nightjar plan 1"

  /// The text of the record's file.
  public var text: String {
    var lines = [Self.head, Self.line("pipeline", [source.pipeline])]
    lines += source.overrides.map { Self.line("set", [$0]) }
    if let inputs = source.inputs { lines.append(Self.line("inputs", [inputs])) }
    if source.unblind { lines.append("unblind") }
    if source.allowMissing { lines.append("allowMissing") }
    for common in commons {
      lines.append("common")
      lines += common.map { Self.line("leaf", [$0.name, $0.value]) }
    }
    for task in tasks {
      lines.append(
        Self.line(
          "task",
          [task.title, task.key, "\(task.version)", "\(task.common)", "\(task.settings.count)"]
            + task.settings.flatMap { [$0.name, $0.value] }
            + task.inputs.flatMap { [$0.name, $0.value] }))
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private static func line(_ word: String, _ fields: [String]) -> String {
    word + fields.map { "\t" + escaped($0) }.joined()
  }

  private static func escaped(_ text: String) -> String {
    guard text.utf8.contains(where: { $0 < 0x20 || $0 == UInt8(ascii: "\\") }) else { return text }
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      case "\t": result += "\\t"
      case "\r": result += "\\r"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }

  private static func plain(_ text: Substring) -> String {
    guard text.utf8.contains(UInt8(ascii: "\\")) else { return String(text) }
    var result = ""
    var isEscaped = false
    for character in text {
      if isEscaped {
        let plain: [Character: Character] = ["n": "\n", "t": "\t", "r": "\r"]
        result.append(plain[character] ?? character)
        isEscaped = false
      } else if character == "\\" {
        isEscaped = true
      } else {
        result.append(character)
      }
    }
    return result
  }

  /// Reads the text of a record; nil for what is none.
  public init?(text: String) {
    var source = Source(
      pipeline: "", overrides: [], inputs: nil, unblind: false, allowMissing: false)
    var commons: [[Named<String>]] = []
    var tasks: [Task] = []
    var isFirst = true
    for line in text.split(separator: "\n") {
      if isFirst {
        guard line == Self.head else { return nil }
        isFirst = false
        continue
      }
      let fields = line.split(separator: "\t", omittingEmptySubsequences: false)
      switch fields[0] {
      case "pipeline" where fields.count == 2: source.pipeline = Self.plain(fields[1])
      case "set" where fields.count == 2: source.overrides.append(Self.plain(fields[1]))
      case "inputs" where fields.count == 2: source.inputs = Self.plain(fields[1])
      case "unblind": source.unblind = true
      case "allowMissing": source.allowMissing = true
      case "common": commons.append([])
      case "leaf" where fields.count == 3 && !commons.isEmpty:
        commons[commons.count - 1].append(Named(Self.plain(fields[1]), Self.plain(fields[2])))
      case "task":
        guard fields.count >= 6, fields.count % 2 == 0, let version = Int(fields[3]),
          let common = Int(fields[4]), commons.indices.contains(common),
          let own = Int(fields[5]), own >= 0, own <= (fields.count - 6) / 2
        else { return nil }
        let pairs = stride(from: 6, to: fields.count, by: 2).map {
          Named(Self.plain(fields[$0]), Self.plain(fields[$0 + 1]))
        }
        tasks.append(
          Task(
            title: Self.plain(fields[1]), key: String(fields[2]), version: version,
            common: common, settings: Array(pairs[..<own]), inputs: Array(pairs[own...])))
      default: return nil
      }
    }
    guard !isFirst else { return nil }
    self.source = source
    self.commons = commons
    self.tasks = tasks
  }
}

extension CanonicalValue {
  /// All values that hold no others, with their paths, as people read them.
  func leaves(at path: String) -> [Named<String>] {
    switch self {
    case .nothing: []
    case .boolean(let value): [Named(path, value ? "true" : "false")]
    case .number(let value):
      [Named(path, Double(Int64(exactly: value) ?? .max) == value ? "\(Int64(value))" : "\(value)")]
    case .text(let value): [Named(path, value)]
    case .list(let items):
      items.isEmpty
        ? [Named(path, "[]")]
        : items.enumerated().flatMap { $0.element.leaves(at: "\(path).\($0.offset)") }
    case .map(let entries):
      entries.isEmpty
        ? [Named(path, "{}")] : entries.flatMap { $0.value.leaves(at: "\(path).\($0.name)") }
    }
  }
}
