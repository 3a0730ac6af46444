import Kernels

/// The functions of numbers, conditions and lists; the raw value is the name in expressions.
///
/// Functions of numbers and conditions take lists too and give the list of their values, single
/// values repeated for every element (`count`, `min` and `max` with two arguments or more). `size`, `sum`, `any`, `all`, and `count`, `min` and `max`
/// with one list, make one value a row of it: the sum of no elements is 0, `min` and `max` of none
/// are NaN, as if any element is, `any` of none is false, `all` of none is true.
enum Function: String, CaseIterable {
  case min, max, abs, sqrt, exp, log, log10, pow
  case sin, cos, tan, asin, acos, atan, atan2, sinh, cosh, tanh, hypot
  case floor, ceil, round, sign, isnan, count
  case size, sum, any, all
  case conditional = "if"
  /// Momentum of the daughters of a two-body decay in its rest frame.
  case twoBodyMomentum

  /// Most arguments of `count`, since counts are bytes.
  static let mostCounted = 255

  /// How many arguments it takes.
  var arity: ClosedRange<Int> {
    switch self {
    case .min, .max: 2...64
    case .pow, .atan2, .hypot: 2...2
    case .conditional, .twoBodyMomentum: 3...3
    case .count: 1...Self.mostCounted
    default: 1...1
    }
  }

  /// How a call looks, for messages.
  var usage: String {
    switch self {
    case .min, .max: "\(rawValue)(a, b, …)"
    case .pow: "pow(x, y)"
    case .atan2: "atan2(y, x)"
    case .hypot: "hypot(x, y)"
    case .conditional: "if(condition, a, b)"
    case .count: "count(condition, …)"
    case .size, .sum: "\(rawValue)(list)"
    case .any, .all: "\(rawValue)(condition list)"
    case .twoBodyMomentum: "twoBodyMomentum(parentMass, mass1, mass2)"
    default: "\(rawValue)(x)"
    }
  }

  /// The kernel of a function that is one operation on numbers.
  var operation: nj_operation? {
    switch self {
    case .min: NJ_MINIMUM
    case .max: NJ_MAXIMUM
    case .abs: NJ_ABSOLUTE
    case .sqrt: NJ_SQUARE_ROOT
    case .exp: NJ_EXPONENTIAL
    case .log: NJ_LOGARITHM
    case .log10: NJ_LOGARITHM10
    case .pow: NJ_POWER
    case .sin: NJ_SINE
    case .cos: NJ_COSINE
    case .tan: NJ_TANGENT
    case .asin: NJ_ARC_SINE
    case .acos: NJ_ARC_COSINE
    case .atan: NJ_ARC_TANGENT
    case .atan2: NJ_ARC_TANGENT2
    case .sinh: NJ_HYPERBOLIC_SINE
    case .cosh: NJ_HYPERBOLIC_COSINE
    case .tanh: NJ_HYPERBOLIC_TANGENT
    case .hypot: NJ_HYPOTENUSE
    case .floor: NJ_FLOOR
    case .ceil: NJ_CEILING
    case .round: NJ_ROUND
    case .sign: NJ_SIGN
    case .isnan, .count, .conditional, .twoBodyMomentum, .size, .sum, .any, .all: nil
    }
  }

  /// Names of other languages for what is called otherwise here.
  static let foreignNames: [String: String] = [
    "ln": "log", "fabs": "abs", "power": "pow", "arcsin": "asin", "arccos": "acos",
    "arctan": "atan", "arctan2": "atan2", "where": "if", "conditional": "if", "isNaN": "isnan",
    "ceiling": "ceil", "invMass": "mass", "InvM": "mass", "M": "mass", "len": "size",
    "length": "size",
  ]
}

/// A function of particles: a quantity of a system, of its recoil, or between two systems.
enum FourVectorFunction: Hashable {
  /// A quantity of one system of particles.
  enum Quantity: String, CaseIterable {
    case mass, massSquared, momentum, transverseMomentum, energy, px, py, pz, theta, cosTheta, phi,
      eta, rapidity

    /// Whether it is the same in every frame.
    var isInvariant: Bool { self == .mass || self == .massSquared }
  }

  /// A quantity between two systems of particles.
  enum Separation: String, CaseIterable {
    case angle, cosAngle, deltaPhi, deltaEta, deltaR
  }

  enum Frame: Hashable { case laboratory, centreOfMass }

  case system(Quantity, Frame)
  case recoil(Quantity, Frame)
  case pair(Separation, Frame)

  /// Whether the beams must be known.
  var needsBeams: Bool {
    switch self {
    case .system(_, let frame), .pair(_, let frame): frame == .centreOfMass
    case .recoil: true
    }
  }

  /// Whether only momenta enter: no energy or mass hypothesis is needed.
  var needsEnergy: Bool {
    switch self {
    case .system(let quantity, .laboratory):
      [.mass, .massSquared, .energy, .rapidity].contains(quantity)
    case .pair(_, .laboratory): false
    case .recoil(let quantity, .laboratory):
      [.mass, .massSquared, .energy, .rapidity].contains(quantity)
    case .system(_, .centreOfMass), .recoil(_, .centreOfMass), .pair(_, .centreOfMass): true
    }
  }

  /// All functions by name.
  static let byName: [String: FourVectorFunction] = {
    var table: [String: FourVectorFunction] = [:]
    for quantity in Quantity.allCases {
      let name = quantity.rawValue
      let recoil = "recoil" + name.prefix(1).uppercased() + name.dropFirst()
      table[name] = .system(quantity, .laboratory)
      table[recoil] = .recoil(quantity, .laboratory)
      guard !quantity.isInvariant else { continue }
      table[name + "CMS"] = .system(quantity, .centreOfMass)
      table[recoil + "CMS"] = .recoil(quantity, .centreOfMass)
    }
    for separation in Separation.allCases {
      table[separation.rawValue] = .pair(separation, .laboratory)
      table[separation.rawValue + "CMS"] = .pair(separation, .centreOfMass)
    }
    table["missingEnergyCMS"] = .recoil(.energy, .centreOfMass)
    return table
  }()

  /// All function names, sorted.
  static let names: [String] = byName.keys.sorted()
}
