import ArgumentParser
import Glibc

/// How a command ended, as the shell sees it.
enum ExitStatus: Int32 {
  /// All done.
  case done = 0
  /// The run ended, but some mass hypotheses failed.
  case somePointsFailed = 1
  /// Nothing could run: a specification or an input is wrong.
  case nothingCouldRun = 2
  /// The command line is wrong.
  case usage = 64
  /// Stopped by SIGTERM, SIGUSR1, SIGXCPU or `--max-wall`; finished work is kept, run again.
  case requeue = 101
  /// Stopped by SIGINT; finished work is kept.
  case interrupted = 130

  /// What a command throws to end with this status; its message has already been written.
  var code: ExitCode { ExitCode(rawValue) }

  /// The status after a stop signal: batch systems start a job with the requeue code again.
  static func code(afterSignal signal: Int32?, requeue: Int32 = requeue.rawValue) -> ExitCode {
    signal == SIGINT ? interrupted.code : ExitCode(requeue)
  }
}

/// Text for people goes to standard error, results to standard output.
enum Terminal {
  /// Whether standard error is a terminal that can redraw a line.
  static var canRedraw: Bool {
    isatty(STDERR_FILENO) == 1 && getenv("TERM").map { String(cString: $0) } != "dumb"
  }

  /// Width of the terminal behind standard error, 80 if unknown.
  static var width: Int {
    var size = winsize()
    guard ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
    return Int(size.ws_col)
  }

  /// Writes text to standard error as it is.
  static func writeError(_ text: String) { write(text, to: STDERR_FILENO) }

  /// Writes one line to standard error.
  static func note(_ line: String) { write(line + "\n", to: STDERR_FILENO) }

  /// Writes text to standard output as it is.
  static func writeOutput(_ text: String) { write(text, to: STDOUT_FILENO) }

  private static func write(_ text: String, to descriptor: Int32) {
    var text = text
    text.withUTF8 { bytes in
      var rest = UnsafeRawBufferPointer(bytes)
      while !rest.isEmpty {
        let count = Glibc.write(descriptor, rest.baseAddress, rest.count)
        if count < 0, errno == EINTR { continue }
        guard count > 0 else { return }
        rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(count))
      }
    }
  }
}

/// Runs a command's work; an error of a module becomes its text on standard error and a status.
func reportingErrors(
  as status: ExitStatus = .nothingCouldRun, _ work: () throws -> Void
) throws {
  do {
    try work()
  } catch let error as ExitCode {
    throw error
  } catch let error as ValidationError {
    throw error
  } catch {
    Terminal.note("\(error)")
    throw status.code
  }
}
