import Inference
import Kernels

extension HS3ForeignReader {
  /// Reads a distribution of an auxiliary measurement as the constraint of a parameter.
  mutating func constrain(_ node: HS3Node) throws(HS3Error) {
    let type = try node.member("type")
    switch try type.text {
    case "gaussian_dist", "normal_dist":
      // Of x and mean one is the parameter, the other the datum.
      let width = try number(node, "sigma")
      switch (try value(try node.member("x")), try value(try node.member("mean"))) {
      case (.parameter(let name), .constant(let mean)), (.constant(let mean), .parameter(let name)):
        try constrain(name, .gaussian(mean: mean, width: width), at: node)
      case (.constant, .constant): break
      case (.parameter, .parameter):
        throw node.unsupported(
          "both 'x' and 'mean' are parameters", "the datum of a constraint must be constant")
      }
    case "poisson_dist":
      let observed = try number(node, "x")
      let mean = try yield(try node.member("mean"))
      guard mean.factors.count == 1, case .parameter(let name) = mean.factors[0] else {
        throw node.unsupported(
          "the mean is no constant times a parameter", "Nightjar reads scale · parameter there")
      }
      try constrain(name, .poisson(observed: observed, scale: mean.constant), at: node)
    case "lognormal_dist":
      guard case .constant(let median) = try value(try node.member("x")) else {
        throw node.unsupported(
          "'x' is a parameter: its density holds a factor 1/x",
          "write the density of the datum: x constant, mu = log(parameter)")
      }
      let kappa = nj_exp_scalar(try number(node, "sigma"))
      let mu = try node.member("mu")
      guard let function = file.functions[try mu.text],
        case .call("log", let arguments) = try HS3Expression.read(
          try function.member("expression")), case .name(let name)? = arguments.first,
        file.values[name] != nil
      else {
        throw mu.unsupported("'mu' is not log(parameter)", "Nightjar reads only that")
      }
      try constrain(name, .logNormal(median: median, kappa: kappa), at: node)
    default:
      throw type.unsupported(
        "constraints of type '\(try type.text)' are not read",
        "Nightjar reads 'gaussian_dist', 'lognormal_dist', 'poisson_dist'")
    }
  }

  /// A number that must not depend on parameters.
  mutating func number(_ node: HS3Node, _ name: String) throws(HS3Error) -> Double {
    let member = try node.member(name)
    guard case .constant(let x) = try value(member) else {
      throw member.unsupported("a parameter stands where Nightjar takes a constant", "fix it")
    }
    return x
  }
}
