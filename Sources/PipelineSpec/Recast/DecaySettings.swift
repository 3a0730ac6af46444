import Settings
import Theory

/// Which decay chain a limit on a product of branching fractions is about.
public struct DecaySettings: Sendable, Equatable {
  /// What a boson decays to.
  public enum Pair: String, Sendable, CaseIterable {
    case ee, mumu, pipi, KK
  }

  /// The kaon, with its charge.
  public enum Bachelor: String, Sendable, CaseIterable {
    case chargedKaon = "K+"
    case neutralKStar = "K*0"
  }

  /// The decaying meson.
  public var parent: MesonDecay.Parent
  /// The kaon beside the boson.
  public var bachelor: Bachelor
  /// What the boson decays to.
  public var pair: Pair
  /// Branching fractions inside the limited product beside those of meson and boson; 1 where none.
  public var included: Double

  /// The decay of the meson.
  public var decay: MesonDecay {
    MesonDecay(parent: parent, kaon: bachelor == .chargedKaon ? .kaon : .kStar)
  }
}

extension DecaySettings: SettingsSection {
  /// Name in schema and reference page.
  public static let sectionName = "normalisation.decay"
  /// What it states, in one sentence.
  public static let summary = "States the decay chain that a limited product is about."

  /// Reads all keys.
  public static func read(_ keys: inout SectionReader) -> DecaySettings {
    let parent = keys.required(
      "parent", Format<MesonDecay.Parent>.choice(), "The decaying meson")
    let bachelor = keys.required("bachelor", Format<Bachelor>.choice(), "The kaon beside the boson")
    let pair = keys.required("pair", Format<Pair>.choice(), "What the boson decays to")
    let included = keys.value(
      "included", Format<Double>.number(.init(above: 0, to: 1)), default: "1",
      "Further branching fractions inside the limited product, as 0.6667 for K*0 → K+ π-")
    return DecaySettings(parent: parent, bachelor: bachelor, pair: pair, included: included)
  }
}
