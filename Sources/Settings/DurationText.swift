/// Durations as people write them.
public enum DurationText {
  /// Seconds of `90`, `90 s`, `30 min`, `8 h`, `2 d` or `8:00:00`; nil for anything else, for what is
  /// not positive and for more than three years.
  public static func seconds(_ text: String) -> Double? {
    guard let value = value(text), value > 0, value <= 1e8 else { return nil }
    return value
  }

  private static func value(_ text: String) -> Double? {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    if parts.count == 3 {
      let values = parts.compactMap { UInt32($0) }
      guard values.count == 3, values[1] < 60, values[2] < 60 else { return nil }
      return Double(values[0]) * 3600 + Double(values[1]) * 60 + Double(values[2])
    }
    for (unit, size) in [("min", 60.0), ("s", 1), ("h", 3600), ("d", 86400)]
    where text.hasSuffix(unit) {
      let number = text.dropLast(unit.count)
      return Double(number.last == " " ? number.dropLast() : number).map { $0 * size }
    }
    return Double(text)
  }
}
