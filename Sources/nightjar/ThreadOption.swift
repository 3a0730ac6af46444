import ArgumentParser
import Glibc
import Platform

/// The number of threads of a command: `--threads`, NIGHTJAR_THREADS, else what the machine offers.
enum ThreadOption {
  /// Refuses a number below 1.
  static func validate(_ threads: Int?) throws {
    guard let threads, threads < 1 else { return }
    throw ValidationError(
      "--threads: value is out of range; found \(threads), allowed 1 or more")
  }

  /// Returns the number of threads to use.
  static func count(_ threads: Int?) -> Int {
    if let threads { return threads }
    if let text = getenv("NIGHTJAR_THREADS"), let number = Int(String(cString: text)), number > 0 {
      return number
    }
    return ProcessorCount.available()
  }
}
