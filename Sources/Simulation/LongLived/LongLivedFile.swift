import NumericalMethods

/// One file of the sample of B → K(*) S: which events it holds.
public struct LongLivedFile: NumberFile {
  /// What is in it.
  public enum Content: Sendable, Equatable {
    /// Stands for collision data; has injected signals, no truth.
    case data
    /// The simulated known processes.
    case background
    /// S of one mass with all lifetimes; the number counts the masses from one.
    case signal(mass: Double, number: Int)
  }

  /// Events of one process.
  struct Part: Sendable, Equatable {
    var process: LongLivedProcess
    var events: Int
    /// Generated events of its mass in the file.
    var generated: Int
  }

  /// Its channel.
  public let channel: LongLivedChannel
  /// What is in it.
  public let content: Content
  let parts: [Part]
  /// Events of all parts.
  public let events: Int

  private init(
    _ channel: LongLivedChannel, _ content: Content, _ parts: [(LongLivedProcess, Int)]
  ) {
    self.channel = channel
    self.content = content
    let all = parts.reduce(0) { $0 + $1.1 }
    events = all
    self.parts = parts.map { Part(process: $0.0, events: $0.1, generated: all) }
  }

  /// Name of the file, as in `Bplus-mumu-signal-0001.h5`.
  public var name: String {
    switch content {
    case .data: return "\(channel.name)-data-0001.h5"
    case .background: return "\(channel.name)-background-0001.h5"
    case .signal(_, let number):
      let digits = String(number)
      let zeros = String(repeating: "0", count: max(0, 4 - digits.count))
      return "\(channel.name)-signal-\(zeros)\(digits).h5"
    }
  }

  /// Whether it stands for collision data.
  public var isData: Bool { content == .data }

  /// Production number: 0 data, 1 background, 10 and on signals.
  public var production: UInt32 {
    switch content {
    case .data: 0
    case .background: 1
    case .signal(_, let number): UInt32(10 + number)
    }
  }

  /// Number of the random streams of its events.
  var task: UInt64 {
    let own: UInt64 =
      switch content {
      case .data: 1
      case .background: 2
      case .signal(_, let number): UInt64(2 + number)
      }
    return 0x6c6c_0000_0000 + UInt64(channel.index) << 24 + own
  }

  /// Number of the first event: those of channels differ.
  var firstEvent: Int { 1 + channel.index * 100_000_000 }

  /// The part that an event belongs to.
  func part(ofEvent index: Int) -> Part {
    var rest = index
    for part in parts {
      if rest < part.events { return part }
      rest -= part.events
    }
    return parts[parts.count - 1]
  }

  /// Returns the files in the order they are written; numbers of events of data and background are
  /// Poisson distributed.
  public static func plan(_ settings: LongLivedSettings) -> [LongLivedFile] {
    settings.channels.flatMap { channel -> [LongLivedFile] in
      var files: [LongLivedFile] = []
      for content in [Content.data, .background] {
        let factor = content == .data ? 1 : settings.backgroundFactor
        guard factor > 0 else { continue }
        var random = RandomStream(
          seed: settings.seed, task: 0x6c6c_ff00_0000 + UInt64(channel.index),
          toy: content == .data ? 0 : 1)
        var parts = LongLivedProcess.all(channel).map { process, rate in
          (process, random.poisson(mean: rate * settings.luminosity * factor))
        }
        if content == .data {
          let mesons =
            channel.parent == .chargedB
            ? LongLivedSettings.chargedMesons : LongLivedSettings.neutralMesons
          for injection in settings.injections where injection.channel == channel {
            parts.append(
              (
                .signal(mass: injection.mass, lifetime: injection.lifetime),
                random.poisson(mean: injection.branching * mesons * settings.luminosity)
              ))
          }
        }
        files.append(LongLivedFile(channel, content, parts))
      }
      guard settings.signalEvents > 0 else { return files }
      for (index, mass) in settings.masses(of: channel).enumerated() {
        files.append(
          LongLivedFile(
            channel, .signal(mass: mass, number: index + 1),
            settings.lifetimes.map {
              (.signal(mass: mass, lifetime: $0), settings.signalEvents)
            }))
      }
      return files
    }
  }
}
