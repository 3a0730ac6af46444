import HDF5Files

extension SummaryWriter {
  /// Excluded regions of models: `/region/NAME`.
  func regions(_ regions: [ExcludedRegion]) throws(HDF5Error) {
    let names = regions.map(\.name)
    for (index, region) in regions.enumerated() {
      try self.region(region, "/region/" + Self.link(region.name, index, among: names))
    }
  }

  /// Writes a region below a group.
  func region(_ region: ExcludedRegion, _ group: String) throws(HDF5Error) {
    try set(
      group,
      [
        ("model", .string(region.model)), ("parameter", .string(region.parameter)),
        ("parameterLow", .double(region.range.lowerBound)),
        ("parameterHigh", .double(region.range.upperBound)),
        ("tables", .string(region.tables.joined(separator: ", "))),
      ])
    if !region.combination.isEmpty {
      try set(group, [("combination", .string(region.combination))])
    }
    let horizontal = region.horizontal
    let masses = try axis(
      "\(group)/\(horizontal.name)", region.points.map(\.mass), units: horizontal.unit,
      horizontal.label)
    try write(
      "\(group)/decayLength", region.points.map(\.decayLength), [masses], units: "cm",
      "c τ at a parameter of 1, not a number where the model's tables end")
    try write(
      "\(group)/islands", region.points.map { Int32($0.islands.count) }, [masses],
      "number of excluded intervals")
    let rows = region.points.flatMap { point in point.islands.map { (point.mass, $0) } }
    try intervals(
      rows.map { ($0.0, $0.1.interval) }, "\(group)/island", of: region,
      "excluded interval", tables: rows.map(\.1.table))
    try intervals(
      region.points.flatMap { point in point.expected.map { (point.mass, $0) } },
      "\(group)/expected", of: region, "interval expected to be excluded", tables: nil)
  }

  private func intervals(
    _ rows: [(mass: Double, interval: ExcludedInterval)], _ group: String,
    of region: ExcludedRegion, _ what: String, tables: [String]?
  ) throws(HDF5Error) {
    guard !rows.isEmpty else { return }
    let number = try axis(
      "\(group)/number", rows.indices.map { Int32($0) }, "number of the \(what)")
    func column(_ name: String, _ values: [Double], _ units: String, _ longName: String)
      throws(HDF5Error)
    {
      try write("\(group)/\(name)", values, [number], units: units, longName)
    }
    try column(
      region.horizontal.name, rows.map(\.mass), region.horizontal.unit, region.horizontal.label)
    try column("low", rows.map(\.interval.low), "", "lower edge of \(region.parameter)")
    try column("high", rows.map(\.interval.high), "", "upper edge of \(region.parameter)")
    try write(
      "\(group)/lowEdge", rows.map(\.interval.lowEdge.rawValue), [number],
      "what the lower edge is")
    try write(
      "\(group)/highEdge", rows.map(\.interval.highEdge.rawValue), [number],
      "what the upper edge is")
    guard let tables else { return }
    try column("largest", rows.map(\.interval.largest), "", "largest rate over limit inside")
    try write("\(group)/table", tables, [number], "what excludes it best")
  }
}
