import Columns
import Foundation
import HDF5Files
import Ntuples
import Platform
import Simulation
import TestSupport
import Testing

@Suite struct DimuonSimulationTests {
  private func write(
    _ settings: DimuonSettings, threads: Int = 2
  ) throws -> (folder: TemporaryFolder, written: [DimuonSimulation.Written]) {
    let folder = try TemporaryFolder()
    let written = try DimuonSimulation(settings: settings).run(
      into: folder.path, pool: WorkerPool(threads: threads))
    return (folder, written)
  }

  /// All values of some columns of an ntuple, widened.
  private func columns(_ path: String, _ names: [String]) throws -> [[Double]] {
    let file = try NtupleFile.open(path: path)
    let indices = try names.map { try file.column(named: $0) }
    let cursor = try NtupleCursor(file: file, columns: indices)
    let buffers = indices.map { ColumnBuffer(type: file.columns[$0].type) }
    try cursor.read(0..<file.rowCount, into: buffers)
    return buffers.map { buffer in (0..<buffer.count).map { buffer.double(at: $0) } }
  }

  private let momenta = [
    "mu1_px", "mu2_px", "mu1_py", "mu2_py", "mu1_pz", "mu2_pz", "mu1_E", "mu2_E",
  ]

  private func masses(_ values: [[Double]]) -> [Double] {
    var masses: [Double] = []
    for row in values[0].indices {
      var sums: [Double] = []
      for component in 0..<4 {
        sums.append(values[2 * component][row] + values[2 * component + 1][row])
      }
      var squared = sums[3] * sums[3]
      for component in 0..<3 { squared -= sums[component] * sums[component] }
      masses.append(squared.squareRoot())
    }
    return masses
  }

  @Test(arguments: DimuonSettings.Layout.allCases)
  func bytesDoNotDependOnThreads(_ layout: DimuonSettings.Layout) throws {
    let settings = try DimuonSettings(
      events: 70_000, files: 1, backgroundFactor: 1, seed: 5, layout: layout,
      injections: [.init(mass: 6.2, events: 300)])
    let one = try write(settings, threads: 1)
    for threads in [2, 5] {
      let other = try write(settings, threads: threads)
      for name in ["data-0.h5", "background-0.h5"] {
        #expect(try one.folder.bytes(name) == other.folder.bytes(name))
      }
    }
  }

  @Test func anEventDependsOnSeedFileAndNumberAlone() throws {
    let small = try write(try DimuonSettings(events: 900, files: 1, backgroundFactor: 0, seed: 3))
    let large = try write(
      try DimuonSettings(events: 20_000, files: 1, backgroundFactor: 0, seed: 3))
    let other = try write(try DimuonSettings(events: 900, files: 1, backgroundFactor: 0, seed: 4))
    let names = momenta + ["mu1_charge", "mu2_muonID", "vertexProbability", "candidate"]
    let few = try columns(small.folder.path + "/data-0.h5", names)
    let many = try columns(large.folder.path + "/data-0.h5", names)
    #expect(few == many.map { Array($0.prefix(few[0].count)) })
    #expect(try columns(other.folder.path + "/data-0.h5", names)[0] != few[0])
  }

