import Foundation
import HDF5Files
import TestSupport
import Testing

/// What a blinded search may show, and what it shows of a fraction.
@Suite struct BlindingTests {
  private static let sideband = [
    "blind=true", "regions={low: {cut: pairMass < 1.5}, high: {cut: pairMass > 8}}",
  ]

  private func start(
    _ settings: [String], _ more: [String] = [], inputs: String? = nil
  ) throws -> SearchRun {
    let search = try SearchRun(fixture: "synthetic.yaml")
    let run = try search.run(
      settings.flatMap { ["--set", $0] } + more,
      inputs: try inputs ?? SyntheticNtuple.folder.get().path)
    #expect(run.status == 0, "\(run.errors)")
    return search
  }

  private func merged(_ search: SearchRun, _ settings: [String], inputs: String? = nil) throws
    -> HDF5File
  {
    try search.task(
      "merge/data", inputs: try inputs ?? SyntheticNtuple.folder.get().path, settings: settings)
  }

  @Test func noBlindedRowIsKeptOrCounted() throws {
    let inputs = try SyntheticNtuple.folder.get().path
    let search = try start(Self.sideband)
    var seen = 0
    for (name, _) in try search.tasks(inputs: inputs, settings: Self.sideband)
    where name.hasPrefix("skim/data") || name == "merge/data" {
      let file = try search.task(name, inputs: inputs, settings: Self.sideband)
      let masses = try file.dataset("columns/pairMass").doubles()
      seen += masses.count
      #expect(masses.allSatisfy { $0 < 1.5 || $0 > 8 }, "\(name)")
      // Neither rows that pass everything nor N−1 counts, which would tell their number.
      #expect(try file.dataset("counts/depths").integers().last == 0, "\(name)")
      #expect(try file.dataset("counts/events").integers().last == 0, "\(name)")
      #expect(try file.dataset("counts/failOnly").integers().allSatisfy { $0 == 0 }, "\(name)")
      #expect(try file.dataset("counts/withoutObservable").integers() == [0], "\(name)")
    }
    #expect(seen > 100)
    let summary = try search.summary()
    #expect(
      try summary.dataset("cutFlow/data/step").strings()
        == ["all", "opposite charge", "identification", "vertex", "track"])
    #expect(try summary.attribute("/cutFlow/data", "cutShortByBlinding") == .int(1))
    #expect(try summary.attribute("/provenance", "blinding") == .string("blind"))
    #expect(
      try summary.dataset("cutFlow/data/passingOthers").integers().allSatisfy { $0 == -1 })
    // No hypothesis is fitted: its window would show the hidden rows' absence as data.
    let status = try summary.dataset("scan/status").integers()
    #expect(status.contains(22) && status.allSatisfy { $0 >= 20 })
    #expect(try summary.dataset("scan/observedLimit").doubles().allSatisfy(\.isNaN))
    // Simulation is no secret.
    let open = try start([])
    #expect(
      try search.task("merge/background", inputs: inputs, settings: Self.sideband)
        .dataset("columns/pairMass").doubles()
        == open.task("merge/background", inputs: inputs).dataset("columns/pairMass").doubles())
  }

  @Test func withoutRegionsNothingIsKept() throws {
    let search = try start(["blind=true"])
    #expect(try merged(search, ["blind=true"]).dataset("columns/pairMass").count == 0)
  }

  @Test func openingABlindedSearchGivesTheOpenOne() throws {
    let closed = ["blind=true", "unblindFraction=20 %"]
    let search = try start(closed, ["--unblind"])
    let open = try start([])
    let content = try search.summaryContent()
    #expect(try content == open.summaryContent())
    #expect(try search.summary().attribute("/provenance", "blinding") == .string("unblinded"))
  }

  @Test func aFractionIsTheSameEventsHoweverTheFilesAreCut() throws {
    let settings = ["blind=true", "unblindFraction=0.3"]
    let search = try start(settings)
    let all = SyntheticNtuple.files.filter { $0.name.hasPrefix("data") }
    let rows = all.flatMap(\.rows)
    let events = Set(rows.map { [Int64($0.run), $0.event] }).count
    let summary = try search.summary()
    let shown = try #require(try summary.dataset("cutFlow/data/events").integers().first)
    // Five standard deviations of a binomial share.
    let allowed = 5 * (0.3 * 0.7 / Double(events)).squareRoot()
    #expect(abs(Double(shown) / Double(events) - 0.3) < allowed)

    // The same candidates in two other files, the last first.
    let folder = try TemporaryFolder()
    let parts = [
      SyntheticNtuple.File(name: "data-a.h5", rows: all[2].rows + all[0].rows, chunkRows: 777),
      SyntheticNtuple.File(name: "data-b.h5", rows: all[1].rows, chunkRows: 4096),
    ]
    for part in parts { try SyntheticNtuple.write(part, to: folder.path) }
    let background = try #require(SyntheticNtuple.files.first { $0.name == "background-0.h5" })
    try SyntheticNtuple.write(background, to: folder.path)
    let other = try start(settings, inputs: folder.path)
    let (here, there) = (
      try merged(search, settings), try merged(other, settings, inputs: folder.path)
    )
    let kept = try here.dataset("events").values(of: UInt64.self)
    #expect(kept.count > 500)
    #expect(try kept.sorted() == there.dataset("events").values(of: UInt64.self).sorted())
    #expect(
      try here.dataset("columns/pairMass").doubles()
        == there.dataset("columns/pairMass").doubles())
    #expect(
      try summary.dataset("cutFlow/data/candidates").integers()
        == other.summary().dataset("cutFlow/data/candidates").integers())

    // A smaller fraction is a part of the larger one.
    let less = ["blind=true", "unblindFraction=0.1"]
    let few = try merged(try start(less), less).dataset("events").values(of: UInt64.self)
    #expect(Set(few).isSubset(of: Set(kept)) && few.count < kept.count / 2 && !few.isEmpty)
  }
}
