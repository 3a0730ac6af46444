/// A component of a channel: a yield times a shape.
public struct ModelComponent: Hashable, Sendable {
  /// The name, unique in the channel.
  public var name: String
  /// The constant of the yield; events for a factor of one (times the content of a template).
  public var constant: Double
  /// The factors of the yield; the yield is constant · Π factors.
  public var factors: [YieldFactor]
  /// The shape.
  public var shape: ComponentShape
  /// Factors of all widths of the shape.
  public var widthFactors: [YieldFactor]
  /// What the yield counts: events in the window, or on the full line, of which the part A_w lies
  /// in the window.
  ///
  /// `fullLine` is for peaks alone; A_w follows the parameters of the shape.
  public var normalisation: ShapeNormalisation

  /// Creates a component.
  public init(
    name: String, constant: Double = 1, factors: [YieldFactor] = [], shape: ComponentShape,
    widthFactors: [YieldFactor] = [], normalisation: ShapeNormalisation = .window
  ) {
    self.name = name
    self.constant = constant
    self.factors = factors
    self.shape = shape
    self.widthFactors = widthFactors
    self.normalisation = normalisation
  }
}

/// The data of a channel.
public enum ChannelData: Hashable, Sendable {
  /// Bin contents, finite and >= 0, shape [bins]; a counting channel has one.
  case binned([Double])
  /// The observable of each event, in any order, inside the segments; with weights the covariance
  /// is the sandwich of arXiv:1911.01303.
  case unbinned([Double], weights: [Double]? = nil)
  /// An Asimov set of an unbinned channel: expected events >= 0 at the nodes of a quadrature.
  case expectation(points: [Double], contents: [Double])
}

/// Events that are counted or fitted together: data, and the components expected in them.
public struct ModelChannel: Hashable, Sendable {
  /// The name, unique in the model.
  public var name: String
  /// The name of the observable.
  public var observable: String
  /// The range of the observable without its excluded parts: ascending and disjoint.
  ///
  /// May be empty where all shapes are counts or templates.
  public var segments: [ClosedRange<Double>]
  /// Equal bins between the ends of the segments, cut by what is excluded; nil if the channel is
  /// unbinned, or if all of its shapes are counts or templates.
  public var bins: Int?
  /// The components.
  public var components: [ModelComponent]
  /// The data.
  public var data: ChannelData

  /// Creates a channel.
  public init(
    name: String, observable: String = "", segments: [ClosedRange<Double>] = [], bins: Int? = nil,
    components: [ModelComponent], data: ChannelData
  ) {
    self.name = name
    self.observable = observable
    self.segments = segments
    self.bins = bins
    self.components = components
    self.data = data
  }

  /// The bins as ranges of the observable, cut by what is excluded: one content each; empty
  /// without `bins`.
  public var binRanges: [ClosedRange<Double>] {
    guard let bins, bins > 0, let low = segments.first?.lowerBound,
      let high = segments.last?.upperBound
    else { return [] }
    let width = (high - low) / Double(bins)
    var ranges: [ClosedRange<Double>] = []
    for i in 0..<bins {
      let a = i == 0 ? low : low + Double(i) * width
      let b = i == bins - 1 ? high : low + Double(i + 1) * width
      for s in segments where min(b, s.upperBound) > max(a, s.lowerBound) {
        ranges.append(max(a, s.lowerBound)...min(b, s.upperBound))
      }
    }
    return ranges
  }
}

/// A statistical model with its data: parameters, and channels that share them by name.
///
/// -ln L = Σ_channels [ν - Σ_i w_i ln ν(x_i)] + Σ constraints, with ν(x) the expected density per
/// unit of the observable, or the expected content of a bin (then Σ_bins [ν_b - n_b ln ν_b]). No
/// ln n! is in it: values of one model differ by what its data say, and values of several models
/// add up to that of their combination.
public struct LikelihoodModel: Hashable, Sendable {
  /// The parameters, each name once.
  public var parameters: [ModelParameter]
  /// The channels.
  public var channels: [ModelChannel]

  /// Creates a model; `validate` checks it.
  public init(parameters: [ModelParameter], channels: [ModelChannel]) {
    self.parameters = parameters
    self.channels = channels
  }

  /// The parameter of a name, or nil.
  public subscript(name: String) -> ModelParameter? { parameters.first { $0.name == name } }

  /// Global observables by the name of the parameter they tell about.
  public var globalObservables: [String: Double] {
    get {
      var values: [String: Double] = [:]
      for p in parameters { if let c = p.constraint { values[p.name] = c.globalObservable } }
      return values
    }
    set {
      for i in parameters.indices {
        if let value = newValue[parameters[i].name] {
          parameters[i].constraint?.globalObservable = value
        }
      }
    }
  }
}
