import Settings

/// A number with its standard error.
public struct MeasuredNumber: Sendable, Equatable {
  /// The value.
  public var value: Double
  /// Its error, not negative.
  public var error: Double

  /// A number.
  public init(value: Double, error: Double) {
    self.value = value
    self.error = error
  }

  /// Error over value.
  public var relativeError: Double { (error / value).magnitude }
}

/// How many decaying particles were produced, where a luminosity does not count them.
///
/// A limit on a product of branching fractions is the limit on the signal's yield over efficiency and
/// `count`.
public struct NormalisationSettings: Sendable, Equatable {
  /// Produced events, as pairs of mesons.
  public var events: MeasuredNumber
  /// Decaying particles an event, a product of factors by name.
  public var factors: [Named<MeasuredNumber>]
  /// What is limited, in words, as `B(B⁺ → K⁺ S) B(S → μ⁺μ⁻)`.
  public var product: String
  /// Decays whose branching fractions are inside the limited product.
  public var includes: [String]
  /// The limited decay chain as models know it; nil where it is not stated.
  public var decay: DecaySettings?

  /// Decaying particles; relative errors added in quadrature.
  public var count: MeasuredNumber {
    let numbers = [events] + factors.map(\.value)
    let value = numbers.reduce(1) { $0 * $1.value }
    let square = numbers.reduce(0) { $0 + $1.relativeError * $1.relativeError }
    return MeasuredNumber(value: value, error: value * square.squareRoot())
  }
}

extension NormalisationSettings: SettingsSection {
  /// Name in schema and reference page.
  public static let sectionName = "normalisation"
  /// What it states, in one sentence.
  public static let summary = "Counts produced parents where a luminosity does not."

  /// Reads all keys.
  public static func read(_ keys: inout SectionReader) -> NormalisationSettings {
    let events = keys.required(
      "events", Format<MeasuredNumber>.measuredProduct,
      "Number of produced events with its error, of all data that are scanned")
    let factors = keys.value(
      "factors",
      Format<[Named<MeasuredNumber>]>.entries(of: .measuredProduct, named: "charged mesons"),
      default: "{}", "Decaying particles per event: factors that are multiplied")
    let product = keys.value(
      "product", Format<String>.text("B(B⁺ → K⁺ S) B(S → μ⁺μ⁻)"),
      default: "product of branching fractions", "What is limited, in words")
    let includes = keys.value(
      "includes", Format<[String]>.list(of: .text("K*0 → K+ π-")), default: "[]",
      "Decays whose branching fraction is inside the limited product")
    let decay = keys.optional(
      "decay", Format<DecaySettings>.section, "The limited decay chain, for regions of models")
    return NormalisationSettings(
      events: events, factors: factors, product: product, includes: includes, decay: decay)
  }
}

extension Format where Value == MeasuredNumber {
  /// A positive number, with its error or not, or a product of such: "2 * 0.514 ± 0.006".
  static var measuredProduct: Format<MeasuredNumber> {
    Format<MeasuredNumber>(
      shape: .either([.number(.positive), .text(hint: "198e6 ± 3e6")]),
      placeholder: { MeasuredNumber(value: 1, error: 0) }
    ) { node, log in
      var product = MeasuredNumber(value: 1, error: 0)
      var square = 0.0
      let text = node.scalarText
      for term in text.split(separator: "*", omittingEmptySubsequences: false) {
        let numbers = term.split(separator: "±", omittingEmptySubsequences: false).map {
          Double($0.filter { $0 != " " }) ?? .nan
        }
        guard node.isScalar, (1...2).contains(numbers.count), numbers[0] > 0,
          numbers.allSatisfy({ $0.isFinite && $0 >= 0 })
        else {
          log.report(
            node,
            "must be a positive number, with or without its error, or a product, found "
              + "\(node.found)", remedy: "write for example '198e6 ± 3e6' or '2 * 0.514 ± 0.006'")
          return nil
        }
        product.value *= numbers[0]
        if numbers.count == 2 {
          square += numbers[1] / numbers[0] * (numbers[1] / numbers[0])
        }
      }
      product.error = product.value * square.squareRoot()
      return .init(product, .list([.number(product.value), .number(product.error)]))
    }
  }
}
