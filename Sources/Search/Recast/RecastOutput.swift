import HDF5Files

/// Excluded regions as files: a CSV table a model, and one HDF5 file.
public enum RecastOutput {
  /// The table of a region: a line an island; masses without one have none.
  public static func csv(_ region: ExcludedRegion) -> String {
    var lines = [
      "# \(region.model): excluded values of \(region.parameter); edges: crossing of rate and limit, end of"
        + " the scan, end of what is known",
      "mass [GeV],low,high,low edge,high edge,table,largest rate over limit,at",
    ]
    for point in region.points {
      for island in point.islands {
        let interval = island.interval
        lines.append(
          [
            "\(point.mass)", "\(interval.low)", "\(interval.high)", interval.lowEdge.rawValue,
            interval.highEdge.rawValue, field(island.table), "\(interval.largest)",
            "\(interval.at)",
          ].joined(separator: ","))
      }
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private static func field(_ text: String) -> String {
    text.contains { ",\"\n".contains($0) }
      ? "\"" + text.replacing("\"", with: "\"\"") + "\"" : text
  }

  /// All regions as the bytes of an HDF5 file, a group each below `/interpret`.
  public static func hdf5(_ regions: [ExcludedRegion], title: String, level: Double)
    throws(HDF5Error) -> [UInt8]
  {
    let writer = SummaryWriter(writer: try HDF5Writer())
    try writer.set("/", [("title", .string(title)), ("level", .double(level))])
    let names = regions.map(\.name)
    for (index, region) in regions.enumerated() {
      try write(
        region, "/interpret/" + SummaryWriter.link(region.name, index, among: names), writer)
    }
    return try writer.finish()
  }

  private static func write(
    _ region: ExcludedRegion, _ group: String, _ writer: SummaryWriter
  ) throws(HDF5Error) {
    try writer.set(
      group,
      [
        ("model", .string(region.model)), ("parameter", .string(region.parameter)),
        ("parameterLow", .double(region.range.lowerBound)),
        ("parameterHigh", .double(region.range.upperBound)),
        ("tables", .string(region.tables.joined(separator: ", "))),
      ])
    let masses = try writer.axis(
      "\(group)/mass", region.points.map(\.mass), units: "GeV", "mass of the boson")
    try writer.write(
      "\(group)/decayLength", region.points.map(\.decayLength), [masses], units: "cm",
      "c τ at a parameter of 1, not a number where the model's tables end")
    try writer.write(
      "\(group)/islands", region.points.map { Int32($0.islands.count) }, [masses],
      "number of excluded intervals")
    let rows = region.points.flatMap { point in point.islands.map { (point.mass, $0) } }
    guard !rows.isEmpty else { return }
    let number = try writer.axis(
      "\(group)/island/number", rows.indices.map { Int32($0) }, "number of the excluded interval")
    func column(_ name: String, _ values: [Double], _ units: String, _ longName: String)
      throws(HDF5Error)
    {
      try writer.write("\(group)/island/\(name)", values, [number], units: units, longName)
    }
    try column("mass", rows.map(\.0), "GeV", "mass of the boson")
    try column("low", rows.map(\.1.interval.low), "", "lower edge of \(region.parameter)")
    try column("high", rows.map(\.1.interval.high), "", "upper edge of \(region.parameter)")
    try column("largest", rows.map(\.1.interval.largest), "", "largest rate over limit inside")
    for (name, path, what) in [
      ("lowEdge", \ExcludedRegion.Island.interval.lowEdge.rawValue, "what the lower edge is"),
      ("highEdge", \ExcludedRegion.Island.interval.highEdge.rawValue, "what the upper edge is"),
      ("table", \ExcludedRegion.Island.table, "table with the largest ratio"),
    ] {
      try writer.write("\(group)/island/\(name)", rows.map { $0.1[keyPath: path] }, [number], what)
    }
  }
}
