import Kernels

/// Phase-space points of one block with their weights, column by column, reused from block to block.
///
/// One owner at a time.
package final class TrialBlock: @unchecked Sendable {
  /// Trials of a block; part of what the seed means.
  package static let trials = 1024

  /// Energy, px, py, pz of each of four muons: component `c` of muon `i` at `(4 i + c) trials`.
  package let momenta: UnsafeMutablePointer<Double>
  /// Squared energy of the hard process, GeV².
  package let energySquared: UnsafeMutablePointer<Double>
  /// Fraction of the squared energy radiated; negative: by the positron.
  package let radiated: UnsafeMutablePointer<Double>
  /// What the squared amplitude is multiplied with.
  package let factors: UnsafeMutablePointer<Double>
  /// Squared amplitudes, then weights in fb.
  package let weights: UnsafeMutablePointer<Double>

  package init() {
    let n = Self.trials
    momenta = .allocate(capacity: 16 * n)
    energySquared = .allocate(capacity: n)
    radiated = .allocate(capacity: n)
    factors = .allocate(capacity: n)
    weights = .allocate(capacity: n)
  }

  deinit {
    momenta.deallocate()
    energySquared.deallocate()
    radiated.deallocate()
    factors.deallocate()
    weights.deallocate()
  }

  /// Stores the momentum of a muon.
  package func set(_ momentum: FourMomentum, muon: Int, trial: Int) {
    let first = momenta + 4 * muon * Self.trials + trial
    first[0] = momentum.energy
    first[Self.trials] = momentum.px
    first[2 * Self.trials] = momentum.py
    first[3 * Self.trials] = momentum.pz
  }

  /// The momentum of a muon in the rest frame of the hard process.
  package func momentum(muon: Int, trial: Int) -> FourMomentum {
    let first = momenta + 4 * muon * Self.trials + trial
    return FourMomentum(
      px: first[Self.trials], py: first[2 * Self.trials], pz: first[3 * Self.trials],
      energy: first[0])
  }
}
