/// Gives every object of a likelihood file a unique name of letters, digits and underscores.
///
/// Characters that other programs refuse become underscores, names that mean a function or a
/// constant in an expression get one at the end, and equal names a number; what a name was is kept
/// in the file.
struct HS3Names {
  private var taken: Set<String> = []
  /// The number that was given last to a name.
  private var numbers: [String: Int] = [:]

  /// Words that expressions of the standard, of ROOT, of SymPy or of Python take for themselves.
  private static let reserved: Set<String> = [
    "abs", "acos", "all", "and", "any", "arg", "as", "asin", "atan", "atan2", "beta", "bin",
    "cancel", "ceil", "compose", "content", "cos", "cosh", "cot", "cross", "csc", "degree", "del",
    "det", "diag", "dict", "diff", "dir", "discrete", "div", "E", "e", "erf", "erfc", "EULER",
    "eval", "exp", "expand", "factor", "false", "field", "filter", "flatten", "float", "floor",
    "for", "frac", "fraction", "from", "gamma", "group", "hash", "help", "I", "id", "if", "im",
    "in", "inf", "infinity", "input", "int", "is", "iter", "lambda", "latex", "len", "li",
    "limit", "line", "list", "ln", "log", "log10", "map", "max", "min", "mobius", "N", "nan",
    "next", "not", "numer", "O", "object", "open", "or", "ord", "pass", "PI", "pi", "plot",
    "poly", "pow", "power", "preview", "prime", "print", "prod", "product", "property", "Q",
    "range", "re", "reduced", "refine", "release", "residue", "ring", "root", "round", "S", "sec",
    "sequence", "series", "set", "shape", "sieve", "sift", "sign", "sin", "sinh", "slice",
    "solve", "sqrt", "str", "sum", "super", "symbols", "t", "take", "tan", "tanh", "tensor",
    "test", "timed", "TMath", "trace", "true", "try", "tuple", "type", "use", "var", "variations",
    "vars", "while", "with", "x", "y", "yield", "z", "zeros", "zeta", "zip",
  ]

  /// A name made of the wanted one, unique in the file.
  mutating func name(_ wanted: String) -> String {
    var name = ""
    for scalar in wanted.unicodeScalars {
      let isPlain = scalar.isASCII && (scalar.properties.isAlphabetic || isDigit(scalar))
      name.unicodeScalars.append(isPlain ? scalar : "_")
    }
    if name.isEmpty || name.unicodeScalars.first.map(isDigit) == true { name = "_" + name }
    if Self.reserved.contains(name) { name += "_" }
    var unique = name
    while !taken.insert(unique).inserted {
      let number = (numbers[name] ?? 1) + 1
      numbers[name] = number
      unique = "\(name)_\(number)"
    }
    return unique
  }

  private func isDigit(_ scalar: Unicode.Scalar) -> Bool { ("0"..."9").contains(scalar) }

  /// Whether a text is one name of the file.
  static func isName(_ text: String) -> Bool {
    guard let first = text.unicodeScalars.first, first.properties.isAlphabetic || first == "_"
    else {
      return false
    }
    return text.unicodeScalars.allSatisfy {
      $0.isASCII && ($0.properties.isAlphabetic || $0 == "_" || ("0"..."9").contains($0))
    }
  }
}
