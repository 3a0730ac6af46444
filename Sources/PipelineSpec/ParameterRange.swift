import Settings

/// A range of a parameter, in logarithmic steps.
struct ParameterRange: SettingsSection, Equatable {
  var range: ClosedRange<Double>
  var perDecade: Int

  static let sectionName = "parameter range"
  static let summary = "States values of one parameter."

  static func read(_ keys: inout SectionReader) -> ParameterRange {
    let range = keys.required(
      "log", Format<ClosedRange<Double>>.interval(.positive), "Range, in logarithmic steps")
    let steps = keys.value(
      "perDecade", Format<Int>.integer(.init(from: 10, to: 10_000)), default: "100",
      "Number of steps per decade of the first look; edges are then found to 1e-6")
    return ParameterRange(range: range, perDecade: steps)
  }
}
