import TestSupport
import Testing

/// The same inputs give the same bytes, however the work is cut up.
@Suite struct DeterminismTests {
  @Test func threadsTasksAndInstructionSetsChangeNoByte() throws {
    let inputs = try DimuonInputs.small.get()
    let search = try SearchRun("dimuon/1-simulated.yaml")
    let settings = ["--set", "outputs.report.figures=[]"]
    try search.run(settings + ["--threads", "1"], inputs: inputs.path, output: "one")
    let reference = try search.summaryBytes("one")
    let skims = try search.checkpoints("skim", "one")
    let merges = try search.checkpoints("merge", "one")
    let variants: [(name: String, arguments: [String], environment: [String: String])] = [
      ("two", ["--threads", "2"], [:]),
      ("five", ["--threads", "5"], [:]),
      ("tasks", ["--threads", "2", "--set", "execution.taskSeconds=0.02"], [:]),
      ("longTasks", ["--threads", "2", "--set", "execution.taskSeconds=1000"], [:]),
      ("v3", ["--threads", "2"], ["NIGHTJAR_SIMD": "v3"]),
      ("baseline", ["--threads", "2"], ["NIGHTJAR_SIMD": "baseline"]),
    ]
    for variant in variants {
      let run = try search.run(
        settings + variant.arguments, inputs: inputs.path, output: variant.name,
        environment: variant.environment)
      #expect(run.status == 0, "\(variant.name): \(run.errors)")
      #expect(try search.checkpoints("skim", variant.name) == skims, "\(variant.name)")
      #expect(try search.checkpoints("merge", variant.name) == merges, "\(variant.name)")
      // Execution settings given by --set are recorded; all else must be the same bytes.
      if variant.arguments.contains("--set") {
        #expect(try scanNumbers(search, variant.name) == scanNumbers(search, "one"))
      } else {
        #expect(try search.summaryBytes(variant.name) == reference, "\(variant.name)")
      }
    }
  }

  private func scanNumbers(_ search: SearchRun, _ output: String) throws -> [[UInt64]] {
    let summary = try search.summary(output)
    return try [
      "mass", "observedLimit", "expectedLimits", "signedRoot", "signalYield", "parameterError",
      "negativeLogLikelihood", "backgroundCoefficients",
    ].map { try summary.dataset("scan/\($0)").doubles().map(\.bitPattern) }
  }
}
