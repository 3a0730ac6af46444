import Foundation
import FuzzReaders
import Synchronization

/// Has workers read the cases of a kind and counts how they end.
struct Crew: Sendable {
  let kind: FuzzKind
  let corpus: Corpus
  let options: CaseOptions
  let failures: String

  /// Bytes of address space of a worker, and of one that is asked once more whether it was too little.
  private static let memory = (usual: 1 << 30, ample: 4 << 30)
  /// Cases that a worker does before the next one takes over.
  private static let batch = 250

  private struct Failure: Sendable {
    var number: Int
    var fault: Fault
    var detail: String
  }

  private struct Count: Sendable {
    var read = 0
    var errors = 0
    var failures: [Failure] = []
  }

  /// How a stretch of cases went in one worker.
  private enum Stretch {
    case done
    /// The case that ended the worker, with its status; nil: it was silent for too long.
    case died(case: Int, status: Int32?)
  }

  /// Runs cases, prints a line of counts and one for each failure.
  ///
  /// - Returns: True where none failed.
  /// - Throws: What keeps the runner from its work.
  func run(_ cases: Range<Int>, jobs: Int) throws -> Bool {
    let start = Date()
    let count = Mutex(Count())
    let next = Atomic<Int>(cases.lowerBound)
    let problem = Mutex<(any Error)?>(nil)
    DispatchQueue.concurrentPerform(iterations: jobs) { _ in
      do {
        let folder = try WorkerFolder()
        while true {
          let first = next.add(Self.batch, ordering: .relaxed).oldValue
          guard first < cases.upperBound else { return }
          let range = first..<min(cases.upperBound, first + Self.batch)
          try run(range, in: folder.path, count)
        }
      } catch {
        problem.withLock { $0 = error }
      }
    }
    if let error = problem.withLock({ $0 }) { throw error }
    let found = count.withLock { $0 }
    let seconds = Date().timeIntervalSince(start)
    let faults = Fault.allCases.map { fault in
      "\(found.failures.count { $0.fault == fault }) \(fault.rawValue)"
    }
    print(
      "\(kind.rawValue): \(cases.count) cases of \(corpus.files.count) files: \(found.read) read, "
        + "\(found.errors) error, \(faults.joined(separator: ", ")); "
        + "\(Int(Double(cases.count) / seconds)) cases/s")
    for failure in found.failures.sorted(by: { $0.number < $1.number }) {
      let saved = try save(failure.number)
      print("  \(failure.fault.rawValue): \(failure.detail); \(saved)")
      print("    \(command(failure.number))")
    }
    return found.failures.isEmpty
  }

  /// Runs one case and tells how it ended.
  ///
  /// - Returns: True where that is fine.
  /// - Throws: What keeps the runner from its work.
  func tell(_ number: Int) throws -> Bool {
    let folder = try WorkerFolder()
    let count = Mutex(Count())
    let stretch = try work(
      number..<number + 1, in: folder.path, memory: Self.memory.usual, tells: true,
      patience: 10 * Worker.seconds, count)
    print("\(kind.rawValue) case \(number): \(try save(number))")
    if case .died(_, let status) = stretch {
      print(status.map { "the worker ended with status \($0)" } ?? "no end in time")
      return false
    }
    let found = count.withLock { $0 }
    if let failure = found.failures.first {
      print(failure.detail)
      return false
    }
    print(found.read == 1 ? "read" : "error")
    return true
  }

  private func run(_ cases: Range<Int>, in folder: String, _ count: borrowing Mutex<Count>) throws {
    var first = cases.lowerBound
    while first < cases.upperBound {
      guard
        case .died(let number, let status) = try work(
          first..<cases.upperBound, in: folder, memory: Self.memory.usual, tells: false, count)
      else { return }
      try judge(number, after: first, status, in: folder, count)
      first = number + 1
    }
  }

