import Foundation
import Search

/// -ln L of a likelihood file by the formulas of the standard, with Foundation's functions.
///
/// Densities are normalised on the range of their observable by Simpson's rule between the places
/// where they kink. Slow and plain: it shares with the writer only the reader of JSON and of
/// expressions.
struct HS3Evaluator {
  private let file: HS3File
  private let likelihood: HS3Node
  private let start: [String: Double]
  private let ranges: [String: ClosedRange<Double>]

  init(_ bytes: [UInt8]) throws {
    file = try HS3File(HS3Node(try JSONReader.read(bytes)))
    likelihood = try file.root.member("likelihoods").elements[0]
    start = file.values.mapValues(\.value)
    ranges = file.ranges.compactMapValues { range in
      guard let low = range.low, let high = range.high else { return nil }
      return low...high
    }
  }

  /// -ln L up to a constant.
  func nll(_ parameters: [String: Double]) throws -> Double {
    var scope = Scope(file: file, ranges: ranges, values: start)
    scope.values.merge(parameters) { $1 }
    var sum = 0.0
    let pairs = zip(
      try likelihood.member("distributions").elements, try likelihood.member("data").elements)
    for (distribution, data) in pairs {
      sum += try scope.term(file.distribution(distribution), file.data(data))
    }
    for node in try likelihood.optional("aux_distributions")?.elements ?? [] {
      sum -= log(try scope.density(file.distribution(node)))
    }
    return sum
  }

  private struct Scope {
    let file: HS3File
    let ranges: [String: ClosedRange<Double>]
    var values: [String: Double]

    mutating func value(_ node: HS3Node) throws -> Double {
      if case .number(let x) = node.value { return x }
      return try value(named: try node.text)
    }

    mutating func value(named name: String) throws -> Double {
      if let value = values[name] { return value }
      guard let function = file.functions[name] else {
        throw HS3Error.unknownName(place: "", name: name, what: "value", nearest: nil)
      }
      let expression = try HS3Expression.read(try function.member("expression"))
      let value = try evaluate(expression)
      // Functions of the observables do not occur: what was computed stays right.
      values[name] = value
      return value
    }

    mutating func evaluate(_ expression: HS3Expression) throws -> Double {
      switch expression {
      case .number(let x): return x
      case .name(let name): return try value(named: name)
      case .sum(let a, let b): return try evaluate(a) + evaluate(b)
      case .product(let a, let b): return try evaluate(a) * evaluate(b)
      case .quotient(let a, let b): return try evaluate(a) / evaluate(b)
      case .power(let a, let b): return pow(try evaluate(a), try evaluate(b))
      case .call(let name, let arguments):
        let own = try arguments.map { try evaluate($0) }
        switch name {
        case "exp": return exp(own[0])
        case "log": return log(own[0])
        case "sqrt": return own[0].squareRoot()
        case "abs": return abs(own[0])
        case "min": return min(own[0], own[1])
        case "max": return max(own[0], own[1])
        default: throw HS3Error.circle(place: "", name: name)
        }
      }
    }

    /// The term of one distribution with its data.
    mutating func term(_ distribution: HS3Node, _ data: HS3Node) throws -> Double {
      let axes = try data.member("axes").map { node throws(HS3Error) in
        try node.member("name").text
      }
      let entries = try data.member("entries").map { node throws(HS3Error) in try node.numbers }
      if try distribution.member("type").text == "product_dist" {
        for (axis, x) in zip(axes, entries[0]) { values[axis] = x }
        return try distribution.member("factors").elements.reduce(0) { sum, name in
          sum - log(try density(file.distribution(name)))
        }
      }
      let weights = try data.optional("weights")?.numbers ?? entries.map { _ in 1 }
      let summands = try distribution.member("summands").elements.map { try file.distribution($0) }
      let yields = try distribution.member("coefficients").elements.map { try value($0) }
      let range = try unwrap(ranges[axes[0]])
      var densities: [(Double) -> Double] = []
      for summand in summands {
        let shape = try shape(summand)
        let integral = Self.integral(shape.density, range, kinks: shape.kinks)
        densities.append { shape.density($0) / integral }
      }
      var sum = yields.reduce(0, +)
      for (entry, weight) in zip(entries, weights) {
        let density = zip(yields, densities).reduce(0) { $0 + $1.0 * $1.1(entry[0]) }
        sum -= weight * log(density)
      }
      return sum
    }

