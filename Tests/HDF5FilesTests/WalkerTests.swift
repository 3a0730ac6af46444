import Foundation
import HDF5Files
import Platform
import Testing

/// Files are walked once, in children; one that dies names its file.
@Suite struct WalkerTests {
  /// A program that notes the files it is given and dies at those whose name says how.
  private static func program(in folder: TemporaryFolder) -> [String] {
    let script = """
      echo child >> '\(folder.path)/log'
      for f do
        basename "$f" >> '\(folder.path)/log'
        case "$f" in
          *crash*) kill -SEGV $$;;
          *slow*) kill -XCPU $$;;
          *waits*) kill -ALRM $$;;
          *exit*) exit 3;;
        esac
        printf x
      done
      case "$*" in *late*) kill -SEGV $$;; esac
      """
    return ["sh", "-c", script, "walk"]
  }

  /// Files that begin like HDF5 and were last changed a minute ago.
  private static func files(_ names: [String], in folder: TemporaryFolder) throws
    -> [String]
  {
    try names.map { name in
      let path = "\(folder.path)/\(name)"
      try Data([0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a]).write(to: URL(filePath: path))
      try FileManager.default.setAttributes(
        [.modificationDate: Date(timeIntervalSinceNow: -60)], ofItemAtPath: path)
      return path
    }
  }

  private static func log(_ folder: TemporaryFolder) -> [String] {
    let text = try? String(contentsOfFile: folder.path + "/log", encoding: .utf8)
    return (text ?? "").split(separator: "\n").map(String.init)
  }

  private static func text(_ walker: HDF5Walker, _ path: String) -> String {
    do throws(HDF5Error) {
      try walker.check(path)
      return "passed"
    } catch {
      return error.description
    }
  }

  @Test func anUntouchedFileIsWalkedOnceByAnyProcess() throws {
    let folder = TemporaryFolder()
    let path = try Self.files(["a.h5"], in: folder)[0]
    let notes = folder.path + "/notes"
    let first = HDF5Walker()
    try first.check(path)
    #expect(Self.log(folder) == [], "nothing is walked without a program")
    first.use(Self.program(in: folder))
    let kept = FileNotes(path: notes)
    first.remember(in: kept)
    for _ in 0..<2 { try first.check(path) }
    #expect(Self.log(folder) == ["child", "a.h5"])
    kept.save()
    let second = HDF5Walker()
    second.use(Self.program(in: folder))
    second.remember(in: FileNotes(path: notes))
    try second.check(path)
    #expect(Self.log(folder) == ["child", "a.h5"])
    try FileManager.default.setAttributes(
      [.modificationDate: Date(timeIntervalSinceNow: -50)], ofItemAtPath: path)
    try second.check(path)
    #expect(Self.log(folder) == ["child", "a.h5", "child", "a.h5"])
  }

  @Test func oneChildWalksManyFilesAndAnotherGoesOnBehindACrash() throws {
    let folder = TemporaryFolder()
    let paths = try Self.files(["1.h5", "crash.h5", "2.h5", "exit.h5", "3.h5"], in: folder)
    let walker = HDF5Walker()
    walker.use(Self.program(in: folder))
    try walker.prepare(paths)
    let expected = [
      "child", "1.h5", "crash.h5", "child", "2.h5", "exit.h5", "child", "3.h5",
    ]
    #expect(Self.log(folder) == expected)
    #expect([0, 2, 4].allSatisfy { Self.text(walker, paths[$0]) == "passed" })
    #expect(
      Self.text(walker, paths[1])
        == paths[1] + ": file is damaged; libhdf5 crashed (signal 11) while walking its metadata; "
        + "copy or make it again")
    #expect(
      Self.text(walker, paths[3])
        == paths[3] + ": file is damaged; libhdf5 ended its process (exit status 3) while walking "
        + "its metadata; copy or make it again")
    #expect(Self.log(folder) == expected, "what is known is not walked again")
  }

  @Test func aCrashAtTheVeryEndIsThatOfOneFile() throws {
    let folder = TemporaryFolder()
    let paths = try Self.files(["1.h5", "late.h5", "2.h5"], in: folder)
    let walker = HDF5Walker()
    walker.use(Self.program(in: folder))
    try walker.prepare(paths)
    #expect(Self.text(walker, paths[0]) == "passed")
    #expect(Self.text(walker, paths[1]).contains("crashed (signal 11)"))
    #expect(Self.text(walker, paths[2]) == "passed")
  }

  @Test func limitsOfTimeAreNamed() throws {
    let folder = TemporaryFolder()
    let paths = try Self.files(["slow.h5", "waits.h5"], in: folder)
    let walker = HDF5Walker()
    walker.use(Self.program(in: folder))
    #expect(
      Self.text(walker, paths[0])
        == paths[0] + ": file is damaged; libhdf5 took more than 10 s of processor time while "
        + "walking its metadata; copy or make it again")
    #expect(
      Self.text(walker, paths[1])
        == paths[1] + ": file is damaged; libhdf5 took more than 300 s while walking its metadata; "
        + "copy or make it again")
  }

  @Test func onlyHDF5FilesAreWalkedAndNoFileWithoutAChild() throws {
    let folder = TemporaryFolder()
    let path = try Self.files(["a.h5"], in: folder)[0]
    try "text".write(toFile: folder.path + "/text", atomically: false, encoding: .utf8)
    let walker = HDF5Walker()
    walker.use(["no-such-program"])
    #expect(Self.text(walker, folder.path + "/text") == "passed")
    #expect(Self.text(walker, folder.path + "/nowhere") == "passed")
    #expect(
      Self.text(walker, path)
        == path + ": cannot be read; no child process can walk it: no-such-program: cannot be "
        + "started; no such file or directory")
  }
}
