import Inference
import Kernels

extension HS3ForeignReader {
  /// A constant times factors of one parameter each.
  struct Yield {
    var constant = 1.0
    var factors: [YieldFactor] = []

    static func * (a: Yield, b: Yield) -> Yield {
      Yield(constant: a.constant * b.constant, factors: a.factors + b.factors)
    }
  }

  /// What a coefficient or mean means as a sum of products.
  mutating func yields(_ node: HS3Node, depth: Int = 0) throws(HS3Error) -> [Yield] {
    if case .number(let x) = node.value { return [Yield(constant: x)] }
    let name = try node.text
    if let constant = try constant(name, node, depth: 0) { return [Yield(constant: constant)] }
    if file.values[name] != nil {
      use(name)
      return [Yield(factors: [.parameter(name)])]
    }
    guard depth < 32 else { throw .circle(place: node.place, name: name) }
    guard let function = file.functions[name] else {
      throw file.unknown(node, "parameter or function", file.functions.keys.sorted())
    }
    let type = try function.member("type")
    switch try type.text {
    case "product":
      var product = [Yield()]
      for factor in try function.member("factors").elements {
        product = try multiply(product, try yields(factor, depth: depth + 1), at: factor)
      }
      return product
    case "sum":
      var sum: [Yield] = []
      for summand in try function.member("summands").elements {
        sum += try yields(summand, depth: depth + 1)
      }
      return sum
    case "generic_function":
      let expression = try function.member("expression")
      return try yields(try HS3Expression.read(expression), expression, depth: depth + 1)
    case "CMS::process_normalization": return [try processNormalisation(function, depth: depth)]
    default:
      throw type.unsupported(
        "functions of type '\(try type.text)' are not read",
        "Nightjar reads 'product', 'sum', 'generic_function'")
    }
  }

  /// One product; a sum is refused.
  mutating func yield(_ node: HS3Node) throws(HS3Error) -> Yield {
    let sum = try yields(node)
    guard sum.count == 1 else {
      throw node.unsupported(
        "a sum of \(sum.count) terms stands where Nightjar takes a product",
        "split the distribution into one summand a term")
    }
    return sum[0]
  }

  /// Most factors of all terms of a yield: a short file can multiply without end.
  private static var mostFactors: Int { 10_000 }

  private func multiply(
    _ a: [Yield], _ b: [Yield], at node: HS3Node
  ) throws(HS3Error) -> [Yield] {
    let size = a.reduce(0) { $0 + $1.factors.count + 1 } * b.count
    guard size + a.count * b.reduce(0, { $0 + $1.factors.count + 1 }) <= Self.mostFactors else {
      throw node.unsupported(
        "the product has more than \(Self.mostFactors) factors", "multiply out constants first")
    }
    return a.flatMap { x in b.map { x * $0 } }
  }

  private mutating func yields(
    _ expression: HS3Expression, _ node: HS3Node, depth: Int
  ) throws(HS3Error) -> [Yield] {
    guard depth < 200 else { throw .circle(place: node.place, name: try node.text) }
    if let constant = try constant(expression, node) { return [Yield(constant: constant)] }
    switch expression {
    case .number(let x): return [Yield(constant: x)]
    case .name(let name):
      return try yields(HS3Node(.string(name), at: node.place), depth: depth + 1)
    case .product(let a, let b):
      return try multiply(
        try yields(a, node, depth: depth + 1), try yields(b, node, depth: depth + 1), at: node)
    case .quotient(let a, let b):
      guard let divisor = try constant(b, node) else { throw notAFactor(node) }
      return try multiply(
        try yields(a, node, depth: depth + 1), [Yield(constant: 1 / divisor)], at: node)
    case .sum(let a, let b):
      if let linear = try linear(expression, node) { return [linear] }
      return try yields(a, node, depth: depth + 1) + yields(b, node, depth: depth + 1)
    case .power(let base, let power):
      if let kappa = try constant(base, node), kappa > 0 {
        return [try exponential(power, scale: nj_log_scalar(kappa), kappa: kappa, node)]
      }
      if case .number(let n) = power, n == n.rounded(), n >= 1, n <= 8 {
        var product = [Yield()]
        let factor = try yields(base, node, depth: depth + 1)
        for _ in 0..<Int(n) { product = try multiply(product, factor, at: node) }
        return product
      }
      throw notAFactor(node)
    case .call(let name, let arguments):
      guard name == "exp", arguments.count == 1 else { throw notAFactor(node) }
      return [try exponential(arguments[0], scale: 1, kappa: nil, node)]
    }
  }

