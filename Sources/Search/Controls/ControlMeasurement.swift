import HDF5Files
import Inference
import PipelineSpec

/// What a control sample says: data over simulation in each bin, and in their widths.
public struct ControlMeasurement: Equatable, Sendable, Codable {
  /// A number with its standard error.
  public struct Value: Equatable, Sendable, Codable {
    /// The number.
    public var value: Double
    /// Its standard error.
    public var error: Double

    /// Makes a value.
    public init(_ value: Double, _ error: Double) {
      self.value = value
      self.error = error
    }

    /// The quotient of two independent values.
    static func / (left: Value, right: Value) -> Value {
      let ratio = left.value / right.value
      let (a, b) = (left.error / left.value, right.error / right.value)
      return Value(ratio, ratio.magnitude * (a * a + b * b).squareRoot())
    }
  }

  /// Candidates of the peak, or of the window, in one bin.
  public struct Bin: Equatable, Sendable, Codable {
    /// Lower edge; not finite where it holds all candidates.
    public var low: Double
    /// Upper edge.
    public var high: Double
    /// Fitted or counted in data.
    public var data: Value
    /// The same in simulation, at the luminosity of the data.
    public var simulation: Value

    /// Data over simulation.
    public var ratio: Value { data / simulation }
  }

  /// Name in the pipeline file.
  public var name: String
  /// The quantity of the bins; nil where all candidates are one bin.
  public var quantity: Quantity?
  /// Bins, ascending; one without a quantity.
  public var bins: [Bin]
  /// All bins together.
  public var whole: Bin
  /// Width in data over that in simulation; zero where candidates are counted.
  public var width: Value
  /// Whether what corrects the signal is relative to all bins together.
  public var isShape: Bool
  /// Whether efficiencies, and widths, of the signal are corrected.
  public var correctsEfficiency: Bool
  /// Whether widths of the signal are corrected.
  public var correctsWidth: Bool
  /// All fits, none where candidates are counted: simulation first with a free shape, then data, then both in each bin.
  public var fits: [NamedFit]

  /// The bin of a value of the quantity, the nearest one outside of them; without one the only bin.
  func bin(of value: Double?, row: Int, sample: String) throws(SearchError) -> Int {
    guard let value else { return 0 }
    guard !value.isNaN else {
      throw .control(
        name: name, place: "samples.\(sample)",
        finding: "\(quantity?.name ?? "") is not a number in selected candidate \(row)")
    }
    return bins.firstIndex { value < $0.high } ?? bins.count - 1
  }

  /// Changes the name, in its fits too.
  mutating func rename(_ name: String) {
    for index in fits.indices {
      fits[index].name = name + fits[index].name.dropFirst(self.name.count)
    }
    self.name = name
  }

  /// Relative error of an efficiency with these sums of corrected weights in the bins, which are
  /// independent.
  func relativeError(of sums: [Double]) -> Double {
    let (all, square) = sums.enumerated().reduce((0.0, 0.0)) { total, own in
      let correction = correction(own.offset)
      let error = own.element * correction.error / correction.value
      return (total.0 + own.element, total.1 + error * error)
    }
    return all > 0 ? square.squareRoot() / all : 0
  }

  /// What the efficiency in a bin is multiplied with.
  ///
  /// Errors of a shape are those of the bin alone: that of all bins together is left out.
  public func correction(_ bin: Int) -> Value {
    let ratio = bins[bin].ratio
    guard isShape else { return ratio }
    return Value(ratio.value / whole.ratio.value, ratio.error / whole.ratio.value)
  }
}

extension ControlMeasurement {
  /// The content of a control task's checkpoint: an HDF5 image whose first 512 bytes are free.
  public func encoded() throws -> [UInt8] { try SignalImage.encoded(self, as: "control") }

  /// Reads the content back.
  public init(decoding file: HDF5File) throws {
    self = try SignalImage.decoded(Self.self, "control", file)
    guard !bins.isEmpty else {
      throw SearchError.checkpoint(place: file.name, reason: "a control sample without bins")
    }
  }
}
