import ArgumentParser
import Glibc
import Platform
import Settings

/// A duration on the command line: seconds, or a number with s, min, h or d, or `h:mm:ss`.
struct WallTime: ExpressibleByArgument {
  /// Seconds, positive.
  let seconds: Double

  init?(argument: String) {
    guard let seconds = DurationText.seconds(argument) else { return nil }
    self.seconds = seconds
  }

  /// Takes seconds.
  init(seconds: Double) { self.seconds = seconds }

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
