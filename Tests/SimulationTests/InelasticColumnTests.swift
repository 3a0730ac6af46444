import Foundation
import Ntuples
import Settings
import Simulation
import TestSupport
import Testing

/// What columns of the ntuples of h' and inelastic dark matter say, and their schema.
@Suite struct InelasticColumnTests {
  @Test func chargesAndTruthAreThoseOfTheFile() throws {
    let made = try InelasticSample.make(
      .pipi, masses: [0.8], chi1: 2, lifetimes: [1, 10], events: 2000, background: 1,
      luminosity: 20)
    #expect(made.written.count == 3)
    for written in made.written {
      let ntuple = try LongLivedNtuple(written.path)
      for (track, charge) in [("t0", 1.0), ("t1", -1), ("e0", 1), ("e1", -1)] {
        #expect(try ntuple("\(track)_charge").allSatisfy { $0 == charge })
      }
      let productions = Set(try ntuple("production"))
      let isSignal = written.file.name.hasPrefix("signal")
      #expect(productions == [written.file.content == .data ? 0 : isSignal ? 1_000_010 : 1])
      guard written.file.content != .data else { continue }
      #expect(try ntuple("isSignal").allSatisfy { $0 == (isSignal ? 1 : 0) })
      #expect(try ntuple("generated").allSatisfy { $0 == Double(written.file.events) })
      for (name, value) in [
        ("trueMass", 0.8), ("trueDarkPhotonMass", 6), ("trueChi1Mass", 2), ("trueSplitting", 0.8),
      ] {
        #expect(try ntuple(name).allSatisfy { isSignal ? abs($0 - value) < 1e-6 : $0.isNaN })
      }
      for name in ["trueHiggsLength", "trueChi2Length"] {
        #expect(try ntuple(name).allSatisfy { isSignal ? $0 > 0 : $0.isNaN })
      }
    }
  }

  @Test func identificationTellsParticlesApart() throws {
    for pair in InelasticPair.allCases {
      let made = try InelasticSample.make(pair, events: 5000)
      let ntuple = try LongLivedNtuple(try #require(made.written.last).path)
      let name = ["mumu": "muon", "pipi": "pion", "KK": "kaon"][pair.rawValue] ?? ""
      for other in ["muon", "pion", "kaon", "proton"] {
        let scores = try ntuple("t0_\(other)ID")
        let part = Double(scores.count { $0 > 0.6 }) / Double(scores.count)
        // Kaons and pions that decay on their way look like muons.
        #expect(
          other == name ? part > 0.8 : part < (other == "muon" ? 0.2 : 0.1), "\(pair) \(other)")
      }
      let electrons = try ntuple("e0_electronID")
      #expect(electrons.count { $0 > 0.9 } * 100 > 96 * electrons.count)
    }
  }

  @Test func theSchemaReadsTheFilesAndNamesEveryColumn() throws {
    let path = ToolProcess.root + "/Schemas/v1/idm.ntuple.yaml"
    let text = try String(contentsOfFile: path, encoding: .utf8)
    let file = try SettingsFile<NtupleSchema>(text: text, file: "idm.ntuple.yaml")
    #expect(file.log.faults.sorted.map(\.description) == [])
    let schema = file.value
    let all = InelasticColumn.all(hasTruth: true)
    #expect(schema.columns.map(\.name) == all.map(\.name))
    for column in all {
      #expect(schema.names(of: column.name).contains(column.tableName))
      #expect(schema.columns.value(named: column.name)?.unit == column.unit)
      #expect(schema.columns.value(named: column.name)?.meaning == column.meaning)
    }
    let everywhere = Set(InelasticColumn.all(hasTruth: false).map(\.name))
    for column in schema.columns where column.value.isRequired {
      #expect(everywhere.contains(column.name), "\(column.name)")
    }
  }
}
