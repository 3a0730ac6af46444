import Foundation
import HDF5Files
import TestSupport

/// Ntuples made to expose any dependence on how they are read: ties and NaN in the observable,
/// weights over twelve decades, several candidates an event, events across chunk edges.
struct SyntheticNtuple {
  /// One candidate.
  struct Row {
    var experiment: Int32
    var run: Int16
    var event: Int64
    var m2: Double
    var q1: Int8
    var q2: Int8
    var id1: Float
    var id2: Float
    var vertex: Float
    var quality: Double
    var swapped: Double
    var hits: Int16
    var distance: Float
    var genWeight: Double
  }

  /// A file: its name, its rows, the rows of a chunk.
  struct File {
    var name: String
    var rows: [Row]
    var chunkRows: Int
  }

  /// Three files a sample: chunks that divide a block of 4,096 rows, and two lengths that do not.
  static let files: [File] = ["data", "background"].enumerated().flatMap { sample, name in
    [(24_000, 256), (20_001, 333), (21_500, 400)].enumerated().map { index, size in
      File(
        name: "\(name)-\(index).h5",
        rows: rows(seed: UInt64(10 * sample + index + 1), count: size.0), chunkRows: size.1)
    }
  }

  /// The files of a sample on disk.
  static let folder = Result {
    let folder = try TemporaryFolder()
    for file in files { try write(file, to: folder.path) }
    return folder
  }

  /// Makes candidates of events in order; the run number is the seed, so that events differ.
  static func rows(seed: UInt64, count: Int) -> [Row] {
    var random = SplitMix(state: seed)
    var rows: [Row] = []
    var event: Int64 = 0
    while rows.count < count {
      event += 1
      let candidates = 1 + Int(random.uniform() * 3)
      for _ in 0..<candidates { rows.append(row(seed: seed, event: event, &random)) }
    }
    return Array(rows.prefix(count))
  }

  private static func row(seed: UInt64, event: Int64, _ random: inout SplitMix) -> Row {
    // Masses on a grid of 1/256 GeV: many ties. A tenth in a peak, the rest falling.
    var mass = 0.3 + 9.5 * random.uniform() * (0.4 + 0.6 * random.uniform())
    if random.uniform() < 0.1 {
      mass = 5 + 0.05 * (random.uniform() + random.uniform() + random.uniform() - 1.5) * 2
    }
    mass = (mass * 256).rounded(.down) / 256
    var m2 = mass * mass
    let odd = random.uniform()
    if odd < 0.01 { m2 = .nan } else if odd < 0.02 { m2 = -m2 }  // the root is NaN too
    var decades = 0.1
    for _ in 0..<Int(random.uniform() * 13) { decades *= 10 }
    let grid = (random.uniform() * 8).rounded(.down) / 8
    return Row(
      experiment: 12, run: Int16(seed), event: event, m2: m2,
      q1: random.uniform() < 0.5 ? 1 : -1, q2: random.uniform() < 0.3 ? 1 : -1,
      id1: Float(random.uniform()), id2: Float(random.uniform()), vertex: Float(random.uniform()),
      quality: random.uniform() < 0.03 ? .nan : grid, swapped: random.uniform(),
      hits: random.uniform() < 0.05 ? -999 : Int16(random.uniform() * 30),
      distance: random.uniform() < 0.05 ? -999 : Float(3 * random.uniform()),
      genWeight: (random.uniform() < 0.1 ? -1 : 1) * random.uniform() * decades * 1e-6)
  }

  /// Writes a file: one dataset a column, chunked, each in another way.
  static func write(_ file: File, to folder: String, weights: Bool = true) throws {
    try Data(image(file, weights: weights)).write(
      to: URL(fileURLWithPath: "\(folder)/\(file.name)"))
  }

  /// The bytes of a file.
  static func image(_ file: File, weights: Bool = true) throws -> [UInt8] {
    let writer = try HDF5Writer()
    let rows = file.rows
    func put<T: HDF5Element>(
      _ name: String, _ deflate: Int?, _ value: (Row) -> T
    ) throws {
      let storage = HDF5Writer.Storage(
        chunk: rows.isEmpty ? nil : [file.chunkRows], deflate: rows.isEmpty ? nil : deflate,
        shuffle: !rows.isEmpty && deflate != nil)
      try writer.write("events/\(name)", rows.map(value), storage: storage)
    }
    try put("experiment", 1) { $0.experiment }
    try put("run", 1) { $0.run }
    try put("event", 4) { $0.event }
    try put("m2", 1) { $0.m2 }
    try put("q1", nil) { $0.q1 }
    try put("q2", 1) { $0.q2 }
    try put("id1", 1) { $0.id1 }
    try put("id2", nil) { $0.id2 }
    try put("vertex", 1) { $0.vertex }
    try put("quality", 1) { $0.quality }
    try put("swapped", nil) { $0.swapped }
    try put("hits", 1) { $0.hits }
    try put("distance", 1) { $0.distance }
    if weights { try put("genWeight", 1) { $0.genWeight } }
    return try writer.finish()
  }
}

/// SplitMix64: a generator of the tests' own.
struct SplitMix {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  mutating func uniform() -> Double { Double(next() >> 11) * 0x1p-53 }
}
