import Execution
import Foundation
import Platform
import TestSupport
import Testing

@Suite struct AttemptTests {
  @Test func attemptsAreKeptInOrder() throws {
    let folder = try TemporaryFolder()
    let log = AttemptLog(folder: "\(folder.path)/attempts")
    let works = Tasks.make(2)
    #expect(log.attempts(of: works[0].key).isEmpty)
    let first = Attempt(
      .outOfMemory, title: "scan/0", host: "n1", job: "slurm 4_0", detail: "2 GB\nof \"2\"", time: 5
    )
    let second = Attempt(.nodeFailure, title: "scan/0", host: "n2", job: "slurm 5_0", time: 9)
    log.append(first, of: works[0].key)
    log.append(second, of: works[0].key)
    #expect(log.attempts(of: works[0].key) == [first, second])
    #expect(log.all() == [works[0].key: [first, second]])
    // A line cut short by a crash hides no other.
    let name = works[0].key.description
    let path = "\(folder.path)/attempts/\(name.prefix(2))/\(name).jsonl"
    let text = try String(contentsOfFile: path, encoding: .utf8)
    try String(text.dropLast(10)).write(toFile: path, atomically: true, encoding: .utf8)
    #expect(log.attempts(of: works[0].key) == [first])
    log.clear(works[0].key)
    #expect(log.all().isEmpty)
  }
}
