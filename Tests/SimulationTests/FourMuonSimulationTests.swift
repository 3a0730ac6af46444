import Columns
import Foundation
import Ntuples
import Platform
import Settings
import Simulation
import TestSupport
import Testing
import Theory

@Suite struct FourMuonSimulationTests {
  private func settings(
    seed: UInt64 = 1, injections: [String] = [], signalEvents: Int = 1500
  ) throws -> FourMuonSettings {
    try FourMuonSettings(
      luminosity: 3, backgroundFactor: 2, signalEvents: signalEvents, masses: [0.3, 4],
      injections: try injections.map { try FourMuonInjection(text: $0) }, seed: seed)
  }

  private func write(
    _ settings: FourMuonSettings, threads: Int = 2
  ) throws -> (folder: TemporaryFolder, written: [FourMuonSimulation.Written]) {
    let folder = try TemporaryFolder()
    let written = try FourMuonSimulation(settings: settings).run(
      into: folder.path, pool: WorkerPool(threads: threads))
    return (folder, written)
  }

  /// Values of some aliases of the committed schema.
  private func columns(_ path: String, _ aliases: [String]) throws -> [String: [Double]] {
    let file = try NtupleFile.open(path: path)
    let spelled = Dictionary(
      uniqueKeysWithValues: FourMuonColumn.all(hasTruth: true).map { ($0.name, $0.tableName) })
    let indices = try aliases.map { try file.column(named: spelled[$0] ?? $0) }
    let cursor = try NtupleCursor(file: file, columns: indices)
    let buffers = indices.map { ColumnBuffer(type: file.columns[$0].type) }
    try cursor.read(0..<file.rowCount, into: buffers)
    return Dictionary(
      uniqueKeysWithValues: zip(
        aliases, buffers.map { buffer in (0..<buffer.count).map { buffer.double(at: $0) } }))
  }

