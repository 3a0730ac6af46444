/// A nuisance parameter theta with a unit Gaussian constraint.
public struct Nuisance: Hashable, Sendable {
  /// How theta acts.
  public enum Constraint: String, Hashable, Sendable {
    /// The factor (1 + size)^theta.
    case logNormal = "log-normal"
    /// The factor 1 + size · theta.
    case gaussian
  }

  /// What the factor multiplies.
  public enum Target: String, Hashable, Sendable {
    /// The expected signal yield (efficiency, luminosity).
    case yield
    /// All widths of the signal shape; A_w follows.
    case width
  }

  /// The name as in the pipeline file.
  public var name: String
  /// What the factor multiplies.
  public var target: Target
  /// How theta acts.
  public var constraint: Constraint
  /// The relative size of one standard deviation, > 0 and < 1.
  public var size: Double

  /// Creates a nuisance parameter.
  public init(name: String, target: Target, constraint: Constraint, size: Double) {
    self.name = name
    self.target = target
    self.constraint = constraint
    self.size = size
  }
}
