import Settings

/// Values of one parameter of a model.
struct GridAxisSection: SettingsSection {
  static let sectionName = "interpret.at"
  static let summary = "States values of one parameter."

  static func read(_ keys: inout SectionReader) -> Self {
    let log = keys.optional(
      "log", Format<ClosedRange<Double>>.interval(.positive), "Range, in logarithmic steps")
    let values = keys.optional("values", Format<[Double]>.list(of: .number()), "The values")
    _ = keys.value(
      "perDecade", Format<Int>.integer(.positive), default: "100", "Number of steps per decade")
    if keys.isClean, (log == nil) == (values == nil) {
      keys.reportWhole("must state either 'log' or 'values'")
    }
    return Self()
  }
}

/// What batch systems need.
struct BatchSection: SettingsSection {
  static let sectionName = "execution.batch"
  static let summary = "States what a batch system is asked for."

  static func read(_ keys: inout SectionReader) -> Self {
    _ = keys.optional("queue", Format<String>.text("a queue"), "Queue or partition")
    _ = keys.optional("account", Format<String>.text("an account"), "Account")
    _ = keys.optional("wallTime", Format<Double>.quantity(.duration), "Longest duration of a job")
    _ = keys.optional(
      "options", Format<[String]>.list(of: .text("an option")), "Further directives")
    _ = keys.optional("attempts", Format<Int>.integer(.positive), "Attempts of a job")
    _ = keys.optional("requeueCode", Format<Int>.integer(.notNegative), "Exit code that requeues")
    return Self()
  }
}
