import ArgumentParser
import Glibc
import Platform

/// A duration on the command line: seconds, or a number with s, min, h or d, or `h:mm:ss`.
struct WallTime: ExpressibleByArgument {
  /// Seconds, positive.
  let seconds: Double

  init?(argument: String) {
    guard let seconds = Self.seconds(argument), seconds > 0, seconds <= 1e8 else { return nil }
    self.seconds = seconds
  }

  /// Takes seconds.
  init(seconds: Double) { self.seconds = seconds }

  private static func seconds(_ text: String) -> Double? {
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

  /// Asks for a stop once the time is over.
  func start(_ stop: StopSignal) {
    let seconds = self.seconds
    let job = ThreadJob {
      // All signals that the program waits for are blocked in this thread.
      var left = timespec(
        tv_sec: Int(seconds), tv_nsec: Int((seconds - seconds.rounded(.down)) * 1e9))
      clock_nanosleep(CLOCK_MONOTONIC, 0, &left, nil)
      stop.set(signal: SIGUSR1)
    }
    if let thread = job.start() { pthread_detach(thread) }
  }
}
