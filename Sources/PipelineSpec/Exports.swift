import Settings

/// Formats for other programs.
public enum ExportFormat: String, Sendable, CaseIterable {
  /// A submission folder of HEPData.
  case hepdata
  /// A table a file.
  case csv
  /// Likelihoods with their data, a hypothesis a file.
  case hs3
}

/// What a HEPData submission says beyond the results.
public struct HEPDataSettings: Sendable, Equatable {
  /// Abstract of the submission; nil: the title.
  public var comment: String?
  /// Reactions in HEPData's words (`E+ E- --> MU+ MU- X`).
  public var reactions: [String]
  /// Further key phrases.
  public var phrases: [String]

  /// Makes settings.
  public init(comment: String? = nil, reactions: [String] = [], phrases: [String] = []) {
    self.comment = comment
    self.reactions = reactions
    self.phrases = phrases
  }
}

extension HEPDataSettings: SettingsSection {
  /// Name in schema and reference page.
  public static let sectionName = "outputs.hepdata"
  /// What it states, in one sentence.
  public static let summary = "States what a HEPData submission says beyond the results."

  /// Longest keyword that HEPData takes.
  static let longestKeyword = 128

  /// Reads all keys.
  public static func read(_ keys: inout SectionReader) -> HEPDataSettings {
    let comment = keys.optional(
      "comment", Format<String>.text("the abstract"),
      "Abstract of the submission; absent: the title")
    let reactions = keys.value(
      "reactions", Format<[String]>.list(of: keyword("E+ E- --> MU+ MU- X")), default: "[]",
      "Reactions in HEPData's words")
    let phrases = keys.value(
      "phrases", Format<[String]>.list(of: keyword("Upper limit")), default: "[]",
      "Further key phrases")
    return HEPDataSettings(comment: comment, reactions: reactions, phrases: phrases)
  }

  private static func keyword(_ example: String) -> Format<String> {
    Format<String>.text(example).checked { text, _ in
      text.count <= longestKeyword
        ? nil : ("must have at most \(longestKeyword) characters, found \(text.count)", nil)
    }
  }
}
