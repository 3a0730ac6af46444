import Foundation
import HDF5Files
import Simulation
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
    let run = try search.run(
      ["--set", "outputs.report.figures=[]"] + Self.regions, inputs: search.folder.path)
    guard run.status == 0 else { throw DimuonInputs.Failed(text: run.errors) }
    return search
  }

  /// Limits by toys for the first hypothesis of a channel alone.
  private static let few = "scan.limit.beside.every=100000"

  /// A coarser look for regions, and the same region by other combinations.
  private static let regions: [String] = {
    let model =
      "{model: dark scalar, at: {sinTheta: {log: [1e-5, 1], perDecade: 20}}, hadronicWidths: leading "
      + "order"
    let settings = [
      "darkScalar.at.sinTheta.perDecade=20", "darkScalar.hadronicWidths=leading order",
      "alp.at.gY.perDecade=20", "sum=\(model), combine: background-free sum}",
      "best=\(model), combine: best}",
    ]
    return settings.flatMap { ["--set", "interpret.\($0)"] }
      + ["--set", few]
  }()

  private static func text(_ name: String) throws -> String {
    try String(
      contentsOfFile: "\(ToolProcess.root)/Pipelines/bks/\(name).yaml", encoding: .utf8
    ).replacing("../../Schemas", with: "\(ToolProcess.root)/Schemas")
  }

  private static let channels = ["Bplus", "B0"].flatMap { parent in
    ["ee", "mumu", "pipi", "KK"].map { "\(parent)-\($0)" }
  }

  /// The search in muons alone with what it lacks of the one in all channels: the control sample, what
  /// follows from it, and regions of a model, by its likelihoods and by its limits.
  private static let muons: Result<SearchRun, any Error> = Result {
    let whole = try text("2-channels")
    let start = try #require(whole.range(of: "\ncontrols:\n"))
    let end = try #require(whole.range(of: "\nsignal:\n"))
    let lines = whole.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    let sizes = try #require(lines.firstIndex { $0.hasPrefix("    displaced:") })
    func model(_ combine: String) -> String {
      "{model: dark scalar, hadronicWidths: leading order, at: {sinTheta: {log: [1e-5, 1], "
        + "perDecade: 20}}, combine: \(combine)}"
    }
    let own =
      try text("1-muons").replacing(
        "\nsignal:\n", with: whole[start.lowerBound..<end.lowerBound] + "\nsignal:\n"
      ).replacing(
        "    width:         {affects: width, size: 5 %, constraint: gaussian}",
        with: lines[sizes..<sizes + 3].joined(separator: "\n")
      ).replacing("\nscan:\n", with: "\nscan:\n  profiles: true\n").replacing(
        "\nnormalisation:\n",
        with: "\nnormalisation:\n  decay: {parent: B+, bachelor: K+, pair: mumu}\n")
      + "interpret:\n  fits: \(model("likelihoods"))\n  limits: \(model("best"))\n"
    let search = try SearchRun("search.yaml", text: own)
    let beside = "scan.limit.beside={every: 350, toys: {error: 5 %, absolute: 0.2}}"
    try "mass,value\n0.25,0.001\n0.5,0.002\n2,0.004\n".write(
      toFile: "\(search.folder.path)/others.csv", atomically: true, encoding: .utf8)
    let overlay = "outputs.report.overlay={Others of 2016: {file: others.csv, in: fits}}"
    let run = try search.run(
      ["--set", "outputs.report.figures=[]", "--set", beside, "--set", overlay],
      inputs: try finished.get().folder.path)
    guard run.status == 0 else { throw DimuonInputs.Failed(text: run.errors) }
    return search
  }

  /// Without events CLs by toys is exp(−s): 3.00 events at 95 %, where the asymptotic limit is 1.92.
  ///
  /// Nuisances with fluctuating global observables take some per cent off the toys'.
  @Test func limitsByToysStandBesideAsymptoticOnes() throws {
    let search = try Self.muons.get()
    func column(_ name: String) throws -> [Double] {
      try search.summary().dataset("/scan/signal/\(name)").doubles()
    }
    let (masses, events) = (try column("mass"), try column("events"))
    let limits = try column("observedLimit")
    let (own, beside) = (try column("beside/mass"), try column("beside/observedLimit"))
    let errors = try column("beside/observedLimitError")
    #expect(own.count == (masses.count + 349) / 350)
    #expect(try column("beside/toys").allSatisfy { $0 > 100 })
    var empty = 0
    for (place, mass) in own.enumerated() {
      let index = try #require(masses.firstIndex(of: mass))
      #expect(index % 350 == 0)
      guard events[index] == 0 else { continue }
      empty += 1
      let ratio = beside[place] / limits[index]
      let error = errors[place] / limits[index]
      #expect(ratio < 2.996 / 1.9207 + 3 * error && ratio > 0.93 * 2.996 / 1.9207 - 3 * error)
    }
    #expect(empty > 1)
  }

  @Test func oneChannelIsTheSearchForIt() throws {
    let (search, alone) = (try Self.finished.get(), try Self.muons.get())
    for name in ["mass", "observedLimit", "parameter", "lifetimes/observedLimit", "pValue"] {
      let own = try search.summary().dataset("/scan/Bplus-mumu/\(name)").doubles()
      let other = try alone.summary().dataset("/scan/signal/\(name)").doubles()
      #expect(own.map(\.bitPattern) == other.map(\.bitPattern), "\(name)")
    }
  }

  /// What the simulation takes from data, the control sample finds.
  @Test func theControlSampleFindsWhatDataLack() throws {
    let search = try Self.finished.get()
    func column(_ name: String) throws -> [Double] {
      try search.summary().dataset("/control/K_S/\(name)").doubles()
    }
    let (low, high) = (try column("low"), try column("high"))
    let (ratio, error) = (try column("ratio"), try column("ratioError"))
    #expect(low == [0.05, 0.2, 1, 2.5, 5, 10])
    var square = 0.0
    for bin in ratio.indices {
      // The truth falls with the distance: somewhere in the bin it is met.
      let most = LongLivedDetector.dataRatio(distance: low[bin])
      let least = LongLivedDetector.dataRatio(distance: high[bin])
      let miss = max(ratio[bin] - most, least - ratio[bin], 0) / error[bin]
      square += miss * miss
      #expect(error[bin] > 0.003 && error[bin] < 0.06)
    }
    #expect(square < 22.5, "six bins, p = 0.001")
    guard case .double(let width) = try search.summary().attribute("/control/K_S", "widthRatio"),
      case .double(let own) = try search.summary().attribute("/control/K_S", "widthRatioError")
    else { throw DimuonInputs.Failed(text: "no width") }
    #expect(abs(width - LongLivedDetector.dataWidth) < 4 * own && own < 0.006)
    let log = try String(contentsOfFile: "\(search.folder.path)/out/log.jsonl", encoding: .utf8)
    let measured = log.split(separator: "\n").filter {
      $0.contains("\"done\"") && $0.contains("control/")
    }
    #expect(measured.count == 1, "eight channels share one control sample")
  }

  /// The signal's efficiency is weighted bin by bin, its width stretched, and the errors are nuisances.
  @Test func theSignalIsCorrectedByTheControlSample() throws {
    let corrected = try Self.muons.get()
    let plain = try SearchRun("bks/1-muons.yaml")
    let run = try plain.run(
      ["--set", "outputs.report.figures=[]"], inputs: try Self.finished.get().folder.path)
    #expect(run.status == 0, "\(run.errors)")
    func column(_ search: SearchRun, _ name: String) throws -> [Double] {
      try search.summary().dataset("/signal/signal/\(name)").doubles()
    }
    #expect(try column(corrected, "mass") == (try column(plain, "mass")))
    let corrections = try corrected.summary().dataset("/control/K_S/correction").doubles()
    let ratios = zip(try column(corrected, "efficiency"), try column(plain, "efficiency")).map(/)
    let (least, most) = (try #require(corrections.min()), try #require(corrections.max()))
    #expect(ratios.allSatisfy { $0 > least && $0 < most }, "\(ratios)")
    guard
      case .double(let width) = try corrected.summary().attribute("/control/K_S", "widthRatio"),
      case .double(let error) = try corrected.summary().attribute("/control/K_S", "widthRatioError")
    else { throw DimuonInputs.Failed(text: "no width") }
    // Weights move the smallest interval by a candidate or two.
    let widths = zip(try column(corrected, "resolution"), try column(plain, "resolution")).map(/)
    #expect(widths.allSatisfy { abs($0 / width - 1) < 0.02 }, "\(widths)")
    let names = try corrected.summary().dataset("/scan/signal/systematics/name").strings()
    let sizes = try corrected.summary().dataset("/scan/signal/systematics/size").doubles()
    let place = try #require(names.firstIndex(of: "width"))
    #expect(abs(sizes[place] - error / width) < 1e-12)
    let displaced = try #require(names.firstIndex(of: "displaced"))
    #expect(sizes[displaced] > 0.002 && sizes[displaced] < 0.04)
  }

  /// Bins of a quarter of the resolution hold what candidates do, and are not the same.
  @Test func aControlSampleMayBeFittedInBins() throws {
    let search = try Self.muons.get()
    try FileManager.default.copyItem(
      atPath: "\(search.folder.path)/out", toPath: "\(search.folder.path)/binned")
    let run = try search.run(
      ["--set", "outputs.report.figures=[]", "--set", "controls.K_S.fit.bins=122"],
      inputs: try Self.finished.get().folder.path, output: "binned")
    #expect(run.status == 0, "\(run.errors)")
    func column(_ output: String, _ name: String) throws -> [Double] {
      try search.summary(output).dataset("/control/K_S/\(name)").doubles()
    }
    let (binned, plain) = (try column("binned", "ratio"), try column("out", "ratio"))
    let errors = try column("out", "ratioError"), own = try column("binned", "ratioError")
    #expect(plain.count == 6 && binned != plain)
    for bin in plain.indices {
      #expect(abs(binned[bin] - plain[bin]) < 0.2 * errors[bin])
      #expect(abs(own[bin] / errors[bin] - 1) < 0.05)
    }
  }

  /// Peaks of one mean and a yield that starts badly: what is fitted first may be held in the bins.
  @Test func aControlSampleMayHavePeaksThatShareParameters() throws {
    let search = try Self.finished.get()
    // What is done is taken over; the log of the others stays theirs.
    try FileManager.default.copyItem(
      atPath: "\(search.folder.path)/out", toPath: "\(search.folder.path)/shared")
    let fit =
      "{observable: kShortMass, window: [0.467, 0.528], peaks: {K_S: {shape: gaussian, mean: {start: "
      + "0.4976, name: mass}, width: {start: 0.0022, min: 0.001, max: 0.004}, yield: {start: 10, min: 0, name: "
      + "kaons}}, wide: {shape: gaussian, mean: {start: 0.4976, name: mass}, width: {fixed: 0.008}}}, "
      + "background: {shape: polynomial, order: 1}}"
    let run = try search.run(
      [
        "--set", "controls.K_S.fit=\(fit)", "--set", "controls.K_S.gives={efficiency: shape}",
        "--set",
        "scan.systematics.width.size=5 %", "--task", "control/Bplus-ee/K_S/measured",
      ], inputs: search.folder.path, output: "shared")
    #expect(run.status == 0, "\(run.errors)")
  }

  /// Numbers of a model are a table beside the file: where it changes, outputs are written again.
  @Test func anotherTableOfAModelMakesAnotherRegion() throws {
    let search = try Self.muons.get()
    let table = "\(search.folder.path)/widths.csv"
    let model =
      "interpret={alp: {model: alp fermion universal, hadronicWidths: {table: widths.csv}, at: {gY: "
      + "{log: [1e-5, 1], perDecade: 10}}, combine: best}}"
    func lengths(_ factor: Double) throws -> [Double] {
      let rows = (1...50).map { "\(0.1 * Double($0)),\(factor * 1e-3),1e-6" }
      try
        ("# made for a test\nmass [GeV],hadrons [GeV^3],photons [GeV^3]\n"
        + rows.joined(separator: "\n") + "\n").write(
          toFile: table, atomically: true, encoding: .utf8)
      let run = try search.run(
        ["--set", "outputs.report.figures=[]", "--set", model],
        inputs: try Self.finished.get().folder.path, output: "tables")
      #expect(run.status == 0, "\(run.errors)")
      return try search.summary("tables").dataset("/region/alp/decayLength").doubles()
    }
    let first = try lengths(1)
    #expect(first.contains { $0 > 0 })
    // The second time it is the record that says so.
    #expect(try lengths(1).map(\.bitPattern) == first.map(\.bitPattern))
    #expect(try lengths(1000).map(\.bitPattern) != first.map(\.bitPattern))
    let paths = try search.summary("tables").dataset("/provenance/inputs/path").strings()
    #expect(paths.contains("widths.csv"))
  }

  /// Eight channels name one control sample: what is wrong with it is told once, by its own name.
  @Test func aFaultThatChannelsShareIsToldOnce() throws {
    let search = try Self.finished.get()
    for (setting, start) in [
      (
        "controls.K_S.samples.data.files=inputs/none-*.h5",
        "controls.K_S.samples.data.files: no file matches '"
      ),
      (
        "interpret.alp.hadronicWidths.table=nowhere.csv",
        "\(search.pipeline):"
      ),
    ] {
      let run = try search.run(["--set", setting], inputs: search.folder.path, output: "wrong")
      #expect(run.status == 2)
      #expect(run.errors.hasPrefix(start), "\(run.errors)")
      #expect(run.errors.split(separator: "\n").count == 1, "\(run.errors)")
    }
    #expect(!FileManager.default.fileExists(atPath: "\(search.folder.path)/wrong/summary.h5"))
  }

  /// With one channel, a common strength is limited where its rate is.
  @Test func regionsOfALikelihoodAreThoseOfItsLimits() throws {
    let search = try Self.muons.get()
    func edges(_ region: String, _ group: String, _ edge: String) throws -> [Double: Double] {
      let masses = try search.summary().dataset("/region/\(region)/\(group)/mass").doubles()
      let values = try search.summary().dataset("/region/\(region)/\(group)/\(edge)").doubles()
      return Dictionary(zip(masses, values)) { first, _ in first }
    }
    for (group, edge) in [("island", "low"), ("island", "high"), ("expected", "low")] {
      let fits = try edges("fits", group, edge)
      let limits = try edges("limits", group, edge)
      #expect(fits.count > 300 && Set(fits.keys) == Set(limits.keys))
      for (mass, value) in fits {
        #expect(abs(value / (limits[mass] ?? .nan) - 1) < 0.005, "\(group) \(edge) \(mass)")
      }
    }
  }

  /// A table beside the file is drawn into the plane it names, and into no other.
  @Test func aTableOfOthersIsDrawnOverAPlane() throws {
    let search = try Self.muons.get()
    let page = try String(contentsOfFile: "\(search.folder.path)/out/report.html", encoding: .utf8)
    // What stands after the last figure tells the settings.
    let pictures = page.components(separatedBy: "</svg>").dropLast().compactMap {
      $0.components(separatedBy: "<svg").last
    }
    let drawn = pictures.filter { $0.contains("Others of 2016") }
    #expect(drawn.count == 1, "\(pictures.count) figures")
    #expect(drawn.first?.contains("sin θ") == true)
  }

  /// Without background one fit of all channels adds their rates over limits.
  @Test func channelsWithoutEventsAddUp() throws {
    let search = try Self.finished.get()
    func column(_ region: String, _ name: String) throws -> [Double] {
      try search.summary().dataset("/region/\(region)/expected/\(name)").doubles()
    }
    func edges(_ region: String) throws -> [Double: Double] {
      Dictionary(zip(try column(region, "mass"), try column(region, "low"))) { first, _ in first }
    }
    let (fits, sums) = (try edges("darkScalar"), try edges("sum"))
    // Electrons and muons alone, with a window without events more often than not.
    let masses = fits.keys.filter { $0 > 0.22 && $0 < 0.27 && sums[$0] != nil }
    #expect(masses.count > 30)
    let ratios = masses.compactMap { mass in
      sums[mass].flatMap { sum in fits[mass].map { $0 / sum } }
    }
    .sorted()
    let median = ratios[ratios.count / 2]
    #expect(abs(median - 1) < 0.02, "\(median)")
    // Channels together say more than the best of them.
    let best = try edges("best")
    #expect(masses.allSatisfy { (fits[$0] ?? 1) < (best[$0] ?? 0) })
  }

  @Test func theReportTellsTheLuminosityOnceAndNothingWasDoneTwice() throws {
    let search = try Self.finished.get()
    let page = try String(contentsOfFile: "\(search.folder.path)/out/report.html", encoding: .utf8)
    #expect(page.contains("189 fb⁻¹") && !page.contains("1512 fb⁻¹"))
    let log = try String(contentsOfFile: "\(search.folder.path)/out/log.jsonl", encoding: .utf8)
    #expect(!log.contains("damaged"))
    let done = log.split(separator: "\n").filter { $0.contains("\"done\"") }.count
    let keys = try search.tasks(inputs: search.folder.path, settings: [Self.few]).values.map(\.key)
    #expect(Set(keys).count == done)
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
      try search.tasks(inputs: search.folder.path, settings: settings + [Self.few]).map {
        ($0.key, $0.value.state != "finished")
      }
    }
    #expect(try states(["outputs.report.figures=[]"]).allSatisfy { !$0.isOpen })
    // Rows of files are counted once, unless the files are as young as two seconds.
    let again = try search.run(
      ["--set", "outputs.report.figures=[]"] + Self.regions, inputs: search.folder.path)
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