  @Test func bytesDoNotDependOnThreads() throws {
    let settings = try settings(injections: ["zprime:2:4fb", "scalar:5:40"])
    let one = try write(settings, threads: 1)
    for threads in [2, 5] {
      let other = try write(settings, threads: threads)
      #expect(other.written.map(\.accepted) == one.written.map(\.accepted))
      for file in FourMuonFile.plan(settings) {
        #expect(try one.folder.bytes(file.name) == other.folder.bytes(file.name))
      }
    }
    let other = try write(try self.settings(seed: 2))
    #expect(
      try one.folder.bytes("zprime-0001.h5") != other.folder.bytes("zprime-0001.h5"))
  }

  @Test func everyEventHasItsFourPairs() throws {
    let made = try write(try settings())
    let muons = (0..<4).map { "mu\($0)_" }
    let names =
      ["event", "candidate", "nCandidates", "production", "isSignal", "genWeight", "trueMass"]
      + ["generated", "nTracks"] + muons.map { $0 + "charge" } + muons.map { $0 + "px" }
    for (file, production) in [("zprime-0002.h5", 10_002.0), ("scalar-0001.h5", 20_001)] {
      let values = try columns(made.folder.path + "/" + file, names)
      func value(_ name: String, _ row: Int) -> Double { values[name]?[row] ?? .nan }
      let rows = values["event"]?.count ?? 0
      #expect(rows > 2000 && rows.isMultiple(of: 4))
      var last = 0.0
      for event in stride(from: 0, to: rows, by: 4) {
        #expect(value("event", event) > last)
        last = value("event", event)
        var signals = 0.0
        for row in event..<event + 4 {
          #expect(value("event", row) == last)
          #expect(value("candidate", row) == Double(row - event))
          #expect(value("nCandidates", row) == 4)
          #expect(value("production", row) == production)
          #expect(value("nTracks", row) == 4 || value("nTracks", row) == 5)
          #expect(value("generated", row) == 1500)
          #expect(value("trueMass", row) == (file.hasPrefix("zprime") ? 4 : 0.3))
          #expect(value("genWeight", row) >= 1)
          for muon in 0..<4 {
            #expect(value("mu\(muon)_charge", row) == (muon.isMultiple(of: 2) ? 1 : -1))
          }
          signals += value("isSignal", row)
          // The same four muons in other places.
          let sorted = (0..<4).map { value("mu\($0)_px", row) }.sorted()
          #expect(sorted == (0..<4).map { value("mu\($0)_px", event) }.sorted())
        }
        #expect(signals == 1)
      }
      #expect(last <= 1500)
    }
  }

  @Test func aSignalStandsAtItsMass() throws {
    let made = try write(try settings(signalEvents: 4000))
    let axes = ["px", "py", "pz"]
    let names = ["isSignal"] + (0..<2).flatMap { muon in axes.map { "mu\(muon)_\($0)" } }
    for (file, mass) in [("zprime-0001.h5", 0.3), ("zprime-0002.h5", 4), ("scalar-0002.h5", 4)] {
      let values = try columns(made.folder.path + "/" + file, names)
      var masses: [Double] = []
      for row in values["isSignal"]?.indices ?? 0..<0 where values["isSignal"]?[row] == 1 {
        var (sum, energy) = ([0.0, 0, 0], 0.0)
        for muon in 0..<2 {
          var squared = Constants.muonMass * Constants.muonMass
          for (index, axis) in axes.enumerated() {
            let p = values["mu\(muon)_\(axis)"]?[row] ?? .nan
            sum[index] += p
            squared += p * p
          }
          energy += squared.squareRoot()
        }
        let p2 = sum.reduce(0) { $0 + $1 * $1 }
        masses.append((energy * energy - p2).squareRoot())
      }
      masses.sort()
      #expect(abs(masses[masses.count / 2] - mass) < 1e-3)
      // The middle 68 % within twice 8 MeV: the resolution that the fit should give.
      #expect(masses[masses.count * 84 / 100] - masses[masses.count * 16 / 100] < 0.016)
    }
  }

  @Test func weightsAreOneButForThoseCounted() throws {
    let made = try write(try settings(signalEvents: 20_000))
    for entry in made.written where entry.file.content != .data {
      let weights = try columns(entry.path, ["genWeight"])["genWeight"] ?? []
      let above = weights.count { $0 != 1 }
      #expect(above <= 4 * entry.processes[0].overweight)
      #expect(Double(entry.processes[0].overweight) <= 0.005 * Double(entry.generated))
      #expect(weights.count == 4 * entry.accepted)
    }
  }

  @Test func dataHoldWhatIsInjectedAndNoTruth() throws {
    let without = try write(try settings(signalEvents: 0))
    let with = try write(
      try settings(injections: ["zprime:2:150", "scalar:5:20fb"], signalEvents: 0))
    #expect(without.written.map(\.file.name) == ["data-0001.h5", "background-0001.h5"])
    let processes = with.written[0].processes
    #expect(processes[0] == without.written[0].processes[0])
    #expect(processes[1].events == 150)
    // 60 expected, five standard deviations.
    #expect(abs(processes[2].events - 60) < 39)
    #expect(
      with.written[0].generated == without.written[0].generated + 150 + processes[2].events)
    let file = try NtupleFile.open(path: with.folder.path + "/data-0001.h5")
    #expect(file.layout == .table)
    #expect(file.columns.map(\.name) == FourMuonColumn.all(hasTruth: false).map(\.tableName))
    #expect(!file.columns.contains { $0.name.contains("isSignal") || $0.name == "trueMass" })
    // Data fluctuate about luminosity times cross section, simulation does not.
    let expected = 3 * processes[0].crossSection
    #expect(abs(Double(processes[0].events) - expected) < 5 * expected.squareRoot())
    let background = with.written[1]
    #expect(background.generated == Int((2 * expected).rounded()))
  }

  @Test func withoutRadiationTheBackgroundKeepsTheFullEnergy() throws {
    let settings = try FourMuonSettings(
      luminosity: 1, backgroundFactor: 2, signalEvents: 0, backgroundRadiation: .none)
    let made = try write(settings)
    let axes = ["px", "py", "pz"]
    let values = try columns(
      made.folder.path + "/background-0001.h5",
      (0..<4).flatMap { muon in axes.map { "raw\(muon)_\($0)" } })
    var below = 0
    let rows = values["raw0_px"]?.count ?? 0
    for row in 0..<rows {
      var (sum, energy) = ([0.0, 0, 0], 0.0)
      for muon in 0..<4 {
        var squared = Constants.muonMass * Constants.muonMass
        for (index, axis) in axes.enumerated() {
          let p = values["raw\(muon)_\(axis)"]?[row] ?? .nan
          sum[index] += p
          squared += p * p
        }
        energy += squared.squareRoot()
      }
      let mass = (energy * energy - sum.reduce(0) { $0 + $1 * $1 }).squareRoot()
      if mass < 10.3 { below += 1 }
    }
    #expect(rows > 400)
    // 280 MeV are several resolutions; a fifth of radiating events is below.
    #expect(below * 100 <= rows)
  }

  @Test func theSchemaReadsTheFilesAndNamesEveryColumn() throws {
    let path = ToolProcess.root + "/Schemas/v1/fourmuon.ntuple.yaml"
    let text = try String(contentsOfFile: path, encoding: .utf8)
    let file = try SettingsFile<NtupleSchema>(text: text, file: "fourmuon.ntuple.yaml")
    #expect(file.log.faults.sorted.map(\.description) == [])
    let schema = file.value
    let all = FourMuonColumn.all(hasTruth: true)
    #expect(schema.columns.map(\.name) == all.map(\.name))
    for column in all {
      #expect(schema.names(of: column.name).contains(column.tableName))
      #expect(schema.columns.value(named: column.name)?.unit == column.unit)
      #expect(schema.columns.value(named: column.name)?.meaning == column.meaning)
    }
    let inData = Set(FourMuonColumn.all(hasTruth: false).map(\.name))
    for column in schema.columns {
      #expect(column.value.isRequired == inData.contains(column.name), "\(column.name)")
    }
  }

  @Test func aStoppedSimulationLeavesNoFile() throws {
    let folder = try TemporaryFolder()
    let stop = StopSignal()
    stop.set()
    #expect(throws: SimulationError.interrupted) {
      _ = try FourMuonSimulation(settings: try settings()).run(
        into: folder.path, pool: WorkerPool(threads: 1), stop: stop)
    }
    #expect(folder.contents.isEmpty)
  }
}