  @Test func bothLayoutsHoldTheSameValues() throws {
    let settings = { layout in
      try DimuonSettings(events: 3000, files: 1, backgroundFactor: 1, seed: 8, layout: layout)
    }
    let byColumns = try write(settings(.columns))
    let byTable = try write(settings(.table))
    for sample in DimuonFile.Sample.allCases {
      let described = DimuonColumn.all(of: sample)
      let name = "/\(sample.rawValue)-0.h5"
      #expect(
        try columns(byColumns.folder.path + name, described.map(\.name))
          == columns(byTable.folder.path + name, described.map(\.tableName)))
    }
  }

  @Test func filesSayWhatTheyHold() throws {
    let made = try write(try DimuonSettings(events: 100, files: 1, backgroundFactor: 0))
    let file = try HDF5File(path: made.folder.path + "/data-0.h5")
    #expect(
      try file.attribute("/events", "title")
        == .string("simulated dimuon events, data sample: not collision data"))
    let ntuple = try NtupleFile.open(path: made.folder.path + "/data-0.h5")
    #expect(ntuple.layout == .columns)
    #expect(ntuple.rowCount == made.written[0].rows)
    let energy = ntuple.columns[try ntuple.column(named: "mu1_E")]
    #expect(energy.unit == "GeV")
    #expect(energy.longName == "energy of the first muon")
    #expect(!ntuple.columns.contains { $0.name == "genWeight" })
  }

  @Test func muonsAreOnTheirMassShellAndInTheAcceptance() throws {
    let made = try write(try DimuonSettings(events: 5000, files: 1, backgroundFactor: 0))
    let values = try columns(made.folder.path + "/data-0.h5", momenta)
    for row in values[0].indices {
      for muon in 0..<2 {
        let (x, y, z) = (values[muon][row], values[2 + muon][row], values[4 + muon][row])
        let energy = values[6 + muon][row]
        let p2: Double = x * x + y * y + z * z
        let expected: Double = (p2 + DimuonProcess.muonMass * DimuonProcess.muonMass).squareRoot()
        // Single precision of the energy and of three components.
        #expect(abs(energy / expected - 1) < 3e-7)
        #expect(abs(z) < 5.4663 * (x * x + y * y).squareRoot())  // sinh(2.4) = 5.4662
      }
    }
  }

  @Test func peaksAndInjectionsLieWhereTheyShould() throws {
    let settings = try DimuonSettings(
      events: 40_000, files: 1, backgroundFactor: 0, seed: 2,
      injections: [.init(mass: 6.2, events: 2000)])
    let made = try write(settings)
    let values = try columns(made.folder.path + "/data-0.h5", momenta)
    let masses = masses(values)
    func excess(_ mass: Double) -> Double {
      let width = PeakShape.width(atMass: mass)
      func count(_ low: Double, _ high: Double) -> Double {
        let range = (mass + low * width)...(mass + high * width)
        return Double(masses.filter { range.contains($0) }.count)
      }
      let beside: Double = count(-12, -8) + count(8, 12)
      return count(-3, 3) - 0.75 * beside
    }
    // 3 widths hold 93 to 97 % of the shape; five standard deviations of the counts beside.
    let injected = excess(6.2) / 1900
    let charmonium = excess(3.0969) / 3800
    #expect(abs(injected - 1) < 0.15)
    #expect(abs(charmonium - 1) < 0.15)
    #expect(excess(5.2) < 150)
  }

  @Test func someEventsHaveSeveralCandidatesOfWhichOneIsTheSame() throws {
    let made = try write(try DimuonSettings(events: 20_000, files: 1, backgroundFactor: 1))
    let values = try columns(
      made.folder.path + "/background-0.h5", ["event", "candidate", "nCandidates", "genWeight"])
    var row = 0
    var several = 0
    while row < values[0].count {
      let count = Int(values[2][row])
      for position in 0..<count {
        #expect(values[0][row + position] == values[0][row])
        #expect(values[1][row + position] == Double(position))
        #expect(values[3][row + position] == values[3][row])
      }
      if count > 1 { several += 1 }
      row += count
    }
    // 5 % of 20,000 events, five standard deviations.
    #expect(abs(several - 1000) < 155)
    let mean = values[3].reduce(0, +) / Double(values[3].count)
    #expect(abs(mean - 1) < 0.005)
    #expect(values[3].allSatisfy { $0 >= 0.8 && $0 <= 1.2001 })
  }

  @Test func aStoppedSimulationLeavesNoHalfFile() throws {
    let folder = try TemporaryFolder()
    let stop = StopSignal()
    stop.set()
    #expect(throws: SimulationError.interrupted) {
      _ = try DimuonSimulation(settings: try DimuonSettings(events: 100_000)).run(
        into: folder.path, pool: WorkerPool(threads: 1), stop: stop)
    }
    #expect(folder.contents.isEmpty)
  }

  @Test func anUnwritableFolderIsNamed() throws {
    #expect(throws: SimulationError.self) {
      _ = try DimuonSimulation(settings: try DimuonSettings(events: 10)).run(
        into: "/proc/nightjar", pool: WorkerPool(threads: 1))
    }
  }

  @Test func theSchemaNamesEveryColumnInBothSpellings() throws {
    let schema = try String(
      contentsOfFile: ToolProcess.root + "/Schemas/v1/dimuon.ntuple.yaml", encoding: .utf8)
    for column in DimuonColumn.all(of: .background) {
      #expect(schema.contains("  \(column.name):"))
      #expect(schema.contains(column.tableName))
    }
  }
}
