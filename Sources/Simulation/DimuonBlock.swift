/// Candidates of dimuon events.
final class DimuonBlock: CandidateBlock, @unchecked Sendable {
  /// Columns of single-precision numbers.
  enum Number: Int, CaseIterable {
    case px1, py1, pz1, energy1, px2, py2, pz2, energy2
    case muonID1, muonID2, vertexProbability, weight

    static func firstOfMuon(_ muon: Int) -> Number { muon == 0 ? .px1 : .px2 }

    func advanced(by steps: Int) -> Number {
      guard let number = Number(rawValue: rawValue + steps) else { preconditionFailure() }
      return number
    }
  }

  /// Most candidates of one event.
  static let mostCandidates = 3

  let capacity: Int
  private(set) var rows = 0
  let numbers: UnsafeMutablePointer<Float>
  let charges: UnsafeMutablePointer<Int8>
  let events: UnsafeMutablePointer<UInt32>
  let candidates: UnsafeMutablePointer<UInt32>
  let candidateCounts: UnsafeMutablePointer<UInt32>

  init(capacity: Int) {
    self.capacity = capacity
    numbers = .allocate(capacity: capacity * Number.allCases.count)
    charges = .allocate(capacity: capacity * 2)
    events = .allocate(capacity: capacity)
    candidates = .allocate(capacity: capacity)
    candidateCounts = .allocate(capacity: capacity)
  }

  deinit {
    numbers.deallocate()
    charges.deallocate()
    events.deallocate()
    candidates.deallocate()
    candidateCounts.deallocate()
  }

  func column(_ number: Number) -> UnsafeMutablePointer<Float> {
    numbers + number.rawValue * capacity
  }

  func charges(ofMuon muon: Int) -> UnsafeMutablePointer<Int8> { charges + muon * capacity }

  func removeAll() { rows = 0 }

  func append(_ candidate: DimuonCandidate, event: UInt32, index: Int, count: Int) {
    precondition(rows < capacity)
    store(candidate.first, at: 0)
    store(candidate.second, at: 1)
    column(.muonID1)[rows] = Float(candidate.first.muonID)
    column(.muonID2)[rows] = Float(candidate.second.muonID)
    column(.vertexProbability)[rows] = Float(candidate.vertexProbability)
    column(.weight)[rows] = Float(candidate.weight)
    events[rows] = event
    candidates[rows] = UInt32(index)
    candidateCounts[rows] = UInt32(count)
    rows += 1
  }

  private func store(_ muon: DimuonCandidate.Muon, at position: Int) {
    let first = numbers + Number.firstOfMuon(position).rawValue * capacity + rows
    first[0] = Float(muon.momentum.px)
    first[capacity] = Float(muon.momentum.py)
    first[2 * capacity] = Float(muon.momentum.pz)
    first[3 * capacity] = Float(muon.momentum.energy)
    charges[position * capacity + rows] = muon.charge
  }
}
