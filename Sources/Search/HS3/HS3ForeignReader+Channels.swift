import Inference

extension HS3ForeignReader {
  /// The data of a density: one axis, its range, and bins where they are binned.
  private struct Axis {
    var name: String
    var range: ClosedRange<Double>
    var bins: Int?
  }

  /// Reads a distribution with its data as one channel, or one a Poisson term.
  mutating func channels(
    _ distribution: HS3Node, _ data: HS3Node
  ) throws(HS3Error) -> [ModelChannel] {
    let type = try distribution.member("type")
    switch try type.text {
    case "poisson_dist": return [try count(distribution, data)]
    case "product_dist": return try product(distribution, data)
    case "histfactory_dist": return [try histogram(distribution, data)]
    default: return [try density(distribution, data)]
    }
  }

  private mutating func product(
    _ distribution: HS3Node, _ data: HS3Node
  ) throws(HS3Error) -> [ModelChannel] {
    var channels: [ModelChannel] = []
    let observables = try data.member("axes").map { node throws(HS3Error) in
      try node.member("name").text
    }
    for name in try distribution.member("factors").elements {
      let factor = try file.distribution(name)
      let x = factor.optional("x")
      if case .string(let x)? = x?.value, !observables.contains(x) {
        try constrain(factor)
        continue
      }
      guard try factor.member("type").text != "product_dist" else {
        throw factor.unsupported("a product is a factor of a product", "list its factors instead")
      }
      channels += try self.channels(factor, data)
    }
    guard !channels.isEmpty else {
      throw distribution.unsupported(
        "no factor describes the data", "give the distribution of the data's observable")
    }
    return channels
  }

  // MARK: Counts

  private mutating func count(
    _ distribution: HS3Node, _ data: HS3Node
  ) throws(HS3Error) -> ModelChannel {
    let x = try distribution.member("x").text
    let axes = try data.member("axes").elements
    var place: Int?
    for (index, axis) in axes.enumerated() where try axis.member("name").text == x { place = index }
    guard let place else {
      throw file.unknown(
        try distribution.member("x"), "axis of the data",
        try axes.map { node throws(HS3Error) in try node.member("name").text })
    }
    let entries = try data.member("entries")
    guard let row = try entries.elements.first, try entries.elements.count == 1 else {
      throw entries.invalid("the number of entries", "\(try entries.elements.count)", "1")
    }
    let numbers = try row.numbers
    guard numbers.count == axes.count else {
      throw row.invalid("the length", "\(numbers.count)", "\(axes.count)")
    }
    let name = try distribution.member("name").text
    let terms = try yields(try distribution.member("mean"))
    return ModelChannel(
      name: name, observable: x,
      components: terms.enumerated().map { index, yield in
        ModelComponent(
          name: terms.count == 1 ? "events" : "term \(index + 1)", constant: yield.constant,
          factors: yield.factors, shape: .counts)
      }, data: .binned([numbers[place]]))
  }

  // MARK: Densities

  private mutating func density(
    _ distribution: HS3Node, _ data: HS3Node
  ) throws(HS3Error) -> ModelChannel {
    let (axis, own) = try self.data(data)
    var components: [ModelComponent] = []
    try addComponents(distribution, Yield(), isTop: true, axis, depth: 0, to: &components)
    return ModelChannel(
      name: try distribution.member("name").text, observable: axis.name, segments: [axis.range],
      bins: axis.bins, components: components, data: own)
  }

