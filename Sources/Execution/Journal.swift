import Platform
import Synchronization

/// Which checkpoints were found whole, so that looking for finished work need not read them again.
///
/// A line a file: key and mark. A file that is not exactly as it was then is read again; one that is
/// used is read again in any case. Lines are appended by any process; one that is cut short or twice
/// there does no harm. It is read when first asked, so that jobs with nothing to ask leave it alone.
final class Journal: Sendable {
  private let path: String
  /// Nil until the file was read.
  private let marks = Mutex<[SHA256Digest: FileMark]?>(nil)

  init(path: String) { self.path = path }

  /// Whether it was read, so that asking costs nothing.
  var isRead: Bool { marks.withLock { $0 != nil } }

  /// Whether a file is as it was when it was last found whole.
  func holds(_ key: SHA256Digest, _ mark: FileMark) -> Bool {
    marks.withLock { marks in
      if let marks { return marks[key] == mark }
      let read = Self.read(path)
      marks = read
      return read[key] == mark
    }
  }

  /// Notes that a file is whole.
  func add(_ key: SHA256Digest, _ mark: FileMark) {
    let isKnown = marks.withLock { marks in
      if marks?[key] == mark { return true }
      marks?[key] = mark
      return false
    }
    if !isKnown { AppendedFile.append("\(key) \(mark.text)\n", to: path) }
  }

  /// Reads what other processes noted, when asked next.
  func refresh() { marks.withLock { $0 = nil } }

  /// Forgets a file.
  func remove(_ key: SHA256Digest) { marks.withLock { $0?[key] = nil } }

  private static func read(_ path: String) -> [SHA256Digest: FileMark] {
    guard let bytes = try? AtomicFile.read(path) else { return [:] }
    var marks: [SHA256Digest: FileMark] = [:]
    bytes.withUnsafeBytes { bytes in
      marks.reserveCapacity(bytes.count / 100)
      var start = 0
      while start < bytes.count {
        var end = start
        while end < bytes.count, bytes[end] != 10 { end += 1 }
        if end < bytes.count, let (key, mark) = line(bytes, start, end) { marks[key] = mark }
        start = end + 1
      }
    }
    return marks
  }

  /// A key of 64 digits, a blank, and a mark; nil where the line is anything else.
  private static func line(
    _ bytes: UnsafeRawBufferPointer, _ start: Int, _ end: Int
  ) -> (SHA256Digest, FileMark)? {
    guard end - start > 65, bytes[start + 64] == 32 else { return nil }
    func text(_ range: Range<Int>) -> String {
      String(decoding: UnsafeRawBufferPointer(rebasing: bytes[range]), as: UTF8.self)
    }
    guard let key = SHA256Digest(hexadecimal: text(start..<start + 64)),
      let mark = FileMark(text: text(start + 65..<end))
    else { return nil }
    return (key, mark)
  }
}
