import Foundation
import Glibc
import HDF5Files
import TestSupport
import Testing

/// A full disk, and two runs in one folder: nothing half-written is ever taken for a result.
@Suite(.serialized) struct FullDiskTests {
  /// A small file system in memory, for as long as it is needed.
  final class SmallDisk {
    let folder: TemporaryFolder

    init(kilobytes: Int) throws {
      folder = try TemporaryFolder()
      guard mount("nightjar", folder.path, "tmpfs", 0, "size=\(kilobytes)k") == 0 else {
        throw CocoaError(.fileWriteUnknown)
      }
    }

    func grow() { _ = mount("nightjar", folder.path, "tmpfs", UInt(MS_REMOUNT), "size=64m") }

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
        let place = String(run.errors.prefix { $0 != ":" })
        #expect(place.hasPrefix(output))
        #expect(
          run.errors
            == "\(place): no space left on the disk; nothing was written under the final name; "
            + "make space and run again, finished work is kept\n", "\(kilobytes)")
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
