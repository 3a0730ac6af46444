import Foundation
import Platform
import Synchronization

/// What happened when and where, one JSON object a line; results never hold any of it.
final class RunLog: Sendable {
  private let file: Mutex<FileHandle?>

  /// Appends to a log file; a log that cannot be written is no reason to stop.
  init(path: String) {
    if !FileManager.default.fileExists(atPath: path) {
      _ = FileManager.default.createFile(atPath: path, contents: nil)
    }
    let handle = FileHandle(forWritingAtPath: path)
    _ = try? handle?.seekToEnd()
    file = Mutex(handle)
  }

  /// Writes a line.
  func write(_ event: String, task: String = "", detail: String = "") {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    var fields = [
      "\"time\": \(time.tv_sec).\(String(1000 + time.tv_nsec / 1_000_000).dropFirst())",
      "\"process\": \(getpid())", "\"event\": \(JSONText.quoted(event))",
    ]
    if !task.isEmpty { fields.append("\"task\": \(JSONText.quoted(task))") }
    if !detail.isEmpty { fields.append("\"detail\": \(JSONText.quoted(detail))") }
    let line = "{\(fields.joined(separator: ", "))}\n"
    file.withLock { handle in
      do {
        try handle?.write(contentsOf: Data(line.utf8))
      } catch {
        handle = nil  // disk full: the run goes on without its log
      }
    }
  }
}
