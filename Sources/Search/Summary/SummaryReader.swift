import HDF5Files

/// Reads a summary file back, as far as exports and combinations need it.
///
/// Numbers come back bit for bit. Datasets that a summary lacks are absent or NaN.
public struct SummaryReader: Sendable {
  /// The open file.
  public let file: HDF5File

  /// Opens a summary and checks that it is one of a known layout.
  public init(path: String) throws {
    try self.init(try HDF5File(path: path))
  }

  /// Takes a summary held in memory; `name` is for messages.
  public init(image: [UInt8], name: String) throws {
    try self.init(try HDF5File(image: image, name: name))
  }

  private init(_ file: HDF5File) throws {
    self.file = file
    guard text("/", "format") == "Nightjar summary" else {
      throw SummaryError.notASummary(path: file.name)
    }
    let known = Int64(SummaryFile.layoutVersion)
    guard case .int(let found)? = try file.attribute("/", "layoutVersion"), found <= known else {
      guard case .int(let found)? = try file.attribute("/", "layoutVersion") else {
        throw SummaryError.notASummary(path: file.name)
      }
      throw SummaryError.newerLayout(path: file.name, found: found, known: known)
    }
  }

  /// Title of the search.
  public var title: String { text("/", "title") ?? "" }

  /// True where the data are simulated.
  public var isSimulated: Bool { number("/", "simulated") == 1 }

  /// Energy of the beams in their rest frame, GeV: that of the file, or of an interpretation.
  public var sqrtS: Double? {
    get throws {
      if let stated = number("/", "sqrtS") { return stated }
      return try groups("/interpret").lazy.compactMap { number($0, "sqrtS") }.first
    }
  }

  /// What a HEPData submission says beyond the results.
  public var submission: SubmissionText {
    guard file.contains("/submission") else { return SubmissionText() }
    return SubmissionText(
      comment: text("/submission", "comment") ?? "", reactions: texts("/submission", "reactions"),
      phrases: texts("/submission", "phrases"))
  }

  /// Digests of the data files that went in; empty where the data are simulated by other means.
  public func dataDigests() throws -> [String: String] {
    guard file.contains("/samples/sample"), file.contains("/provenance/inputs/path") else {
      return [:]
    }
    let samples = try strings("/samples/sample"), roles = try strings("/samples/role")
    let data = Set(zip(samples, roles).filter { $0.1 == SampleRole.data.rawValue }.map(\.0))
    let paths = try strings("/provenance/inputs/path")
    let owners = try strings("/provenance/inputs/sample")
    let digests = try strings("/provenance/inputs/digest")
    var found: [String: String] = [:]
    for i in paths.indices where i < owners.count && i < digests.count && data.contains(owners[i]) {
      found[digests[i]] = paths[i]
    }
    return found
  }

  // MARK: Parts of a file

  /// Groups directly below a path, by name; none where there is no such path.
  func groups(_ path: String) throws -> [String] {
    guard file.contains(path) else { return [] }
    return try file.objects(in: path).filter { $0.kind == .group }.map(\.path)
  }

  func text(_ path: String, _ name: String) -> String? {
    guard case .string(let text)? = attribute(path, name) else { return nil }
    return text
  }

  func texts(_ path: String, _ name: String) -> [String] {
    switch attribute(path, name) {
    case .strings(let texts)?: texts
    case .string(let text)?: [text]
    default: []
    }
  }

  func number(_ path: String, _ name: String) -> Double? {
    switch attribute(path, name) {
    case .double(let value)?: value
    case .int(let value)?: Double(value)
    default: nil
    }
  }

  private func attribute(_ path: String, _ name: String) -> HDF5Attribute.Value? {
    do {
      return try file.attribute(path, name)
    } catch {
      return nil  // A file without the object lacks its attributes.
    }
  }

  /// Text of an attribute of a dataset, as units and long names.
  func note(_ path: String, _ name: String) -> String { text(path, name) ?? "" }

  func strings(_ path: String) throws -> [String] { try file.dataset(path).strings() }

  /// All numbers of a dataset; nil where there is none.
  ///
  /// - Throws: `SummaryError.damaged` unless it holds `count` numbers.
  func numbers(_ path: String, count: Int) throws -> [Double]? {
    guard file.contains(path) else { return nil }
    let values = try file.dataset(path).doubles()
    try check(path, found: values.count, count)
    return values
  }

  /// Texts of a dataset; nil where there is none.
  func strings(_ path: String, count: Int) throws -> [String]? {
    guard file.contains(path) else { return nil }
    let values = try strings(path)
    try check(path, found: values.count, count)
    return values
  }

  func check(_ path: String, found: Int, _ wanted: Int) throws(SummaryError) {
    guard found == wanted else {
      throw .damaged(
        path: file.name, dataset: path, reason: "holds \(found) values where \(wanted) belong")
    }
  }
}
