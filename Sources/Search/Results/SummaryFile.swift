import HDF5Files

/// The summary of a search as one HDF5 file; `Schemas/v1/summary.md` describes its layout.
///
/// Datasets are contiguous, little-endian and uncompressed, every dimension has a scale, and every
/// dataset has `units` and `long_name`, so that h5py, xarray and h5dump show them without help.
public enum SummaryFile {
  /// Version of the layout; readers refuse newer ones.
  public static let layoutVersion = 1

  /// Writes results as the bytes of a file, the same ones for the same results.
  public static func write(_ results: SearchResults) throws(HDF5Error) -> [UInt8] {
    let writer = SummaryWriter(writer: try HDF5Writer())
    try writer.head(results)
    try writer.provenance(results.provenance)
    try writer.samples(results.samples)
    try writer.cutFlows(results.cutFlows)
    try writer.weightShifts(results.weightShifts)
    let channels = results.spectra.map { $0.channel ?? "" }
    for (index, spectrum) in results.spectra.enumerated() {
      let place =
        spectrum.channel.map { "/" + SummaryWriter.link($0, index, among: channels) } ?? ""
      try writer.spectrum(spectrum, "/spectrum" + place)
    }
    try writer.comparisons(results.comparisons)
    try writer.namedFits(results.namedFits)
    try writer.controls(results.controls)
    try writer.signals(results.signals)
    try writer.workingPoints(results.workingPoints)
    let signals = results.scans.map { $0.signal ?? "" }
    for (index, scan) in results.scans.enumerated() where !scan.points.isEmpty {
      let place = scan.signal.map { "/" + SummaryWriter.link($0, index, among: signals) } ?? ""
      try writer.scan(scan, "/scan" + place, isCombination: results.combination != nil)
      try writer.windows(scan, "/windows" + place)
      try writer.lookElsewhere(scan, "/lookElsewhere" + place)
      try writer.closure(scan, "/closure" + place)
    }
    try writer.interpretations(results)
    try writer.regions(results.planes)
    if let combination = results.combination { try writer.combination(combination, results) }
    return try writer.finish()
  }
}

/// Writes datasets with their scales, units and long names.
struct SummaryWriter {
  /// A dimension scale: an absolute path; dimension scales are shared by the datasets of a group.
  struct Scale {
    let path: String
  }

  private let writer: HDF5Writer

  init(writer: HDF5Writer) { self.writer = writer }

  func finish() throws(HDF5Error) -> [UInt8] { try writer.finish() }

  /// HDF5 text ends at a zero byte, so that none may be inside.
  static func text(_ value: String) -> String {
    value.unicodeScalars.contains("\0")
      ? String(value.unicodeScalars.map { $0 == "\0" ? "\u{FFFD}" : Character($0) }) : value
  }

  /// A user's name as part of a path, different for different indices.
  static func link(_ name: String, _ index: Int, among names: [String]) -> String {
    let safe = String(
      name.unicodeScalars.map { $0 == "/" || $0 == "\0" ? "_" : Character($0) })
    let isPlain =
      !safe.isEmpty && safe != "." && safe != ".." && safe == name
      && names.count(where: { $0 == name }) == 1
    return isPlain ? safe : "\(safe.isEmpty || safe.allSatisfy { $0 == "." } ? "_" : safe)#\(index)"
  }

  func set(_ path: String, _ attributes: [(String, HDF5Attribute.Value)]) throws(HDF5Error) {
    try writer.createGroup(path)
    for (name, value) in attributes {
      if case .string(let text) = value {
        try writer.setAttribute(path, name, .string(Self.text(text)))
      } else {
        try writer.setAttribute(path, name, value)
      }
    }
  }

  private func describe(
    _ path: String, _ units: String, _ longName: String, _ scales: [Scale]
  ) throws(HDF5Error) {
    try writer.setAttribute(path, "units", .string(Self.text(units.isEmpty ? "1" : units)))
    try writer.setAttribute(path, "long_name", .string(Self.text(longName)))
    for (dimension, scale) in scales.enumerated() {
      try writer.attachScale(dataset: path, scale: scale.path, dimension: dimension)
    }
  }

  /// Writes an axis of numbers.
  func axis<T: HDF5Element>(
    _ path: String, _ values: [T], units: String = "", _ longName: String
  ) throws(HDF5Error) -> Scale {
    try writer.write(path, values)
    try describe(path, units, longName, [])
    try writer.makeScale(path, name: Self.last(path))
    return Scale(path: path)
  }

  /// Writes an axis of names.
  func axis(_ path: String, _ names: [String], _ longName: String) throws(HDF5Error) -> Scale {
    try writer.write(path, names.map(Self.text))
    try writer.setAttribute(path, "long_name", .string(Self.text(longName)))
    try writer.makeScale(path, name: Self.last(path))
    return Scale(path: path)
  }

  /// Writes numbers over axes, row-major.
  func write<T: HDF5Element>(
    _ path: String, _ values: [T], _ scales: [Scale], shape: [Int]? = nil, units: String = "",
    _ longName: String
  ) throws(HDF5Error) {
    try writer.write(path, values, shape: shape)
    try describe(path, units, longName, scales)
  }

  /// Writes texts over an axis.
  func write(
    _ path: String, _ values: [String], _ scales: [Scale], _ longName: String
  ) throws(HDF5Error) {
    try writer.write(path, values.map(Self.text))
    try writer.setAttribute(path, "long_name", .string(Self.text(longName)))
    for (dimension, scale) in scales.enumerated() {
      try writer.attachScale(dataset: path, scale: scale.path, dimension: dimension)
    }
  }

  /// Writes one text.
  func write(_ path: String, text: String, _ longName: String) throws(HDF5Error) {
    try writer.write(path, [Self.text(text)], shape: [])
    try writer.setAttribute(path, "long_name", .string(longName))
  }

  /// Writes statuses as integers that carry their meanings, as the CF conventions do.
  func write(
    _ path: String, statuses: [Int32], _ scales: [Scale],
    meanings: [(value: Int32, name: String)], _ longName: String
  ) throws(HDF5Error) {
    try write(path, statuses, scales, longName)
    try writer.setAttribute(path, "flag_values", .ints(meanings.map { Int64($0.value) }))
    try writer.setAttribute(
      path, "flag_meanings", .string(meanings.map(\.name).joined(separator: " ")))
  }

  private static func last(_ path: String) -> String {
    path.split(separator: "/").last.map(String.init) ?? path
  }
}
