import Expressions
import Settings

/// Parts of the grammar that belong to later versions: checked, then refused by name.
enum Later {
  /// Which channels something is for: `{pair: mumu}` or `{pair: [ee, mumu]}`.
  static var channels: Format<Void> {
    Format<[Named<[String]>]>.entries(of: .oneOrMore(.text("a channel")), named: "axis").checkedOnly
  }

  /// Axes of channels with the attributes that expressions of a channel may use.
  static var axes: Format<[Named<[Named<[Named<Void>]>]>]> {
    .entries(
      of: .entries(of: .entries(of: .word, named: "attribute"), named: "channel"), named: "axis")
  }

  /// Free parameters of a model.
  static var parameters: Format<Void> {
    Format<[Named<Void>]>.entries(of: .word, named: "parameter").checkedOnly
  }
}
