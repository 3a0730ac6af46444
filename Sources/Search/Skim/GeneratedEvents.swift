import HDF5Files

/// Events that were generated at a mass and other coordinates.
struct GeneratedPoint: Sendable, Equatable {
  /// Generated mass, GeV.
  var mass: Double
  /// Other generated coordinates, in the order of the sample.
  var coordinates: [Double] = []
  /// Number of generated events.
  var count: Double
}

/// How many events of each mass, and of other coordinates, the files of a signal sample say were
/// generated.
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
    /// Other generated coordinates.
    var coordinates: [Double] = []
    /// Number of generated events.
    var count: Double
  }

  /// Masses (times other coordinates) of a sample at most; more is taken for a column that is no
  /// generated mass.
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
    guard entry.coordinates.allSatisfy(\.isFinite) else {
      throw .generated(
        place: place, finding: "a row has the generated coordinates \(entry.coordinates)",
        remedy: "check 'hypothesis' of the sample")
    }
    let known = entries.first {
      $0.file == entry.file && $0.mass == entry.mass && $0.coordinates == entry.coordinates
    }
    if let known {
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

  /// Masses and coordinates ascending with the generated events of all files.
  var totals: [GeneratedPoint] {
    var totals: [GeneratedPoint] = []
    let sorted = entries.sorted { first, second in
      if first.mass != second.mass { return first.mass < second.mass }
      if first.coordinates != second.coordinates {
        return first.coordinates.lexicographicallyPrecedes(second.coordinates)
      }
      return first.file < second.file
    }
    for entry in sorted {
      if let last = totals.last, last.mass == entry.mass, last.coordinates == entry.coordinates {
        totals[totals.count - 1].count += entry.count
      } else {
        totals.append(
          GeneratedPoint(mass: entry.mass, coordinates: entry.coordinates, count: entry.count))
      }
    }
    return totals
  }

  /// Writes the entries under `generated/`.
  func write(to writer: HDF5Writer) throws(HDF5Error) {
    guard !entries.isEmpty else { return }
    try writer.write("generated/file", entries.map(\.file))
    try Self.write(
      entries.map { GeneratedPoint(mass: $0.mass, coordinates: $0.coordinates, count: $0.count) },
      to: writer)
  }

  /// Writes points under `generated/`; nothing where there are none.
  static func write(_ points: [GeneratedPoint], to writer: HDF5Writer) throws(HDF5Error) {
    guard !points.isEmpty else { return }
    try writer.write("generated/mass", points.map(\.mass))
    try writer.write("generated/count", points.map(\.count))
    guard points.contains(where: { !$0.coordinates.isEmpty }) else { return }
    try writer.write("generated/coordinates", points.flatMap(\.coordinates))
  }

  /// Reads points back; empty where there are none.
  static func points(_ file: HDF5File) throws -> [GeneratedPoint] {
    guard file.contains("generated/mass") else { return [] }
    let masses = try file.dataset("generated/mass").doubles()
    let counts = try file.dataset("generated/count").doubles()
    let coordinates =
      file.contains("generated/coordinates")
      ? try file.dataset("generated/coordinates").doubles() : []
    guard counts.count == masses.count, !masses.isEmpty, coordinates.count % masses.count == 0
    else {
      throw SearchError.checkpoint(
        place: file.name, reason: "columns of generated events differ in length")
    }
    let width = coordinates.count / masses.count
    return masses.indices.map { row in
      GeneratedPoint(
        mass: masses[row], coordinates: Array(coordinates[(row * width)..<((row + 1) * width)]),
        count: counts[row])
    }
  }

  /// Reads them back; empty where there are none.
  init(reading file: HDF5File) throws {
    let points = try Self.points(file)
    guard !points.isEmpty else { return }
    let files = try file.dataset("generated/file").values(of: UInt64.self)
    guard files.count == points.count else {
      throw SearchError.checkpoint(
        place: file.name, reason: "columns of generated events differ in length")
    }
    entries = zip(files, points).map {
      Entry(file: $0, mass: $1.mass, coordinates: $1.coordinates, count: $1.count)
    }
  }

  /// Nothing said yet.
  init() {}
}
