import Foundation
import HDF5Files
import Platform
import Search
import TestSupport
import Testing

/// A stage that writes other numbers from the same settings and inputs must have another version, or
/// old checkpoints would be taken for new ones.
///
/// `Fixtures/stage-versions.txt` holds a line a stage: name, version, digest of all numbers and texts
/// in its checkpoints of a small search. Where the digest is another while the version is the same,
/// raise `TaskRecipe.Stage.version` and write the line that the failure shows. The first line holds
/// the digest of the simulated inputs: where that changed, the other lines say nothing.
@Suite struct StageVersionTests {
  private static let table = "\(SearchRun.fixtures)/stage-versions.txt"

  /// Digest of what HDF5 files hold, by paths, without the bytes of the container.
  private static func digest(_ files: [String]) throws -> String {
    let contents = try files.map { path in
      let file = try HDF5File(path: path)
      var lines: [String] = []
      for object in try file.walk() {
        for name in try file.attributeNames(object.path) {
          lines.append(
            "\(object.path)@\(name) \(String(describing: try file.attribute(object.path, name)))")
        }
        guard object.kind == .dataset else { continue }
        let dataset = try file.dataset(object.path)
        if case .text = dataset.type {
          lines.append("\(object.path) \(try dataset.strings())")
        } else {
          lines.append("\(object.path) \(try dataset.doubles().map(\.bitPattern))")
        }
      }
      return "\(SHA256Digest.of(Array(lines.joined(separator: "\n").utf8)))"
    }
    return "\(SHA256Digest.of(Array(contents.sorted().joined().utf8)))"
  }

  @Test func outputsChangeOnlyWithTheirVersion() throws {
    let folder = try TemporaryFolder()
    let made = try ToolProcess.run([
      "simulate", "fourmuon", "--quiet", "--luminosity", "30", "--background", "2", "--masses",
      "12", "--signal-events", "1500", "--seed", "5", "--output", "\(folder.path)/inputs",
    ])
    try #require(made.status == 0, "\(made.errors)")
    let text = try String(
      contentsOfFile: "\(ToolProcess.root)/Pipelines/fourmuon/fourmuon.yaml", encoding: .utf8)
    // A named fit and a control sample beside, so that every stage is there.
    let fit = """
      controls:
        whole:
          samples:
            data: {files: inputs/data-*.h5, role: data, luminosity: 30 /fb}
            simulation: {files: inputs/background-*.h5, role: background, luminosity: 60 /fb, weight: genWeight}
          skim:
            define: {allMass: "mass(raw0, raw1, raw2, raw3)"}
            select: [{window: allMass > 10.2 and allMass < 10.8}]
          fit: {observable: allMass, window: [10.2, 10.8], peaks: {all: {shape: gaussian, mean: 10.57, width: 0.04}}, background: {shape: polynomial, order: 0}}
          bins: {extraEnergy: [0, 0.1, 10]}

      fits:
        dip: {observable: pairMass, window: [4, 6], peaks: {X: {shape: gaussian, yield: 1, mean: {fixed: 5}, width: {fixed: 0.05}}}, background: {shape: polynomial, order: 1}}

      scan:
      """
    let search = try SearchRun(
      "search.yaml",
      text: text.replacingOccurrences(of: "\nscan:", with: "\n\(fit)").replacingOccurrences(
        of: "../../Schemas", with: "\(ToolProcess.root)/Schemas"
      ).replacingOccurrences(
        of: "models/", with: "\(ToolProcess.root)/Pipelines/fourmuon/models/"
      ).replacingOccurrences(
        of: "tables/", with: "\(ToolProcess.root)/Pipelines/fourmuon/tables/"))
    let run = try search.run(
      [
        "--set", "outputs.report.figures=[]", "--set", "scan.lookElsewhere.toys=4", "--set",
        "scan.closure.toys=20", "--set", "samples.data.luminosity=30 /fb", "--set",
        "samples.background.luminosity=60 /fb",
      ], inputs: folder.path)
    try #require(run.status <= 1, "\(run.errors)")
    let inputs = try FileManager.default.contentsOfDirectory(atPath: "\(folder.path)/inputs")
    var simulated = SHA256Digest.Hasher()
    for name in inputs.sorted() {
      simulated.update(
        [UInt8](try Data(contentsOf: URL(fileURLWithPath: "\(folder.path)/inputs/\(name)"))))
    }
    var lines = ["inputs 1 \(simulated.finish())"]
    for stage in TaskRecipe.Stage.allCases {
      let files = search.checkpointFiles(stage.rawValue)
      #expect(!files.isEmpty, "\(stage)")
      lines.append("\(stage.rawValue) \(stage.version) \(try Self.digest(files))")
    }
    let known = try String(contentsOfFile: Self.table, encoding: .utf8)
      .split(separator: "\n").map(String.init)
    if let path = ProcessInfo.processInfo.environment["NIGHTJAR_STAGE_VERSIONS"] {
      try (lines.joined(separator: "\n") + "\n").write(
        toFile: path, atomically: true, encoding: .utf8)
    }
    #expect(known.count == lines.count)
    for (line, old) in zip(lines, known) where line != old {
      let (now, before) = (line.split(separator: " "), old.split(separator: " "))
      let isUnnoticed = now[0] == before[0] && now[1] == before[1]
      Issue.record(
        isUnnoticed
          ? "\(now[0]): other output with version \(now[1]); raise it. Line: \(line)"
          : "the table says '\(old)', the program '\(line)'")
    }
  }
}
