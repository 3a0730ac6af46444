import HDF5Files
import Platform
import Testing

@Suite struct ReaderTests {
  @Test(arguments: [0, 512, 2048]) func imagesAreReadBack(userBlock: Int) throws {
    var image = try WriterTests.example(userBlock: userBlock)
    if userBlock > 0 { image[3] = 77 }
    let file = try HDF5File(image: image, name: "image")
    #expect(try file.userBlock().count == userBlock)
    if userBlock > 0 { #expect(try file.userBlock()[3] == 77) }
    let limit = try file.dataset("scan/limit")
    #expect(limit.shape == [3])
    #expect(try limit.attribute("units") == .string("fb"))
    #expect(try limit.attribute("nothing") == nil)
    #expect(Array(try limit.doubles().prefix(2)) == [3, 4])
    #expect(try limit.doubles()[2].isNaN)
    #expect(try limit.values(of: Float.self, rows: 1..<2) == [4])
    #expect(try file.dataset("/scan/mass").values(of: Double.self, rows: 1..<3) == [1.5, 2])
    #expect(try file.dataset("names").strings() == ["a", "", "μμ"])
    #expect(try file.dataset("flags").values(of: Bool.self) == [true, false, true])
    #expect(try file.dataset("flags").integers() == [1, 0, 1])
    let grid = try file.dataset("grid")
    #expect(grid.shape == [2, 3])
    #expect(try grid.integers() == [1, 2, 3, 4, 5, 6])
    let packed = try file.dataset("packed")
    #expect(packed.layout == .chunked([2]))
    #expect(packed.filters.map(\.name) == ["shuffle (2)", "deflate (1)", "fletcher32 (3)"])
    #expect(try packed.values(of: Int16.self) == [1, 2, 3, 4, 5])
    #expect(try packed.values(of: Int16.self, rows: 3..<5) == [4, 5])
    #expect(try file.dataset("empty").doubles().isEmpty)
    #expect(try file.dataset("none").strings().isEmpty)
    #expect(try file.attribute("/", "title") == .string("search é"))
    #expect(try file.attribute("/", "seeds") == .ints([1, 2, 3]))
    #expect(try file.attribute("/", "words") == .strings(["x", "yy"]))
    #expect(try file.attribute("/", "level") == .double(0.95))
    #expect(try file.attributeNames("/") == ["level", "seeds", "title", "words"])
    #expect(file.contains("scan/mass") && !file.contains("scan/nothing/at/all"))
    #expect(
      try file.objects(in: "scan").map(\.path) == ["/scan/limit", "/scan/mass"])
    #expect(
      try file.walk().map(\.path) == [
        "/empty", "/flags", "/grid", "/group with space", "/names", "/none", "/packed", "/scan",
        "/group with space/sub", "/scan/limit", "/scan/mass",
      ])
  }

  @Test func wrongUseIsNamed() throws {
    let file = try HDF5File(image: try WriterTests.example(), name: "image")
    func text(_ body: () throws -> Void) -> String {
      do {
        try body()
        return "nothing"
      } catch { return "\(error)" }
    }
    #expect(
      text { _ = try file.dataset("scan/mas") }
        == "image:/scan: nothing named 'mas'; did you mean 'mass'?")
    #expect(text { _ = try file.dataset("scan") } == "image:/scan: found group; allowed: dataset")
    #expect(
      text { _ = try file.objects(in: "names") } == "image:/names: found dataset; allowed: group")
    #expect(
      text { _ = try file.dataset("names").doubles() }
        == "image:/names: type text cannot be read here; allowed: numbers")
    #expect(
      text { _ = try file.dataset("scan/mass").integers() }
        == "image:/scan/mass: type float64 cannot be read here; allowed: integers")
    #expect(
      text { _ = try file.dataset("scan/mass").values(of: Float.self) }
        == "image:/scan/mass: type float64 cannot be read here; allowed: float32")
    #expect(
      text { _ = try file.dataset("scan/mass").values(of: Double.self, rows: 2..<4) }
        == "image:/scan/mass: rows 2 to 4 asked for; found 3 rows")
    #expect(
      text { _ = try file.dataset("grid").values(of: Int64.self, rows: 0..<1) }
        == "image:/grid: shape [2, 3] does not fit; allowed: one dimension")
    #expect(
      text { _ = try HDF5File(image: [1, 2, 3], name: "three bytes") }
        == "three bytes: not an HDF5 file; no HDF5 signature in its 3 bytes")
    #expect(
      text { try HDF5Writer().write("a", [1.0], storage: .init(deflate: 4)) }
        == "HDF5 image:/a: cannot be written; filters need a chunk shape")
    #expect(
      text { try HDF5Writer().write("a", [1.0, 2.0], shape: [3]) }
        == "HDF5 image:/a: shape [3] does not fit; allowed: a product of 2")
  }

  @Test func columnFilesHoldWhatIsWrittenInAnyOrder() throws {
    let folder = TemporaryFolder()
    let path = folder.file("columns.h5")
    func write() throws {
      let writer = try ColumnFileWriter(
        path: path,
        columns: [
          .init(
            path: "events/mass", number: .float64, count: 1000,
            attributes: ["units": .string("GeV")]),
          .init(path: "events/run", number: .int32, count: 1000),
          .init(path: "events/none", number: .uint8, count: 0),
        ], userBlock: 512
      ) { metadata throws(HDF5Error) in
        try metadata.setAttribute("events", "rows", .int(1000))
      }
      for start in stride(from: 900, through: 0, by: -100) {
        try writer.write((start..<start + 100).map { Double($0) / 8 }, column: 0, row: start)
        try writer.write((start..<start + 100).map { Int32($0) }, column: 1, row: start)
      }
      #expect(
        throws: HDF5Error.outOfRange(place: "\(path):events/run", rows: 999..<1001, count: 1000)
      ) { try writer.write([Int32(1), 2], column: 1, row: 999) }
      try writer.finish(userBlock: Array("digest".utf8))
    }
    try write()
    let first = try AtomicFile.read(path)
    try write()
    #expect(try AtomicFile.read(path) == first)
    let file = try HDF5File(path: path)
    #expect(try file.userBlock().prefix(7) == Array("digest\0".utf8)[...])
    #expect(try file.attribute("events", "rows") == .int(1000))
    let mass = try file.dataset("events/mass")
    #expect(try mass.doubles() == (0..<1000).map { Double($0) / 8 })
    #expect(try mass.values(of: Double.self, rows: 10..<12) == [1.25, 1.375])
    #expect(try mass.attribute("units") == .string("GeV"))
    #expect(try file.dataset("events/run").integers() == (0..<1000).map { Int64($0) })
    #expect(try file.dataset("events/none").integers().isEmpty)
  }

  @Test func unfinishedColumnFilesLeaveNothing() throws {
    let folder = TemporaryFolder()
    do {
      let writer = try ColumnFileWriter(
        path: folder.file("a.h5"), columns: [.init(path: "x", number: .float64, count: 10)])
      try writer.write([1.0], column: 0, row: 0)
    }
    #expect(folder.names.isEmpty)
    #expect(
      throws: HDF5Error.library(
        place: "/nowhere/a.h5", operation: "H5Fcreate", reason: "reason")
    ) {
      do {
        _ = try ColumnFileWriter(path: "/nowhere/a.h5", columns: [])
      } catch HDF5Error.library(let place, let operation, _) {
        throw HDF5Error.library(place: place, operation: operation, reason: "reason")
      }
    }
  }
}
