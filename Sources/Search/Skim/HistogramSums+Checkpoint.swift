import HDF5Files

extension HistogramSums {
  /// Writes names, bins and sums under a group.
  func write(to writer: HDF5Writer, under group: String) throws(HDF5Error) {
    let items = layout.items
    try writer.write("\(group)/names", items.map(\.name))
    try writer.write("\(group)/depths", items.map { Int64($0.depth) })
    try writer.write("\(group)/bins", items.map { Int64($0.axis == .growing ? 0 : $0.bins) })
    try writer.write(
      "\(group)/ranges",
      items.flatMap { item -> [Double] in
        guard case .fixed(let low, let high, _) = item.axis else { return [0, 0] }
        return [low, high]
      })
    try writer.write(
      "\(group)/axes",
      axes.flatMap {
        [Int64($0.exponent), Int64($0.occupied.lowerBound), Int64($0.occupied.upperBound)]
      })
    try writer.write("\(group)/sums", sums)
    if layout.isWeighted { try writer.write("\(group)/squares", squares) }
  }

  /// Reads them back; nil where there are none.
  init?(reading file: HDF5File, under group: String) throws {
    guard file.contains("\(group)/names") else { return nil }
    func integers(_ name: String) throws -> [Int] {
      try file.dataset("\(group)/\(name)").integers().map(Int.init)
    }
    let names = try file.dataset("\(group)/names").strings()
    let depths = try integers("depths")
    let bins = try integers("bins")
    let ranges = try file.dataset("\(group)/ranges").doubles()
    let axes = try integers("axes")
    let isWeighted = file.contains("\(group)/squares")
    let count = names.count
    guard [depths.count, bins.count].allSatisfy({ $0 == count }), ranges.count == 2 * count,
      axes.count == 3 * count
    else { throw Self.damaged(file) }
    self.init(
      HistogramLayout(
        names.indices.map { index in
          (
            names[index], depths[index],
            bins[index] == 0
              ? .growing
              : .fixed(low: ranges[2 * index], high: ranges[2 * index + 1], bins: bins[index])
          )
        }, isWeighted: isWeighted))
    self.axes = try names.indices.map { index in
      guard axes[3 * index + 1] <= axes[3 * index + 2] else { throw Self.damaged(file) }
      return GrowingAxis(
        exponent: axes[3 * index], occupied: axes[3 * index + 1]..<axes[3 * index + 2])
    }
    sums = try file.dataset("\(group)/sums").doubles()
    if isWeighted { squares = try file.dataset("\(group)/squares").doubles() }
    guard sums.count == layout.count, !isWeighted || squares.count == layout.count else {
      throw Self.damaged(file)
    }
  }

  private static func damaged(_ file: HDF5File) -> SearchError {
    SearchError.checkpoint(place: file.name, reason: "histograms of a skim differ in length")
  }
}
