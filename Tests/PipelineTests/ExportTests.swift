import Foundation
import HDF5Files
import TestSupport
import Testing

/// Exports and combinations of whole searches.
@Suite struct ExportTests {
  private static let settings = [
    "--set", "outputs.report.figures=[]", "--set", "scan.profiles=true",
    "--set", "scan.limit.level=90 %", "--set", "scan.limit.expected=[-2, -1, 0, 1, 2]",
  ]

  @Test func aRunWritesWhatTheExportCommandWrites() throws {
    let inputs = try DimuonInputs.small.get()
    let search = try SearchRun("dimuon/1-simulated.yaml")
    let run = try search.run(
      Self.settings + ["--set", "outputs.export=[hepdata, csv]"], inputs: inputs.path)
    #expect(run.status == 0, "\(run.errors)")
    let export = try ToolProcess.run(
      [
        "export", search.pipeline, "--run", "out", "--format", "hepdata", "--format", "csv",
        "--output", "again", "--quiet",
      ], in: search.folder.path)
    #expect(export.status == 0, "\(export.errors)")
    for format in ["hepdata", "csv"] {
      let path = "\(search.folder.path)/out/export/\(format)"
      let names = try FileManager.default.contentsOfDirectory(atPath: path)
      #expect(names.count > 4)
      for name in names {
        #expect(
          try search.folder.bytes("out/export/\(format)/\(name)")
            == search.folder.bytes("again/\(format)/\(name)"), "\(name)")
      }
    }
    // A second run finds its own folder and writes it again.
    let second = try search.run(
      Self.settings + ["--set", "outputs.export=[hepdata, csv]"], inputs: inputs.path)
    #expect(second.status == 0 && second.errors.isEmpty, "\(second.errors)")
  }

  @Test func profilesChangeNoNumberAndOneSearchAloneKeepsItsLimits() throws {
    let inputs = try DimuonInputs.small.get()
    let search = try SearchRun("dimuon/1-simulated.yaml")
    let run = try search.run(Self.settings, inputs: inputs.path)
    #expect(run.status == 0, "\(run.errors)")
    let plain = try search.run(
      Self.settings + ["--set", "scan.profiles=false"], inputs: inputs.path, output: "plain")
    #expect(plain.status == 0, "\(plain.errors)")
    let with = try search.summaryContent(), without = try search.summaryContent("plain")
    for (path, value) in without { #expect(with[path] == value, "\(path)") }
    #expect(with.keys.contains("/scan/profile/observedValue"))
    #expect(!without.keys.contains { $0.hasPrefix("/scan/profile") })

    let combine = try ToolProcess.run(
      ["combine", "out/summary.h5", "--quiet"], in: search.folder.path)
    #expect(combine.status == 0, "\(combine.errors)")
    let alone = try search.summary()
    let combined = try HDF5File(path: "\(search.folder.path)/combined.h5")
    for name in ["scan/observedLimit", "scan/expectedLimits"] {
      let wanted = try alone.dataset(name).doubles(), found = try combined.dataset(name).doubles()
      #expect(wanted.count == found.count)
      for (a, b) in zip(found, wanted) where b.isFinite {
        #expect(abs(a / b - 1) < 1e-3, "\(name): \(a) \(b)")
      }
    }
  }

  @Test func twoHalvesOfTheDataCombineToSharperLimits() throws {
    let inputs = try DimuonInputs.small.get()
    let search = try SearchRun("dimuon/1-simulated.yaml")
    for file in 0..<2 {
      let run = try search.run(
        Self.settings + ["--set", "samples.data.files=inputs/data-\(file).h5"],
        inputs: inputs.path, output: "half\(file)")
      #expect(run.status == 0, "\(run.errors)")
    }
    let combine = try ToolProcess.run(
      ["combine", "a=half0/summary.h5", "b=half1/summary.h5", "--output", "both.h5"],
      in: search.folder.path)
    #expect(combine.status == 0, "\(combine.errors)")
    #expect(!combine.errors.contains("same data"))
    let both = try HDF5File(path: "\(search.folder.path)/both.h5")
    let expected = try both.dataset("scan/expectedLimits").doubles()
    for half in 0..<2 {
      let own = try search.summary("half\(half)").dataset("scan/expectedLimits").doubles()
      let ratios = zip(expected, own).filter { $0.1.isFinite }.map { $0.0 / $0.1 }
      // Half the data have about √2 of the expected limit; few events somewhat more.
      let mean = ratios.reduce(0, +) / Double(ratios.count)
      #expect(mean > 0.6 && mean < 0.8, "\(mean)")
    }
    let twice = try ToolProcess.run(
      ["combine", "a=half0/summary.h5", "b=half0/summary.h5", "--output", "twice.h5"],
      in: search.folder.path)
    #expect(twice.status == 0)
    #expect(
      twice.errors.contains(
        "warning: a and b use the same data (data-0.h5); the combination takes their events as "
          + "independent\n"), "\(twice.errors)")
    let export = try ToolProcess.run(
      ["export", "both.h5", "--format", "hepdata", "--quiet"], in: search.folder.path)
    #expect(export.status == 0, "\(export.errors)")
  }
}
