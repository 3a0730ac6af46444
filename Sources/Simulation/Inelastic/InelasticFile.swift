import NumericalMethods

/// One file of the sample of h' and inelastic dark matter: which events it holds.
public struct InelasticFile: NumberFile {
  /// What is in it.
  public enum Content: Sendable, Equatable {
    /// Stands for collision data; has injected signals, no truth.
    case data
    /// The simulated known processes.
    case background
    /// One point with all lifetimes; the number counts the points of a pair from one.
    case signal(InelasticPair, InelasticPoint, number: Int)
  }

  /// Events of one process.
  struct Part: Sendable, Equatable {
    var process: InelasticProcess
    var events: Int
  }

  /// What is in it.
  public let content: Content
  let parts: [Part]
  /// Events of all parts.
  public let events: Int

  private init(_ content: Content, _ parts: [Part]) {
    self.content = content
    self.parts = parts
    events = parts.reduce(0) { $0 + $1.events }
  }

  /// Name of the file, as in `signal-mumu-0001.h5`.
  public var name: String {
    switch content {
    case .data: return "data-0001.h5"
    case .background: return "background-0001.h5"
    case .signal(let pair, _, let number):
      let digits = String(number)
      let zeros = String(repeating: "0", count: max(0, 4 - digits.count))
      return "signal-\(pair.rawValue)-\(zeros)\(digits).h5"
    }
  }

  /// Whether it stands for collision data.
  public var isData: Bool { content == .data }

  /// Production number: 0 data, 1 background, signals from 10, 1 000 010 and 2 000 010 on.
  public var production: UInt32 {
    switch content {
    case .data: 0
    case .background: 1
    case .signal(let pair, _, let number): UInt32(9 + 1_000_000 * pair.index + number)
    }
  }

  /// Number of the random streams of its events.
  var task: UInt64 { 0x6964_0000_0000 + UInt64(production) }

  /// The part that an event belongs to, and its number there.
  func part(ofEvent index: Int) -> (part: Int, event: Int) {
    var rest = index
    for (number, part) in parts.enumerated() {
      if rest < part.events { return (number, rest) }
      rest -= part.events
    }
    preconditionFailure("event \(index) is beyond those of the file")
  }

  /// The lifetimes c τ, cm, with which an event of a signal is generated; nil for others.
  package func lifetimes(ofEvent index: Int) -> (higgs: Double, chi2: Double)? {
    let (number, place) = part(ofEvent: index)
    guard case .signal(let signal) = parts[number].process else { return nil }
    return signal.lifetimes(ofEvent: place)
  }

  /// Returns the files in the order they are written; numbers of events of data and background are
  /// Poisson distributed.
  public static func plan(_ settings: InelasticSettings) -> [InelasticFile] {
    var files = [known(settings, .data, factor: 1)]
    if settings.backgroundFactor > 0 {
      files.append(known(settings, .background, factor: settings.backgroundFactor))
    }
    guard settings.signalEvents > 0 else { return files }
    for pair in settings.pairs {
      for (index, point) in settings.points(of: pair).enumerated() {
        let signal = InelasticSignal(
          pair: pair, point: point, lifetimes: settings.lifetimes,
          chi2Lifetimes: settings.chi2Lifetimes)
        let events =
          settings.signalEvents * settings.lifetimes.count * settings.chi2Lifetimes.count
        files.append(
          InelasticFile(
            .signal(pair, point, number: index + 1),
            [Part(process: .signal(signal), events: events)]))
      }
    }
    return files
  }

  private static func known(
    _ settings: InelasticSettings, _ content: Content, factor: Double
  ) -> InelasticFile {
    var random = RandomStream(
      seed: settings.seed, task: 0x6964_ff00_0000, toy: content == .data ? 0 : 1)
    var parts = InelasticProcess.all.map { process, rate in
      Part(process: process, events: random.poisson(mean: rate * settings.luminosity * factor))
    }
    guard content == .data else { return InelasticFile(content, parts) }
    for injection in settings.injections {
      let signal = InelasticSignal(
        pair: injection.pair,
        point: InelasticPoint(
          mass: injection.mass, chi1: injection.chi1, ratios: settings.ratios),
        lifetimes: [injection.lifetime], chi2Lifetimes: [injection.chi2Lifetime])
      parts.append(
        Part(
          process: .signal(signal),
          events: random.poisson(mean: injection.crossSection * settings.luminosity)))
    }
    return InelasticFile(content, parts)
  }
}
