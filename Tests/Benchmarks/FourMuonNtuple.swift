import Columns
import HDF5Files
import NumericalMethods
import Platform

/// The ntuple of the benchmarks: four muons at 10.58 GeV, 40 columns, 188 bytes a row.
///
/// Four-body phase space with photon radiation and a broad component that is not four muons,
/// boosted and smeared; masses come from the smeared tracks.
struct FourMuonNtuple: @unchecked Sendable {
  struct Column {
    let name: String
    let buffer: ColumnBuffer
  }

  static let integers = [
    "__experiment__", "__run__", "__event__", "__candidate__", "__ncandidates__",
  ]
  static let eventNumbers = ["M", "M4mu", "mRecoil", "p", "roeEextra", "chiProb", "charge"]
  static let trackNumbers = ["muonID", "p", "theta", "phi", "dr", "dz", "charge"]
  static let muonMass = 0.1056583755

  let rows: Int
  let columns: [Column]

  static func make(rows: Int, pool: WorkerPool) throws -> FourMuonNtuple {
    var columns: [Column] = []
    for name in integers { columns.append(Column(name: name, buffer: ColumnBuffer(type: .int32))) }
    for name in eventNumbers {
      columns.append(Column(name: name, buffer: ColumnBuffer(type: .float64)))
    }
    for track in 0..<4 {
      for name in trackNumbers {
        columns.append(Column(name: "mu\(track)_\(name)", buffer: ColumnBuffer(type: .float32)))
      }
    }
    for column in columns { column.buffer.resize(to: rows) }
    let ntuple = FourMuonNtuple(rows: rows, columns: columns)
    let block = 16_384
    try pool.forEach(count: (rows + block - 1) / block) { _, index in
      for row in index * block..<min(rows, (index + 1) * block) { ntuple.fill(row) }
    }
    return ntuple
  }

  private func set(_ column: Int, _ row: Int, _ value: Double) {
    let buffer = columns[column].buffer
    switch buffer.type {
    case .int32: buffer.bytes.storeBytes(of: Int32(value), toByteOffset: row * 4, as: Int32.self)
    case .float32: buffer.bytes.storeBytes(of: Float(value), toByteOffset: row * 4, as: Float.self)
    default: buffer.bytes.storeBytes(of: value, toByteOffset: row * 8, as: Double.self)
    }
  }

  private func fill(_ row: Int) {
    var random = RandomStream(seed: 20_240_917, task: 1, toy: UInt64(row))
    let four = random.uniform() < 0.6
    let radiated = min(-0.12 * SpecialFunctions.log(random.uniform()), 6)
    let energy = four ? 10.58 - radiated : 3 + 7.9 * random.uniform()
    let tracks = Self.tracks(energy: energy, &random)
    let all = Self.sum(tracks[...])
    let pair = Self.sum(tracks[..<2])
    let chance = { (random: inout RandomStream, p: Double) in random.uniform() < p }
    set(0, row, row < 800_000 ? 12 : 26)
    set(1, row, Double(1000 + row / 5000))
    set(2, row, Double(17 + row / 2 * 3))
    set(3, row, Double(row % 2))
    set(4, row, 2)
    set(5, row, pair.mass)
    set(6, row, all.mass)
    let gamma = 1 / (1 - 0.2728 * 0.2728).squareRoot()
    let recoil = Vector(
      x: -pair.x, y: -pair.y, z: gamma * 0.2728 * 10.58 - pair.z, e: gamma * 10.58 - pair.e)
    set(7, row, recoil.mass)
    set(8, row, pair.momentum)
    let mean = four ? 0.25 : 1.2
    set(9, row, chance(&random, 0.3) ? 0 : -mean * SpecialFunctions.log(random.uniform()))
    set(10, row, chance(&random, 0.1) ? 1e-4 * random.uniform() : random.uniform())
    let flipped = chance(&random, four ? 0.02 : 0.25)
    set(11, row, flipped ? 2 : 0)
    for (track, vector) in tracks.enumerated() {
      let first = 12 + 7 * track
      let p = vector.momentum
      let muon = chance(&random, four ? 0.96 : 0.25)
      let u = random.uniform()
      let score = muon ? 1 - u * u * u * u / (0.7 + p) : u * u * u
      let bad = chance(&random, 0.015)
      let (dr, dz) = (random.normal(), random.normal())
      set(first, row, max(0, score))
      set(first + 1, row, p)
      set(first + 2, row, SpecialFunctions.acos(vector.z / p))
      set(first + 3, row, SpecialFunctions.atan2(y: vector.y, x: vector.x))
      let far = bad ? -SpecialFunctions.log(random.uniform()) : 0
      set(first + 4, row, abs(dr) * (0.02 + 0.02 / p) + far)
      set(first + 5, row, dz * (bad ? 4 : 0.03 + 0.03 / p))
      set(first + 6, row, track == 3 && flipped ? 1 : track % 2 == 0 ? 1 : -1)
    }
  }
}