  private func data(_ node: HS3Node) throws(HS3Error) -> (Axis, ChannelData) {
    let axes = try node.member("axes")
    let list = try axes.elements
    guard list.count == 1 else {
      throw axes.unsupported(
        "the data have \(list.count) axes", "Nightjar fits one observable a channel")
    }
    var axis = try self.axis(list[0])
    let type = try node.member("type")
    switch try type.text {
    case "binned":
      let contents = try node.member("contents").numbers
      guard let bins = axis.bins else {
        throw list[0].unsupported(
          "the bins have edges of their own", "Nightjar takes equal bins; give 'nbins'")
      }
      guard bins == contents.count else {
        throw node.invalid("the number of contents", "\(contents.count)", "\(bins)")
      }
      return (axis, .binned(contents))
    case "unbinned":
      axis.bins = nil
      var points: [Double] = []
      for entry in try node.member("entries").elements {
        let row = try entry.numbers
        guard row.count == 1 else { throw entry.invalid("the length", "\(row.count)", "1") }
        points.append(row[0])
      }
      var weights: [Double]?
      if let own = node.optional("weights") {
        weights = try own.numbers
        guard weights?.count == points.count else {
          throw own.invalid("the number of weights", "\(weights?.count ?? 0)", "\(points.count)")
        }
      }
      return (axis, .unbinned(points, weights: weights))
    default:
      throw type.unsupported(
        "data of type '\(try type.text)' are not read", "Nightjar reads 'binned' and 'unbinned'")
    }
  }

  private func axis(_ node: HS3Node) throws(HS3Error) -> Axis {
    let name = try node.member("name").text
    let domain = file.ranges[name]
    guard let low = try node.optional("min")?.number ?? domain?.low,
      let high = try node.optional("max")?.number ?? domain?.high, low < high
    else {
      throw node.invalid("the range", "empty or open", "'min' below 'max'")
    }
    var bins: Int?
    if let own = node.optional("nbins") { bins = try own.whole(1...1_000_000) }
    return Axis(name: name, range: low...high, bins: bins)
  }

  private mutating func addComponents(
    _ node: HS3Node, _ yield: Yield, isTop: Bool, _ axis: Axis, depth: Int,
    to components: inout [ModelComponent]
  ) throws(HS3Error) {
    let name = try node.member("name").text
    guard depth < 16 else { throw .circle(place: node.place, name: name) }
    let type = try node.member("type")
    if try type.text == "mixture_dist" {
      let summands = try node.member("summands").elements
      let coefficients = try node.member("coefficients")
      var shares: [Yield] = []
      for own in try coefficients.elements { shares.append(try self.yield(own)) }
      guard shares.count == summands.count || shares.count + 1 == summands.count else {
        throw coefficients.invalid(
          "the number of coefficients", "\(shares.count)",
          "\(summands.count), or one fewer for fractions")
      }
      if isTop, shares.count < summands.count { throw noRate(node, name) }
      if !isTop, shares.count == summands.count {
        throw node.unsupported(
          "'\(name)' has its own numbers of events inside of another distribution",
          "list its summands there instead")
      }
      if shares.count < summands.count { shares.append(try rest(shares, coefficients)) }
      for (summand, share) in zip(summands, shares) {
        try addComponents(
          try file.distribution(summand), yield * share, isTop: false, axis, depth: depth + 1,
          to: &components)
      }
      return
    }
    if try type.text == "rate_extended_dist" {
      // The text's names; ROOT has 'norm' and 'pdf'.
      let isText = node.optional("rate") != nil
      let rate = try self.yield(try node.member(isText ? "rate" : "norm"))
      let inner = try file.distribution(try node.member(isText ? "dist" : "pdf"))
      try addComponents(
        inner, yield * rate, isTop: false, axis, depth: depth + 1, to: &components)
      return
    }
    if isTop { throw noRate(node, name) }
    let shape = try shape(node, axis)
    components.append(
      ModelComponent(name: name, constant: yield.constant, factors: yield.factors, shape: shape))
  }

  private func noRate(_ node: HS3Node, _ name: String) -> HS3Error {
    node.unsupported(
      "'\(name)' does not say how many events are expected",
      "Nightjar's likelihoods are extended: make it a 'mixture_dist' with one coefficient a summand"
    )
  }

  /// One minus the fractions before.
  private func rest(_ shares: [Yield], _ node: HS3Node) throws(HS3Error) -> Yield {
    if shares.allSatisfy(\.factors.isEmpty) {
      return Yield(constant: shares.reduce(1) { $0 - $1.constant })
    }
    guard shares.count == 1, shares[0].factors.count == 1,
      case .parameter(let name) = shares[0].factors[0]
    else {
      throw node.unsupported(
        "the last fraction is one minus several factors",
        "Nightjar takes one free fraction a mixture; nest mixtures of two")
    }
    return Yield(factors: [.linear(size: -shares[0].constant, name)])
  }

