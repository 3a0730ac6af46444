/// One file of a simulated sample: which events it holds.
///
/// Event `index` of a file draws from the stream (seed, task, index) alone, so its values do not
/// depend on threads, blocks or the layout.
public struct DimuonFile: Sendable, Equatable {
  /// The two samples.
  public enum Sample: String, Sendable, CaseIterable {
    /// Stands for collision data; has injected signals, no weights.
    case data
    /// Simulation of known processes, weighted.
    case background
  }

  /// Sample the file belongs to.
  public let sample: Sample
  /// Number of the file in its sample, from zero.
  public let number: Int
  /// Events of known processes.
  public let baseEvents: Int
  /// Injected events, one count per injection.
  public let injectedEvents: [Int]
  /// Number of the first event.
  public let firstEvent: Int

  /// Name of the file, as in `data-0.h5`.
  public var name: String { "\(sample.rawValue)-\(number).h5" }
  /// All events of the file.
  public var events: Int { injectedEvents.reduce(baseEvents, +) }
  /// Number of the random task.
  package var task: UInt64 { UInt64(number) + (sample == .data ? 0 : 1 << 32) }
  /// Run number.
  package var run: Int32 { Int32(1000 + number) }
  /// Production number: 0 for data, 1 for simulation.
  package var production: UInt32 { sample == .data ? 0 : 1 }

  /// Returns the files of both samples in the order they are written.
  public static func plan(_ settings: DimuonSettings) -> [DimuonFile] {
    var files: [DimuonFile] = []
    for sample in Sample.allCases {
      let factor = sample == .data ? 1 : settings.backgroundFactor
      if factor == 0 { continue }
      var first = 1
      for number in 0..<settings.files {
        let base = share(settings.events * factor, number, settings.files)
        let injected =
          sample == .data
          ? settings.injections.map { share($0.events, number, settings.files) } : []
        let file = DimuonFile(
          sample: sample, number: number, baseEvents: base, injectedEvents: injected,
          firstEvent: first)
        first += file.events
        files.append(file)
      }
    }
    return files
  }

  private static func share(_ total: Int, _ number: Int, _ count: Int) -> Int {
    total * (number + 1) / count - total * number / count
  }

  /// Returns which injection event `index` belongs to, or nil; injected events lie evenly spread.
  package func injection(ofEvent index: Int) -> Int? {
    let injected = events - baseEvents
    guard injected > 0 else { return nil }
    let before = Self.through(index, injected, events)
    guard Self.through(index + 1, injected, events) > before else { return nil }
    var rest = before
    for (injection, count) in injectedEvents.enumerated() {
      if rest < count { return injection }
      rest -= count
    }
    return nil
  }

  private static func through(_ index: Int, _ injected: Int, _ events: Int) -> Int {
    index * injected / events
  }
}
