import Diagnostics

extension LikelihoodModel {
  /// Throws where names, sizes or numbers of the model are wrong.
  public func validate() throws(InferenceError) {
    guard !parameters.isEmpty, !channels.isEmpty else {
      throw .invalid(
        what: parameters.isEmpty ? "number of parameters" : "number of channels", found: 0,
        allowed: ">= 1")
    }
    var names: Set<String> = []
    for p in parameters {
      guard names.insert(p.name).inserted else { throw .repeated(what: "parameter", name: p.name) }
      try p.validate()
    }
    var channelNames: Set<String> = []
    for channel in channels {
      guard channelNames.insert(channel.name).inserted else {
        throw .repeated(what: "channel", name: channel.name)
      }
      try channel.validate(ModelNames(names: parameters.map(\.name)))
    }
  }
}

/// The names of a model's parameters.
struct ModelNames {
  let names: [String]

  func check(_ name: String, _ place: String) throws(InferenceError) {
    guard names.contains(name) else {
      throw .unknownParameter(
        name: name, place: place, nearest: NearestName.nearest(to: name, among: names))
    }
  }
}

extension ModelParameter {
  func validate() throws(InferenceError) {
    func positive(_ what: String, _ x: Double) throws(InferenceError) {
      guard x > 0, x.isFinite else {
        throw .invalid(what: "\(what) of the constraint of '\(name)'", found: x, allowed: "> 0")
      }
    }
    guard !name.isEmpty else { throw .repeated(what: "parameter", name: name) }
    guard start.isFinite else {
      throw .invalid(what: "start of '\(name)'", found: start, allowed: "a finite number")
    }
    guard minimum <= maximum, (minimum...maximum).contains(start) else {
      throw .invalid(
        what: "start of '\(name)'", found: start,
        allowed: "between its limits \(minimum) and \(maximum)")
    }
    switch constraint {
    case nil: break
    case .gaussian(let mean, let width):
      guard mean.isFinite else {
        throw .invalid(
          what: "mean of the constraint of '\(name)'", found: mean, allowed: "a finite number")
      }
      try positive("width", width)
    case .asymmetricGaussian(let mean, let low, let high):
      guard mean.isFinite else {
        throw .invalid(
          what: "mean of the constraint of '\(name)'", found: mean, allowed: "a finite number")
      }
      try positive("low width", low)
      try positive("high width", high)
    case .logNormal(let median, let kappa):
      try positive("median", median)
      try positive("kappa", kappa)
      guard kappa != 1 else {
        throw .invalid(
          what: "kappa of the constraint of '\(name)'", found: kappa, allowed: "> 0 and not 1")
      }
    case .poisson(let observed, let scale):
      guard observed >= 0, observed.isFinite else {
        throw .invalid(
          what: "count of the constraint of '\(name)'", found: observed, allowed: ">= 0")
      }
      try positive("scale", scale)
    }
  }
}

extension ModelChannel {
  func validate(_ names: ModelNames) throws(InferenceError) {
    let isParametric = components.contains { !$0.shape.isBinContents }
    if !segments.isEmpty || isParametric { try InferenceError.check(segments: segments) }
    guard !components.isEmpty else {
      throw .invalid(what: "number of components of channel '\(name)'", found: 0, allowed: ">= 1")
    }
    try validateData(isParametric: isParametric)
    var componentNames: Set<String> = []
    for c in components {
      guard componentNames.insert(c.name).inserted else {
        throw .repeated(what: "component of channel '\(name)'", name: c.name)
      }
      try c.validate(names, place: "component '\(c.name)' of channel '\(name)'")
      try validateSize(c)
    }
  }

  private func validateData(isParametric: Bool) throws(InferenceError) {
    func finite(
      _ values: [Double], _ what: String, _ allowed: String, _ isAllowed: (Double) -> Bool
    ) throws(InferenceError) {
      if let wrong = values.first(where: { !isAllowed($0) || !$0.isFinite }) {
        throw .invalid(what: "\(what) of channel '\(name)'", found: wrong, allowed: allowed)
      }
    }
    func inside(_ points: [Double], _ what: String) throws(InferenceError) {
      try finite(points, what, "inside the segments") { x in
        segments.contains { $0.contains(x) }
      }
    }
    func size(_ what: String, _ found: Int, _ expected: Int) throws(InferenceError) {
      guard found == expected else {
        throw .size(what: "\(what) of channel '\(name)'", found: found, expected: expected)
      }
    }
    switch data {
    case .binned(let contents):
      try finite(contents, "a bin content", ">= 0") { $0 >= 0 }
      if let bins, bins < 1 {
        throw .invalid(
          what: "number of bins of channel '\(name)'", found: Double(bins), allowed: ">= 1")
      }
      if bins != nil { try size("bin contents", contents.count, binRanges.count) }
      if isParametric, bins == nil {
        throw .shape(
          place: "channel '\(name)'", needs: "'bins', as it is binned and has a density")
      }
      guard !contents.isEmpty else {
        throw .invalid(what: "number of bins of channel '\(name)'", found: 0, allowed: ">= 1")
      }
    case .unbinned(let points, let weights):
      try inside(points, "an event")
      if let weights {
        try size("weights", weights.count, points.count)
        try finite(weights, "a weight", "a finite number") { _ in true }
      }
    case .expectation(let points, let contents):
      try inside(points, "a node")
      try size("contents of nodes", contents.count, points.count)
      try finite(contents, "the content of a node", ">= 0") { $0 >= 0 }
    }
  }

