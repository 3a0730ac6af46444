import Foundation
import FuzzReaders
import TestSupport
import Testing

/// A short run of the damaged files of `make fuzz`, and whether it would notice.
@Suite struct FuzzTests {
  private static let kinds: [FuzzKind] = FuzzKind.allCases.filter { kind in
    (try? Corpus(kind).files.isEmpty) == false
  }

  private static func run(_ arguments: [String]) throws -> ToolProcess {
    let folder = URL(filePath: ToolProcess.path).deletingLastPathComponent().path
    return try ToolProcess.run(arguments, tool: folder + "/nightjar-fuzz")
  }

  @Test(arguments: kinds) func damagedFilesAreReadOrRefusedByName(kind: FuzzKind) throws {
    let failures = try TemporaryFolder()
    let run = try Self.run([
      "--kind", kind.rawValue, "--cases", "200", "--seed", "7", "--failures", failures.path,
    ])
    #expect(run.status == 0, "\(run.output)\(run.errors)")
    #expect(run.output.hasPrefix("\(kind.rawValue): 200 cases of "))
    #expect(run.output.contains(", 0 crash, 0 hang, 0 memory, 0 unnamed; "))
  }

  @Test(arguments: ["crash", "hang", "memory", "unnamed"])
  func aFaultOfOneCaseIsFoundAndTheNextCasesAreRun(fault: String) throws {
    let failures = try TemporaryFolder()
    let run = try Self.run([
      "--kind", "ntuple-schema", "--cases", "9", "--first", "46", "--pretend", fault, "--failures",
      failures.path,
    ])
    #expect(run.status == 1)
    let counts = try #require(run.output.split(separator: "\n").first)
    #expect(counts.contains(" 1 \(fault)"), "\(run.output)")
    let words = counts.split { " ,;:".contains($0) }.map(String.init)
    let numbers = ["read", "error", "crash", "hang", "memory", "unnamed"].map { name in
      words.firstIndex(of: name).flatMap { Int(words[$0 - 1]) } ?? -1
    }
    #expect(numbers.reduce(0, +) == 9, "\(counts)")
    #expect(run.output.contains("nightjar-fuzz --kind ntuple-schema --case 50 --seed 1"))
    #expect(failures.contents == ["ntuple-schema-1-50.yaml"])
    let alone = try Self.run([
      "--kind", "ntuple-schema", "--case", "50", "--pretend", fault, "--failures", failures.path,
    ])
    #expect(alone.status == 1)
  }

  @Test(arguments: kinds) func atLeastHalfOfAllChangesAreAimed(kind: FuzzKind) throws {
    let mutator = Mutator(try Corpus(kind), kind, seed: 1)
    let again = Mutator(try Corpus(kind), kind, seed: 1)
    let other = Mutator(try Corpus(kind), kind, seed: 2)
    var (all, aimed, same, changed) = (0, 0, 0, 0)
    for number in 0..<1000 {
      let made = mutator.make(number)
      all += made.changes
      aimed += made.aimedChanges
      #expect(again.make(number).bytes == made.bytes)
      if other.make(number).bytes == made.bytes { same += 1 }
      if made.bytes != made.file.bytes { changed += 1 }
    }
    #expect(2 * aimed >= all, "\(aimed) of \(all)")
    #expect(same < 20)
    #expect(changed > 900)
  }

  @Test(arguments: kinds) func theCorpusIsSmall(kind: FuzzKind) throws {
    for file in try Corpus(kind).files {
      #expect(file.bytes.count <= 30_000, "\(file.path)")
    }
  }
}
