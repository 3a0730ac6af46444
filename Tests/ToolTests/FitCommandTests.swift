import Foundation
import TestSupport
import Testing

@Suite struct FitCommandTests {
  private static let fixtures = "\(ToolProcess.root)/Tests/SearchTests/Fixtures/hs3"

  private func json(_ arguments: [String]) throws -> [String: Any] {
    let run = try ToolProcess.run(["fit", "--json"] + arguments)
    #expect(run.status == 0, "\(run.errors)")
    let object = try JSONSerialization.jsonObject(with: Data(run.output.utf8))
    return try #require(object as? [String: Any])
  }

  /// RooFit's values of the same file (`Tests/Benchmarks/peers/hs3_roofit.json`).
  @Test(arguments: ["linear", "nuisances", "binned", "hole", "templates"])
  func `values and errors are those that RooFit finds in the same file`(name: String) throws {
    let record = try JSONSerialization.jsonObject(
      with: Data(
        contentsOf: URL(
          filePath: "\(ToolProcess.root)/Tests/Benchmarks/peers/hs3_roofit.json")))
    let files = try #require((record as? [String: Any])?["files"] as? [String: Any])
    let own = try #require((files[name] as? [String: Any])?["roofit"] as? [String: Any])
    let values = try #require(own["values"] as? [String: Double])
    let minos = try #require(own["minos"] as? [String: [Double]])
    let fit = try json(["\(Self.fixtures)/\(name).hs3.json", "--minos"])
    #expect(fit["status"] as? String == "converged")
    let parameters = try #require(fit["parameters"] as? [[String: Any]])
    #expect(parameters.count == values.count)
    for parameter in parameters {
      let name = try #require(parameter["name"] as? String)
      // 'shape' means a function to SymPy, so that the file says 'shape_'.
      let key = name == "shape" ? "shape_" : name.replacingOccurrences(of: " ", with: "_")
      let value = try #require(parameter["value"] as? Double)
      let error = try #require(parameter["error"] as? Double)
      // Minuit stops at an estimated distance of 1e-7: 3e-4 of an error.
      #expect(abs(value - (try #require(values[key]))) < 1e-3 * error, "\(name)")
      let sides = try #require(minos[key])
      for (side, theirs) in zip(["errorBelow", "errorAbove"], sides) where theirs > 0 {
        #expect(abs((parameter[side] as? Double ?? .nan) - theirs) < 1e-3 * error, "\(name)")
      }
    }
  }

  @Test func `a limit is set on the parameter of interest of the file, or on another`() throws {
    let file = "\(Self.fixtures)/linear.hs3.json"
    let fit = try json([file, "--limit", "0.9"])
    let limit = try #require(fit["limit"] as? [String: Any])
    #expect(limit["parameter"] as? String == "cross section")
    #expect((limit["expected"] as? [Double])?.count == 5)
    // About 3.86 ± 0.96 with a clear excess: near 3.86 + 1.28 · 0.98.
    #expect(abs((limit["observed"] as? Double ?? .nan) - 5.14) < 0.1)
    let text = try ToolProcess.run(["fit", file, "--fix", "c1=0", "--limit", "0.9"])
    #expect(text.status == 0)
    #expect(text.output.contains("linear.hs3.json: 1 channel, 440 events, 2 free parameters"))
    #expect(text.output.contains("fixed"))
    #expect(text.output.contains("upper limit on cross section at 90 %: found"))
  }

  @Test func `wrong files and options are named`() throws {
    let folder = try TemporaryFolder()
    try "{\"metadata\": {\"hs3_version\": 2}}".write(
      toFile: "\(folder.path)/a.json", atomically: true, encoding: .utf8)
    let wrong = try ToolProcess.run(["fit", "a.json"], in: folder.path)
    #expect(wrong.status == 2)
    #expect(
      wrong.errors == "a.json:/metadata/hs3_version: a number where a text is expected\n")
    let missing = try ToolProcess.run(["fit", "b.json"], in: folder.path)
    #expect(missing.status == 2)
    #expect(missing.errors == "b.json: cannot be read; no such file or directory\n")
    let name = try ToolProcess.run(
      ["fit", "\(Self.fixtures)/linear.hs3.json", "--poi", "cross"], in: folder.path)
    #expect(name.status == 2)
    #expect(name.errors.hasSuffix("linear.hs3.json:--poi: no parameter is called 'cross'\n"))
    let level = try ToolProcess.run(["fit", "a.json", "--limit", "90"], in: folder.path)
    #expect(level.status == 64)
  }
}