  private mutating func shape(_ node: HS3Node, _ axis: Axis) throws(HS3Error) -> ComponentShape {
    let type = try node.member("type")
    let half = 0.5 * (axis.range.upperBound - axis.range.lowerBound)
    let middle = 0.5 * (axis.range.upperBound + axis.range.lowerBound)
    func check(_ key: String) throws(HS3Error) {
      let x = try node.member(key)
      guard try x.text == axis.name else {
        throw x.unsupported(
          "the density is of '\(try x.text)', the data of '\(axis.name)'",
          "pair each distribution with data of its own observable")
      }
    }
    switch try type.text {
    case "uniform_dist":
      try check("x")
      return .chebyshev([])
    case "gaussian_dist", "normal_dist":
      try check("x")
      return .gaussian(
        mean: try value(try node.member("mean")), width: try value(try node.member("sigma")))
    case "crystalball_doublesided_dist":
      try check("m")
      let width = try value(try node.member("sigma_L"))
      guard try value(try node.member("sigma_R")) == width else {
        throw node.unsupported("'sigma_L' and 'sigma_R' differ", "Nightjar has one width a peak")
      }
      return .doubleSidedCrystalBall(
        mean: try value(try node.member("m0")), width: width,
        alphaLow: try value(try node.member("alpha_L")), nLow: try value(try node.member("n_L")),
        alphaHigh: try value(try node.member("alpha_R")), nHigh: try value(try node.member("n_R")))
    case "chebychev_dist":
      try check("x")
      var coefficients: [ModelValue] = []
      for own in try node.member("coefficients").elements { coefficients.append(try value(own)) }
      return .chebyshev(coefficients)
    case "polynomial_dist":
      try check("x")
      var powers: [Double] = []
      for own in try node.member("coefficients").elements {
        guard case .constant(let x) = try value(own) else {
          throw own.unsupported(
            "a coefficient of powers of x is free", "use 'chebychev_dist', whose terms Nightjar has"
          )
        }
        powers.append(x)
      }
      return .chebyshev(
        try Self.chebyshev(powers, middle: middle, half: half, node).map { .constant($0) })
    case "exponential_dist":
      try check("x")
      let c = try yield(try node.member("c"))
      if c.factors.isEmpty { return .exponential(slope: .constant(-c.constant * half)) }
      guard c.factors.count == 1, case .parameter(let name) = c.factors[0],
        abs(-c.constant * half - 1) < 1e-9
      else {
        throw node.unsupported(
          "'c' is free in the unit of the observable",
          "Nightjar's slope is of half the range: give c = -slope / \(half)")
      }
      return .exponential(slope: .parameter(name))
    default:
      throw type.unsupported(
        "distributions of type '\(try type.text)' are not read",
        "Nightjar reads mixtures of Gaussians, double-sided Crystal Balls, polynomials, exponentials"
      )
    }
  }

  /// The polynomial Σ a_k x^k in Chebyshev polynomials of the range, divided by the constant term.
  private static func chebyshev(
    _ powers: [Double], middle: Double, half: Double, _ node: HS3Node
  ) throws(HS3Error) -> [Double] {
    guard powers.count <= 16 else {
      throw node.invalid("the number of coefficients", "\(powers.count)", "at most 16")
    }
    var sum = [Double](repeating: 0, count: max(powers.count, 1))
    // Horner in x = middle + half u, with u T_j = (T_{j+1} + T_{|j-1|}) / 2.
    for power in powers.reversed() {
      var next = sum.map { $0 * middle }
      for j in sum.indices where sum[j] != 0 {
        let part = half * sum[j]
        if j == 0 {
          if sum.count > 1 { next[1] += part }
        } else {
          next[j - 1] += 0.5 * part
          if j + 1 < sum.count { next[j + 1] += 0.5 * part }
        }
      }
      next[0] += power
      sum = next
    }
    guard sum[0] != 0 else {
      throw node.unsupported(
        "the polynomial has no constant term over the range", "Nightjar's polynomials have one")
    }
    return sum.dropFirst().map { $0 / sum[0] }
  }
}
