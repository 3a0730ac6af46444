import HDF5Files
import TestSupport
import Testing

/// Bayesian limits through the tool.
@Suite struct BayesianRunTests {
  private static let hypotheses = [
    "--set", "outputs.report.figures=[]",
    "--set", "scan.hypotheses={range: {mass: [5.0, 12.4]}, step: {in: mass, size: 3.5 GeV}}",
  ]

  @Test func bayesianLimitsLieNearThoseOfCLsAndSayHowTheyWereMade() throws {
    let inputs = try DimuonInputs.small.get().path
    let search = try SearchRun("dimuon/1-simulated.yaml")
    let asymptotic = try search.run(Self.hypotheses, inputs: inputs, output: "cls")
    #expect(asymptotic.status == 0, "\(asymptotic.errors)")
    for threads in ["1", "2"] {
      let run = try search.run(
        Self.hypotheses + ["--set", "scan.limit.method=Bayesian", "--threads", threads],
        inputs: inputs, output: threads)
      #expect(run.status == 0, "\(run.errors)")
    }
    #expect(try search.summaryBytes("1") == search.summaryBytes("2"))
    let summary = try search.summary("1"), cls = try search.summary("cls")
    let limits = try summary.dataset("scan/observedLimit").doubles()
    let errors = try summary.dataset("scan/observedLimitError").doubles()
    let medians = try summary.dataset("scan/expectedLimits").doubles()
    let others = try cls.dataset("scan/observedLimit").doubles()
    let bands = try cls.dataset("scan/expectedLimits").doubles()
    #expect(limits.count == 3 && medians.count == 3)
    for i in limits.indices {
      // A flat prior on a mean with a normal likelihood gives the limit of CLs; here some dozen
      // background events make both differ by a part of the resolution of either.
      #expect(abs(limits[i] / others[i] - 1) < 0.1, "\(limits[i]) \(others[i])")
      #expect(abs(medians[i] / bands[5 * i + 2] - 1) < 0.1, "\(medians[i])")
      #expect(errors[i] > 0 && errors[i] < 5e-3 * limits[i])
    }
    #expect(try summary.attribute("/scan", "limitIsAsymptotic") == .int(0))
    #expect(try summary.attribute("/scan", "limitSeed") == .string("20261123"))
    let page = String(decoding: try search.folder.bytes("1/report.html"), as: UTF8.self)
    #expect(page.contains("quantile of the posterior"))
  }
}
