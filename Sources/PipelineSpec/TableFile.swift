import Diagnostics

/// Files of small tables.
package enum TableFile {
  /// Reads the text of a table.
  ///
  /// - Parameter path: The file.
  /// - Returns: The text.
  /// - Throws: One fault without a place, worded to stand behind the path.
  package static func text(of path: String) throws(Diagnostics) -> String {
    try TextFile.read(path, as: "a table")
  }

  /// Reads the text of a table that a setting names.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - place: The setting.
  /// - Returns: The text.
  /// - Throws: One fault at the setting.
  package static func text(of path: String, at place: SourceLocation) throws(Diagnostics) -> String
  {
    do throws(Diagnostics) {
      return try text(of: path)
    } catch {
      throw Diagnostics(
        error.items.map {
          Diagnostic(at: place, "'\(path)' \($0.finding)", remedy: $0.remedy)
        })
    }
  }
}
