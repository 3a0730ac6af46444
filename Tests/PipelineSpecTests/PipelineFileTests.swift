import Diagnostics
import Expressions
import Foundation
import PipelineSpec
import Settings
import Testing

/// What a valid file turns into.
@Suite struct PipelineFileTests {
  private static func load(_ change: (String) -> String = { $0 }, set: [String] = []) throws
    -> PipelineFile
  {
    let path = TestFiles.fixtures + "/pipeline.yaml"
    return try PipelineFile.load(
      text: change(try TestFiles.text(path)), path: path,
      overrides: set.compactMap { SettingsOverride($0) }, catalogue: TestFiles.catalogue)
  }

  @Test func quantitiesAreInBaseUnits() throws {
    let pipeline = try Self.load().pipeline
    #expect(pipeline.unblindFraction == 0.05)
    #expect(pipeline.samples.value(named: "background")?.luminosity == 2000)
    #expect(pipeline.scan?.hypotheses.step == .resolutions(1))
    #expect(pipeline.scan?.minimumAcceptance == 0.4)
    #expect(pipeline.signal?.parameters.value(named: "width2") == .constant(0.012))
    #expect(pipeline.execution.memory == 2_000_000_000)
    #expect(pipeline.scan?.systematics.first?.value.size == .stated(.constant(0.01)))
  }

  @Test func sectionsKeepTheirOrderAndValues() throws {
    let pipeline = try Self.load().pipeline
    #expect(pipeline.skim.select.map(\.name) == ["opposite charge", "identified"])
    #expect(pipeline.signal?.parameters.map(\.name) == SignalShapeKind.twoCrystalBalls.parameters)
    #expect(pipeline.scan?.window.exclude == [3.0...3.2])
    #expect(pipeline.scan?.window.excludeHypotheses.map(\.variable) == [.reducedMass])
    #expect(pipeline.scan?.window.excludeHypotheses.map(\.bounds) == [3.6...3.7])
    #expect(pipeline.scan?.background.first?.range?.bounds == 0...1)
    #expect(pipeline.scan?.fit.likelihood == .binned(bins: 60))
    let peak = pipeline.fits.first?.value.peaks.first?.value
    let width = peak?.parameters.value(named: "width")
    #expect(width?.start == 0.03)
    #expect(width?.isFixed == false)
    #expect(width?.sharedName == "sigma")
    #expect(peak?.parameters.value(named: "mean")?.max == 3.2)
    #expect(
      pipeline.fits.first?.value.background == .sum([.polynomial(order: 1), .exponential]))
  }

  @Test func defaultsAreThoseOfTheReferencePage() throws {
    let text = """
      nightjar: 1
      title: T
      ntuple: pairs.ntuple.yaml
      samples: {data: {files: d.h5, role: data}}
      """
    let pipeline = try PipelineFile.load(
      text: text, path: TestFiles.fixtures + "/p.yaml", catalogue: TestFiles.catalogue
    ).pipeline
    #expect(pipeline.seed == 1)
    #expect(!pipeline.blind)
    #expect(pipeline.outputs.summary == "summary.h5")
    #expect(pipeline.outputs.report == nil)
    #expect(pipeline.execution.taskSeconds == 60)
    #expect(pipeline.scan == nil)
  }

  @Test func pathsAreRelativeToTheFile() throws {
    let pipeline = try Self.load().pipeline
    #expect(
      pipeline.samples.first?.value.files == [TestFiles.fixtures + "/data-*.h5"])
  }

  @Test func keysIgnoreSpelling() throws {
    let plain = try Self.load().variants[0].canonical
    let respelt = try Self.load { text in
      text.replacing("luminosity: 10 /fb", with: "luminosity:   0.01 /ab")
        .replacing("seed: 7\n", with: "# a comment\n")
        .replacing("simulated: true", with: "simulated: true\nseed: 7")
        .replacing("charge1 * charge2 < 0", with: "'charge1  *  charge2 < 0'")
        .replacing(
          "- {name: identified, cut: muonID1", with: "- {\"name\": identified, cut: muonID1")
    }.variants[0].canonical
    #expect(plain == respelt)
    #expect(plain.bytes == respelt.bytes)
    let changed = try Self.load { $0.replacing("0.3, 13", with: "0.3, 13.5") }.variants[0].canonical
    #expect(plain["scan.window"] != changed["scan.window"])
    #expect(plain["skim"] == changed["skim"])
  }

  @Test func writtenDefaultsChangeNoKey() throws {
    let plain = try Self.load().variants[0].canonical
    let removed = try Self.load { $0.replacing("  normalise: full line\n", with: "") }.variants[0]
      .canonical
    #expect(plain == removed)
  }

  @Test func overridesReplaceAndAdd() throws {
    let file = try Self.load(set: [
      "scan.limit.level=95%", "scan.background.1.order=2", "samples.data.files=[a.h5, b.h5]",
      "seed=9",
    ])
    #expect(file.pipeline.scan?.limit?.level == 0.95)
    #expect(file.pipeline.scan?.background[1].shape == .polynomial(order: 2))
    #expect(file.pipeline.samples.first?.value.files.count == 2)
    #expect(file.pipeline.seed == 9)
    #expect(file.overrides.map(\.description).first == "scan.limit.level=95%")
  }

  @Test func faultsOfOverridesNameThem() throws {
    func text(_ override: String) -> String {
      do {
        _ = try Self.load(set: [override])
        return ""
      } catch {
        return "\(error)"
      }
    }
    #expect(
      text("scan.limit.level=95")
        == "--set scan.limit.level:1:1: 'scan.limit.level' must be larger than 0 and at most 0.9999, found 95"
    )
    #expect(
      text("scan.limit.levl=95 %")
        == "--set scan.limit.levl:1:1: unknown key 'levl' in 'scan.limit'; did you mean 'level'?")
    #expect(
      text("scan.background.7.order=2").hasPrefix(
        "--set scan.background.7.order: there is no 'scan.background.7.order' in "))
  }

  /// The committed schema agrees with an independent validator on valid and broken files.
  @Test(.enabled(if: python != nil, "SKIPPED: no python with jsonschema and yaml"))
  func anIndependentValidatorAgrees() throws {
    let process = Process()
    process.executableURL = URL(filePath: try #require(Self.python))
    process.arguments = [TestFiles.tests + "/validate.py", TestFiles.root]
    let output = Pipe()
    process.standardOutput = output
    process.standardError = output
    try process.run()
    let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    #expect(process.terminationStatus == 0, "\(text)")
  }

  static let python: String? = {
    let named = ProcessInfo.processInfo.environment["NIGHTJAR_PYTHON"]
    for path in [named, "/usr/bin/python3"].compactMap({ $0 }) {
      guard FileManager.default.isExecutableFile(atPath: path) else { continue }
      let process = Process()
      process.executableURL = URL(filePath: path)
      process.arguments = ["-c", "import jsonschema, yaml"]
      process.standardError = FileHandle.nullDevice
      guard (try? process.run()) != nil else { continue }
      process.waitUntilExit()
      if process.terminationStatus == 0 { return path }
    }
    return nil
  }()
}
