import Platform

/// Who works on a task, as its lease says.
public struct LeaseHolder: Sendable, Equatable {
  /// `stage/name` of the task.
  public var title: String
  /// The process.
  public var process: ProcessIdentity
  /// Number of the batch job, as `slurm 17_3`; empty outside batch jobs.
  public var job: String
  /// When it took the task, seconds since 1970 by its own clock.
  public var since: Int
  /// Seconds between two of its beats.
  public var period: Double
  /// Beats so far.
  public var beats: Int

  /// Where the beats stand in the file.
  static let beatsOffset = 6
  private static let digits = 12

  /// The text of the lease file; the beats first, at a fixed place.
  var text: String {
    """
    beats \(Self.beatsText(beats))
    title \(title)
    host \(process.host)
    boot \(process.boot)
    namespace \(process.namespace)
    process \(process.process)
    start \(process.start)
    job \(job)
    since \(since)
    period \(period)

    """
  }

  static func beatsText(_ beats: Int) -> String {
    let text = String(beats)
    return String(repeating: "0", count: max(0, digits - text.count)) + text
  }

  /// Takes the parts.
  public init(
    title: String, process: ProcessIdentity, job: String, since: Int, period: Double, beats: Int = 0
  ) {
    self.title = title
    self.process = process
    self.job = job
    self.since = since
    self.period = period
    self.beats = beats
  }

  /// Reads the text of a lease file; nil for what no lease says.
  init?(text: String) {
    var values: [Substring: String] = [:]
    for line in text.split(separator: "\n") {
      let parts = line.split(separator: " ", maxSplits: 1, omittingEmptySubsequences: false)
      values[parts[0]] = parts.count == 2 ? String(parts[1]) : ""
    }
    guard let title = values["title"], let beats = values["beats"].flatMap({ Int($0) }),
      let process = values["process"].flatMap({ Int32($0) }),
      let start = values["start"].flatMap({ UInt64($0) }),
      let since = values["since"].flatMap({ Int($0) }),
      let period = values["period"].flatMap({ Double($0) }), period > 0
    else { return nil }
    self.init(
      title: title,
      process: ProcessIdentity(
        host: values["host"] ?? "", boot: values["boot"] ?? "",
        namespace: values["namespace"] ?? "", process: process, start: start),
      job: values["job"] ?? "", since: since, period: period, beats: beats)
  }
}
