import Foundation
import HDF5Files
import TestSupport
import Testing

/// What a whole search says about simulated data.
@Suite struct SearchResultTests {
  @Test func anInjectedSignalIsTheLargestExcess() throws {
    let inputs = try DimuonInputs.injected.get()
    let search = try SearchRun("dimuon/1-simulated.yaml")
    let run = try search.run(
      ["--set", "outputs.report.figures=[]", "--set", "samples.data.luminosity=2 /fb"]
        + ["--set", "samples.background.files=\(inputs.path)/inputs/data-0.h5"]
        + ["--set", "samples.background.weight=1"],
      inputs: inputs.path)
    #expect(run.status == 0, "\(run.errors)")
    let summary = try search.summary()
    let masses = try summary.dataset("scan/mass").doubles()
    let roots = try summary.dataset("scan/signedRoot").doubles()
    let resolutions = try summary.dataset("scan/resolution").doubles()
    let best = try #require(
      masses.indices.filter { roots[$0].isFinite }.max { roots[$0] < roots[$1] })
    #expect(abs(masses[best] - 5.3) < 2 * resolutions[best])
    #expect(roots[best] > 3)
    // Yield at the hypothesis nearest to the injected mass, on the full line; selected part 0.88.
    let nearest = try #require(masses.indices.min { abs(masses[$0] - 5.3) < abs(masses[$1] - 5.3) })
    let yields = try summary.dataset("scan/signalYield").doubles()
    let errors = try summary.dataset("scan/signalYieldError").doubles()
    #expect(abs(yields[nearest] - 160 * 0.88) < 3 * errors[nearest])
  }

  @Test func theReportSaysThatItIsSimulated() throws {
    let inputs = try DimuonInputs.small.get()
    let search = try SearchRun("dimuon/1-simulated.yaml")
    let run = try search.run(["--set", "outputs.report.figures=[]"], inputs: inputs.path)
    #expect(run.status == 0, "\(run.errors)")
    let page = try String(
      contentsOfFile: "\(search.folder.path)/out/report.html", encoding: .utf8)
    #expect(page.contains("Simulated data"))
    #expect(page.contains("Search for X → μ⁺μ⁻ in simulated dimuon events"))
    #expect(!page.contains("<script"))
  }

  @Test func bothLayoutsGiveTheSameScan() throws {
    let folder = try TemporaryFolder()
    let search = try SearchRun("dimuon/1-simulated.yaml")
    for layout in ["columns", "table"] {
      let made = try ToolProcess.run(
        [
          "simulate", "dimuon", "--quiet", "--events", "20000", "--background", "1", "--layout",
          layout, "--output", "\(folder.path)/\(layout)/inputs",
        ])
      #expect(made.status == 0)
      let run = try search.run(
        ["--set", "outputs.report.figures=[]"], inputs: "\(folder.path)/\(layout)",
        output: layout)
      #expect(run.status == 0, "\(run.errors)")
    }
    for name in ["scan/observedLimit", "scan/signedRoot", "spectrum/sums", "scan/events"] {
      #expect(
        try search.summary("columns").dataset(name).doubles().map(\.bitPattern)
          == search.summary("table").dataset(name).doubles().map(\.bitPattern), "\(name)")
    }
  }
}
