import Glibc
import Synchronization

/// Shows how far a piece of work is, on standard error.
///
/// On a terminal one line is redrawn with a bar, the rate and the time left; elsewhere a plain line
/// comes every tenth of the work, but at most every two seconds. Any thread may report.
final class Progress: Sendable {
  /// How progress is shown.
  enum Style: Sendable {
    case bar, lines, silent

    /// The style for standard error as it is.
    static func automatic(quiet: Bool) -> Style {
      if quiet { return .silent }
      return Terminal.canRedraw ? .bar : .lines
    }
  }

  private struct State {
    var done = 0
    var total: Int
    var nextTenth = 1
    var lastShown: UInt64
    var ended = false
  }

  let name: String
  let unit: String
  let style: Style
  private let started: UInt64
  private let state: Mutex<State>

  /// Starts showing.
  /// - Parameters:
  ///   - name: What is being done, as in `scan`.
  ///   - total: Amount of work in `unit`, at least 0.
  ///   - unit: Plural noun, as in `windows`.
  ///   - style: How progress is shown.
  init(_ name: String, total: Int, unit: String, style: Style) {
    self.name = name
    self.unit = unit
    self.style = style
    started = Self.now()
    state = Mutex(State(total: total, lastShown: started))
    if style == .bar { Terminal.writeError(line(done: 0, of: total, now: started)) }
  }

  /// Adds finished work.
  func advance(by amount: Int = 1) {
    guard style != .silent else { return }
    state.withLock { state in
      state.done += amount
      let now = Self.now()
      switch style {
      case .bar:
        guard now - state.lastShown >= 100_000_000, !state.ended else { return }
        Terminal.writeError("\r" + line(done: state.done, of: state.total, now: now) + "\u{1B}[K")
      case .lines:
        guard state.done * 10 >= state.nextTenth * state.total, state.done < state.total else {
          return
        }
        guard now - state.lastShown >= 2_000_000_000 else { return }
        state.nextTenth = state.done * 10 / max(1, state.total) + 1
        Terminal.note(line(done: state.done, of: state.total, now: now))
      case .silent:
        return
      }
      state.lastShown = now
    }
  }

  /// More work than was known.
  func extend(by amount: Int) { state.withLock { $0.total += amount } }

  /// Ends a redrawn line, so that a note may follow.
  func interrupt() {
    guard style == .bar else { return }
    Terminal.writeError("\n")
  }

  /// Ends the line with what was done and how long it took.
  func finish() {
    guard style != .silent else { return }
    state.withLock { state in
      guard !state.ended else { return }
      state.ended = true
      let seconds = Double(Self.now() - started) / 1e9
      let text =
        "\(name): \(Self.grouped(state.done)) \(unit) in \(Self.duration(seconds))"
        + Self.rate(state.done, seconds, unit)
      Terminal.writeError(style == .bar ? "\r\(text)\u{1B}[K\n" : text + "\n")
    }
  }

  /// The text of one moment.
  private func line(done: Int, of total: Int, now: UInt64) -> String {
    Self.line(
      name: name, done: done, total: total, unit: unit, seconds: Double(now - started) / 1e9,
      bar: style == .bar ? max(0, min(30, Terminal.width - 70)) : 0)
  }

  /// Returns a line of progress: name, bar of `bar` cells, percentage, rate and time left.
  static func line(
    name: String, done: Int, total: Int, unit: String, seconds: Double, bar: Int
  ) -> String {
    let share = total > 0 ? min(1, Double(done) / Double(total)) : 1
    let filled = Int(share * Double(bar))
    let cells =
      bar > 0
      ? " [" + String(repeating: "#", count: filled)
        + String(repeating: ".", count: bar - filled) + "]" : ":"
    let percent = Int(share * 100)
    var text = "\(name)\(cells) \(percent) % of \(grouped(total)) \(unit)"
    text += rate(done, seconds, unit)
    if done > 0, done < total {
      text += ", \(duration(seconds * (1 - share) / share)) left"
    }
    return text
  }

  private static func rate(_ done: Int, _ seconds: Double, _ unit: String) -> String {
    guard done > 0, seconds > 0 else { return "" }
    let rate = Double(done) / seconds
    return rate >= 10
      ? ", \(grouped(Int(rate.rounded())))/s" : ", \(Double(Int(rate * 100)) / 100)/s"
  }

  /// Returns an integer with a comma every three digits.
  static func grouped(_ number: Int) -> String {
    let digits = String(number.magnitude)
    var text = number < 0 ? "-" : ""
    for (index, digit) in digits.enumerated() {
      if index > 0, (digits.count - index) % 3 == 0 { text.append(",") }
      text.append(digit)
    }
    return text
  }

  /// Returns seconds as `0.8 s`, `12 s`, `3:05` or `2:03:05`.
  static func duration(_ seconds: Double) -> String {
    if seconds < 9.95 { return "\(Double(Int(seconds * 10 + 0.5)) / 10) s" }
    let whole = Int(min(seconds, 1e9).rounded())
    if whole < 60 { return "\(whole) s" }
    func two(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }
    if whole < 3600 { return "\(whole / 60):\(two(whole % 60))" }
    return "\(whole / 3600):\(two(whole / 60 % 60)):\(two(whole % 60))"
  }

  private static func now() -> UInt64 {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
  }
}
