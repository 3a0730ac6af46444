import Columns
import Expressions

extension Pipeline {
  /// Named numbers of the file.
  public var constantValues: [String: Double] {
    Dictionary(constants.map { ($0.name, $0.value) }, uniquingKeysWith: { first, _ in first })
  }

  /// The beams as four-vectors.
  public var beamVectors: Beams? {
    guard let beams, beams.electron.count == 4, beams.positron.count == 4 else { return nil }
    func vector(_ values: [Double]) -> FourVector {
      FourVector(px: values[0], py: values[1], pz: values[2], energy: values[3])
    }
    return Beams(electron: vector(beams.electron), positron: vector(beams.positron))
  }

  /// The environment of the file's expressions over columns of the given storage types.
  ///
  /// `types` says how a column counts in expressions where its storage does not.
  public func expressionEnvironment(
    columns: [String: ColumnType], types: [String: ValueType], lists: Set<String> = [],
    particles: [Particle]
  ) -> ExpressionEnvironment {
    ExpressionEnvironment(
      columns: columns, types: types, lists: lists, constants: constantValues, particles: particles,
      massHypotheses: Dictionary(
        massHypotheses.map { ($0.name, $0.value) }, uniquingKeysWith: { first, _ in first }),
      beams: beamVectors)
  }

  /// The mass in GeV of a number or a named constant; nil for an unknown name.
  public func value(of mass: MassValue) -> Double? {
    switch mass {
    case .number(let value): value
    case .constant(let name): constantValues[name]
    }
  }
}