  /// Reads a case that ended its worker once more, alone and with ample memory, and says what it was.
  private func judge(
    _ number: Int, after first: Int, _ status: Int32?, in folder: String,
    _ count: borrowing Mutex<Count>
  ) throws {
    let alone = Mutex(Count())
    let again = try work(
      number..<number + 1, in: folder, memory: Self.memory.ample, tells: false,
      patience: 10 * Worker.seconds, alone)
    var failure = Failure(number: number, fault: .crash, detail: "status \(status ?? 0)")
    switch (again, status) {
    case (.died(_, nil), _): (failure.fault, failure.detail) = (.hang, "no end")
    case (.died(_, let status?), _): failure.detail = "status \(status)"
    case (.done, nil):
      // The machine was busy: in time when asked alone.
      count.withLock { count in
        alone.withLock { alone in
          count.read += alone.read
          count.errors += alone.errors
          count.failures += alone.failures
        }
      }
      return
    case (.done, let status?):
      let usual = try work(
        number..<number + 1, in: folder, memory: Self.memory.usual, tells: false, Mutex(Count()))
      if case .died = usual {
        (failure.fault, failure.detail) = (.memory, "more than \(Self.memory.usual >> 20) MiB")
      } else {
        failure.detail = "status \(status), only after cases from \(first) on"
      }
    }
    count.withLock { $0.failures.append(failure) }
  }

  /// Has one worker read cases; `patience` is in seconds of elapsed time.
  private func work(
    _ cases: Range<Int>, in folder: String, memory: Int, tells: Bool,
    patience: Int = Worker.seconds, _ count: borrowing Mutex<Count>
  ) throws -> Stretch {
    let arguments =
      [
        "work", "--kind", kind.rawValue, "--first", "\(cases.lowerBound)", "--count",
        "\(cases.count)", "--folder", folder, "--memory", "\(memory)",
      ] + options.arguments + (tells ? ["--tells-errors"] : [])
    guard let worker = WorkerProcess(arguments, showsErrors: tells) else {
      throw CocoaError(.executableNotLoadable)
    }
    var number = cases.lowerBound
    var isStarted = false
    var last = Ending.started
    while true {
      // Before the first case the program starts and reads its corpus.
      switch worker.next(within: isStarted ? Int32(1000 * patience) : 30_000) {
      case .silence:
        worker.stop()
        _ = worker.wait()
        return .died(case: number, status: nil)
      case .end:
        let status = worker.wait()
        guard number < cases.upperBound || status != 0 else { return .done }
        guard isStarted || number > cases.lowerBound else {
          throw WorkerError.noStart(status: status)
        }
        if !isStarted {
          // The case before left damage behind.
          number -= 1
          count.withLock { last == .read ? ($0.read -= 1) : ($0.errors -= 1) }
        }
        // The signal of the limit on processor time.
        return .died(case: number, status: status == 128 + SIGXCPU ? nil : status)
      case .bytes(let bytes):
        for byte in bytes {
          guard let ending = Ending(rawValue: byte) else { throw WorkerError.unknownWord(byte) }
          switch ending {
          case .started: isStarted = true
          case .read: count.withLock { $0.read += 1 }
          case .error: count.withLock { $0.errors += 1 }
          case .unnamed:
            let failure = Failure(
              number: number, fault: .unnamed, detail: "an error that does not name the file")
            count.withLock { $0.failures.append(failure) }
          }
          last = ending
          if ending != .started {
            number += 1
            isStarted = false
          }
        }
      }
    }
  }

  private func save(_ number: Int) throws -> String {
    let made = Mutator(corpus, kind, seed: options.seed).make(number)
    let original = made.file.path
    try FileManager.default.createDirectory(atPath: failures, withIntermediateDirectories: true)
    let path =
      "\(failures)/\(kind.rawValue)-\(options.seed)-\(number)."
      + URL(filePath: original).pathExtension
    try Data(made.bytes).write(to: URL(filePath: path))
    return "\(path) (from \(original))"
  }

  private func command(_ number: Int) -> String {
    "nightjar-fuzz --kind \(kind.rawValue) --case \(number) \(options.arguments.joined(separator: " "))"
  }
}

/// What keeps the runner from its work.
enum WorkerError: Error, CustomStringConvertible {
  case noStart(status: Int32)
  case unknownWord(UInt8)

  var description: String {
    switch self {
    case .noStart(let status): "a worker ended with status \(status) before its first case"
    case .unknownWord(let byte): "a worker wrote the byte \(byte)"
    }
  }
}

/// A folder for one worker at a time.
final class WorkerFolder {
  let path: String

  init() throws {
    path = FileManager.default.temporaryDirectory.path + "/nightjar-fuzz-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }
}
