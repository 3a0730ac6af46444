import Foundation
import Glibc

/// How many threads this process may keep busy.
public enum ProcessorCount {
  /// The smallest of the affinity mask, the cgroup quota and SLURM_CPUS_PER_TASK, at least 1.
  public static func available() -> Int {
    [affinity(), controlGroupQuota(), slurm()].compactMap { $0 }.min().map { max(1, $0) } ?? 1
  }

  private static func affinity() -> Int? {
    guard let status = read("/proc/self/status"),
      let line = status.split(separator: "\n").first(where: { $0.hasPrefix("Cpus_allowed:") })
    else { return nil }
    return line.dropFirst("Cpus_allowed:".count).reduce(0) { count, digit in
      count + (digit.hexDigitValue?.nonzeroBitCount ?? 0)
    }
  }

  private static func controlGroupQuota() -> Int? {
    if let text = read("/sys/fs/cgroup/cpu.max") {
      let words = text.split(separator: " ")
      guard words.count == 2, let quota = Double(words[0]), let period = Double(words[1]),
        period > 0
      else { return nil }
      return Int((quota / period).rounded(.up))
    }
    guard let quota = read("/sys/fs/cgroup/cpu/cpu.cfs_quota_us").flatMap(Double.init),
      let period = read("/sys/fs/cgroup/cpu/cpu.cfs_period_us").flatMap(Double.init),
      quota > 0, period > 0
    else { return nil }
    return Int((quota / period).rounded(.up))
  }

  private static func slurm() -> Int? {
    ProcessInfo.processInfo.environment["SLURM_CPUS_PER_TASK"].flatMap { Int($0) }
  }

  private static func read(_ path: String) -> String? {
    guard let data = FileManager.default.contents(atPath: path) else { return nil }
    return String(decoding: data, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
  }
}
