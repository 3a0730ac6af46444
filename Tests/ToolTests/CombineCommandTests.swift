import Foundation
import HDF5Files
import Search
import TestSupport
import Testing

@Suite struct CombineCommandTests {
  private static let a: [SummaryMaker.Measurement] = [
    .init(mass: 1, signal: 30, error: 10), .init(mass: 2, signal: -5, error: 8),
    .init(mass: 3, signal: 4, error: 6), .init(mass: 3.5, signal: 1, error: 5),
  ]
  private static let b: [SummaryMaker.Measurement] = [
    .init(mass: 1.000_000_4, signal: 8, error: 6), .init(mass: 2, signal: 3, error: 3),
    .init(mass: 3, signal: 9, error: 4, status: .skippedVeto),
    .init(mass: 3.9, signal: 1, error: 5),
  ]

  private static func folder(
    unit: String = "fb", level: Double? = 0.9, profiles: Bool = true, uncertainty: Double = 0
  ) throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    try SummaryMaker.write(
      [(nil, try SummaryMaker.scan(a, yield: 10, uncertainty: uncertainty))],
      to: folder.path + "/A.h5")
    try SummaryMaker.write(
      [
        (
          "vector",
          try SummaryMaker.scan(
            b, yield: 5, unit: unit, level: level, uncertainty: uncertainty,
            keepsProfiles: profiles)
        ), ("scalar", try SummaryMaker.scan(a, yield: 5)),
      ], to: folder.path + "/B.h5")
    return folder
  }

  private static func column(_ folder: TemporaryFolder, _ name: String) throws -> [Double] {
    try HDF5File(path: folder.path + "/combined.h5").dataset(name).doubles()
  }

  @Test func valuesAreWeightedMeansAndUnmatchedMassesAreListed() throws {
    let folder = try Self.folder()
    let run = try ToolProcess.run(["combine", "A.h5", "B.h5:vector"], in: folder.path)
    #expect(run.status == 0, "\(run.errors)")
    #expect(run.output.isEmpty)
    #expect(
      run.errors == """
        hypotheses: 3 in all of A, B:vector
        unmatched in A: 3.5 GeV
        unmatched in B:vector: 3.9 GeV
        largest local significance: 3.15824 at 1 GeV
        summary: combined.h5

        """)
    #expect(try Self.column(folder, "scan/mass") == [1, 2, 3])
    // 3 ± 1 with 1.6 ± 1.2; -0.5 ± 0.8 with 0.6 ± 0.6; 0.4 ± 0.6 alone.
    let weights = [(1.0, 1 / 1.44), (1 / 0.64, 1 / 0.36), (1 / 0.36, 0)]
    let values = [(3.0, 1.6), (-0.5, 0.6), (0.4, 0)]
    let found = try Self.column(folder, "scan/parameter")
    let errors = try Self.column(folder, "scan/parameterError")
    let roots = try Self.column(folder, "scan/signedRoot")
    for i in 0..<3 {
      let sum = weights[i].0 + weights[i].1
      let mean = (values[i].0 * weights[i].0 + values[i].1 * weights[i].1) / sum
      #expect(abs(found[i] - mean) < 1e-6)
      #expect(abs(errors[i] - 1 / sum.squareRoot()) < 1e-6)
      #expect(abs(roots[i] - mean * sum.squareRoot()) < 1e-6)
    }
    #expect(try Self.column(folder, "combination/isUsed") == [1, 1, 1, 1, 1, 0])
    let file = try HDF5File(path: folder.path + "/combined.h5")
    #expect(
      try file.dataset("scan/message").strings()
        == ["", "", "without B:vector: in a vetoed range"])
    #expect(try file.dataset("combination/input").strings() == ["A", "B:vector"])
    #expect(try Self.column(folder, "combination/unmatched/1/mass") == [3.5])
    #expect(!file.contains("scan/windowLow"))
  }

  @Test func theBytesAreTheSameForAnyNumberOfThreads() throws {
    let folder = try Self.folder(uncertainty: 0.1)
    for threads in ["1", "2"] {
      let run = try ToolProcess.run(
        ["combine", "A.h5", "B.h5:vector", "--quiet", "--threads", threads, "--output"]
          + [threads + ".h5"], in: folder.path)
      #expect(run.status == 0 && run.errors.isEmpty, "\(run.errors)")
    }
    #expect(try folder.bytes("1.h5") == folder.bytes("2.h5"))
  }

  @Test func aScaledInputMeasuresTheCommonParameterTimesItsScale() throws {
    let folder = try Self.folder(unit: "pb")
    let run = try ToolProcess.run(
      ["combine", "A.h5", "second=B.h5:vector", "--scale", "second=0.5", "--json", "--quiet"],
      in: folder.path)
    #expect(run.status == 0, "\(run.errors)")
    // 3 ± 1 with (1.6 ± 1.2) / 0.5.
    let object = try JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [String: Any]
    let points = try #require(object?["hypotheses"] as? [[String: Any]])
    let value = try #require(points[0]["parameter"] as? Double)
    let second = 1 / (2.4 * 2.4)
    #expect(abs(value - (3 + 3.2 * second) / (1 + second)) < 1e-6)
    #expect(object?["unit"] as? String == "fb")
    #expect(points.count == 3 && points[2]["status"] as? String == "converged")
  }

  @Test func sharedNuisancesAreOneParameterUnlessSeparated() throws {
    let folder = try Self.folder(uncertainty: 0.2)
    var errors: [[Double]] = []
    for separate in [[], ["--separate", "luminosity"]] {
      let run = try ToolProcess.run(
        ["combine", "A.h5", "B.h5:vector", "--quiet"] + separate, in: folder.path)
      #expect(run.status == 0, "\(run.errors)")
      errors.append(try Self.column(folder, "scan/parameterError"))
      let names = try HDF5File(path: folder.path + "/combined.h5")
        .dataset("combination/nuisance").strings()
      #expect(
        names
          == (separate.isEmpty
            ? ["luminosity"] : ["A: luminosity", "B:vector: luminosity"]))
    }
    // An uncertainty of all inputs does not average out.
    #expect(errors[0][0] > 1.02 * errors[1][0])
  }

  @Test func aToleranceMatchesMassesThatDiffer() throws {
    let folder = try Self.folder()
    let run = try ToolProcess.run(
      ["combine", "A.h5", "B.h5:vector", "--tolerance", "0.5", "--table", "--quiet"],
      in: folder.path)
    #expect(run.status == 0, "\(run.errors)")
    #expect(try Self.column(folder, "scan/mass") == [1, 2, 3, 3.5])
    let lines = run.output.split(separator: "\n")
    #expect(lines.count == 5)
    #expect(lines[0].split(separator: " ").map(String.init).first == "mass")
    #expect(lines[3].contains("converged"))
  }

  @Test func aFailedFitFailsItsHypothesisAlone() throws {
    let folder = try Self.folder()
    var own = Self.a
    own[1].status = .callLimit
    try SummaryMaker.write(
      [(nil, try SummaryMaker.scan(own, yield: 10))], to: folder.path + "/C.h5")
    let run = try ToolProcess.run(["combine", "C.h5", "B.h5:vector"], in: folder.path)
    #expect(run.status == 1)
    #expect(run.errors.contains("hypotheses: 3 in all of C, B:vector, 1 failed\n"))
    #expect(
      run.errors.contains("failed at 2 GeV: C: did not converge within the call limit\n"))
    #expect(try Self.column(folder, "scan/status") == [0, 13, 0])
  }

  @Test(arguments: [
    (
      ["A.h5", "B.h5"],
      "B.h5: holds scans of 'scalar', 'vector'; choose one as 'B.h5:scalar'\n"
    ),
    (
      ["A.h5", "B.h5:vectr"],
      "B.h5: has no scan of the signal 'vectr', found 'scalar', 'vector'; did you mean 'vector'?\n"
    ),
    (
      ["A.h5", "B.h5:vector", "--separate", "lumi"],
      "--separate: no scan has a nuisance parameter 'lumi' of the yield, found none\n"
    ),
  ]) func wrongChoicesAreNamed(arguments: [String], text: String) throws {
    let folder = try Self.folder()
    let run = try ToolProcess.run(["combine"] + arguments, in: folder.path)
    #expect(run.status == 2)
    #expect(run.errors == text)
    #expect(folder.contents == ["A.h5", "B.h5"])
  }

  @Test func scansThatDoNotFitAreNamed() throws {
    func errors(_ folder: TemporaryFolder, _ more: [String] = []) throws -> String {
      let run = try ToolProcess.run(["combine", "A.h5", "B.h5:vector"] + more, in: folder.path)
      #expect(run.status == 2)
      return run.errors
    }
    #expect(
      try errors(Self.folder(unit: "pb"))
        == "B:vector: its parameter is 'crossSection' in pb, that of A is 'crossSection' in fb; "
        + "combined scans limit the same thing in the same unit, or --scale B:vector=FACTOR says "
        + "how much of its parameter one unit of the common one is\n")
    #expect(
      try errors(Self.folder(level: 0.95))
        == "B:vector: its limits have the level 0.95, those of A 0.9; choose one with --level\n")
    #expect(
      try errors(Self.folder(profiles: false))
        == "B:vector: keeps no profile likelihoods; run the search with 'scan.profiles: true'\n")
    let folder = try Self.folder()
    try SummaryMaker.write(
      [(nil, try SummaryMaker.scan([.init(mass: 9, signal: 1, error: 1)], yield: 1))],
      to: folder.path + "/A.h5")
    #expect(
      try errors(folder)
        == "no mass is in all scans: A has 1 from 9.0 to 9.0 GeV, B:vector has 4 from 1.0000004 to "
        + "3.9 GeV; masses agree where they differ by at most a millionth of the mass, another "
        + "number of GeV with --tolerance\n")
  }

  @Test func filesThatAreNoSummariesAreNamed() throws {
    let folder = try Self.folder()
    let writer = try HDF5Writer()
    try writer.write("events/mass", [1.0])
    try Data(try writer.finish()).write(to: URL(fileURLWithPath: folder.path + "/ntuple.h5"))
    try Data("text".utf8).write(to: URL(fileURLWithPath: folder.path + "/text.h5"))
    for (name, text) in [
      (
        "ntuple.h5",
        "ntuple.h5: is an HDF5 file, but not a summary; give the summary.h5 of a run\n"
      ), ("text.h5", "text.h5: not an HDF5 file"), ("none.h5", "none.h5: cannot be read"),
    ] {
      let run = try ToolProcess.run(["combine", "A.h5", name], in: folder.path)
      #expect(run.status == 2)
      #expect(run.errors.hasPrefix(text), "\(run.errors)")
    }
  }

  @Test(arguments: [
    ["A.h5", "A.h5"], ["A.h5", "--scale", "A=0"], ["A.h5", "--scale", "B=2"],
    ["A.h5", "--level", "1.5"], ["A.h5", "--tolerance=-1"], [],
  ]) func wrongCommandLinesExitWithUsage(arguments: [String]) throws {
    let folder = try Self.folder()
    let run = try ToolProcess.run(["combine"] + arguments, in: folder.path)
    #expect(run.status == 64, "\(run.errors)")
  }
}
