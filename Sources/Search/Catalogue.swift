import Expressions
import Ntuples
import PipelineSpec

extension NtupleSchema {
  /// What the columns offer to expressions.
  public var catalogue: ColumnCatalogue {
    ColumnCatalogue(
      columns: Dictionary(
        columns.map { ($0.name, $0.value.kind == .boolean ? .boolean : .number) },
        uniquingKeysWith: { first, _ in first }),
      lists: Set(columns.filter(\.value.isList).map(\.name)),
      particles: particles.map { Particle($0.name, $0.value) }, identity: identity)
  }
}
