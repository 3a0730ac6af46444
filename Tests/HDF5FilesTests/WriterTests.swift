import HDF5Files
import Testing

@Suite struct WriterTests {
  static func example(userBlock: Int = 0) throws -> [UInt8] {
    let writer = try HDF5Writer(userBlock: userBlock)
    try writer.write("scan/mass", [1.0, 1.5, 2.0], attributes: ["units": .string("GeV")])
    try writer.write(
      "scan/limit", [Float(3), 4, .nan],
      attributes: ["units": .string("fb"), "long_name": .string("limit")])
    try writer.makeScale("scan/mass", name: "mass")
    try writer.attachScale(dataset: "scan/limit", scale: "scan/mass")
    try writer.write("names", ["a", "", "μμ"])
    try writer.write("flags", [true, false, true])
    try writer.write("grid", [Int64(1), 2, 3, 4, 5, 6], shape: [2, 3])
    try writer.write(
      "packed", [Int16(1), 2, 3, 4, 5],
      storage: .init(chunk: [2], deflate: 4, shuffle: true, fletcher32: true, bigEndian: true))
    try writer.write("empty", [Double]())
    try writer.write("none", [String]())
    try writer.createGroup("group with space/sub")
    try writer.setAttribute("/", "title", .string("search é"))
    try writer.setAttribute("/", "seeds", .ints([1, 2, 3]))
    try writer.setAttribute("/", "words", .strings(["x", "yy"]))
    try writer.setAttribute("/", "level", .double(0.9))
    try writer.setAttribute("/", "level", .double(0.95))
    return try writer.finish()
  }

  static func writeTable(_ path: String, compression: String, rows: Int) throws {
    let kind: PyTablesWriter.Compression =
      switch compression {
      case "none": .none
      case "deflate": .deflate(level: 4)
      default: .blosc(PyTablesWriter.Compressor(rawValue: compression) ?? .lz4, level: 1)
      }
    let writer = try PyTablesWriter(
      path: path, table: "Z0:dimuon",
      columns: [
        .init(name: "__event__", number: .uint32), .init(name: "mass", number: .float64),
        .init(name: "daughter(0, p)", number: .float32), .init(name: "ok", number: .bool),
      ], title: "pairs", compression: kind, chunkRows: 3449)
    var start = 0
    while start < rows {
      let part = start..<min(rows, start + 777)
      let event = part.map { UInt32($0) }
      let mass = part.map { Double($0) * 0.25 }
      let momentum = part.map { Float($0 % 97) }
      let ok = part.map { $0 % 3 == 0 }
      try event.withUnsafeBytes { event in
        try mass.withUnsafeBytes { mass in
          try momentum.withUnsafeBytes { momentum in
            try ok.withUnsafeBytes { ok in
              let columns = [event, mass, momentum, ok].compactMap { $0.baseAddress }
              try writer.append(rows: part.count, columns: columns)
            }
          }
        }
      }
      start = part.upperBound
    }
    try writer.finish()
  }

  @Test func sameCallsGiveTheSameBytes() throws {
    #expect(try Self.example() == Self.example())
    #expect(try Self.example(userBlock: 1024) == Self.example(userBlock: 1024))
  }
}
