import HDF5Files

/// How many events of each mass the files of a signal sample say were generated.
///
/// Every row of a file tells its mass and the number generated at it; a file counts once, however
/// many runs it is skimmed in.
struct GeneratedEvents: Sendable, Equatable {
  /// What one file says of one mass.
  struct Entry: Sendable, Equatable {
    /// First eight bytes of the file's digest.
    var file: UInt64
    /// Generated mass, GeV.
    var mass: Double
    /// Number of generated events.
    var count: Double
  }

  /// Masses of a sample at most; more is taken for a column that is no generated mass.
  static let mostMasses = 10_000

  private(set) var entries: [Entry] = []

  /// Adds what a row says; rows of one mass mostly follow each other.
  ///
  /// - Throws: `SearchError.generated` where it is no number or contradicts an earlier row.
  mutating func add(_ entry: Entry, place: String) throws(SearchError) {
    if let last = entries.last, last == entry { return }
    guard entry.mass.isFinite, entry.count.isFinite, entry.count > 0 else {
      throw .generated(
        place: place,
        finding: "a row has the generated mass \(entry.mass) and \(entry.count) generated events",
        remedy: "check 'hypothesis' and 'generated' of the sample")
    }
    if let known = entries.first(where: { $0.file == entry.file && $0.mass == entry.mass }) {
      guard known.count == entry.count else {
        throw .generated(
          place: place,
          finding:
            "rows of mass \(entry.mass) state \(known.count) and \(entry.count) generated events",
          remedy: "the number must be the same for all rows of a mass in a file")
      }
      return
    }
    guard entries.count < Self.mostMasses else {
      throw .generated(
        place: place, finding: "more than \(Self.mostMasses) generated masses",
        remedy: "check 'hypothesis' of the sample")
    }
    entries.append(entry)
  }

  /// Adds what another run of the sample says.
  mutating func add(_ other: GeneratedEvents, place: String) throws(SearchError) {
    for entry in other.entries { try add(entry, place: place) }
  }

  /// Masses ascending with the generated events of all files.
  var totals: [(mass: Double, count: Double)] {
    var totals: [(mass: Double, count: Double)] = []
    for entry in entries.sorted(by: { ($0.mass, $0.file) < ($1.mass, $1.file) }) {
      if totals.last?.mass == entry.mass {
        totals[totals.count - 1].count += entry.count
      } else {
        totals.append((entry.mass, entry.count))
      }
    }
    return totals
  }

  /// Writes the entries under `generated/`.
  func write(to writer: HDF5Writer) throws(HDF5Error) {
    guard !entries.isEmpty else { return }
    try writer.write("generated/file", entries.map(\.file))
    try writer.write("generated/mass", entries.map(\.mass))
    try writer.write("generated/count", entries.map(\.count))
  }

  /// Reads them back; empty where there are none.
  init(reading file: HDF5File) throws {
    guard file.contains("generated/mass") else { return }
    let files = try file.dataset("generated/file").values(of: UInt64.self)
    let masses = try file.dataset("generated/mass").doubles()
    let counts = try file.dataset("generated/count").doubles()
    guard files.count == masses.count, counts.count == masses.count else {
      throw SearchError.checkpoint(
        place: file.name, reason: "columns of generated events differ in length")
    }
    entries = zip(files, zip(masses, counts)).map {
      Entry(file: $0, mass: $1.0, count: $1.1)
    }
  }

  /// Nothing said yet.
  init() {}
}
