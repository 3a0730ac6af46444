import Glibc

/// What tells an untouched file without reading it.
public struct FileMark: Sendable, Hashable {
  /// Size in bytes.
  public var size: Int
  /// Modification time in nanoseconds since 1970.
  public var modified: Int
  /// Number of the inode.
  public var inode: UInt

  /// The mark of a regular file; nil where there is none.
  public init?(_ path: String) {
    var information = stat()
    guard stat(path, &information) == 0, information.st_mode & S_IFMT == S_IFREG else {
      return nil
    }
    size = Int(information.st_size)
    modified = information.st_mtim.tv_sec * 1_000_000_000 + information.st_mtim.tv_nsec
    inode = UInt(information.st_ino)
  }

  /// Reads what `text` says; nil where it says something else.
  public init?(text: some StringProtocol) {
    let words = text.split(separator: " ")
    guard words.count == 3, let size = Int(words[0]), let modified = Int(words[1]),
      let inode = UInt(words[2])
    else { return nil }
    (self.size, self.modified, self.inode) = (size, modified, inode)
  }

  /// Three numbers.
  public var text: String { "\(size) \(modified) \(inode)" }

  /// Whether the file may change once more without another modification time.
  var isFresh: Bool {
    var now = timespec()
    clock_gettime(CLOCK_REALTIME, &now)
    return modified > (now.tv_sec - 2) * 1_000_000_000
  }
}
