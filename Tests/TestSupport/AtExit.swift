import Foundation
import Synchronization

/// Work for the end of the test process: what statics own never goes by itself.
public enum AtExit {
  private static let works = Mutex<[@Sendable () -> Void]>([])
  private static let isRegistered: Bool = atexit { AtExit.runAll() } == 0

  /// Adds work; what was added last is done first.
  public static func add(_ work: @escaping @Sendable () -> Void) {
    guard isRegistered else { return }
    works.withLock { $0.append(work) }
  }

  private static func runAll() {
    let all = works.withLock { $0 }
    for work in all.reversed() { work() }
  }
}
