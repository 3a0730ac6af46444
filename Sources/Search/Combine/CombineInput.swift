import Inference
import Platform

/// One scan that goes into a combination.
package struct CombineInput: Sendable {
  /// Name in the combination.
  package var name: String
  /// Name of the summary file, without its folder.
  package var file: String
  /// SHA-256 digest of the summary file, with its size.
  package var digest: String
  /// Size of the summary file in bytes.
  package var byteCount: Int
  /// Title of the search.
  package var title: String
  /// Whether its data are simulated.
  package var isSimulated: Bool
  /// Energy of the beams, GeV.
  package var sqrtS: Double?
  /// Digests of its data files, with their names.
  package var data: [String: String]
  /// The scan's parameter for a common parameter of 1; nil: not stated, 1.
  package var scale: Double?
  /// The scan.
  package var scan: ScanResults

  /// Reads the scan of a signal, or the only one, of a summary file.
  package init(name: String, path: String, signal: String?, scale: Double?) throws {
    let bytes = try AtomicFile.read(path)
    let summary = try SummaryReader(image: bytes, name: path)
    self.name = name
    file = path.split(separator: "/").last.map(String.init) ?? path
    digest = "sha256:\(SHA256Digest.of(bytes))"
    byteCount = bytes.count
    title = summary.title
    isSimulated = summary.isSimulated
    sqrtS = try summary.sqrtS
    data = try summary.dataDigests()
    self.scale = scale
    scan = try summary.scan(ofSignal: signal)
    guard scan.points.contains(where: { $0.profiles != nil }) else {
      throw CombineError.noProfiles(input: name)
    }
    for systematic in scan.systematics {
      guard ["yield", "width"].contains(systematic.target) else {
        throw CombineError.systematic(
          input: name, name: systematic.name,
          reason: "acts on '\(systematic.target)'; known: 'yield', 'width'")
      }
      guard Nuisance.Constraint(rawValue: systematic.constraint) != nil else {
        throw CombineError.systematic(
          input: name, name: systematic.name,
          reason: "has the constraint '\(systematic.constraint)'; known: 'log-normal', 'gaussian'")
      }
    }
  }

  /// The parameter with its unit, in words.
  var parameterText: String {
    "'\(scan.parameter.name)' in \(scan.parameter.unit.isEmpty ? "1" : scan.parameter.unit)"
  }
}
