import Foundation
import HDF5Files
import TestSupport
import Testing

/// The likelihoods of a search's hypotheses, written and fitted again.
@Suite struct LikelihoodFileTests {
  /// The scan's fits are another code than that of general likelihoods; both find one minimum.
  @Test func `a hypothesis's file gives the fit and the limit of the scan`() throws {
    let inputs = try DimuonInputs.injected.get()
    let search = try SearchRun("dimuon/1-simulated.yaml")
    let settings = [
      "outputs.report.figures=[]", "samples.data.luminosity=2 /fb",
      "samples.background.files=\(inputs.path)/inputs/data-0.h5", "samples.background.weight=1",
    ].flatMap { ["--set", $0] }
    let run = try search.run(settings, inputs: inputs.path)
    #expect(run.status == 0, "\(run.errors)")
    let summary = try search.summary()
    let masses = try summary.dataset("scan/mass").doubles()
    let nearest = try #require(masses.indices.min { abs(masses[$0] - 5.3) < abs(masses[$1] - 5.3) })
    let written = try ToolProcess.run(
      [
        "export", search.pipeline, "--format", "hs3", "--inputs", inputs.path, "--run", "out",
        "--mass", "5.3",
      ] + settings, in: search.folder.path)
    #expect(written.status == 0, "\(written.errors)")
    let file = "out/export/hs3/m\(masses[nearest]).hs3.json"
    #expect(written.errors == "hs3: out/export/hs3 (1 files)\n")
    let fit = try ToolProcess.run(
      ["fit", file, "--limit", "0.9", "--json"], in: search.folder.path)
    #expect(fit.status == 0, "\(fit.errors)")
    let object = try #require(
      try JSONSerialization.jsonObject(with: Data(fit.output.utf8)) as? [String: Any])
    let parameter = try #require((object["parameters"] as? [[String: Any]])?.first)
    let value = try #require(parameter["value"] as? Double)
    let error = try #require(parameter["error"] as? Double)
    let expected = try summary.dataset("scan/parameter").doubles()[nearest]
    let expectedError = try summary.dataset("scan/parameterError").doubles()[nearest]
    // The scan's cells of the signal shape are right to 1e-9, so that both minima agree far better
    // than the fits' own tolerance of 1e-4 of the error.
    #expect(abs(value - expected) < 1e-4 * expectedError)
    #expect(abs(error - expectedError) < 1e-4 * expectedError)
    let limit = try #require((object["limit"] as? [String: Any])?["observed"] as? Double)
    let observed = try summary.dataset("scan/observedLimit").doubles()[nearest]
    #expect(abs(limit - observed) < 1e-4 * observed)
  }
}
