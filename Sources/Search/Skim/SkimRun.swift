import HDF5Files
import Platform

/// The selected rows of one stretch of one input file, ordered by (observable, row).
public struct SkimRun: Sendable {
  /// Names of the outputs, the observable first.
  var names: [String]
  /// Rows read.
  var rowCount: Int
  /// Names of the systematics whose weights are kept.
  var systematics: [String]
  /// Selected rows and counts.
  var stretch: SkimStretch

  /// Orders the rows of joined stretches.
  init(names: [String], rowCount: Int, systematics: [String], stretch: SkimStretch) {
    self.names = names
    self.systematics = systematics
    self.rowCount = rowCount
    self.stretch = stretch
    let order = SortByObservable.order(stretch.outputs[0])
    func sorted<T>(_ values: [T]) -> [T] {
      values.isEmpty ? [] : order.map { values[Int($0)] }
    }
    self.stretch.outputs = stretch.outputs.map(sorted)
    self.stretch.events = sorted(stretch.events)
    self.stretch.weights = sorted(stretch.weights)
    self.stretch.shiftedWeights = stretch.shiftedWeights.map(sorted)
    self.stretch.rules = sorted(stretch.rules)
    self.stretch.keys = sorted(stretch.keys)
    self.stretch.rows = sorted(stretch.rows)
  }

  /// Number of selected rows.
  public var count: Int { stretch.outputs[0].count }

  /// Names of the columns as they are stored, in order.
  static func columnNames(outputs: [String], stretch: SkimStretch) -> [String] {
    outputs
      + [
        stretch.events.isEmpty ? nil : "event", stretch.weights.isEmpty ? nil : "weight",
        stretch.rules.isEmpty ? nil : "rules", stretch.keys.isEmpty ? nil : "key", "row",
      ].compactMap { $0 }
  }

  /// The content of the run's checkpoint: an HDF5 image whose first 512 bytes are free.
  public func encoded() throws -> [UInt8] {
    let writer = try HDF5Writer(userBlock: SealedFile.blockSize)
    for (name, values) in zip(names, stretch.outputs) {
      try writer.write("columns/\(name)", values)
    }
    if !stretch.events.isEmpty { try writer.write("events", stretch.events) }
    if !stretch.weights.isEmpty { try writer.write("weights", stretch.weights) }
    for (name, values) in zip(systematics, stretch.shiftedWeights) where !values.isEmpty {
      try writer.write("\(SkimmedSample.shiftedPrefix)\(name)", values)
    }
    if !systematics.isEmpty { try writer.write("systematics", systematics) }
    if !stretch.rules.isEmpty { try writer.write("rules", stretch.rules) }
    if !stretch.keys.isEmpty { try writer.write("keys", stretch.keys) }
    try writer.write("rows", stretch.rows)
    try writer.write("names", names)
    try writer.write("rowCount", [Int64(rowCount)])
    try stretch.counts.write(to: writer)
    try stretch.generated.write(to: writer)
    return try writer.finish()
  }

  /// Reads the content back.
  public init(decoding file: HDF5File) throws {
    names = try file.dataset("names").strings()
    rowCount = Int(try file.dataset("rowCount").integers().first ?? 0)
    stretch = SkimStretch(counts: try SkimCounts(reading: file), outputs: names.count)
    stretch.generated = try GeneratedEvents(reading: file)
    for (index, name) in names.enumerated() {
      stretch.outputs[index] = try file.dataset("columns/\(name)").values(of: Double.self)
    }
    func optional<T: HDF5Element>(_ name: String, _ type: T.Type) throws -> [T] {
      file.contains(name) ? try file.dataset(name).values(of: type) : []
    }
    stretch.events = try optional("events", UInt64.self)
    stretch.weights = try optional("weights", Double.self)
    systematics =
      file.contains("systematics") ? try file.dataset("systematics").strings() : []
    stretch.shiftedWeights = try systematics.map {
      try optional("\(SkimmedSample.shiftedPrefix)\($0)", Double.self)
    }
    stretch.rules = try optional("rules", UInt64.self)
    stretch.keys = try optional("keys", Double.self)
    stretch.rows = try optional("rows", Int64.self)
    let lengths =
      [
        stretch.events.count, stretch.weights.count, stretch.rules.count, stretch.keys.count,
        stretch.rows.count,
      ] + stretch.shiftedWeights.map(\.count)
    guard let count = stretch.outputs.first?.count,
      stretch.outputs.allSatisfy({ $0.count == count }), stretch.rows.count == count,
      lengths.allSatisfy({ $0 == 0 || $0 == count })
    else {
      throw SearchError.checkpoint(place: file.name, reason: "columns of a skim differ in length")
    }
  }
}

extension SkimCounts {
  /// Writes the counts under `counts/`.
  func write(to writer: HDF5Writer) throws {
    try writer.write("counts/depths", depths.map(Int64.init))
    try writer.write("counts/failOnly", failOnly.map(Int64.init))
    try writer.write("counts/withoutObservable", [Int64(withoutObservable)])
    if let events {
      try writer.write("counts/events", events.closed.map(Int64.init))
      let edges = [events.first, events.last].compactMap { $0 }
      try writer.write("counts/edgeEvents", edges.map(\.hash))
      try writer.write("counts/edgeDepths", edges.map { Int64($0.depth) })
    }
    if let weights {
      try writer.write("counts/weights", weights.sums)
      try writer.write("counts/squaredWeights", weights.squares)
    }
    try histograms?.write(to: writer, under: "counts/histograms")
  }

  /// Reads the counts from `counts/`.
  init(reading file: HDF5File) throws {
    func integers(_ name: String) throws -> [Int] {
      try file.dataset("counts/\(name)").integers().map(Int.init)
    }
    let failOnly = try integers("failOnly")
    self.init(steps: failOnly.count, countsEvents: false, countsWeights: false)
    self.failOnly = failOnly
    depths = try integers("depths")
    withoutObservable = try integers("withoutObservable").first ?? 0
    if file.contains("counts/events") {
      let hashes = try file.dataset("counts/edgeEvents").values(of: UInt64.self)
      let edges = zip(hashes, try integers("edgeDepths")).map {
        EventCounter.Event(hash: $0, depth: $1)
      }
      events = EventCounter(
        closed: try integers("events"), first: edges.first,
        last: edges.count > 1 ? edges[1] : nil)
    }
    if file.contains("counts/weights") {
      weights = WeightSums(
        steps: failOnly.count, sums: try file.dataset("counts/weights").doubles(),
        squares: try file.dataset("counts/squaredWeights").doubles())
    }
    histograms = try HistogramSums(reading: file, under: "counts/histograms")
    guard depths.count == steps + 1, events.map({ $0.closed.count == steps + 1 }) ?? true else {
      throw SearchError.checkpoint(place: file.name, reason: "counts of a skim differ in length")
    }
  }
}
