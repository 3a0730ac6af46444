import Foundation
import FuzzReaders

/// The reader that is tried, named by NIGHTJAR_FUZZ_KIND.
private let kind: FuzzKind = {
  let name = ProcessInfo.processInfo.environment["NIGHTJAR_FUZZ_KIND"] ?? ""
  guard let kind = FuzzKind(rawValue: name) else {
    fatalError("NIGHTJAR_FUZZ_KIND must name a reader, found '\(name)'")
  }
  return kind
}()

/// Where an input is written: a folder in which the paths of every file of the corpus lead on.
private let place: String = {
  do {
    let folder = FileManager.default.temporaryDirectory.path + "/nightjar-fuzz-\(getpid())"
    return try JointFolder.make(folder, Corpus(kind)) + "/input"
  } catch {
    fatalError("no folder for inputs: \(error)")
  }
}()

/// Where libFuzzer begins.
@main
enum Entry {
  static func main() {
    var count = CommandLine.argc
    var words = CommandLine.unsafeArgv
    exit(runDriver(&count, &words, testOneInput))
  }
}

/// The loop of libFuzzer.
@_silgen_name("LLVMFuzzerRunDriver")
private func runDriver(
  _ count: UnsafeMutablePointer<CInt>,
  _ words: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>>,
  _ test: @convention(c) (UnsafePointer<UInt8>, Int) -> CInt
) -> CInt

/// What libFuzzer calls with each of its inputs; its own main would look for it by this name.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ bytes: UnsafePointer<UInt8>, _ count: Int) -> CInt {
  guard let file = fopen(place, "wb") else { fatalError("\(place) cannot be written") }
  fwrite(bytes, 1, count, file)
  fclose(file)
  do {
    try kind.read(place)
  } catch {
    precondition("\(error)".contains(place) || kind.isText, "an error that does not name the file")
  }
  return 0
}

/// A folder beside which lies what stands beside the files of a corpus.
private enum JointFolder {
  static func make(_ root: String, _ corpus: Corpus) throws -> String {
    let own = root + "/a/b"
    try FileManager.default.createDirectory(atPath: own, withIntermediateDirectories: true)
    try link("\(FuzzKind.repository)/Schemas", to: root + "/Schemas")
    let folders = corpus.files.map { file in
      file.path.split(separator: "/").dropLast().joined(separator: "/")
    }
    for folder in Set(folders).sorted() {
      try link("\(FuzzKind.repository)/\(folder)", to: own)
    }
    return own
  }

  /// Links files one by one, so that folders of one name become one.
  private static func link(_ original: String, to path: String) throws {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: original, isDirectory: &isFolder) else { return }
    guard isFolder.boolValue else {
      if FileManager.default.fileExists(atPath: path) { return }
      return try FileManager.default.createSymbolicLink(
        atPath: path, withDestinationPath: original)
    }
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    for name in try FileManager.default.contentsOfDirectory(atPath: original).sorted() {
      try link("\(original)/\(name)", to: "\(path)/\(name)")
    }
  }
}
