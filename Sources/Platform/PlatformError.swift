import Glibc

/// What can go wrong between the program and the operating system.
public enum PlatformError: Error, Equatable, Sendable, CustomStringConvertible {
  /// A file or folder could not be read; the reason is the system's.
  case cannotRead(path: String, reason: String)
  /// A file or folder could not be written; the reason is the system's.
  case cannotWrite(path: String, reason: String)
  /// The disk or the quota is full.
  case diskFull(path: String)
  /// A program could not be started.
  case cannotStart(program: String, reason: String)
  /// A stop signal came.
  case stopped

  /// The text as the user sees it.
  public var description: String {
    switch self {
    case .cannotRead(let path, let reason): "\(path): cannot be read; \(reason)"
    case .cannotWrite(let path, let reason): "\(path): cannot be written; \(reason)"
    case .diskFull(let path):
      "\(path): no space left on the disk; nothing was written under the final name; make space "
        + "and run again, finished work is kept"
    case .cannotStart(let program, let reason): "\(program): cannot be started; \(reason)"
    case .stopped: "stopped by a signal; finished work is kept, run again to go on"
    }
  }

  /// The error of a read that failed just now, from `errno`.
  public static func reading(_ path: String) -> PlatformError {
    .cannotRead(path: path, reason: systemReason())
  }

  /// The error of a write that failed just now, from `errno`.
  public static func writing(_ path: String) -> PlatformError {
    errno == ENOSPC || errno == EDQUOT
      ? .diskFull(path: path) : .cannotWrite(path: path, reason: systemReason())
  }

  /// What the system says about the call that failed just now, from `errno`.
  public static func systemReason() -> String {
    String(cString: strerror(errno)).lowercased()
  }
}
