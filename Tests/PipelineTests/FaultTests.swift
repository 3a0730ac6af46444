import Foundation
import HDF5Files
import TestSupport
import Testing

/// Broken and odd input files: the exact message, or the documented result.
@Suite struct FaultTests {
  /// A way to break the file `data-0.h5`; `DIR` in the message is the folder of the inputs.
  struct Fault: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var message: String
    var make: @Sendable (_ folder: String, _ good: [UInt8]) throws -> Void
  }

  private static let file = SyntheticNtuple.File(
    name: "data-0.h5", rows: SyntheticNtuple.rows(seed: 3, count: 5000), chunkRows: 100)
  private static let good = Result { try SyntheticNtuple.image(file, weights: false) }

  static let faults: [Fault] = [
    Fault(
      testDescription: "truncated",
      message: "DIR/data-0.h5: file is truncated; found HALF of ALL bytes; copy or make it again"
    ) { folder, good in
      try write(Array(good.prefix(good.count / 2)), "\(folder)/data-0.h5")
    },
    Fault(
      testDescription: "empty",
      message: "DIR/data-0.h5: not an HDF5 file; no HDF5 signature in its 0 bytes"
    ) { folder, _ in try write([], "\(folder)/data-0.h5") },
    Fault(
      testDescription: "text",
      message: "DIR/data-0.h5: not an HDF5 file; no HDF5 signature in its 12 bytes"
    ) { folder, _ in try write(Array("m2,vertex\n1,".utf8), "\(folder)/data-0.h5") },
    Fault(
      testDescription: "folder",
      message: "DIR/data-0.h5: cannot be read; it is not a regular file"
    ) { folder, _ in
      try FileManager.default.createDirectory(
        atPath: "\(folder)/data-0.h5", withIntermediateDirectories: false)
    },
    Fault(
      testDescription: "no file",
      message: "samples.data.files: no file matches 'DIR/data-*.h5'; "
        + "check the path, or give another folder with --inputs"
    ) { folder, good in try write(good, "\(folder)/dat-0.h5") },
    Fault(
      testDescription: "the same data twice",
      message: "DIR/data-1.h5: holds the same data as 'DIR/data-0.h5'; remove one of the two"
    ) { folder, good in
      try write(good, "\(folder)/data-0.h5")
      try write(good, "\(folder)/data-1.h5")
    },
    Fault(
      testDescription: "missing column",
      message: "DIR/data-0.h5:/events: no column named 'vertex'; did you mean 'vertx'?"
    ) { folder, _ in
      try copy(to: folder) { $0 == "vertex" ? .renamed("vertx") : .kept }
    },
    Fault(
      testDescription: "column of text",
      message: "DIR/data-0.h5:/events: column 'vertex' cannot be read; found text of shape [5000]"
    ) { folder, _ in try copy(to: folder) { $0 == "vertex" ? .text : .kept } },
    Fault(
      testDescription: "columns of unequal length",
      message: "DIR/data-0.h5:/events: columns differ in length; 'distance' has 5000 rows, "
        + "'vertex' has 4999"
    ) { folder, _ in try copy(to: folder) { $0 == "vertex" ? .shorter : .kept } },
    Fault(
      testDescription: "another table",
      message: "DIR/data-0.h5: no ntuple named 'events'; found: '/candidates'"
    ) { folder, _ in try copy(to: folder, group: "candidates") { _ in .kept } },
    Fault(
      testDescription: "two files broken in two ways",
      message: """
        DIR/data-0.h5: not an HDF5 file; no HDF5 signature in its 0 bytes
        DIR/data-1.h5: file is truncated; found HALF of ALL bytes; copy or make it again
        """
    ) { folder, good in
      try write([], "\(folder)/data-0.h5")
      try write(Array(good.prefix(good.count / 2)), "\(folder)/data-1.h5")
    },
  ]

  @Test(arguments: faults)
  func aBrokenFileIsNamed(fault: Fault) throws {
    let good = try Self.good.get()
    let inputs = try TemporaryFolder()
    try fault.make(inputs.path, good)
    let expected = fault.message.replacing("DIR", with: inputs.path)
      .replacing("HALF", with: "\(good.count / 2)").replacing("ALL", with: "\(good.count)")
    let search = try SearchRun(fixture: "small.yaml")
    let run = try search.run(inputs: inputs.path)
    let lines = run.errors.split(separator: "\n").map(String.init)
    #expect(lines.sorted() == expected.split(separator: "\n").map(String.init).sorted())
    #expect(run.status == 2)
    #expect(run.output.isEmpty)
    #expect(!FileManager.default.fileExists(atPath: "\(search.folder.path)/out/summary.h5"))
    let check = try ToolProcess.run(
      ["check", search.pipeline, "--inputs", inputs.path, "--inputs-exist"])
    #expect(
      check.errors.split(separator: "\n").sorted() == run.errors.split(separator: "\n").sorted())
    #expect(check.status == 2)
  }

  @Test func aWeightThatIsNoNumberIsNamed() throws {
    let inputs = try TemporaryFolder()
    try SyntheticNtuple.write(Self.file, to: inputs.path)
    var background = Self.file
    background.name = "background-0.h5"
    background.rows[4711].genWeight = .nan
    background.rows[4900].genWeight = .infinity
    try SyntheticNtuple.write(background, to: inputs.path)
    let search = try SearchRun(fixture: "synthetic.yaml")
    let run = try search.run(inputs: inputs.path)
    #expect(
      run.errors
        == "\(inputs.path)/background-0.h5: weight of row 4711 is nan; weights must be finite numbers\n"
    )
    #expect(run.status == 2)
  }

  @Test func rowsWithoutAnObservableAreCountedAndDropped() throws {
    var file = Self.file
    for index in file.rows.indices { file.rows[index].m2 = index % 2 == 0 ? .nan : -1 }
    let (summary, passing) = try runSmall(file)
    #expect(passing == file.rows.filter(Self.passesSmall).count)
    #expect(try summary.dataset("samples/notANumber").integers() == [Int64(passing)])
    try expectEmptyScan(summary)
  }

  @Test func aFileWithoutRowsIsAnEmptySample() throws {
    var file = Self.file
    file.rows = []
    let (summary, passing) = try runSmall(file)
    #expect(passing == 0)
    #expect(try summary.dataset("cutFlow/data/candidates").integers() == [0, 0, 0])
    #expect(try summary.dataset("cutFlow/data/events").integers() == [0, 0, 0])
    #expect(try summary.dataset("samples/notANumber").integers() == [0])
    try expectEmptyScan(summary)
  }

  @Test func filesThatSelectNothingLieBesideOthers() throws {
    let inputs = try TemporaryFolder()
    for sample in ["data", "background"] {
      for index in 0..<3 {
        var file = Self.file
        file.name = "\(sample)-\(index).h5"
        if index == 0 { file.rows = [] }
        if index == 1 { for row in file.rows.indices { file.rows[row].q1 = 0 } }
        try SyntheticNtuple.write(file, to: inputs.path)
      }
    }
    let search = try SearchRun(fixture: "synthetic.yaml")
    let run = try search.run(inputs: inputs.path)
    #expect(run.status == 0, "\(run.errors)")
    let merged = try search.task("merge/background", inputs: inputs.path)
    let count = try merged.dataset("columns/pairMass").count
    #expect(count > 100)
    #expect(try merged.dataset("weights").count == count)
    #expect(
      try search.summary().dataset("cutFlow/background/candidates").integers().first == 10_000)
  }

  @Test func missingAndNaNValuesFailEveryCut() throws {
    var file = Self.file
    for index in file.rows.indices where index % 3 == 0 { file.rows[index].vertex = .nan }
    for index in file.rows.indices where index % 7 == 0 { file.rows[index].hits = -999 }
    let (summary, passing) = try runSmall(file)
    // −999 < 10 holds; as a missing value it does not.
    #expect(passing == file.rows.filter(Self.passesSmall).count)
    #expect(try summary.dataset("scan/status").integers().allSatisfy { $0 < 2 })
  }

  private static func passesSmall(_ row: SyntheticNtuple.Row) -> Bool {
    Double(row.vertex) > 0.1 && row.hits != -999 && row.hits < 10
  }

  /// Runs the small search on one file; the summary and the candidates after all cuts.
  private func runSmall(_ file: SyntheticNtuple.File) throws -> (HDF5File, Int) {
    let inputs = try TemporaryFolder()
    try SyntheticNtuple.write(file, to: inputs.path, weights: false)
    let search = try SearchRun(fixture: "small.yaml")
    let run = try search.run(inputs: inputs.path)
    #expect(run.status == 0, "\(run.errors)")
    #expect(run.errors.isEmpty)
    let image = try search.summaryBytes()
    let summary = try HDF5File(image: image, name: "summary.h5")
    let last = try summary.dataset("cutFlow/data/candidates").integers().last
    return (summary, Int(try #require(last)))
  }

  /// All hypotheses are `empty`; nothing has a limit that is not a number unnoticed.
  private func expectEmptyScan(_ summary: HDF5File) throws {
    let status = try summary.dataset("scan/status").integers()
    #expect(status.count == 11)
    #expect(status.allSatisfy { $0 == 2 })
    #expect(try summary.dataset("scan/events").integers().allSatisfy { $0 == 0 })
    let limits = try summary.dataset("scan/observedLimit").doubles()
    let limitStatus = try summary.dataset("scan/limitStatus").integers()
    for (limit, status) in zip(limits, limitStatus) { #expect(limit.isFinite == (status == 0)) }
  }
}

/// Copies of the good file with one column changed.
extension FaultTests {
  private enum Change { case kept, text, shorter, renamed(String) }

  private static func write(_ bytes: [UInt8], _ path: String) throws {
    try Data(bytes).write(to: URL(fileURLWithPath: path))
  }

  private static func copy(
    to folder: String, group: String = "events", _ change: (String) -> Change
  ) throws {
    let source = try HDF5File(image: try good.get(), name: "good")
    let writer = try HDF5Writer()
    for object in try source.objects(in: "/events") {
      let name = String(object.path.dropFirst("/events/".count))
      let values = try source.dataset(object.path).doubles()
      switch change(name) {
      case .kept: try writer.write("\(group)/\(name)", values)
      case .renamed(let other): try writer.write("\(group)/\(other)", values)
      case .shorter: try writer.write("\(group)/\(name)", Array(values.dropLast()))
      case .text: try writer.write("\(group)/\(name)", values.map { "\($0)" })
      }
    }
    try write(try writer.finish(), "\(folder)/data-0.h5")
  }
}
