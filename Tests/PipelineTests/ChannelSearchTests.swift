import Foundation
import HDF5Files
import TestSupport
import Testing

/// B → K S in eight channels from one file.
@Suite struct ChannelSearchTests {
  private static let finished = Result {
    let search = try SearchRun("bks/2-channels.yaml")
    let made = try ToolProcess.run([
      "simulate", "bks", "--signal-events", "2000", "--seed", "5", "--quiet", "--output",
      "\(search.folder.path)/inputs",
    ])
    guard made.status == 0 else { throw DimuonInputs.Failed(text: made.errors) }
    let run = try search.run(["--set", "outputs.report.figures=[]"], inputs: search.folder.path)
    guard run.status == 0 else { throw DimuonInputs.Failed(text: run.errors) }
    return search
  }

  private static let channels = ["Bplus", "B0"].flatMap { parent in
    ["ee", "mumu", "pipi", "KK"].map { "\(parent)-\($0)" }
  }

  @Test func oneChannelIsTheSearchForIt() throws {
    let search = try Self.finished.get()
    let alone = try SearchRun("bks/1-muons.yaml")
    let run = try alone.run(["--set", "outputs.report.figures=[]"], inputs: search.folder.path)
    #expect(run.status == 0, "\(run.errors)")
    for name in ["mass", "observedLimit", "parameter", "lifetimes/observedLimit", "pValue"] {
      let own = try search.summary().dataset("/scan/Bplus-mumu/\(name)").doubles()
      let other = try alone.summary().dataset("/scan/signal/\(name)").doubles()
      #expect(own.map(\.bitPattern) == other.map(\.bitPattern), "\(name)")
    }
  }

  @Test func theReportTellsTheLuminosityOnceAndNothingWasDoneTwice() throws {
    let search = try Self.finished.get()
    let page = try String(contentsOfFile: "\(search.folder.path)/out/report.html", encoding: .utf8)
    #expect(page.contains("189 fb⁻¹") && !page.contains("1512 fb⁻¹"))
    let log = try String(contentsOfFile: "\(search.folder.path)/out/log.jsonl", encoding: .utf8)
    #expect(!log.contains("damaged"))
    let done = log.split(separator: "\n").filter { $0.contains("\"done\"") }.count
    #expect(try search.tasks(inputs: search.folder.path).count == done)
  }

  @Test func everyChannelHasItsOwnCutsMassesAndVetoes() throws {
    let search = try Self.finished.get()
    let thresholds = ["ee": 0.03, "mumu": 0.215, "pipi": 0.284, "KK": 0.992]
    for channel in Self.channels {
      let pair = String(channel.split(separator: "-")[1])
      func column(_ name: String) throws -> [Double] {
        try search.summary().dataset("/scan/\(channel)/\(name)").doubles()
      }
      let (masses, limits) = (try column("mass"), try column("observedLimit"))
      #expect(abs(masses[0] - (thresholds[pair] ?? 0)) < 1e-9)
      let vetoed = masses.indices.filter { masses[$0] > 0.4671 && masses[$0] < 0.5279 }
      if pair == "pipi" {
        #expect(vetoed.count > 20 && vetoed.allSatisfy { limits[$0].isNaN })
      } else if pair != "KK" {
        #expect(vetoed.count > 20 && vetoed.allSatisfy { limits[$0].isFinite }, "\(channel)")
      }
      #expect(limits.count { $0.isFinite } > 300, "\(channel)")
      let steps = try search.summary().dataset("/cutFlow/\(channel) data/step").strings()
      #expect(steps.contains("mass of the K*") == channel.hasPrefix("B0"))
      #expect(steps.contains("opening angle") == (pair == "ee"))
    }
  }

  @Test func aCutOfOneChannelIsRedoneThereAlone() throws {
    let search = try Self.finished.get()
    func states(_ settings: [String]) throws -> [(task: String, isOpen: Bool)] {
      try search.tasks(inputs: search.folder.path, settings: settings).map {
        ($0.key, $0.value.state != "finished")
      }
    }
    #expect(try states(["outputs.report.figures=[]"]).allSatisfy { !$0.isOpen })
    // Rows of files are counted once, unless the files are as young as two seconds.
    let again = try search.run(["--set", "outputs.report.figures=[]"], inputs: search.folder.path)
    #expect(again.status == 0)
    let notes = try String(
      contentsOfFile: "\(search.folder.path)/out/state/inputs", encoding: .utf8)
    let inputs = try FileManager.default.contentsOfDirectory(
      atPath: "\(search.folder.path)/inputs")
    #expect(
      Set(notes.split(separator: "\n").filter { $0.contains("\trows:") }).count
        == inputs.count { $0.hasSuffix(".h5") })
    let changed = try states(["skim.select.6.cut=openingAngle > 0.02"])
    let open = changed.filter(\.isOpen).map(\.task)
    #expect(!open.isEmpty && open.allSatisfy { $0.contains("-ee/") }, "\(open)")
    #expect(changed.contains { $0.task.hasPrefix("skim/B0-ee/") && $0.isOpen })
  }
}