  private func notAFactor(_ node: HS3Node) -> HS3Error {
    node.unsupported(
      "the expression is no product of factors of one parameter",
      "Nightjar reads x, kappa^x, exp(k*x) and 1 + k*x, their products and sums")
  }

  private func constant(
    _ expression: HS3Expression, _ node: HS3Node
  ) throws(HS3Error) -> Double? {
    var fault: HS3Error?
    let value = expression.constant { name in
      do throws(HS3Error) { return try constant(name, node, depth: 0) } catch {
        fault = error
        return nil
      }
    }
    if let fault { throw fault }
    return value
  }

  /// exp(scale · k · x) as kappa^x.
  private mutating func exponential(
    _ argument: HS3Expression, scale: Double, kappa: Double?, _ node: HS3Node
  ) throws(HS3Error) -> Yield {
    var factor = 1.0
    var rest = argument
    while true {
      switch rest {
      case .name(let name) where file.values[name] != nil:
        use(name)
        let base = kappa.flatMap { factor == 1 ? $0 : nil } ?? nj_exp_scalar(scale * factor)
        return Yield(factors: [.power(kappa: base, name)])
      case .product(let a, let b):
        if let x = try constant(a, node) {
          factor *= x
          rest = b
        } else if let x = try constant(b, node) {
          factor *= x
          rest = a
        } else {
          throw notAFactor(node)
        }
      case .quotient(let a, let b):
        guard let x = try constant(b, node) else { throw notAFactor(node) }
        factor /= x
        rest = a
      default: throw notAFactor(node)
      }
    }
  }

  /// a + k · x as a (1 + (k / a) x); nil where the sum is another.
  private mutating func linear(
    _ expression: HS3Expression, _ node: HS3Node
  ) throws(HS3Error) -> Yield? {
    guard case .sum(var a, var b) = expression else { return nil }
    if try constant(a, node) == nil { swap(&a, &b) }
    guard let offset = try constant(a, node), offset != 0 else { return nil }
    var size = 1 / offset
    while true {
      switch b {
      case .name(let name) where file.values[name] != nil:
        use(name)
        return Yield(constant: offset, factors: [.linear(size: size, name)])
      case .product(let x, let y):
        if let k = try constant(x, node) {
          size *= k
          b = y
        } else if let k = try constant(y, node) {
          size *= k
          b = x
        } else {
          return nil
        }
      default: return nil
      }
    }
  }

  /// Combine's rate: nominal · Π κ^θ · Π factors, symmetric κ only.
  private mutating func processNormalisation(
    _ node: HS3Node, depth: Int
  ) throws(HS3Error) -> Yield {
    var yield = Yield(constant: try node.member("nominalValue").number)
    let kappas = try node.optional("logKappa")?.numbers ?? []
    let thetas = try node.optional("thetaList")?.elements ?? []
    guard kappas.count == thetas.count else {
      throw node.invalid("the number of 'logKappa'", "\(kappas.count)", "\(thetas.count)")
    }
    for (kappa, theta) in zip(kappas, thetas) {
      let name = try theta.text
      use(name)
      yield.factors.append(.power(kappa: nj_exp_scalar(kappa), name))
    }
    if let asymmetric = node.optional("asymmThetaList"), try !asymmetric.elements.isEmpty {
      throw asymmetric.unsupported(
        "asymmetric log-normal factors of Combine are not read",
        "their interpolation is Combine's own")
    }
    for factor in try node.optional("otherFactorList")?.elements ?? [] {
      let own = try yields(factor, depth: depth + 1)
      guard own.count == 1 else {
        throw factor.unsupported("a sum is a factor", "split the process into one a term")
      }
      yield = yield * own[0]
    }
    return yield
  }
}
