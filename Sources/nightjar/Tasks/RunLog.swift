import Glibc
import Platform

/// What happened when and where, one JSON object a line; results never hold any of it.
///
/// All processes of a run append to one file, each line with one write.
final class RunLog: Sendable {
  private let file: Int32

  /// Appends to a log file; a log that cannot be written is no reason to stop.
  init(path: String) { file = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o666) }

  deinit { if file >= 0 { close(file) } }

  /// Writes a line.
  func write(_ event: String, task: String = "", detail: String = "") {
    guard file >= 0 else { return }
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    var fields = [
      "\"time\": \(time.tv_sec).\(String(1000 + time.tv_nsec / 1_000_000).dropFirst())",
      "\"process\": \(getpid())", "\"event\": \(JSONText.quoted(event))",
    ]
    if !task.isEmpty { fields.append("\"task\": \(JSONText.quoted(task))") }
    if !detail.isEmpty { fields.append("\"detail\": \(JSONText.quoted(detail))") }
    var line = "{\(fields.joined(separator: ", "))}\n"
    // On a full disk the run goes on without its log.
    line.withUTF8 { _ = Glibc.write(file, $0.baseAddress, $0.count) }
  }
}
