import Platform

/// What became of a task that is not finished after the jobs of a submission ended.
public struct LostTask: Sendable, Equatable {
  /// The task.
  public var work: Work
  /// Why; nil where no job ever got to it.
  public var attempt: Attempt?

  /// A task and why it is lost.
  public init(work: Work, attempt: Attempt?) {
    self.work = work
    self.attempt = attempt
  }
}

/// What to do after the jobs of a submission ended and tasks are still missing: a value, so that it
/// can be looked at without a batch system.
public enum NextStep: Sendable, Equatable {
  /// Submit what is missing again.
  case submit(memoryFactor: Int64, excluded: [String], pause: Double)
  /// Tell and end.
  case giveUp(String)

  /// Decides.
  ///
  /// - Parameters:
  ///   - lost: Unfinished tasks with the last trouble of each in this submission.
  ///   - ends: How the elements of the submission ended, with their hosts.
  ///   - round: How many submissions this process has made, from 1.
  ///   - attempts: How many it may make.
  /// - Returns: The step.
  public static func after(
    lost: [LostTask], ends: [QueueElement], round: Int, attempts: Int
  ) -> NextStep {
    let reasons = lost.compactMap(\.attempt?.reason)
    // Arrays that wait for one that failed are cancelled with it: the first tells.
    let first = ends.first { if case .ended = $0.state { true } else { false } }?.array
    let elementReasons = ends.filter { $0.array == first }.compactMap {
      element -> Attempt.Reason? in
      if case .ended(let reason) = element.state { reason } else { nil }
    }
    if !lost.isEmpty, reasons.count == lost.count, reasons.allSatisfy({ $0 == .error }) {
      return .giveUp("the program says what is wrong; nothing is gained by trying again")
    }
    if reasons.contains(.cancelled) || elementReasons.contains(.cancelled),
      !reasons.contains(.outOfMemory), !elementReasons.contains(.outOfMemory)
    {
      return .giveUp("jobs were cancelled; run again to go on")
    }
    guard round < attempts else {
      return .giveUp("\(attempts) submissions (execution.batch.attempts) did not finish them")
    }
    let isMemory = reasons.contains(.outOfMemory) || elementReasons.contains(.outOfMemory)
    return .submit(
      memoryFactor: isMemory ? 2 : 1, excluded: badHosts(lost, ends),
      pause: min(300, 2 * Double(1 << min(2 * (round - 1), 10))))
  }

  /// Hosts that went away, and those where at least two jobs or tasks ended badly while another host
  /// did well.
  private static func badHosts(_ lost: [LostTask], _ ends: [QueueElement]) -> [String] {
    var bad: Set<String> = []
    var faults: [String: Int] = [:]
    for element in ends where !element.host.isEmpty {
      guard case .ended(let reason) = element.state else { continue }
      if reason == .nodeFailure { bad.insert(element.host) }
      if reason == .exit { faults[element.host, default: 0] += 1 }
    }
    for attempt in lost.compactMap(\.attempt) where !attempt.host.isEmpty {
      if attempt.reason == .nodeFailure { bad.insert(attempt.host) }
      if attempt.reason == .exit || attempt.reason == .vanished {
        faults[attempt.host, default: 0] += 1
      }
    }
    let good = Set(ends.filter { $0.state == .done }.map(\.host))
    for (host, count) in faults where count >= 2 && !good.isEmpty && !good.contains(host) {
      bad.insert(host)
    }
    return bad.sorted()
  }
}
