import FuzzReaders
import Glibc
import Platform

/// How a case ended, as a worker tells it.
enum Ending: UInt8, CaseIterable {
  /// The case began.
  case started = 0x73
  case read = 0x72
  /// An error that names the file.
  case error = 0x65
  /// An error without a text, or that does not name the file.
  case unnamed = 0x75
}

/// Reads cases in this process until one of them ends it.
struct Worker {
  let kind: FuzzKind
  let options: CaseOptions
  let folder: String
  /// Whether texts of errors go to standard error.
  let tellsErrors: Bool

  /// Seconds of processor time for a case; the runner looks at the clock beside it.
  static let seconds = 3

  func run(_ cases: Range<Int>) throws {
    let corpus = try Corpus(kind)
    let place = CaseFolder(folder)
    let mutator = Mutator(corpus, kind, seed: options.seed)
    for number in cases {
      let made = mutator.make(number)
      let path = try place.write(made.bytes, as: made.file, kind)
      tell(.started)
      ResourceLimit.processorTime(Self.seconds)
      do {
        if number == Self.pretendedCase, let fault = options.pretend { try Self.pretend(fault) }
        try kind.read(path)
        tell(.read)
      } catch {
        let text = "\(error)"
        let name = path.split(separator: "/").last.map(String.init) ?? path
        // A damaged pipeline may name another file: then it is that one that is told.
        let isNamed = text.contains(name) || (kind.isText && text.contains(folder))
        tell(isNamed ? .error : .unnamed)
        if tellsErrors { Self.writeError(text + "\n") }
      }
    }
  }

  /// The case that has the fault that `--pretend` asks for: tests of the runner.
  private static let pretendedCase = 50

  private static func pretend(_ fault: Fault) throws {
    switch fault {
    case .crash: fatalError("as asked for")
    case .hang: while getpid() > 0 {}
    case .memory:
      let count = 2 << 30
      let bytes = UnsafeMutableRawPointer.allocate(byteCount: count, alignment: 1)
      bytes.deallocate()
    case .unnamed: throw WorkerError.unknownWord(0)
    }
  }

  private static func writeError(_ text: String) {
    let bytes = Array(text.utf8)
    write(STDERR_FILENO, bytes, bytes.count)
  }

  private func tell(_ ending: Ending) {
    var byte = ending.rawValue
    write(STDOUT_FILENO, &byte, 1)
  }
}
