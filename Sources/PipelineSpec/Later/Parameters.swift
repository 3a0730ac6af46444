import Settings

/// Parts of the grammar that belong to later versions: checked, then refused by name.
enum Later {
  /// Free parameters of a model.
  static var parameters: Format<Void> {
    Format<[Named<Void>]>.entries(of: .word, named: "parameter").checkedOnly
  }
}
