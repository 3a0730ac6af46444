import HDF5Files
import Inference

extension SummaryWriter {
  /// Writes the profile likelihoods of a scan, where they were kept: nodes over an axis of their own.
  func profiles(_ scan: ScanResults, _ scanGroup: String, _ masses: Scale) throws(HDF5Error) {
    let all = scan.points.map(\.profiles)
    let most =
      all.map { max($0?.observed.signals.count ?? 0, $0?.asimov.signals.count ?? 0) }.max() ?? 0
    guard most > 0 else { return }
    let group = "\(scanGroup)/profile"
    let unit = scan.parameter.unit
    try write(
      "\(group)/yieldPerUnit", all.map { $0?.yieldPerUnit ?? .nan }, [masses],
      units: unit.isEmpty ? "" : "1/\(unit)",
      "signal events on the full line for one unit of \(scan.parameter.label)")
    try write(
      "\(group)/error", all.map { $0?.error ?? .nan }, [masses],
      "estimated largest error of twice the logarithm between nodes")
    try write(
      "\(group)/isBounded", all.map { UInt8($0?.observed.isBounded == true ? 1 : 0) }, [masses],
      "1 where no signal below the first node is possible")
    let nodes = try axis("\(group)/node", (1...most).map(Int64.init), "number of the node")
    for (name, what, path) in [
      ("observed", "the data", \WindowProfiles.observed),
      ("asimov", "the background-only Asimov set", \WindowProfiles.asimov),
    ] {
      let columns: [(String, KeyPath<SignalProfile, [Double]> & Sendable, String)] = [
        ("Signal", \.signals, "signal events on the full line at a node"),
        ("Value", \.values, "negative logarithm of the profile likelihood of \(what)"),
        ("Slope", \.slopes, "its first derivative in the signal events"),
        ("Curvature", \.curvatures, "its second derivative in the signal events"),
      ]
      for (suffix, column, longName) in columns {
        let values = all.flatMap { profiles in
          let own = profiles?[keyPath: path][keyPath: column] ?? []
          return own + [Double](repeating: .nan, count: most - own.count)
        }
        try write(
          "\(group)/\(name)\(suffix)", values, [masses, nodes], shape: [all.count, most],
          "\(longName), not a number beyond the last node")
      }
    }
  }
}
