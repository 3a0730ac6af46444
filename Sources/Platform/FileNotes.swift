import Glibc
import Synchronization

/// What was once found out about files by reading them, for as long as they are untouched.
///
/// A line a file and finding: size, modification time, inode, kind, text, path. Any process appends;
/// a line that is cut short does no harm. Files that were modified within the last two seconds are
/// read again: they might change without another time.
public final class FileNotes: Sendable {
  private struct Note: Sendable {
    var mark: FileMark
    var text: String
  }

  private let path: String?
  private let notes: Mutex<[String: Note]>
  /// Lines that are not in the file as yet.
  private let pending = Mutex("")

  /// Reads notes; they are kept in memory alone where `path` is nil.
  public init(path: String?) {
    self.path = path
    notes = Mutex(path.map(Self.read) ?? [:])
  }

  /// Appends what was found out since to the file.
  public func save() {
    let lines = pending.withLock { pending in
      defer { pending = "" }
      return pending
    }
    if let path, !lines.isEmpty { AppendedFile.append(lines, to: path) }
  }

  /// What is known of a file, nil where it is not, or the file was changed since.
  public func known(_ kind: String, of file: String) -> String? {
    guard let known = notes.withLock({ $0["\(kind) \(file)"] }), known.mark == FileMark(file) else {
      return nil
    }
    return known.text
  }

  /// What is known of a file, or what `find` says of it now.
  ///
  /// - Parameters:
  ///   - kind: What is found out, a word.
  ///   - file: Path of the file.
  ///   - find: Reads the file; its text must be one line.
  /// - Returns: The text of `find`, now or earlier.
  /// - Throws: what `find` throws.
  public func note<Failure: Error>(
    _ kind: String, of file: String, find: () throws(Failure) -> String
  ) throws(Failure) -> String {
    let name = "\(kind) \(file)"
    guard let mark = FileMark(file) else { return try find() }
    if let known = notes.withLock({ $0[name] }), known.mark == mark { return known.text }
    let text = try find()
    guard FileMark(file) == mark, !mark.isFresh, !file.contains("\n") else { return text }
    notes.withLock { $0[name] = Note(mark: mark, text: text) }
    pending.withLock { $0 += "\(mark.text)\t\(kind)\t\(text)\t\(file)\n" }
    return text
  }

  private static func read(_ path: String) -> [String: Note] {
    guard let bytes = try? AtomicFile.read(path) else { return [:] }
    var notes: [String: Note] = [:]
    for line in String(decoding: bytes, as: UTF8.self).split(separator: "\n") {
      let fields = line.split(separator: "\t", maxSplits: 3, omittingEmptySubsequences: false)
      guard fields.count == 4, let mark = FileMark(text: fields[0]) else { continue }
      notes["\(fields[1]) \(fields[3])"] = Note(mark: mark, text: String(fields[2]))
    }
    return notes
  }
}

/// Files to which any process adds lines, each by one write.
public enum AppendedFile {
  /// Adds a text; where that cannot be, nothing happens.
  public static func append(_ text: String, to path: String) {
    append(Array(text.utf8), to: path)
  }

  /// Adds bytes; where that cannot be, nothing happens.
  public static func append(_ bytes: [UInt8], to path: String) {
    let flags = O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC
    var file = open(path, flags, 0o666)
    if file < 0, errno == ENOENT, let slash = path.lastIndex(of: "/") {
      try? AtomicFile.createFolder(String(path[..<slash]))
      file = open(path, flags, 0o666)
    }
    guard file >= 0 else { return }
    bytes.withUnsafeBytes { _ = write(file, $0.baseAddress, $0.count) }
    close(file)
  }
}
