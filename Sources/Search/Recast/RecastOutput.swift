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
      try writer.region(
        region, "/interpret/" + SummaryWriter.link(region.name, index, among: names))
    }
    return try writer.finish()
  }
}
