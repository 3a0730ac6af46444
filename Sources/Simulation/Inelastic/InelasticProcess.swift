/// What may give two displaced pairs, with its number of candidates in 1 fb⁻¹.
///
/// Numbers are chosen, not measured: known particles beside converted photons or unrelated tracks, many
/// for control samples, and so few behind all cuts that fewer than 10 events are left in 365 fb⁻¹, as
/// published (arXiv:2505.09705).
enum InelasticProcess: Sendable, Equatable {
  case signal(InelasticSignal)
  /// Unrelated tracks of one kind in the place of h'.
  case combinatorial(ParticleKind)
  /// A known particle in the place of h'.
  case known(LongLivedPeak)

  /// Processes of data and background with candidates in 1 fb⁻¹.
  static let all: [(process: InelasticProcess, rate: Double)] = [
    (.combinatorial(.pion), 40), (.combinatorial(.muon), 12), (.combinatorial(.kaon), 8),
    (.known(.kShort), 24), (.known(.lambda), 6), (.known(.phi), 6),
  ]
}

/// A signal and the lifetimes c τ, cm, with which it is generated.
struct InelasticSignal: Sendable, Equatable {
  var pair: InelasticPair
  var point: InelasticPoint
  /// Of h' and of χ₂: every pair of them has equally many events.
  var lifetimes: [Double]
  var chi2Lifetimes: [Double]

  /// The lifetimes of an event of its part of a file.
  func lifetimes(ofEvent index: Int) -> (higgs: Double, chi2: Double) {
    let number = index % (lifetimes.count * chi2Lifetimes.count)
    return (lifetimes[number / chi2Lifetimes.count], chi2Lifetimes[number % chi2Lifetimes.count])
  }
}

/// What stands in the place of the electrons of χ₂ where there is no signal.
enum InelasticElectrons: CaseIterable {
  case conversion
  /// Unrelated pions.
  case pions
  /// Unrelated electrons, of decays to neutrinos for instance.
  case electrons

  /// Part of each, in the order of the cases.
  static let parts = [0.4, 0.593, 0.007]
}
