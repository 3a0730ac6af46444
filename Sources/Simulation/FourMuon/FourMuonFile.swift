/// One file of the four-muon sample: which events it holds.
public struct FourMuonFile: Sendable, Equatable {
  /// What is in it.
  public enum Content: Sendable, Equatable {
    /// Stands for collision data; has injected signals, no truth.
    case data
    /// Simulated e+e- -> mu+mu-mu+mu-.
    case background
    /// One signal at one mass; the number counts the masses from one.
    case signal(ResonanceModel, mass: Double, number: Int)
  }

  /// What is in it.
  public let content: Content

  /// Name of the file, as in `zprime-0001.h5`.
  public var name: String {
    switch content {
    case .data: return "data-0001.h5"
    case .background: return "background-0001.h5"
    case .signal(let model, _, let number):
      let digits = String(number)
      let zeros = String(repeating: "0", count: max(0, 4 - digits.count))
      return "\(model.rawValue)-\(zeros)\(digits).h5"
    }
  }

  /// Production number: 0 data, 1 background, 10000 and on vectors, 20000 and on scalars.
  package var production: UInt32 {
    switch content {
    case .data: 0
    case .background: 1
    case .signal(let model, _, let number): UInt32((model == .zprime ? 10_000 : 20_000) + number)
    }
  }

  /// Returns the files in the order they are written.
  public static func plan(_ settings: FourMuonSettings) -> [FourMuonFile] {
    var files = [FourMuonFile(content: .data)]
    if settings.backgroundFactor > 0 { files.append(FourMuonFile(content: .background)) }
    guard settings.signalEvents > 0 else { return files }
    for model in settings.models {
      for (index, mass) in settings.masses.enumerated() {
        files.append(
          FourMuonFile(content: .signal(model, mass: mass, number: index + 1)))
      }
    }
    return files
  }
}
