import Glibc

/// A folder of its own for one test, removed at the end.
final class TemporaryFolder {
  let path: String

  init() {
    var template = Array("/tmp/nightjar-test-XXXXXX".utf8CString)
    path = mkdtemp(&template).map { String(cString: $0) } ?? "/tmp"
  }

  func file(_ name: String) -> String { "\(path)/\(name)" }

  /// Names of the files in it.
  var names: [String] {
    var names: [String] = []
    guard let folder = opendir(path) else { return [] }
    while let entry = readdir(folder) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
        pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if name != "." && name != ".." { names.append(name) }
    }
    closedir(folder)
    return names.sorted()
  }

  deinit {
    for name in names { unlink(file(name)) }
    rmdir(path)
  }
}
