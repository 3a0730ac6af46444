import Foundation
import HDF5Files
import TestSupport
import Testing

@Suite struct InspectCommandTests {
  /// A small file whose listing can be worked out by hand.
  private func makeFile(in folder: TemporaryFolder) throws -> String {
    let writer = try HDF5Writer()
    try writer.write(
      "events/mass", [1.0, 2, .nan, 4, -999],
      attributes: ["units": .string("GeV"), "long_name": .string("pair mass")])
    try writer.write("events/run", [Int32(7), 7, 8, 8, 8])
    let path = folder.path + "/small.h5"
    try Data(try writer.finish()).write(to: URL(fileURLWithPath: path))
    return path
  }

  @Test func columnsAreListed() throws {
    let folder = try TemporaryFolder()
    _ = try makeFile(in: folder)
    let run = try ToolProcess.run(["inspect", "small.h5"], in: folder.path)
    #expect(run.status == 0)
    #expect(run.errors.isEmpty)
    #expect(
      run.output == """
        small.h5:/events: 5 rows, 2 columns, one dataset per column
        column  type     unit  min  max     mean  NaN  -999  meaning
        mass    float64  GeV     1    4  2.33333    1     1  pair mass
        run     int32            7    8      7.6    0     0

        """)
  }

  @Test func oneColumnIsDrawn() throws {
    let folder = try TemporaryFolder()
    _ = try makeFile(in: folder)
    let run = try ToolProcess.run(["inspect", "small.h5", "--column", "run"], in: folder.path)
    #expect(run.status == 0)
    #expect(
      run.output == """
        small.h5:/events: 5 rows, 2 columns, one dataset per column
        column  type   unit  min  max  mean  NaN  -999  meaning
        run     int32          7    8   7.6    0     0

        6.5 .. 7.5  2  #################################
        7.5 .. 8.5  3  ##################################################

        """)
    let bins = try ToolProcess.run(
      ["inspect", "small.h5", "--column", "mass", "--bins", "3"], in: folder.path)
    #expect(
      bins.output.hasSuffix(
        """

        1 .. 2  1  ##################################################
        2 .. 3  1  ##################################################
        3 .. 4  1  ##################################################

        """))
  }

  @Test func programsReadJSON() throws {
    let folder = try TemporaryFolder()
    _ = try makeFile(in: folder)
    let run = try ToolProcess.run(
      ["inspect", "small.h5", "--json", "--column", "mass", "--bins", "3"], in: folder.path)
    #expect(run.status == 0)
    let parsed = try JSONSerialization.jsonObject(with: Data(run.output.utf8))
    let object = try #require(parsed as? [String: Any])
    #expect(object["rows"] as? Int == 5)
    let column = try #require((object["columns"] as? [[String: Any]])?.first)
    #expect(column["minimum"] as? Double == 1)
    #expect(column["nan"] as? Int == 1)
    #expect(column["minus999"] as? Int == 1)
    let histogram = try #require(object["histogram"] as? [String: Any])
    #expect(histogram["counts"] as? [Int] == [1, 1, 1])
    #expect(histogram["edges"] as? [Double] == [1, 2, 3, 4])
  }

  @Test func faultsExit2WithTheirText() throws {
    let folder = try TemporaryFolder()
    _ = try makeFile(in: folder)
    let column = try ToolProcess.run(["inspect", "small.h5", "--column", "mas"], in: folder.path)
    #expect(column.status == 2)
    #expect(
      column.errors == "small.h5:/events: no column named 'mas'; did you mean 'mass'?\n")
    let missing = try ToolProcess.run(["inspect", "none.h5"], in: folder.path)
    #expect(missing.status == 2)
    #expect(missing.errors == "none.h5: cannot be read; no such file or directory\n")
    try Data("not a file of numbers".utf8).write(
      to: URL(fileURLWithPath: folder.path + "/text.h5"))
    let text = try ToolProcess.run(["inspect", "text.h5"], in: folder.path)
    #expect(text.status == 2)
    #expect(text.errors == "text.h5: not an HDF5 file; no HDF5 signature in its 21 bytes\n")
  }

  @Test func badOptionsExit64() throws {
    let run = try ToolProcess.run(["inspect", "small.h5", "--bins", "0"])
    #expect(run.status == 64)
    #expect(
      run.errors.hasPrefix("Error: --bins: value is out of range; found 0, allowed 1 to 200\n"))
    let none = try ToolProcess.run(["inspect"])
    #expect(none.status == 64)
  }
}