extension FourMuonNtuple {
  struct Vector {
    var x, y, z, e: Double
    var momentum: Double { (x * x + y * y + z * z).squareRoot() }
    var mass: Double { max(0, e * e - x * x - y * y - z * z).squareRoot() }
  }

  static func sum(_ vectors: ArraySlice<Vector>) -> Vector {
    vectors.reduce(into: Vector(x: 0, y: 0, z: 0, e: 0)) {
      $0.x += $1.x
      $0.y += $1.y
      $0.z += $1.z
      $0.e += $1.e
    }
  }

  /// Draws massless four-body phase space, boosted along z and smeared by half a percent.
  ///
  /// Kleiss, Stirling, Ellis, Comput. Phys. Commun. 40 (1986) 359.
  static func tracks(energy: Double, _ random: inout RandomStream) -> [Vector] {
    let raw = (0..<4).map { _ in
      let cosine = 2 * random.uniform() - 1
      let azimuth = 2 * Double.pi * random.uniform()
      let e = -SpecialFunctions.log(random.uniform() * random.uniform())
      let sine = (1 - cosine * cosine).squareRoot()
      return Vector(
        x: e * sine * SpecialFunctions.cos(azimuth), y: e * sine * SpecialFunctions.sin(azimuth),
        z: e * cosine, e: e)
    }
    let total = sum(raw[...])
    let mass = total.mass
    let (bx, by, bz) = (-total.x / mass, -total.y / mass, -total.z / mass)
    let gamma = total.e / mass
    let boost = 1 / (1 - 0.2728 * 0.2728).squareRoot()
    return raw.map { vector in
      let product = bx * vector.x + by * vector.y + bz * vector.z
      let factor = vector.e + product / (1 + gamma)
      let scale = energy / mass
      let (x, y) = (scale * (vector.x + bx * factor), scale * (vector.y + by * factor))
      let z = scale * (vector.z + bz * factor)
      let e = scale * (gamma * vector.e + product)
      let lab = Vector(x: x, y: y, z: boost * (z + 0.2728 * e), e: 0)
      let p = lab.momentum
      let smear = 1 + random.normal() * (9e-6 + 1.44e-6 * p * p).squareRoot()
      var smeared = Vector(x: lab.x * smear, y: lab.y * smear, z: lab.z * smear, e: 0)
      smeared.e =
        (smeared.momentum * smeared.momentum + muonMass * muonMass).squareRoot()
      return smeared
    }
  }

  /// The layouts that are measured, and their files.
  static let layouts = ["columns deflate", "columns contiguous", "table blosc:lz4", "table zlib"]

  static func path(_ layout: String, in folder: String) -> String {
    let name = layout.map { $0 == " " || $0 == ":" ? "_" : $0 }
    return "\(folder)/ntuple_\(String(name)).h5"
  }

  func write(_ layout: String, in folder: String, pool: WorkerPool) throws {
    let path = Self.path(layout, in: folder)
    let numbers = columns.map { $0.buffer.type }
    switch layout {
    case "columns deflate": try writeDeflated(path, numbers)
    case "columns contiguous":
      let writer = try ColumnFileWriter(
        path: path,
        columns: zip(columns, numbers).map {
          ColumnFileWriter.Column(path: "ntuple/\($0.name)", number: $1, count: rows)
        })
      for (index, column) in columns.enumerated() {
        try writer.write(
          UnsafeRawBufferPointer(
            start: column.buffer.bytes, count: rows * column.buffer.type.byteCount),
          column: index, row: 0)
      }
      try writer.finish()
    default:
      let writer = try PyTablesWriter(
        path: path, table: "ntuple",
        columns: zip(columns, numbers).map {
          PyTablesWriter.Column(name: $0.name, number: $1)
        },
        compression: layout == "table zlib" ? .deflate(level: 4) : .blosc(.lz4, level: 1))
      try writer.append(rows: rows, columns: columns.map { UnsafeRawPointer($0.buffer.bytes) })
      try writer.finish()
    }
  }

  private func writeDeflated(_ path: String, _ numbers: [ColumnType]) throws {
    let writer = try ChunkedColumnWriter(
      path: path, group: "ntuple",
      columns: zip(columns, numbers).map {
        ChunkedColumnWriter.Column(name: $0.name, number: $1)
      })
    let encoder = ChunkEncoder(level: 4)
    let chunk = writer.chunkRows
    for first in stride(from: 0, to: rows, by: chunk) {
      for (index, column) in columns.enumerated() {
        let width = column.buffer.type.byteCount
        var bytes = [UInt8](repeating: 0, count: chunk * width)
        let used = min(chunk, rows - first) * width
        bytes.withUnsafeMutableBytes {
          $0.copyMemory(
            from: UnsafeRawBufferPointer(start: column.buffer.bytes + first * width, count: used))
        }
        let encoded = bytes.withUnsafeBytes { encoder.encode($0, width: width) }
        try writer.write(encoded, column: index, firstRow: first)
      }
    }
    try writer.finish(rows: rows)
  }
}
