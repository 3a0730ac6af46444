import Glibc

/// Writes files so that a final name never holds half a file.
public enum AtomicFile {
  /// Writes `bytes` beside `path`, syncs, renames onto `path` and syncs the folder.
  ///
  /// - Throws: `PlatformError.diskFull` or `.cannotWrite`; the temporary file is then removed.
  public static func write(_ bytes: [UInt8], to path: String) throws(PlatformError) {
    let result = bytes.withUnsafeBytes { buffer in
      Result { () throws(PlatformError) in try write(buffer, to: path) }
    }
    try result.get()
  }

  /// Writes text as UTF-8 like `write(_:to:)`.
  public static func write(_ text: String, to path: String) throws(PlatformError) {
    try write(Array(text.utf8), to: path)
  }

  /// Writes a buffer like `write(_:to:)`.
  public static func write(_ bytes: UnsafeRawBufferPointer, to path: String)
    throws(PlatformError)
  {
    let temporary = temporaryPath(for: path)
    let file = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666)
    guard file >= 0 else { throw .writing(path) }
    do throws(PlatformError) {
      try writeAll(bytes, to: file, path: path)
      guard close(file) == 0 else { throw .writing(path) }
    } catch {
      close(file)
      unlink(temporary)
      throw error
    }
    try commit(temporary: temporary, to: path)
  }

  /// A name in the same folder for the file to be, hidden and unique to this process and call.
  public static func temporaryPath(for path: String) -> String {
    let (folder, name) = split(path)
    let unique = "\(getpid()).\(UInt32.random(in: 0 ... .max))"
    return "\(folder)/.\(name).\(unique).tmp"
  }

  /// Syncs a finished temporary file, renames it onto `path` and syncs the folder.
  ///
  /// - Throws: `PlatformError.diskFull` or `.cannotWrite`; the temporary file is then removed.
  public static func commit(temporary: String, to path: String) throws(PlatformError) {
    let file = open(temporary, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { throw .writing(path) }
    let synced = fsync(file) == 0
    close(file)
    guard synced, rename(temporary, path) == 0 else {
      let error = PlatformError.writing(path)
      unlink(temporary)
      throw error
    }
    let folder = open(split(path).folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard folder >= 0 else { return }
    fsync(folder)  // best effort: some shared file systems refuse to sync a folder
    close(folder)
  }

  /// Creates a folder and its parents; no error if it exists.
  public static func createFolder(_ path: String) throws(PlatformError) {
    if path.isEmpty || mkdir(path, 0o777) == 0 { return }
    if errno == ENOENT {
      try createFolder(split(path).folder)
      if mkdir(path, 0o777) == 0 { return }
    }
    var information = stat()
    guard errno == EEXIST, stat(path, &information) == 0,
      information.st_mode & S_IFMT == S_IFDIR
    else { throw .writing(path) }
  }

  /// Reads a whole file.
  public static func read(_ path: String) throws(PlatformError) -> [UInt8] {
    let file = open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { throw .reading(path) }
    defer { close(file) }
    var information = stat()
    guard fstat(file, &information) == 0 else { throw .reading(path) }
    guard information.st_mode & S_IFMT == S_IFREG else {
      throw .cannotRead(path: path, reason: "it is not a regular file")
    }
    var bytes = [UInt8](repeating: 0, count: Int(information.st_size))
    var done = 0
    while done < bytes.count {
      let got = bytes.withUnsafeMutableBytes { buffer in
        Glibc.read(file, buffer.baseAddress.map { $0 + done }, buffer.count - done)
      }
      if got < 0 && errno == EINTR { continue }
      guard got >= 0 else { throw .reading(path) }
      if got == 0 { break }
      done += got
    }
    if done < bytes.count { bytes.removeLast(bytes.count - done) }
    return bytes
  }

  /// Removes a file, where it is.
  public static func remove(_ path: String) { unlink(path) }

  /// Whether something exists under a path.
  public static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

  private static func writeAll(
    _ bytes: UnsafeRawBufferPointer, to file: Int32, path: String
  ) throws(PlatformError) {
    var done = 0
    while done < bytes.count {
      let count = Glibc.write(file, bytes.baseAddress.map { $0 + done }, bytes.count - done)
      if count < 0 && errno == EINTR { continue }
      guard count > 0 else { throw .writing(path) }
      done += count
    }
  }

  private static func split(_ path: String) -> (folder: String, name: String) {
    guard let slash = path.lastIndex(of: "/") else { return (".", path) }
    let folder = String(path[..<slash])
    return (folder.isEmpty ? "/" : folder, String(path[path.index(after: slash)...]))
  }
}
