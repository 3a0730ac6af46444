import PipelineSpec

extension Gather {
  /// How limits of counts are made, in words.
  func countedLimitSettings(_ limit: PipelineSpec.LimitSettings) -> LimitSettings {
    let averaged = "what is known of background and efficiency averaged over"
    let method =
      switch limit.method {
      case .bayesian: "Bayesian, flat prior on the parameter, \(averaged)"
      case .feldmanCousins:
        "upper end of the interval of Feldman and Cousins, background and efficiency as estimated"
      case .clsCounting, .clsAsymptotic, .clsToys, .clsAuto:
        limit.nuisances == .profiled
          ? "CLs of the count, profiled, its distribution exactly summed"
          : "CLs of the count, exactly summed, \(averaged)"
      }
    return LimitSettings(
      level: limit.level, method: method, expected: limit.expected, isAsymptotic: false)
  }
}

extension SearchPlan {
  /// The estimate of a counted background in words.
  static func text(of counted: CountedBackground) -> String {
    func length(_ size: StepSize) -> String {
      switch size {
      case .fixed(let value): "\(NumberText.short(value)) GeV"
      case .resolutions(let factor): "\(NumberText.short(factor)) resolutions"
      }
    }
    let range = counted.width.map { ", counted within \(length($0))" } ?? ""
    let error = counted.error > 0 ? ", ± \(NumberText.short(100 * counted.error)) %" : ""
    let source =
      switch counted.source {
      case .sidebands: "sidebands"
      case .simulation: "simulation"
      case .inverted(let first, let second): "inverted cuts (\(first.text)) and (\(second.text))"
      case .stated(let number):
        "stated: \(NumberText.short(number.value)) ± \(NumberText.short(number.error))"
      }
    return source + range + error
  }
}
