/// A distribution of data beside simulation.
public struct Comparison: Equatable, Sendable {
  /// One sample's histogram, scaled to the data's luminosity.
  public struct Layer: Equatable, Sendable {
    /// Sample's name.
    public var sample: String
    /// What the sample is for; backgrounds are stacked, signals drawn as lines.
    public var role: SampleRole
    /// Sums of weights, shape [bins].
    public var sums: [Double]
    /// Their variances, shape [bins].
    public var variances: [Double]
    /// Sum of weights below the first bin.
    public var underflow: Double
    /// Sum of weights above the last bin.
    public var overflow: Double
    /// Sum of weights of candidates whose quantity is not a number.
    public var notANumber: Double

    /// Makes a layer.
    public init(
      sample: String, role: SampleRole, sums: [Double], variances: [Double],
      underflow: Double = 0, overflow: Double = 0, notANumber: Double = 0
    ) {
      self.sample = sample
      self.role = role
      self.sums = sums
      self.variances = variances
      self.underflow = underflow
      self.overflow = overflow
      self.notANumber = notANumber
    }
  }

  /// Name in the pipeline file.
  public var name: String
  /// The quantity.
  public var quantity: Quantity
  /// Expression as written.
  public var expression: String
  /// Name of the last cut or veto that candidates have passed; empty: none of them.
  public var after: String
  /// Bin edges, ascending, shape [bins + 1].
  public var edges: [Double]
  /// Histograms in the order of samples.
  public var layers: [Layer]
  /// True where selected candidates outside the regions of a blinded search are left out.
  public var isBlinded: Bool

  /// Makes a comparison.
  public init(
    name: String, quantity: Quantity, expression: String, after: String, edges: [Double],
    layers: [Layer], isBlinded: Bool = false
  ) {
    self.name = name
    self.quantity = quantity
    self.expression = expression
    self.after = after
    self.edges = edges
    self.layers = layers
    self.isBlinded = isBlinded
  }

  /// Sums and variances of all layers of a role, shape [bins].
  func total(_ role: SampleRole) -> (sums: [Double], variances: [Double]) {
    var sums = [Double](repeating: 0, count: max(0, edges.count - 1))
    var variances = sums
    for layer in layers where layer.role == role && layer.sums.count == sums.count {
      for bin in sums.indices {
        sums[bin] += layer.sums[bin]
        variances[bin] += layer.variances[bin]
      }
    }
    return (sums, variances)
  }
}

/// What the errors of binned tables do to the weights of a sample's selected candidates.
public struct WeightShift: Equatable, Sendable {
  /// Sample's name.
  public var sample: String
  /// Name of the systematic.
  public var systematic: String
  /// Sum of weights.
  public var nominal: Double
  /// Sum of weights with the tables of the systematic moved up by their errors, all together.
  public var shifted: Double

  /// Makes a shift.
  public init(sample: String, systematic: String, nominal: Double, shifted: Double) {
    self.sample = sample
    self.systematic = systematic
    self.nominal = nominal
    self.shifted = shifted
  }

  /// Relative change; NaN for an empty sample.
  public var relativeChange: Double { shifted / nominal - 1 }
}
