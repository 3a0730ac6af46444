import Execution
import Foundation
import HDF5Files
import Platform
import TestSupport
import Testing

@Suite struct CheckpointStoreTests {
  private func files(_ folder: TemporaryFolder) throws -> [String] {
    try FileManager.default.subpathsOfDirectory(atPath: "\(folder.path)/checkpoints")
      .filter { $0.hasSuffix(".h5") || $0.hasSuffix(".pack") }.sorted()
  }

  @Test func resultsComeBack() throws {
    let folder = try TemporaryFolder()
    let works = Tasks.make(3)
    let store = CheckpointStore(runFolder: folder.path)
    #expect(store.verdict(on: works[0]) == .missing)
    for work in works { try store.save(try Tasks.image(work), of: work) }
    for again in [store, CheckpointStore(runFolder: folder.path)] {
      for work in works {
        #expect(again.isFinished(work))
        #expect(try Tasks.name(again.open(work)) == work.name)
      }
    }
    let name = works[0].key.description
    #expect(try files(folder).contains("scan/\(name.prefix(2))/\(name).h5"))
  }

  /// Each of 100 places of a file changed by one bit, its time and size put back: whoever uses it sees.
  @Test func aFlippedBitIsFoundWhenAFileIsUsed() throws {
    let folder = try TemporaryFolder()
    let work = Tasks.make(1)[0]
    let store = CheckpointStore(runFolder: folder.path)
    try store.save(try Tasks.image(work), of: work)
    let path = store.path(of: work)
    let whole = try Data(contentsOf: URL(fileURLWithPath: path))
    let date = try #require(
      FileManager.default.attributesOfItem(atPath: path)[.modificationDate] as? Date)
    for place in 0..<100 {
      var changed = [UInt8](whole)
      changed[place * (changed.count - 1) / 99] ^= UInt8(1 << (place % 8))
      let handle = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
      try handle.write(contentsOf: Data(changed))
      try handle.close()
      try FileManager.default.setAttributes([.modificationDate: date], ofItemAtPath: path)
      let fresh = CheckpointStore(runFolder: folder.path)
      #expect(throws: DamagedCheckpoint.self) { try fresh.open(work) }
      #expect(!fresh.isFinished(work))
      #expect(fresh.verdict(on: work, rereads: true) != .good)
    }
  }

  @Test func filesOfOtherTasksAreNotTaken() throws {
    let folder = try TemporaryFolder()
    let works = Tasks.make(2)
    let store = CheckpointStore(runFolder: folder.path)
    try store.save(try Tasks.image(works[0]), of: works[0])
    let place = store.path(of: works[1])
    try FileManager.default.createDirectory(
      atPath: (place as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
    try FileManager.default.copyItem(atPath: store.path(of: works[0]), toPath: place)
    #expect(store.verdict(on: works[1]) == .damaged("it belongs to another task"))
    try Data("hello".utf8).write(to: URL(fileURLWithPath: place))
    #expect(store.verdict(on: works[1]) == .damaged("it has 5 of 512 first bytes"))
    try Data(count: 4096).write(to: URL(fileURLWithPath: place))
    #expect(store.verdict(on: works[1]) == .damaged("it was not written by Nightjar"))
  }

  /// 300 small files become one; all results are still there, also for a process that knew the files.
  @Test func veryManySmallFilesArePacked() throws {
    let folder = try TemporaryFolder()
    let works = Tasks.make(300)
    let store = CheckpointStore(runFolder: folder.path)
    for work in works { try store.save(try Tasks.image(work), of: work) }
    let other = CheckpointStore(runFolder: folder.path)
    #expect(other.isFinished(works[7]))
    try store.pack(works)
    #expect(try files(folder).count == 1)
    for again in [store, other, CheckpointStore(runFolder: folder.path)] {
      for work in works {
        #expect(again.isFinished(work))
        #expect(try Tasks.name(again.open(work)) == work.name)
      }
    }
    #expect(store.verdict(on: Tasks.make(301)[300]) == .missing)
  }

  @Test func fewFilesStayAsTheyAre() throws {
    let folder = try TemporaryFolder()
    let works = Tasks.make(20)
    let store = CheckpointStore(runFolder: folder.path)
    for work in works { try store.save(try Tasks.image(work), of: work) }
    try store.pack(works)
    #expect(try files(folder).count == 20)
  }

  /// A damaged pack: what it hits is made again, all else is used; a truncated one holds nothing.
  @Test func aDamagedPackCostsWhatItHits() throws {
    let folder = try TemporaryFolder()
    let works = Tasks.make(300)
    let store = CheckpointStore(runFolder: folder.path)
    for work in works { try store.save(try Tasks.image(work), of: work) }
    try store.pack(works)
    let pack = "\(folder.path)/checkpoints/\(try files(folder)[0])"
    var bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: pack)))
    bytes[512 + 700] ^= 4
    try Data(bytes).write(to: URL(fileURLWithPath: pack))
    let fresh = CheckpointStore(runFolder: folder.path)
    var damaged: [Work] = []
    for work in works {
      do {
        #expect(try Tasks.name(fresh.open(work)) == work.name)
      } catch is DamagedCheckpoint {
        damaged.append(work)
      }
    }
    #expect(damaged.count == 1)
    #expect(!fresh.isFinished(damaged[0]))
    try fresh.save(try Tasks.image(damaged[0]), of: damaged[0])
    #expect(
      try Tasks.name(CheckpointStore(runFolder: folder.path).open(damaged[0])) == damaged[0].name)
    try Data(bytes.dropLast(9)).write(to: URL(fileURLWithPath: pack))
    let cut = CheckpointStore(runFolder: folder.path)
    #expect(works.filter { cut.isFinished($0) } == damaged)
  }

  @Test func partsAreKeptForTheirTask() throws {
    let folder = try TemporaryFolder()
    let works = Tasks.make(2)
    let store = CheckpointStore(runFolder: folder.path)
    #expect(store.openPart(of: works[0]) == nil)
    try store.savePart(try Tasks.image(works[0]), of: works[0])
    #expect(!store.isFinished(works[0]))
    #expect(try store.openPart(of: works[0]).map(Tasks.name) == "0")
    #expect(store.openPart(of: works[1]) == nil)
    store.removePart(of: works[0])
    #expect(store.openPart(of: works[0]) == nil)
  }
}
