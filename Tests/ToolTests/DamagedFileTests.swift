import Foundation
import TestSupport
import Testing

/// A file on which libhdf5 1.10.8 crashes ends no command but a child.
///
/// `crash.h5` is case 3493 of kind hdf5 under seed 1 of `make fuzz`, made of
/// `NtuplesTests/Fixtures/pandas_table.h5`: libhdf5 divides by zero.
@Suite struct DamagedFileTests {
  static let fixtures = URL(filePath: #filePath).deletingLastPathComponent().path + "/Fixtures"

  private static func damage(_ name: String) -> String {
    "\(name): file is damaged; libhdf5 crashed (signal 8) while walking its metadata; "
      + "copy or make it again\n"
  }

  /// Whether the library of this machine crashes on it; others may refuse it.
  static let crashes: Bool = {
    guard let run = try? ToolProcess.run(["walk-file", "crash.h5"], in: fixtures) else {
      return true
    }
    return run.status != 0
  }()

  @Test(.enabled(if: crashes, "this libhdf5 does not crash on the file"))
  func inspectNamesAFileThatCrashesTheLibrary() throws {
    let run = try ToolProcess.run(["inspect", "crash.h5"], in: Self.fixtures)
    #expect(run.status == 2)
    #expect(run.output.isEmpty)
    #expect(run.errors == Self.damage("crash.h5"))
  }

  @Test(.enabled(if: crashes, "this libhdf5 does not crash on the file"))
  func theLibraryCrashesWithoutTheWalk() throws {
    let run = try ToolProcess.run(["walk-file", "crash.h5"], in: Self.fixtures)
    #expect(run.status == -SIGFPE)
  }

  @Test(.enabled(if: crashes, "this libhdf5 does not crash on the file"))
  func checkNamesEveryFileThatCrashesTheLibrary() throws {
    let folder = try TemporaryFolder()
    let inputs = folder.path + "/inputs"
    let made = try ToolProcess.run([
      "simulate", "dimuon", "--events", "2000", "--output", inputs, "--quiet",
    ])
    #expect(made.status == 0, "\(made.errors)")
    let files = try FileManager.default.contentsOfDirectory(atPath: inputs)
      .filter { $0.hasSuffix(".h5") }.sorted()
    try #require(files.count >= 2)
    for (number, name) in files.prefix(2).enumerated() {
      try FileManager.default.removeItem(atPath: "\(inputs)/\(name)")
      // Equal files would be refused before.
      let bytes = try Data(contentsOf: URL(filePath: "\(Self.fixtures)/crash.h5"))
      try (bytes + Data(repeating: 0, count: number)).write(to: URL(filePath: "\(inputs)/\(name)"))
    }
    let run = try ToolProcess.run(
      [
        "check", ToolProcess.root + "/Pipelines/dimuon/1-simulated.yaml", "--inputs", folder.path,
        "--inputs-exist",
      ])
    #expect(run.status == 2)
    for name in files.prefix(2) {
      #expect(run.errors.contains(Self.damage("\(inputs)/\(name)")), "\(run.errors)")
    }
    #expect(run.errors.split(separator: "\n").count == 2, "\(run.errors)")
  }

  @Test func wholeFilesPassTheWalk() throws {
    let folder = ToolProcess.root + "/Tests/NtuplesTests/Fixtures"
    let files = try FileManager.default.contentsOfDirectory(atPath: folder)
      .filter { $0.hasSuffix(".h5") }
    let run = try ToolProcess.run(["walk-file"] + files, in: folder)
    #expect(run.status == 0)
    #expect(run.output == String(repeating: "\n", count: files.count))
    #expect(run.errors.isEmpty)
    #expect(files.count >= 9)
  }
}
