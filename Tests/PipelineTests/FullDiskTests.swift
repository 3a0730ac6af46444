import Foundation
import Glibc
import HDF5Files
import TestSupport
import Testing

/// A full disk, and two runs in one folder: nothing half-written is ever taken for a result.
@Suite(.serialized) struct FullDiskTests {
  /// A small file system in memory, for as long as it is needed.
  final class SmallDisk: Sendable {
    let folder: TemporaryFolder

    init(kilobytes: Int) throws {
      folder = try TemporaryFolder()
      guard mount("nightjar", folder.path, "tmpfs", 0, "size=\(kilobytes)k") == 0 else {
        throw CocoaError(.fileWriteUnknown)
      }
    }

    func grow() { _ = mount("nightjar", folder.path, "tmpfs", UInt(MS_REMOUNT), "size=64m") }

    /// Lets nobody write, not even root.
    func protect() {
      _ = mount("nightjar", folder.path, "tmpfs", UInt(MS_REMOUNT | MS_RDONLY), "")
    }

    /// Takes all space that is left; no process started meanwhile holds the file open.
    func fill() {
      let file = open("\(folder.path)/filler", O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o666)
      let block = [UInt8](repeating: 1, count: 4096)
      while write(file, block, block.count) > 0 {}
      close(file)
    }

    func empty() { unlink("\(folder.path)/filler") }

    deinit { umount2(folder.path, Int32(MNT_DETACH)) }
  }

  static let canMount: Bool = {
    do {
      _ = try SmallDisk(kilobytes: 64)
      return true
    } catch {
      return false
    }
  }()

