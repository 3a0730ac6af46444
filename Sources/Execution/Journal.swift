import Glibc
import Platform
import Synchronization

/// Which checkpoints were found whole, so that looking for finished work need not read them again.
///
/// A line a file: key, size, modification time in nanoseconds, inode. A file that is not exactly as
/// it was then is read again; one that is used is read again in any case. Lines are appended by any
/// process; one that is cut short or twice there does no harm.
final class Journal: Sendable {
  /// What tells an untouched file.
  struct Mark: Sendable, Hashable {
    var size: Int
    var modified: Int
    var inode: UInt

    /// The mark of a file; nil where there is none.
    init?(_ path: String) {
      var information = stat()
      guard stat(path, &information) == 0, information.st_mode & S_IFMT == S_IFREG else {
        return nil
      }
      size = Int(information.st_size)
      modified = information.st_mtim.tv_sec * 1_000_000_000 + information.st_mtim.tv_nsec
      inode = UInt(information.st_ino)
    }

    init(size: Int, modified: Int, inode: UInt) {
      (self.size, self.modified, self.inode) = (size, modified, inode)
    }
  }

  private let path: String
  private let marks: Mutex<[SHA256Digest: Mark]>

  init(path: String) {
    self.path = path
    marks = Mutex(Self.read(path))
  }

  /// Whether a file is as it was when it was last found whole.
  func holds(_ key: SHA256Digest, _ mark: Mark) -> Bool { marks.withLock { $0[key] == mark } }

  /// Notes that a file is whole.
  func add(_ key: SHA256Digest, _ path: String) {
    guard let mark = Mark(path) else { return }
    let isNew = marks.withLock { marks in
      if marks[key] == mark { return false }
      marks[key] = mark
      return true
    }
    if isNew { append("\(key) \(mark.size) \(mark.modified) \(mark.inode)\n") }
  }

  /// Reads what other processes noted.
  func refresh() {
    let now = Self.read(path)
    marks.withLock { $0 = now }
  }

  /// Forgets a file.
  func remove(_ key: SHA256Digest) { marks.withLock { $0[key] = nil } }

  private func append(_ line: String) {
    var file = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o666)
    if file < 0, errno == ENOENT, let slash = path.lastIndex(of: "/") {
      try? AtomicFile.createFolder(String(path[..<slash]))
      file = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o666)
    }
    guard file >= 0 else { return }
    var line = line
    line.withUTF8 { _ = write(file, $0.baseAddress, $0.count) }
    close(file)
  }

  private static func read(_ path: String) -> [SHA256Digest: Mark] {
    guard let bytes = try? AtomicFile.read(path) else { return [:] }
    var marks: [SHA256Digest: Mark] = [:]
    for line in bytes.split(separator: 10) {
      let words = line.split(separator: 32)
      guard words.count == 4, words[0].count == 64,
        let key = SHA256Digest(hexadecimal: String(decoding: words[0], as: UTF8.self)),
        let size = Int(String(decoding: words[1], as: UTF8.self)),
        let modified = Int(String(decoding: words[2], as: UTF8.self)),
        let inode = UInt(String(decoding: words[3], as: UTF8.self))
      else { continue }
      marks[key] = Mark(size: size, modified: modified, inode: inode)
    }
    return marks
  }
}
