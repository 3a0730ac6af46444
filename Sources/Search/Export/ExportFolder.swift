import Glibc
import Platform

/// A file of an export.
package struct ExportFile: Sendable, Equatable {
  /// Name in its folder.
  package var name: String
  /// Content.
  package var bytes: [UInt8]
  /// SHA-256 digest of the content, as text.
  package var digest: String { "\(SHA256Digest.of(bytes))" }

  /// Makes a file of text.
  package init(name: String, text: String) {
    self.init(name: name, bytes: Array(text.utf8))
  }

  /// Makes a file.
  package init(name: String, bytes: [UInt8]) {
    self.name = name
    self.bytes = bytes
  }
}

/// What stands in the way of writing an export.
package enum ExportError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The folder holds files that no export wrote, or that were changed since.
  case foreignFile(folder: String, name: String)
  /// The place is taken by something else.
  case notAFolder(path: String)
  /// A summary has no result that could be submitted.
  case noTables(title: String)

  /// The text as the user sees it.
  package var description: String {
    switch self {
    case .foreignFile(let folder, let name):
      "\(folder): holds '\(name)', which no export wrote or which was changed since; "
        + "move it away, or give another folder with --output"
    case .notAFolder(let path):
      "\(path): exists and is not a folder; give another one with --output"
    case .noTables(let title):
      "'\(title)': holds no result that could be submitted; a scan, fit or cut flow is needed"
    }
  }
}

/// A folder of files that appears as a whole or not at all.
package enum ExportFolder {
  /// Writes files into a new folder beside `path`, syncs them, and puts it in place of `path`.
  ///
  /// A folder already there is replaced only if each of its files is the list, or is named in that
  /// list with its digest on the same line: what others wrote, or changed, is never lost.
  /// - Parameters:
  ///   - files: The content.
  ///   - list: Name of the file among them that names the others with their SHA-256 digests.
  ///   - path: The folder.
  /// - Throws: `ExportError`, or `PlatformError` where the disk refuses.
  package static func write(_ files: [ExportFile], list: String, to path: String) throws {
    let path = path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path
    let old = try ownFiles(of: path, list: list)
    if let slash = path.lastIndex(of: "/"), slash != path.startIndex {
      try AtomicFile.createFolder(String(path[..<slash]))
    }
    let fresh = AtomicFile.temporaryPath(for: path)
    do {
      try AtomicFile.createFolder(fresh)
      for file in files { try AtomicFile.write(file.bytes, to: "\(fresh)/\(file.name)") }
    } catch {
      remove(fresh, files.map(\.name))
      throw error
    }
    let aside = AtomicFile.temporaryPath(for: path)
    if old != nil, rename(path, aside) != 0 {
      let error = PlatformError.cannotWrite(path: path, reason: PlatformError.systemReason())
      remove(fresh, files.map(\.name))
      throw error
    }
    guard rename(fresh, path) == 0 else {
      let error = PlatformError.cannotWrite(path: path, reason: PlatformError.systemReason())
      if old != nil { rename(aside, path) }
      remove(fresh, files.map(\.name))
      throw error
    }
    if let old { remove(aside, old) }
  }

  private static func remove(_ folder: String, _ names: [String]) {
    for name in names { unlink("\(folder)/\(name)") }
    rmdir(folder)
  }

  /// Names of the files that an export wrote; nil where there is no such folder.
  private static func ownFiles(of path: String, list: String) throws -> [String]? {
    guard let names = try names(in: path) else { return nil }
    guard !names.isEmpty else { return [] }
    guard names.contains(list) else {
      throw ExportError.foreignFile(folder: path, name: names[0])
    }
    let lines = String(decoding: try AtomicFile.read("\(path)/\(list)"), as: UTF8.self)
      .split(whereSeparator: \.isNewline)
    for name in names where name != list {
      let digest = ExportFile(name: name, bytes: try bytes(path, name)).digest
      guard lines.contains(where: { $0.contains(name) && $0.contains(digest) }) else {
        throw ExportError.foreignFile(folder: path, name: name)
      }
    }
    return names
  }

  private static func bytes(_ folder: String, _ name: String) throws -> [UInt8] {
    do {
      return try AtomicFile.read("\(folder)/\(name)")
    } catch {
      throw ExportError.foreignFile(folder: folder, name: name)
    }
  }

  private static func names(in path: String) throws -> [String]? {
    var information = stat()
    guard stat(path, &information) == 0 else { return nil }
    guard information.st_mode & S_IFMT == S_IFDIR else { throw ExportError.notAFolder(path: path) }
    guard let folder = opendir(path) else {
      throw PlatformError.cannotRead(path: path, reason: PlatformError.systemReason())
    }
    defer { closedir(folder) }
    var names: [String] = []
    while let entry = readdir(folder) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
        pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if name != "." && name != ".." { names.append(name) }
    }
    return names.sorted()
  }
}
