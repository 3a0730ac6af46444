import Execution
import HDF5Files
import Platform
import Synchronization

/// What threads tell, in the order told.
final class Told: Sendable {
  private let texts = Mutex<[String]>([])

  func add(_ text: String) { texts.withLock { $0.append(text) } }

  var all: [String] { texts.withLock { $0 } }
}

/// Threads that try the same.
enum Winners {
  static func count(_ threads: Int, _ body: @Sendable () throws -> Bool) throws -> Int {
    let won = Mutex(0)
    try WorkerPool(threads: threads).forEach(count: threads) { _, _ in
      if try body() { won.withLock { $0 += 1 } }
    }
    return won.withLock { $0 }
  }
}

/// Tasks of the tests: the result of a task is its name.
enum Tasks {
  static func make(_ count: Int, stage: String = "scan") -> [Work] {
    (0..<count).map {
      Work(stage: stage, name: "\($0)", key: SHA256Digest.of(Array("\(stage) \($0)".utf8)))
    }
  }

  static func image(_ work: Work) throws -> [UInt8] {
    let writer = try HDF5Writer(userBlock: SealedFile.blockSize)
    try writer.write("name", [work.name])
    return try writer.finish()
  }

  static func name(_ file: HDF5File) throws -> String { try file.dataset("name").strings()[0] }
}
