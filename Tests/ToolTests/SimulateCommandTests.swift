import Foundation
import TestSupport
import Testing

@Suite struct SimulateCommandTests {
  @Test func filesAndCountsGoToStandardOutput() throws {
    let folder = try TemporaryFolder()
    let run = try ToolProcess.run(
      ["simulate", "dimuon", "--events", "2000", "--output", "in", "--quiet"], in: folder.path)
    #expect(run.status == 0)
    #expect(run.errors.isEmpty)
    let lines = run.output.split(separator: "\n")
    #expect(lines.count == 4)
    #expect(lines[0].hasPrefix("in/data-0.h5: 1,000 events, 1,0"))
    #expect(lines[3].hasPrefix("in/background-1.h5: 3,000 events, 3,1"))
  }

  @Test func itSaysThatItIsSimulated() throws {
    let folder = try TemporaryFolder()
    let run = try ToolProcess.run(
      ["simulate", "dimuon", "--events", "200000", "--files", "1", "--background", "0"],
      in: folder.path)
    #expect(run.status == 0)
    #expect(run.errors.hasPrefix("simulate: "))
    #expect(
      run.errors.hasSuffix(
        "simulated, not collision data; data stand for 2.0 /fb, background for 0.0 /fb\n"))
  }

  @Test func filesCanBeListedAsJSON() throws {
    let folder = try TemporaryFolder()
    let run = try ToolProcess.run(
      [
        "simulate", "dimuon", "--events", "500", "--files", "1", "--background", "0", "--json",
        "--quiet", "--seed", "9",
      ], in: folder.path)
    #expect(run.status == 0)
    let parsed = try JSONSerialization.jsonObject(with: Data(run.output.utf8))
    let object = try #require(parsed as? [String: Any])
    #expect(object["simulated"] as? Bool == true)
    #expect(object["seed"] as? Int == 9)
    let files = try #require(object["files"] as? [[String: Any]])
    #expect(files.map { $0["path"] as? String } == ["inputs/data-0.h5"])
    #expect(files[0]["events"] as? Int == 500)
  }

  @Test(arguments: [
    (
      ["--events", "0"],
      "Error: --events: value is out of range; found 0, allowed 1 to 1000000000\n"
    ),
    (
      ["--inject", "6"],
      "Error: --inject: '6' is not a mass and a number of events; "
        + "write MASS:EVENTS with the mass in GeV, as in 6.2:800\n"
    ),
    (["--threads", "0"], "Error: --threads: value is out of range; found 0, allowed 1 or more\n"),
  ])
  func badOptionsExit64(_ options: [String], _ text: String) throws {
    let run = try ToolProcess.run(["simulate", "dimuon"] + options)
    #expect(run.status == 64)
    #expect(run.errors.hasPrefix(text))
    #expect(run.output.isEmpty)
  }

  @Test func anUnwritableFolderExits2() throws {
    let run = try ToolProcess.run(
      ["simulate", "dimuon", "--events", "10", "--output", "/proc/nightjar", "--quiet"])
    #expect(run.status == 2)
    #expect(run.errors.hasPrefix("/proc/nightjar: cannot create the folder; "))
    #expect(run.errors.hasSuffix("; choose another with --output\n"))
  }

  @Test(arguments: [SIGINT, SIGTERM])
  func interruptionKeepsCompleteFilesAndExits130(_ number: Int32) throws {
    let folder = try TemporaryFolder()
    let inside = folder.path + "/in"
    let run = try ToolProcess.run(
      ["simulate", "dimuon", "--events", "30000000", "--files", "1", "--quiet", "--output", "in"],
      in: folder.path, signal: number
    ) {
      // The first file has been begun.
      let names = try? FileManager.default.contentsOfDirectory(atPath: inside)
      return names?.isEmpty == false
    }
    #expect(run.status == 130)
    #expect(
      run.errors
        == "simulation was interrupted; files already complete are kept\n")
    let left = try FileManager.default.contentsOfDirectory(atPath: inside)
    #expect(left.isEmpty)
  }

  @Test func helpHasExamples() throws {
    let run = try ToolProcess.run(["simulate", "dimuon", "--help"])
    #expect(run.status == 0)
    #expect(run.output.contains("nightjar simulate dimuon --events 200000 --inject 6.2:800"))
  }

  @Test func fourMuonSamplesAreListedWithTheirCrossSections() throws {
    let folder = try TemporaryFolder()
    let run = try ToolProcess.run(
      [
        "simulate", "fourmuon", "--luminosity", "0.5", "--background", "1", "--masses", "0.5,3",
        "--signal-events", "300", "--models", "zprime", "--inject", "zprime:3:40", "--quiet",
        "--output", "in", "--seed", "4",
      ], in: folder.path)
    #expect(run.status == 0)
    #expect(run.errors.isEmpty)
    let lines = run.output.split(separator: "\n")
    // Four files; a line for each process, two in the data.
    #expect(lines.count == 9)
    #expect(lines[0].hasPrefix("in/data-0001.h5: "))
    #expect(lines[1].hasPrefix("  cross section 3"))
    #expect(lines[2].contains(" of 40 events above 1"))
    #expect(lines[5].hasPrefix("in/zprime-0001.h5: 300 generated, "))
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.path + "/in").sorted()
    #expect(
      names == ["background-0001.h5", "data-0001.h5", "zprime-0001.h5", "zprime-0002.h5"])
  }

  @Test func fourMuonSamplesCanBeListedAsJSON() throws {
    let folder = try TemporaryFolder()
    let run = try ToolProcess.run(
      [
        "simulate", "fourmuon", "--luminosity", "0.5", "--background", "0", "--models", "none",
        "--json",
      ], in: folder.path)
    #expect(run.status == 0)
    let parsed = try JSONSerialization.jsonObject(with: Data(run.output.utf8))
    let object = try #require(parsed as? [String: Any])
    #expect(object["simulated"] as? Bool == true)
    let files = try #require(object["files"] as? [[String: Any]])
    #expect(files.map { $0["path"] as? String } == ["inputs/data-0001.h5"])
    let processes = try #require(files[0]["processes"] as? [[String: Any]])
    let efficiency = try #require(processes[0]["unweightingEfficiency"] as? Double)
    #expect(efficiency > 0.05 && efficiency < 1)
    #expect(processes[0]["events"] as? Int == files[0]["generated"] as? Int)
  }

  @Test(arguments: [
    (
      ["--luminosity", "0"],
      "Error: --luminosity: value is out of range; found 0.0, allowed above 0, up to 100000 "
        + "(in /fb)\n"
    ),
    (
      ["--inject", "zprime:2"],
      "Error: --inject: 'zprime:2' is not a model, a mass and an amount; write "
        + "MODEL:MASS:CROSSSECTIONfb or MODEL:MASS:EVENTS with zprime or scalar and the mass in "
        + "GeV, as in zprime:2.5:1.2fb\n"
    ),
    (
      ["--models", "dark"],
      "Error: --models: 'dark' is not a list of models; write zprime, scalar, zprime,scalar or "
        + "none\n"
    ),
  ])
  func badFourMuonOptionsExit64(_ options: [String], _ text: String) throws {
    let run = try ToolProcess.run(["simulate", "fourmuon"] + options)
    #expect(run.status == 64)
    #expect(run.errors.hasPrefix(text))
    #expect(run.output.isEmpty)
  }

  @Test func theBackgroundsRadiationIsNamedInTheHelp() throws {
    let run = try ToolProcess.run(["simulate", "fourmuon", "--help"])
    #expect(run.status == 0)
    #expect(run.output.contains("--background-isr"))
    #expect(run.output.contains("nightjar simulate fourmuon --luminosity 20 --masses 12"))
  }
}
