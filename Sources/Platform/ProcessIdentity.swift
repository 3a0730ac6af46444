import Glibc

/// What tells a process from all others on any host, so that others can see whether it still lives.
public struct ProcessIdentity: Sendable, Equatable {
  /// Name of the host.
  public var host: String
  /// The boot of the host, from `/proc/sys/kernel/random/boot_id`.
  public var boot: String
  /// The process namespace.
  public var namespace: String
  /// Number of the process in its namespace.
  public var process: Int32
  /// When it started, in ticks since the boot.
  public var start: UInt64

  /// Takes the parts.
  public init(host: String, boot: String, namespace: String, process: Int32, start: UInt64) {
    self.host = host
    self.boot = boot
    self.namespace = namespace
    self.process = process
    self.start = start
  }

  /// This process.
  public static let own = ProcessIdentity(
    host: hostName(), boot: line("/proc/sys/kernel/random/boot_id"),
    namespace: link("/proc/self/ns/pid"), process: getpid(), start: startTicks(getpid()) ?? 0)

  /// Whether the process lives; nil where this process cannot know.
  public var isAlive: Bool? {
    let own = Self.own
    guard !boot.isEmpty, boot == own.boot, namespace == own.namespace else { return nil }
    return Self.startTicks(process) == start
  }

  private static func hostName() -> String {
    var name = [CChar](repeating: 0, count: 256)
    guard gethostname(&name, name.count - 1) == 0 else { return "unknown" }
    return String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  /// Field 22 of `/proc/N/stat`; nil for a process that is gone or waits to be reaped.
  private static func startTicks(_ process: Int32) -> UInt64? {
    let text = line("/proc/\(process)/stat")
    guard let end = text.lastIndex(of: ")") else { return nil }
    let fields = text[text.index(after: end)...].split(separator: " ")
    guard fields.count > 19, fields[0] != "Z", fields[0] != "X" else { return nil }
    return UInt64(fields[19])
  }

  private static func line(_ path: String) -> String {
    let file = open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { return "" }
    defer { close(file) }
    var bytes = [UInt8](repeating: 0, count: 4096)
    let count = bytes.withUnsafeMutableBytes { read(file, $0.baseAddress, $0.count) }
    return String(decoding: bytes.prefix(max(0, count)).prefix { $0 != 10 }, as: UTF8.self)
  }

  private static func link(_ path: String) -> String {
    var bytes = [CChar](repeating: 0, count: 256)
    let count = readlink(path, &bytes, bytes.count)
    return String(
      decoding: bytes.prefix(max(0, count)).map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}
