import Settings

/// What a batch system is asked for; it never changes a result.
public struct BatchSettings: Sendable, Equatable {
  /// Queue or partition; nil: the system's default.
  public var queue: String?
  /// Account that pays.
  public var account: String?
  /// Longest duration of a job in seconds; nil: the queue's.
  public var wallTime: Double?
  /// Most jobs of an array.
  public var jobs: Int
  /// Cores, and threads, of a job.
  public var cores: Int
  /// Further directives, as the system writes them.
  public var options: [String]
  /// How often work that failed is submitted.
  public var attempts: Int
  /// Exit code of a job that wants to be started again.
  public var requeueCode: Int
}

extension BatchSettings: SettingsSection {
  /// Name in schema and reference page.
  public static let sectionName = "execution.batch"
  /// What it states, in one sentence.
  public static let summary = "States what a batch system is asked for."

  /// Reads all keys.
  public static func read(_ keys: inout SectionReader) -> BatchSettings {
    let queue = keys.optional("queue", word("a queue"), "Queue or partition")
    let account = keys.optional("account", word("an account"), "Account that pays")
    let wallTime = keys.optional(
      "wallTime", duration, "Longest duration of a job, as '8 h' or '30 min'; absent: the queue's")
    let jobs = keys.value(
      "jobs", Format<Int>.integer(.init(from: 1, to: 10_000)), default: "100",
      "Most jobs of an array")
    let cores = keys.value(
      "cores", Format<Int>.integer(.init(from: 1, to: 4096)), default: "1",
      "Cores, and threads, of a job")
    let options = keys.value(
      "options", Format<[String]>.list(of: line("an option")), default: "[]",
      "Further directives, as the system writes them")
    let attempts = keys.value(
      "attempts", Format<Int>.integer(.init(from: 1, to: 100)), default: "3",
      "How often work that failed is submitted")
    let code = keys.value(
      "requeueCode", Format<Int>.integer(.init(from: 1, to: 125)), default: "101",
      "Exit code of a job that wants to be started again")
    return BatchSettings(
      queue: queue, account: account, wallTime: wallTime, jobs: jobs, cores: cores,
      options: options, attempts: attempts, requeueCode: code)
  }

  private static func word(_ what: String) -> Format<String> {
    Format<String>.text(what).checked { text, _ in
      let isGood =
        !text.isEmpty
        && text.unicodeScalars.allSatisfy {
          ("a"..."z").contains($0) || ("A"..."Z").contains($0) || ("0"..."9").contains($0)
            || "_-.,:@/+".unicodeScalars.contains($0)
        }
      return isGood
        ? nil : ("'\(text)' is no name for a batch system", "use letters, digits and _-.,:@/+")
    }
  }

  private static func line(_ what: String) -> Format<String> {
    Format<String>.text(what).checked { text, _ in
      let isGood =
        !text.isEmpty && text.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x7f }
      return isGood ? nil : ("an option must be one line of text", nil)
    }
  }

  private static var duration: Format<Double> {
    Format<String>.text("a duration").checked { text, _ in
      DurationText.seconds(text) == nil
        ? ("'\(text)' is no duration", "write it as '90 s', '30 min', '8 h', '2 d' or '8:00:00'")
        : nil
    }.map { DurationText.seconds($0) ?? 0 }
  }
}
