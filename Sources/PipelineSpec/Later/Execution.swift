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
