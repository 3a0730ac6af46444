import Expressions
import Ntuples
import PipelineSpec

// What Search makes of a schema for expressions, without the rest of Search: it takes minutes to build
// with the options of libFuzzer.

extension NtupleSchema {
  /// What the columns offer to expressions.
  var catalogue: ColumnCatalogue {
    ColumnCatalogue(
      columns: Dictionary(
        columns.map { ($0.name, $0.value.kind == .boolean ? .boolean : .number) },
        uniquingKeysWith: { first, _ in first }),
      particles: particles.map { Particle($0.name, $0.value) }, identity: identity)
  }
}

extension Particle {
  fileprivate init(_ name: String, _ settings: ParticleSettings) {
    let momentum: Momentum =
      switch settings.momentum {
      case .cartesian(let px, let py, let pz): .cartesian(px: px, py: py, pz: pz)
      case .pseudorapidity(let pt, let eta, let phi):
        .pseudorapidity(pt: pt, eta: eta, phi: phi)
      case .transverse(let pt, let theta, let phi): .transverse(pt: pt, theta: theta, phi: phi)
      case .polar(let p, let theta, let phi): .polar(p: p, theta: theta, phi: phi)
      }
    let energy: Energy =
      switch settings.energy {
      case .energyColumn(let column): .energyColumn(column)
      case .massColumn(let column): .massColumn(column)
      case .hypothesis(let name): .hypothesis(name)
      case .none: .none
      }
    self.init(name: name, momentum: momentum, energy: energy)
  }
}
