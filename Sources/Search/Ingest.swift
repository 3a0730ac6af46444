import Glibc
import Ntuples
import PipelineSpec
import Platform
import Settings

/// The input files of one sample, in the order of their content digests.
public struct SampleFiles: Sendable {
  /// One input file.
  public struct File: Sendable {
    /// Path to open.
    public var path: String
    /// What the content is.
    public var identity: FileIdentity
  }

  /// Name of the sample.
  public var name: String
  /// What the sample stands for.
  public var settings: SampleSettings
  /// The files; the order of their digests, so that names and folders never change a digit.
  public var files: [File]
  /// Patterns and paths that no file matched, left out with `--allow-missing`.
  public var missing: [String] = []

  /// The part of the files that is there: what is missing is taken to be as large as what is not.
  public var share: Double {
    missing.isEmpty ? 1 : Double(files.count) / Double(files.count + missing.count)
  }

  /// Finds and identifies the files that a sample's patterns match.
  ///
  /// - Parameters:
  ///   - name: Name of the sample.
  ///   - settings: What the pipeline file states of it.
  ///   - allowsMissing: Whether patterns without a file are left out, as long as others have some.
  ///   - notes: Identities known from earlier looks.
  /// - Throws: `SearchError.noFiles`, `SearchError.sameFile`, `PlatformError`.
  public init(
    name: String, settings: SampleSettings, allowsMissing: Bool = false, notes: FileNotes
  ) throws {
    self.name = name
    self.settings = settings
    let found = settings.files.map { (pattern: $0, paths: Self.expand($0)) }
    let missing = found.filter(\.paths.isEmpty).map(\.pattern)
    let paths = Set(found.flatMap(\.paths)).sorted()
    guard missing.isEmpty || (allowsMissing && !paths.isEmpty) else {
      throw SearchError.noFiles(
        sample: name, patterns: missing, areSome: !paths.isEmpty)
    }
    self.missing = missing
    files = try paths.map { File(path: $0, identity: try FileIdentity.of($0, notes: notes)) }
      .sorted {
        $0.identity.digest.lexicographicallyPrecedes($1.identity.digest)
          || ($0.identity.digest == $1.identity.digest && $0.path < $1.path)
      }
    for (first, second) in zip(files, files.dropFirst())
    where first.identity.digest == second.identity.digest {
      throw SearchError.sameFile(first: first.path, second: second.path)
    }
  }

  /// Expands `*`, `?` and `[…]`; a pattern without a match gives nothing.
  private static func expand(_ pattern: String) -> [String] {
    var found = glob_t()
    defer { globfree(&found) }
    guard glob(pattern, 0, nil, &found) == 0, let paths = found.gl_pathv else { return [] }
    return (0..<Int(found.gl_pathc)).compactMap { paths[$0].map { String(cString: $0) } }
  }
}

/// A stretch of one input file that becomes one run of the skim.
///
/// Its length is fixed, so that neither threads nor memory change what is stored where.
public struct SkimPart: Sendable, Hashable {
  /// Rows of a run at most: bounds what is held in memory.
  static let largestRowCount = 1 << 22

  /// The rows.
  public var rows: Range<Int>

  /// Cuts a file into runs.
  static func parts(ofRows count: Int) -> [SkimPart] {
    if count == 0 { return [SkimPart(rows: 0..<0)] }
    return stride(from: 0, to: count, by: largestRowCount).map {
      SkimPart(rows: $0..<min(count, $0 + largestRowCount))
    }
  }

  /// Pieces of the run for parallel work: whole blocks of weights, near whole chunks of the file.
  ///
  /// - Parameters:
  ///   - rowsAtOnce: Wanted length of a piece, at least 1; it never changes a result.
  ///   - chunkRows: Rows in which every chunk of the file ends.
  /// - Returns: Ranges of rows, ascending, each a multiple of a block of weights but the last.
  func pieces(rowsAtOnce: Int, chunkRows: Int) -> [Range<Int>] {
    let block = SkimCounts.blockRows
    var length = max(rowsAtOnce, chunkRows)
    if chunkRows % block != 0 { length = max(length, min(1 << 18, 16 * chunkRows)) }
    length = (length + block - 1) / block * block
    return stride(from: rows.lowerBound, to: rows.upperBound, by: length).map {
      $0..<min(rows.upperBound, $0 + length)
    }
  }
}

extension SkimPart {
  /// Cuts the ntuple of a file into runs.
  static func parts(ofFile path: String, table: String?) throws -> [SkimPart] {
    parts(ofRows: try NtupleFile.open(path: path, table: table).rowCount)
  }
}

extension FileIdentity {
  /// The first eight bytes of the digest: tells the files of a sample apart.
  var number: UInt64 { digest.prefix(8).reduce(0) { $0 << 8 | UInt64($1) } }
}
