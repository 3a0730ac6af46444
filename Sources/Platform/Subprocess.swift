import Glibc

/// A finished child process.
public struct SubprocessResult: Sendable, Equatable {
  /// Exit code, or 128 + signal number.
  public let status: Int32
  /// What it wrote on standard output.
  public let output: [UInt8]
  /// What it wrote on standard error, as text.
  public let errors: String
}

/// Runs helper programs in their own process group with signals as the shell would leave them.
public enum Subprocess {
  /// Runs a program found on PATH and waits for it.
  ///
  /// Its three standard streams are unlinked temporary files: nothing can block on a full pipe.
  /// - Throws: `PlatformError.cannotStart` when the program does not exist or cannot run.
  public static func run(
    _ program: String, _ arguments: [String] = [], standardInput: String = ""
  ) throws(PlatformError) -> SubprocessResult {
    var streams = [Int32]()
    defer { for stream in streams { close(stream) } }
    for _ in 0..<3 { streams.append(try scratchFile()) }
    let input = Array(standardInput.utf8)
    let written = input.withUnsafeBytes { pwrite(streams[0], $0.baseAddress, $0.count, 0) }
    guard written == input.count else { throw .writing("standard input of \(program)") }

    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    for (index, stream) in streams.enumerated() {
      posix_spawn_file_actions_adddup2(&actions, stream, Int32(index))
    }
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var none = sigset_t()
    sigemptyset(&none)
    posix_spawnattr_setsigmask(&attributes, &none)
    posix_spawnattr_setpgroup(&attributes, 0)
    posix_spawnattr_setflags(
      &attributes, Int16(POSIX_SPAWN_SETSIGMASK) | Int16(POSIX_SPAWN_SETPGROUP))

    var words = ([program] + arguments).map { strdup($0) } + [nil]
    defer { for word in words { free(word) } }
    var process = pid_t()
    let started = posix_spawnp(&process, program, &actions, &attributes, &words, environ)
    guard started == 0 else {
      throw .cannotStart(program: program, reason: String(cString: strerror(started)).lowercased())
    }
    var state: Int32 = 0
    while waitpid(process, &state, 0) < 0 {
      guard errno == EINTR else {
        throw .cannotStart(program: program, reason: PlatformError.systemReason())
      }
    }
    let signal = state & 0x7f
    return SubprocessResult(
      status: signal == 0 ? (state >> 8) & 0xff : 128 + signal,
      output: contents(of: streams[1]),
      errors: String(decoding: contents(of: streams[2]), as: UTF8.self))
  }

  /// The path of a program on PATH, or nil.
  public static func find(_ program: String) -> String? {
    guard let path = getenv("PATH").map({ String(cString: $0) }) else { return nil }
    return path.split(separator: ":").map { "\($0)/\(program)" }
      .first { access($0, X_OK) == 0 }
  }

  private static func scratchFile() throws(PlatformError) -> Int32 {
    let folder = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
    var template = Array("\(folder)/nightjar-XXXXXX".utf8CString)
    let named = mkstemp(&template)
    guard named >= 0 else { throw .writing(folder) }
    unlink(template)
    _ = fcntl(named, F_SETFD, FD_CLOEXEC)
    return named
  }

  private static func contents(of file: Int32) -> [UInt8] {
    var information = stat()
    guard fstat(file, &information) == 0 else { return [] }
    var bytes = [UInt8](repeating: 0, count: Int(information.st_size))
    let count = bytes.withUnsafeMutableBytes { pread(file, $0.baseAddress, $0.count, 0) }
    return count == bytes.count ? bytes : Array(bytes.prefix(max(0, count)))
  }
}
