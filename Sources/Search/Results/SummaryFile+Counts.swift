import HDF5Files

extension SummaryWriter {
  /// Writes what the backgrounds of counted windows were estimated from.
  func counts(_ scan: ScanResults, _ group: String, _ axis: Scale) throws(HDF5Error) {
    guard scan.points.contains(where: { $0.count != nil }) else { return }
    let columns: [(String, KeyPath<WindowCount, Double>, String)] = [
      ("backgroundLow", \.backgroundLow, "lower end of 68.27 % for the expected background"),
      ("backgroundHigh", \.backgroundHigh, "upper end of 68.27 % for the expected background"),
      (
        "first", \.first,
        "candidates beside the window, simulated ones, or those that fail the first inverted cut"
      ),
      ("second", \.second, "candidates that fail the second inverted cut"),
      ("both", \.both, "candidates that fail both inverted cuts"),
      ("ratio", \.ratio, "divisor from counts to the expected background"),
    ]
    for (name, path, longName) in columns {
      let values = scan.points.map { $0.count?[keyPath: path] ?? .nan }
      guard values.contains(where: \.isFinite) else { continue }
      try write("\(group)/\(name)", values, [axis], longName)
    }
  }
}
