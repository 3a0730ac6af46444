import Columns

/// Rows of the events that one block of trials gives, column by column, reused.
///
/// One owner at a time.
final class FourMuonBlock: @unchecked Sendable {
  /// Rows of an event: its opposite-sign pairs.
  static let rowsOfEvent = 4

  /// Events kept by their weight, seen by the detector or not.
  var generated = 0
  /// Of these, events above the largest weight.
  var overweight = 0
  private(set) var rows = 0
  /// Number of the event of each row among those generated, from zero.
  let events: UnsafeMutablePointer<UInt32>
  private let numbers: UnsafeMutablePointer<Double>
  private static let capacity = TrialBlock.trials * rowsOfEvent
  private static let width =
    4 * FourMuonColumn.muonNumbers + FourMuonColumn.eventNumbers + FourMuonColumn.truthNumbers

  init() {
    events = .allocate(capacity: Self.capacity)
    numbers = .allocate(capacity: Self.capacity * Self.width)
  }

  deinit {
    events.deallocate()
    numbers.deallocate()
  }

  func removeAll() { (generated, overweight, rows) = (0, 0, 0) }

  /// The values of one of the columns behind the bookkeeping.
  func column(_ index: Int) -> UnsafeMutablePointer<Double> { numbers + index * Self.capacity }

  /// Number of rows of the events before a limit.
  func rows(before limit: Int) -> Int {
    if generated <= limit { return rows }
    var count = rows
    while count > 0, events[count - 1] >= limit { count -= 1 }
    return count
  }

  /// Appends the rows of one event, which is the latest one generated.
  func append(_ event: FourMuonEvent, mass: Double, total: Double) {
    precondition(rows + Self.rowsOfEvent <= Self.capacity)
    for plus in 0..<2 {
      for minus in 0..<2 {
        // Negative muons are 0 and 1, positive ones 2 and 3.
        let order = [2 + plus, minus, 3 - plus, 1 - minus]
        for (place, muon) in order.enumerated() { store(event, muon, place) }
        var index = 4 * FourMuonColumn.muonNumbers
        func put(_ value: Double) {
          column(index)[rows] = value
          index += 1
        }
        put(Double(event.tracks))
        put(event.extraEnergy)
        put(mass)
        put(event.resonance.map { $0 == (plus, minus) } ?? false ? 1 : 0)
        put(total)
        put(event.weight)
        events[rows] = UInt32(generated - 1)
        rows += 1
      }
    }
  }

  private func store(_ event: FourMuonEvent, _ muon: Int, _ place: Int) {
    let track = event.measured[muon]
    var index = place * FourMuonColumn.muonNumbers
    func put(_ value: Double) {
      column(index)[rows] = value
      index += 1
    }
    put(event.px[muon])
    put(event.py[muon])
    put(event.pz[muon])
    put(track.px)
    put(track.py)
    put(track.pz)
    put(muon < 2 ? -1 : 1)
    put(track.outerScore)
    put(track.innerScore)
    put(track.dr)
    put(track.dz)
  }
}

/// What is known of an event whose four muons are all measured.
struct FourMuonEvent {
  /// Tracks before the fit: mu-, mu-, mu+, mu+.
  var measured: [MeasuredTrack]
  /// Momenta after the fit, GeV.
  var px: SIMD4<Double>
  var py: SIMD4<Double>
  var pz: SIMD4<Double>
  var tracks: Int
  var extraEnergy: Double
  /// 1, or more for an event above the largest weight.
  var weight: Double
  /// Which positive and which negative muon come from X.
  var resonance: (plus: Int, minus: Int)?
}