    private func unwrap<T>(_ value: T?) throws -> T {
      guard let value else { throw HS3Error.circle(place: "", name: "range") }
      return value
    }

    /// The density of a constraint or Poisson term at the values.
    mutating func density(_ node: HS3Node) throws -> Double {
      func own(_ key: String) throws -> HS3Node { try node.member(key) }
      switch try own("type").text {
      case "gaussian_dist":
        let t = (try value(own("x")) - value(own("mean"))) / (try value(own("sigma")))
        return exp(-0.5 * t * t)
      case "lognormal_dist":
        let x = try value(own("x"))
        let t = (log(x) - (try value(own("mu")))) / (try value(own("sigma")))
        return exp(-0.5 * t * t) / x
      case "poisson_dist":
        let n = try value(own("x"))
        let mean = try value(own("mean"))
        return exp(n * log(mean) - mean - lgamma(n + 1))
      case "generic_dist": return try evaluate(try HS3Expression.read(own("expression")))
      default: throw HS3Error.circle(place: node.place, name: try own("type").text)
      }
    }

    private struct Shape {
      var density: (Double) -> Double
      var kinks: [Double] = []
    }

    private mutating func shape(_ node: HS3Node) throws -> Shape {
      func own(_ key: String) throws -> HS3Node { try node.member(key) }
      switch try own("type").text {
      case "uniform_dist": return Shape { _ in 1 }
      case "gaussian_dist":
        let mean = try value(own("mean"))
        let sigma = try value(own("sigma"))
        return Shape(
          density: { exp(-0.5 * pow(($0 - mean) / sigma, 2)) },
          kinks: [mean - 6 * sigma, mean, mean + 6 * sigma])
      case "crystalball_doublesided_dist":
        let mean = try value(own("m0"))
        let sigma = try value(own("sigma_L"))
        let low = (try value(own("alpha_L")), try value(own("n_L")))
        let high = (try value(own("alpha_R")), try value(own("n_R")))
        func tail(_ t: Double, _ tail: (alpha: Double, n: Double)) -> Double {
          let ratio = tail.n / tail.alpha
          return exp(-0.5 * tail.alpha * tail.alpha)
            * pow(ratio / (ratio - tail.alpha + t), tail.n)
        }
        return Shape(
          density: { x in
            let t = (x - mean) / sigma
            if t < -low.0 { return tail(-t, low) }
            return t > high.0 ? tail(t, high) : exp(-0.5 * t * t)
          },
          kinks: [
            mean - low.0 * sigma, mean + high.0 * sigma, mean, mean - 8 * sigma, mean + 8 * sigma,
          ])
      case "polynomial_dist":
        let a = try own("coefficients").elements.map { try value($0) }
        return Shape { x in a.reversed().reduce(0) { $0 * x + $1 } }
      case "chebychev_dist":
        let c = try own("coefficients").elements.map { try value($0) }
        let range = try unwrap(ranges[try own("x").text])
        return Shape { x in
          let u = 2 * (x - range.lowerBound) / (range.upperBound - range.lowerBound) - 1
          return 1
            + c.enumerated().reduce(0) { $0 + $1.element * cos(Double($1.offset + 1) * acos(u)) }
        }
      case "exponential_dist":
        let c = try value(own("c"))
        let middle = try unwrap(ranges[try own("x").text]).lowerBound
        return Shape { exp(-c * ($0 - middle)) }
      default: throw HS3Error.circle(place: node.place, name: try own("type").text)
      }
    }

    private static func integral(
      _ f: (Double) -> Double, _ range: ClosedRange<Double>, kinks: [Double]
    ) -> Double {
      let inner = kinks.filter { $0 > range.lowerBound && $0 < range.upperBound }.sorted()
      let edges = [range.lowerBound] + inner + [range.upperBound]
      var sum = 0.0
      for (a, b) in zip(edges, edges.dropFirst()) where b > a {
        let steps = 400
        let h = (b - a) / Double(steps)
        // The ends belong to the neighbours' formula where a density kinks: equal values there.
        var own = f(a) + f(b)
        for i in 1..<steps { own += f(a + Double(i) * h) * (i % 2 == 1 ? 4 : 2) }
        sum += own * h / 3
      }
      return sum
    }
  }
}
