import Kernels
import NumericalMethods
import Theory

/// Weighted phase-space points of a process: radiation, maps, amplitudes.
package struct HardSampler: Sendable {
  package let process: HardProcess
  /// Energy of the beams, GeV.
  package let energy: Double
  /// Spread of that energy, GeV.
  package let spread: Double
  package let radiation: Radiation?
  package var background = BackgroundMap()
  private let resonance: ResonanceMap?
  private let constant: Double

  /// A sampler; `smallest` is the least energy kept after radiation, nil: no radiation.
  package init(process: HardProcess, energy: Double, spread: Double, smallest: Double?) {
    self.process = process
    self.energy = energy
    self.spread = spread
    radiation = smallest.map {
      Radiation(
        energy: energy, smallest: $0,
        hardProbability: process == .fourMuons ? 0.06 : 0.15)
    }
    let charge2 = 4 * Double.pi * Constants.fineStructure
    let charge4 = charge2 * charge2
    // Spins of the beams 1/4, flux 1/(2 s) (s below).
    let common = Constants.femtobarnPerInverseGeVSquared / 8
    switch process {
    case .fourMuons:
      resonance = nil
      constant = common * charge4 * charge4 / 4
    case .resonance(let model, let mass):
      resonance = ResonanceMap(mass: mass)
      let ratio = Constants.muonMass * Constants.muonMass / (mass * mass)
      let beta = max(0, 1 - 4 * ratio).squareRoot()
      // The propagator's square is pi delta(k² - m²)/(m Gamma): 1/(2 m Gamma) of the width for g = 1.
      let width =
        model == .zprime
        ? mass / (12 * Double.pi) * (1 + 2 * ratio) * beta
        : mass / (8 * Double.pi) * beta * beta * beta
      constant = common * charge4 / (2 * mass * width)
    }
  }

  /// Fills a block with points and their weights in fb; the mean weight is the cross section.
  package func fill(_ block: TrialBlock, from random: inout RandomStream) {
    let n = TrialBlock.trials
    withUnsafeTemporaryAllocation(of: Double.self, capacity: BackgroundMap.channels) { densities in
      guard let place = densities.baseAddress else { return }
      for trial in 0..<n {
        let beam = energy + (spread > 0 ? spread * random.normal() : 0)
        var factor = constant
        var fraction = 0.0
        if let radiation {
          let drawn = radiation.draw(from: &random)
          factor *= drawn.weight
          fraction = drawn.fraction
        }
        block.radiated[trial] = random.uniform() < 0.5 ? fraction : -fraction
        let s = beam * beam * (1 - fraction)
        block.energySquared[trial] = s
        if let resonance {
          factor /= s * resonance.draw(into: block, trial: trial, from: &random)
        } else {
          background.draw(into: block, trial: trial, from: &random)
          background.densities(block, trial: trial, into: place)
          var density = 0.0
          for channel in 0..<BackgroundMap.channels {
            density += background.probabilities[channel] * place[channel]
          }
          factor /= s * density
        }
        block.factors[trial] = factor
      }
    }
    switch process {
    case .fourMuons:
      nj_four_muons(
        block.momenta, block.energySquared, Constants.muonMass, block.weights, n)
    case .resonance(let model, _):
      nj_muons_and_resonance(
        block.momenta, block.energySquared, Constants.muonMass, model == .scalar ? 1 : 0,
        block.weights, n)
    }
    for trial in 0..<n { block.weights[trial] *= block.factors[trial] }
  }
}
