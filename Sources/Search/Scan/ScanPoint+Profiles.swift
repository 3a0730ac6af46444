import HDF5Files
import Inference

// Profile likelihoods in a scan's checkpoint: for each hypothesis the numbers of nodes of both
// profiles, then signal, value, slope and curvature of every node in one list.
extension ScanPoint {
  static func write(profilesOf points: [ScanPoint], _ writer: HDF5Writer) throws(HDF5Error) {
    var counts: [Int64] = []
    var numbers: [Double] = []
    for point in points {
      guard let profiles = point.profiles else {
        counts += [0, 0, 0]
        continue
      }
      let pair = [profiles.observed, profiles.asimov]
      counts += pair.map { Int64($0.signals.count) } + [profiles.observed.isBounded ? 1 : 0]
      numbers += [profiles.yieldPerUnit, profiles.error]
      for profile in pair {
        for i in profile.signals.indices {
          numbers += [
            profile.signals[i], profile.values[i], profile.slopes[i], profile.curvatures[i],
          ]
        }
      }
    }
    try writer.write("profileCounts", counts)
    try writer.write("profile", numbers)
  }

  static func readProfiles(_ file: HDF5File, into points: inout [ScanPoint]) throws {
    func damaged() -> SearchError {
      .checkpoint(place: file.name, reason: "profiles of a scan do not fit together")
    }
    let counts = try file.dataset("profileCounts").integers().map(Int.init)
    let numbers = try file.dataset("profile").values(of: Double.self)
    guard counts.count == 3 * points.count, counts.allSatisfy({ $0 >= 0 && $0 <= numbers.count })
    else { throw damaged() }
    var at = 0
    func take(_ count: Int) throws -> ArraySlice<Double> {
      guard at + count <= numbers.count else { throw damaged() }
      defer { at += count }
      return numbers[at..<(at + count)]
    }
    func profile(_ count: Int, isBounded: Bool) throws -> SignalProfile {
      let rows = Array(try take(4 * count))
      func column(_ k: Int) -> [Double] { (0..<count).map { rows[4 * $0 + k] } }
      do {
        return try SignalProfile(
          signals: column(0), values: column(1), slopes: column(2), curvatures: column(3),
          isBounded: isBounded)
      } catch { throw damaged() }
    }
    for index in points.indices where counts[3 * index] > 0 {
      let head = Array(try take(2))
      points[index].profiles = WindowProfiles(
        yieldPerUnit: head[0],
        observed: try profile(counts[3 * index], isBounded: counts[3 * index + 2] == 1),
        asimov: try profile(counts[3 * index + 1], isBounded: false), error: head[1])
    }
    guard at == numbers.count else { throw damaged() }
  }
}