  private func validateSize(_ c: ModelComponent) throws(InferenceError) {
    guard c.shape.isBinContents else { return }
    let place = "component '\(c.name)' of channel '\(name)'"
    guard case .binned(let data) = data else {
      throw .shape(place: place, needs: "a binned channel")
    }
    func size(_ what: String, _ found: Int) throws(InferenceError) {
      guard found == data.count else {
        throw .size(what: "\(what) of \(place)", found: found, expected: data.count)
      }
    }
    switch c.shape {
    case .counts: try size("counts: bins", 1)
    case .template(let contents, let variations, let binFactors):
      try size("contents", contents.count)
      for v in variations {
        try size("contents at '\(v.parameter)' = -1", v.low.count)
        try size("contents at '\(v.parameter)' = +1", v.high.count)
      }
      if !binFactors.isEmpty { try size("bin factors", binFactors.count) }
    default: break
    }
  }
}

extension ComponentShape {
  /// Whether the shape is contents of bins rather than a density.
  var isBinContents: Bool {
    switch self {
    case .counts, .template: true
    default: false
    }
  }
}

extension ModelComponent {
  func validate(_ names: ModelNames, place: String) throws(InferenceError) {
    for name in factors.map(\.parameterName) + widthFactors.map(\.parameterName)
      + shape.parameterNames
    { try names.check(name, place) }
    guard constant.isFinite else {
      throw .invalid(what: "constant of \(place)", found: constant, allowed: "a finite number")
    }
    for factor in factors + widthFactors { try factor.validate(place) }
    func value(
      _ what: String, _ v: ModelValue, _ allowed: String, _ isAllowed: (Double) -> Bool
    ) throws(InferenceError) {
      guard case .constant(let x) = v else { return }
      guard x.isFinite, isAllowed(x) else {
        throw .invalid(what: "\(what) of \(place)", found: x, allowed: allowed)
      }
    }
    func peak(_ mean: ModelValue, _ widths: [ModelValue]) throws(InferenceError) {
      try value("mean", mean, "a finite number") { _ in true }
      for w in widths { try value("width", w, "> 0") { $0 > 0 } }
    }
    func tail(_ alpha: ModelValue, _ n: ModelValue) throws(InferenceError) {
      try value("alpha", alpha, ">= 0.01, below 1e29") { $0 >= 0.01 && $0 < 1e29 }
      try value("n", n, "above 1, at most 1000") { $0 > 1 && $0 <= 1000 }
    }
    var isPeak = true
    switch shape {
    case .counts: isPeak = false
    case .template(let contents, let variations, _):
      isPeak = false
      for x in contents where !(x >= 0 && x.isFinite) {
        throw .invalid(what: "a content of \(place)", found: x, allowed: ">= 0")
      }
      for x in variations.flatMap({ $0.low + $0.high }) where !x.isFinite {
        throw .invalid(what: "a varied content of \(place)", found: x, allowed: "a finite number")
      }
    case .gaussian(let mean, let width): try peak(mean, [width])
    case .doubleSidedCrystalBall(let mean, let width, let aLow, let nLow, let aHigh, let nHigh):
      try peak(mean, [width])
      try tail(aLow, nLow)
      try tail(aHigh, nHigh)
    case .twoCrystalBalls(let mean, let width, let one, let width2, let two, let fraction):
      try peak(mean, [width, width2])
      try tail(one.alpha, one.n)
      try tail(two.alpha, two.n)
      try value("fraction", fraction, "0 to 1") { $0 >= 0 && $0 <= 1 }
    case .chebyshev(let coefficients):
      isPeak = false
      guard coefficients.count <= 12 else {
        throw .invalid(
          what: "order of the polynomial of \(place)", found: Double(coefficients.count),
          allowed: "at most 12")
      }
      for c in coefficients { try value("a coefficient", c, "a finite number") { _ in true } }
    case .exponential(let slope):
      isPeak = false
      try value("slope", slope, "-60 to 60") { abs($0) <= 60 }
    }
    if !isPeak, normalisation == .fullLine {
      throw .shape(place: place, needs: "normalisation 'window': its shape has no full line")
    }
    if !isPeak, !widthFactors.isEmpty {
      throw .shape(place: place, needs: "no width factors: its shape has no width")
    }
  }
}

extension YieldFactor {
  func validate(_ place: String) throws(InferenceError) {
    func positive(_ what: String, _ x: Double) throws(InferenceError) {
      guard x > 0, x.isFinite else {
        throw .invalid(
          what: "\(what) of the factor '\(parameterName)' of \(place)", found: x, allowed: "> 0")
      }
    }
    switch self {
    case .parameter: break
    case .power(let kappa, _): try positive("kappa", kappa)
    case .asymmetricPower(let low, let high, _), .piecewisePower(let low, let high, _):
      try positive("low", low)
      try positive("high", high)
    case .linear(let size, _):
      guard size.isFinite else {
        throw .invalid(
          what: "size of the factor '\(parameterName)' of \(place)", found: size,
          allowed: "a finite number")
      }
    }
  }
}