  /// The one message of a full disk, about a file of the run.
  private func expectFullDisk(_ run: ToolProcess, in output: String) {
    let place = String(run.errors.prefix { $0 != ":" })
    #expect(place.hasPrefix(output))
    #expect(
      run.errors
        == "\(place): no space left on the disk; nothing was written under the final name; "
        + "make space and run again, finished work is kept\n")
  }

  private static let inputs = Result {
    let folder = try TemporaryFolder()
    let file = SyntheticNtuple.File(
      name: "data-0.h5", rows: SyntheticNtuple.rows(seed: 5, count: 20_000), chunkRows: 1000)
    try SyntheticNtuple.write(file, to: folder.path, weights: false)
    return folder
  }

  @Test(.enabled(if: canMount, "SKIPPED: a small tmpfs needs root"))
  func aFullDiskIsToldAndTheRunGoesOnFromThere() throws {
    let inputs = try Self.inputs.get().path
    let search = try SearchRun(fixture: "small.yaml")
    try search.run(inputs: inputs, output: "reference")
    let bytes = try search.summaryBytes("reference")
    let checkpoints = try FileManager.default.subpathsOfDirectory(
      atPath: "\(search.folder.path)/reference/checkpoints")
    var failures = 0
    for kilobytes in [4, 40, 120, 250, 330, 360, 400] {
      let disk = try SmallDisk(kilobytes: kilobytes)
      let output = "\(disk.folder.path)/out"
      let run = try search.run(inputs: inputs, output: output)
      let left = disk.folder.subpaths
      #expect(left.allSatisfy { !$0.contains(".tmp") }, "\(kilobytes): \(left)")
      if run.status != 0 {
        failures += 1
        #expect(run.status == 2)
        expectFullDisk(run, in: output)
        #expect(!left.contains("out/summary.h5"))
        for (name, task) in try search.tasks(inputs: inputs, output: output) {
          #expect(["finished", "to do"].contains(task.state), "\(kilobytes) \(name)")
        }
      }
      disk.grow()
      let again = try search.run(inputs: inputs, output: output)
      #expect(again.status == 0, "\(again.errors)")
      let summary = try Data(contentsOf: URL(fileURLWithPath: "\(output)/summary.h5"))
      #expect([UInt8](summary) == bytes)
      let finished = try FileManager.default.subpathsOfDirectory(atPath: "\(output)/checkpoints")
      #expect(finished.sorted() == checkpoints.sorted())
    }
    #expect(failures >= 4)
  }

  /// Columns that are written as they come: one message, no crash at the end, nothing left behind.
  @Test(.enabled(if: canMount, "SKIPPED: a small tmpfs needs root"), arguments: [4, 8, 12, 16, 20])
  func aDiskThatIsTooSmallForAnExportIsTold(kilobytes: Int) throws {
    let disk = try SmallDisk(kilobytes: kilobytes)
    let tree = "\(ToolProcess.root)/Tests/ROOTFilesTests/Fixtures/trees_zstd.root"
    let run = try ToolProcess.run([
      "export", tree, "--ntuple", "--output", "\(disk.folder.path)/columns.h5",
    ])
    #expect(run.status == 2)
    let lines = run.errors.split(separator: "\n").filter { !$0.contains("is left out: ") }
    #expect(
      lines == [
        "\(disk.folder.path)/columns.h5: no space left on the disk; nothing was written under the final "
          + "name; make space and run again, finished work is kept"
      ])
    #expect(disk.folder.contents == [])
  }

  /// 64 MB that somebody else fills while scan and toys are made.
  @Test(.enabled(if: canMount, "SKIPPED: a small tmpfs needs root"))
  func aDiskFilledInTheMiddleOfARun() throws {
    let inputs = try DimuonInputs.small.get().path
    let search = try SearchRun("dimuon/1-simulated.yaml")
    let settings = [
      "--set", "outputs.report.figures=[]", "--set", "scan.lookElsewhere.toys=1000",
      "--set", "execution.taskSeconds=0.2",
    ]
    try search.run(settings, inputs: inputs, output: "reference")
    let bytes = try search.summaryBytes("reference")
    let disk = try SmallDisk(kilobytes: 65_536)
    let output = "\(disk.folder.path)/out"
    let merged = "\(output)/checkpoints/merge"
    // A thread of its own: tests that run beside this one must not hold it up.
    let filling = Thread {
      while !FileManager.default.fileExists(atPath: merged), !Thread.current.isCancelled {
        usleep(500)
      }
      disk.fill()
    }
    filling.start()
    let run = try search.run(settings, inputs: inputs, output: output)
    filling.cancel()
    while !filling.isFinished { usleep(500) }
    #expect(run.status == 2)
    expectFullDisk(run, in: output)
    #expect(disk.folder.subpaths.allSatisfy { !$0.contains(".tmp") })
    #expect(!disk.folder.subpaths.contains("out/summary.h5"))
    disk.empty()
    let again = try search.run(settings + ["--json"], inputs: inputs, output: output)
    #expect(again.status == 0, "\(again.errors)")
    let fields = try #require(
      try JSONSerialization.jsonObject(with: Data(again.output.utf8)) as? [String: Any])
    #expect((fields["tasksReused"] as? Int ?? 0) > 0)
    let summary = try Data(contentsOf: URL(fileURLWithPath: "\(output)/summary.h5"))
    #expect([UInt8](summary) == bytes)
  }

  @Test(.enabled(if: canMount, "SKIPPED: a small tmpfs needs root"))
  func aFolderThatCannotBeWrittenIsToldAtOnce() throws {
    let inputs = try Self.inputs.get().path
    let search = try SearchRun(fixture: "small.yaml")
    let disk = try SmallDisk(kilobytes: 1024)
    let old = "\(disk.folder.path)/old"
    try FileManager.default.createDirectory(atPath: old, withIntermediateDirectories: true)
    disk.protect()
    for output in [old, "\(disk.folder.path)/new"] {
      let run = try search.run(inputs: inputs, output: output)
      #expect(run.status == 2)
      #expect(
        run.errors == "\(output): cannot be written; read-only file system; "
          + "name a folder that can, with --output\n")
    }
    #expect(disk.folder.subpaths == ["old"])
  }

  @Test func twoRunsAtOnceInOneFolderEndWithTheSameBytes() async throws {
    let inputs = try SyntheticNtuple.folder.get().path
    let search = try SearchRun(fixture: "synthetic.yaml")
    try search.run(inputs: inputs, output: "alone")
    let results = try await withThrowingTaskGroup(of: ToolProcess.self) { group in
      for _ in 0..<2 {
        group.addTask {
          try search.run(["--set", "execution.taskSeconds=0.01"], inputs: inputs, output: "shared")
        }
      }
      return try await group.reduce(into: []) { $0.append($1) }
    }
    for run in results { #expect(run.status == 0 && run.errors.isEmpty, "\(run.errors)") }
    #expect(try search.summaryContent("shared") == search.summaryContent("alone"))
    #expect(try search.checkpoints("skim", "shared") == search.checkpoints("skim", "alone"))
    #expect(try search.checkpoints("merge", "shared") == search.checkpoints("merge", "alone"))
    #expect(search.folder.subpaths.allSatisfy { !$0.contains(".tmp") })
  }
}

extension TemporaryFolder {
  /// Paths of everything below.
  var subpaths: [String] {
    (FileManager.default.enumerator(atPath: path)?.compactMap { $0 as? String }) ?? []
  }
}
