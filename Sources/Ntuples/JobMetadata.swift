import ROOTFiles

/// What the job that wrote an ntuple told of itself.
///
/// Of ROOT files the members of FileMetaData in basf2's tree "persistent"; of others nothing.
public struct JobMetadata: Sendable {
  /// One member and its value.
  public struct Entry: Equatable, Sendable {
    /// Name, as `FileMetaData.m_release`.
    public var name: String
    /// Value as text.
    public var text: String

    /// The first line, at most 200 characters; a steering file is long.
    public var short: String {
      let line = text.split(whereSeparator: \.isNewline).first.map(String.init) ?? ""
      let isWhole = line.count == text.count && line.count <= 200
      return line.prefix(200) + (isWhole ? "" : " …")
    }
  }

  /// The members in the order of the file.
  public let entries: [Entry]

  /// Reads a file; what cannot be parsed is left out.
  public init(path: String) {
    let file = ROOTFile.isROOT(path: path) ? try? ROOTFile(path: path) : nil
    entries = file?.metadata().map { Entry(name: $0.name, text: $0.text) } ?? []
  }
}
