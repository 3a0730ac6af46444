import Foundation
import Platform
import TestSupport
import Testing

/// What is noted of files holds for untouched files alone.
@Suite struct FileNotesTests {
  /// A file that was last written a minute ago.
  private static func old(_ path: String, _ text: String, secondsAgo: Double = 60) throws {
    try text.write(toFile: path, atomically: false, encoding: .utf8)
    try FileManager.default.setAttributes(
      [.modificationDate: Date(timeIntervalSinceNow: -secondsAgo)], ofItemAtPath: path)
  }

  @Test func anUntouchedFileIsReadOnceByAnyProcess() throws {
    let folder = try TemporaryFolder()
    let (file, notes) = ("\(folder.path)/a\tb", "\(folder.path)/state/inputs")
    try Self.old(file, "one")
    func look(_ notes: FileNotes, _ text: String, _ kind: String = "kind") -> (String, Bool) {
      var isRead = false
      let found = notes.note(kind, of: file) {
        isRead = true
        return text
      }
      return (found, isRead)
    }
    let first = FileNotes(path: notes)
    #expect(look(first, "x") == ("x", true))
    #expect(look(first, "y") == ("x", false))
    #expect(look(first, "z", "other") == ("z", true))
    #expect(!FileManager.default.fileExists(atPath: notes))
    first.save()
    first.save()
    let second = FileNotes(path: notes)
    #expect(look(second, "y") == ("x", false))
    #expect(look(second, "y", "other") == ("z", false))
    // The same size, another time.
    try Self.old(file, "two", secondsAgo: 50)
    #expect(look(second, "w") == ("w", true))
    second.save()
    #expect(look(FileNotes(path: notes), "v") == ("w", false))
    // A line that was cut short is none.
    let text = try String(contentsOfFile: notes, encoding: .utf8)
    try String(text.dropLast(8)).write(toFile: notes, atomically: true, encoding: .utf8)
    #expect(look(FileNotes(path: notes), "u") == ("u", true))
  }

  @Test func aFileJustWrittenIsNotTrusted() throws {
    let folder = try TemporaryFolder()
    let file = "\(folder.path)/new"
    try "one".write(toFile: file, atomically: false, encoding: .utf8)
    let notes = FileNotes(path: nil)
    var reads = 0
    for _ in 0..<3 {
      _ = notes.note("kind", of: file) {
        reads += 1; return "\(reads)"
      }
    }
    #expect(reads == 3)
  }

  @Test func anIdentityOutOfNotesIsTheOneThatIsRead() throws {
    let folder = try TemporaryFolder()
    let file = "\(folder.path)/file"
    try Self.old(file, String(repeating: "nightjar ", count: 1_000_000))
    let notes = FileNotes(path: nil)
    let read = try FileIdentity.of(file)
    #expect(try FileIdentity.of(file, notes: notes) == read)
    #expect(try FileIdentity.of(file, notes: notes) == read)
  }
}
