extension WindowSolver {
  /// Computes -ln L above its reference with the signal held, each fit from a flat background; nil where a
  /// fit fails.
  package func directProfile(
    _ window: ScanWindow, at signals: [Double], isAsimov: Bool
  ) -> [Double?] {
    linear.place(window)
    _ = linear.load(window)
    general.load(window, model: linear.model, geometry: linear.geometry)
    let fit = general.minimise(signal: .free), null = general.minimise(signal: .fixed(0))
    var reference = min(fit.nll, null.nll)
    if isAsimov {
      general.makeAsimov(null)
      general.isAsimov = true
      reference = general.minimise(signal: .fixed(0)).nll
    }
    defer { general.isAsimov = false }
    return signals.map { signal in
      let raw = general.minimise(signal: .fixed(signal))
      return raw.status.isValid ? raw.nll - reference : nil
    }
  }
}
