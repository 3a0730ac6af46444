/// Gives every object of a likelihood file a unique name of letters, digits and underscores.
///
/// Characters that other programs refuse become underscores, names that mean a function or a
/// constant in an expression get one at the end, and equal names a number; what a name was is kept
/// in the file.
struct HS3Names {
  private var taken: Set<String> = []

  /// Words that expressions of the standard, of ROOT or of SymPy understand by themselves.
  private static let reserved: Set<String> = [
    "abs", "acos", "and", "asin", "atan", "beta", "ceil", "cos", "cosh", "e", "E", "erf", "erfc",
    "EULER", "exp", "floor", "gamma", "I", "if", "in", "inf", "infinity", "is", "lambda", "log",
    "log10", "max", "min", "N", "nan", "not", "O", "or", "pi", "PI", "pow", "Q", "S", "sign",
    "sin", "sinh", "sqrt", "tan", "tanh", "TMath", "true", "false", "zeta",
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
    var number = 2
    while !taken.insert(unique).inserted {
      unique = "\(name)_\(number)"
      number += 1
    }
    return unique
  }

  private func isDigit(_ scalar: Unicode.Scalar) -> Bool { ("0"..."9").contains(scalar) }

  /// Whether a text is one name of the file.
  static func isName(_ text: String) -> Bool {
    guard let first = text.unicodeScalars.first, first.properties.isAlphabetic || first == "_" else {
      return false
    }
    return text.unicodeScalars.allSatisfy {
      $0.isASCII && ($0.properties.isAlphabetic || $0 == "_" || ("0"..."9").contains($0))
    }
  }
}
