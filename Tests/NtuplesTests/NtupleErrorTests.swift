import HDF5Files
import Ntuples
import Platform
import Testing

@Suite struct NtupleErrorTests {
  private func text(_ name: String, _ table: String? = nil) -> String {
    let path = name.hasPrefix("/") ? name : Fixture.path(name)
    do throws(NtupleError) {
      let file = try NtupleFile.open(path: path, table: table)
      let cursor = try NtupleCursor(file: file, columns: Array(file.columns.indices))
      try cursor.read(0..<file.rowCount, into: cursor.makeBuffers())
      return "read"
    } catch {
      let folder = Fixture.path("")
      return error.description.hasPrefix(folder)
        ? String(error.description.dropFirst(folder.count)) : error.description
    }
  }

  @Test func whatIsNotAnNtupleIsNamed() {
    #expect(
      text("two_ntuples.h5")
        == "two_ntuples.h5: holds several ntuples: '/first', '/second'; name one with 'table'")
    #expect(
      text("two_ntuples.h5", "third")
        == "two_ntuples.h5: no ntuple named 'third'; found: '/first', '/second'")
    #expect(
      text("pandas_fixed.h5")
        == "pandas_fixed.h5: written by pandas' to_hdf in 'fixed' format, which is not supported; "
        + "write the columns with h5py or the rows with PyTables")
    #expect(
      text("pandas_table.h5")
        == "pandas_table.h5: written by pandas' to_hdf in 'table' format, which is not supported; "
        + "write the columns with h5py or the rows with PyTables")
    #expect(
      text("layouts.h5", "unequal")
        == "layouts.h5:/unequal: columns differ in length; 'a' has 3 rows, 'b' has 4")
    #expect(
      text("layouts.h5", "unequal/a")
        == "layouts.h5:/unequal/a: type float64 cannot be read here; allowed: a compound, or a "
        + "group of columns")
    #expect(
      text("layouts.h5", "lzf")
        == "layouts.h5:/lzf: column 'f8' cannot be read; " + Fixture.path("")
        + "layouts.h5:/lzf/f8: filter LZF (32000) is not supported; supported: deflate, shuffle, "
        + "fletcher32, blosc, n-bit, scale-offset; repack the file with 'h5repack -f SHUF -f GZIP=4'"
    )
    #expect(
      text("make_fixtures.py").hasPrefix(
        "make_fixtures.py: not an HDF5 file; no HDF5 signature in its "))
    #expect(text("nowhere.h5") == "nowhere.h5: cannot be read; no such file or directory")
    #expect(text("/tmp") == "/tmp: cannot be read; it is not a regular file")
  }

  @Test func otherFilesAreNotFollowed() throws {
    #expect(
      text("outside.h5", "link") == "outside.h5: no ntuple named 'link'; found: none")
    let file = try HDF5File(path: Fixture.path("outside.h5"))
    let place = Fixture.path("outside.h5")
    #expect(throws: HDF5Error.externalLink(place: place + ":/link")) { try file.dataset("link/a") }
    #expect(throws: HDF5Error.externalStorage(place: place + ":/stored")) {
      try file.dataset("stored")
    }
    #expect(throws: HDF5Error.virtualDataset(place: place + ":/virtual")) {
      try file.dataset("virtual")
    }
    #expect(
      throws: HDF5Error.missing(place: place + ":/dangling", name: "/nowhere", nearest: nil)
    ) { try file.dataset("dangling") }
    #expect(throws: HDF5Error.self) { try file.dataset("loop") }
    #expect(throws: HDF5Error.self) { try file.dataset("through") }
    #expect(
      throws: HDF5Error.wrongKind(place: place + ":/group", found: "group", allowed: "dataset")
    ) { try file.dataset("group") }
    let paths = try file.walk().map(\.path)
    #expect(
      paths == [
        "/dangling", "/group", "/link", "/loop", "/stored", "/through", "/virtual",
      ])
  }

  @Test func truncatedFilesAreNamed() throws {
    let bytes = try AtomicFile.read(Fixture.path("ntuple_columns.h5"))
    let folder = "/tmp/nightjar-truncated-\(UInt32.random(in: 0 ... .max))"
    try AtomicFile.createFolder(folder)
    let path = folder + "/half.h5"
    try AtomicFile.write(Array(bytes.prefix(100_000)), to: path)
    #expect(
      text(path)
        == "\(path): file is truncated; found 100000 of 352319 bytes; copy or make it again")
    try AtomicFile.write(Array(bytes.prefix(4)), to: path)
    #expect(text(path) == "\(path): not an HDF5 file; no HDF5 signature in its 4 bytes")
    try AtomicFile.write([UInt8](), to: path)
    #expect(text(path) == "\(path): not an HDF5 file; no HDF5 signature in its 0 bytes")
  }

  @Test func damagedChunksAreNamed() throws {
    let values = (0..<100).map { Double($0) }
    for fletcher in [true, false] {
      let writer = try HDF5Writer()
      try writer.write(
        "t/a", values,
        storage: .init(chunk: [100], deflate: 4, shuffle: true, fletcher32: fletcher))
      var image = try writer.finish()
      // The zlib header of level 4 stands once in so small a file; spoil the bytes behind it.
      let start = image.indices.dropLast(40).last { image[$0] == 0x78 && image[$0 + 1] == 0x5e }
      let header = try #require(start)
      for index in header + 8..<header + 20 { image[index] ^= 0x5a }
      let dataset = try HDF5File(image: image, name: "image").dataset("t/a")
      #expect(
        throws: HDF5Error.damaged(
          place: "image:/t/a",
          what: "chunk at row 0: "
            + (fletcher ? "wrong checksum" : "its deflate stream is broken"))
      ) { try dataset.doubles() }
    }
  }

  @Test func missingColumnsSuggestTheNearest() throws {
    let file = try NtupleFile.open(path: Fixture.path("ntuple_columns.h5"))
    #expect(
      throws: NtupleError.missingColumn(
        place: Fixture.path("ntuple_columns.h5:/ntuple"), name: "mRecol", nearest: "mRecoil")
    ) { try file.column(named: "mRecol") }
  }
}
