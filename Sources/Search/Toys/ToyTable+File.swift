import HDF5Files
import Inference

extension ToyTable {
  /// Version of the layout of files of toys.
  static let layoutVersion: Int64 = 1

  /// The file: the same bytes for the same toys, in however many pieces they were drawn.
  public func encoded() throws -> [UInt8] {
    let writer = try HDF5Writer()
    let o = origin
    let facts: [(String, HDF5Attribute.Value)] = [
      ("layoutVersion", .int(Self.layoutVersion)), ("content", .string("toys")),
      ("version", .string(o.version)), ("construction", .string(o.construction)),
      ("mass", .double(o.mass)), ("signal", .string(o.signal)), ("window", .doubles(o.window)),
      ("strength", .double(o.strength)), ("strengthUnits", .string(o.unit)),
      ("expectedEvents", .double(o.expectedEvents)), ("clusterSizes", .doubles(o.clusterSizes)),
      ("seed", .string("\(o.seed)")), ("stream", .string("\(o.stream)")),
      ("model", .string(o.model)),
    ]
    for (name, value) in facts { try writer.setAttribute("/", name, value) }
    func words(_ text: String) -> [String: HDF5Attribute.Value] { ["long_name": .string(text)] }
    try writer.write(
      "toy", rows.map(\.toy), attributes: words("number of the toy in the stream"))
    try writer.makeScale("toy", name: "toy")
    for column in Self.columns {
      try writer.write(
        column.name, rows.map { $0.statistics[keyPath: column.path] },
        attributes: words(column.words))
      try writer.attachScale(dataset: column.name, scale: "toy")
    }
    let statuses = ToyStatistics.Status.allCases
    try writer.write(
      "status", rows.map { Int32($0.statistics.status.rawValue) },
      attributes: [
        "long_name": .string("outcome of the fits"),
        "flag_values": .ints(statuses.map { Int64($0.rawValue) }),
        "flag_meanings": .string(
          statuses.map { $0.name.replacing(" ", with: "_") }.joined(separator: " ")),
      ])
    try writer.attachScale(dataset: "status", scale: "toy")
    if !o.nuisances.isEmpty {
      try writer.write("nuisance", o.nuisances, attributes: words("name of the nuisance parameter"))
      try writer.write(
        "nuisanceValue", o.nuisanceValues,
        attributes: words("value the toys are drawn at, in standard deviations"))
    }
    guard !o.tested.isEmpty else { return try writer.finish() }
    try writer.write(
      "testedStrength", o.tested, attributes: words("tested parameter of interest"))
    try writer.makeScale("testedStrength", name: "testedStrength")
    try writer.write(
      "qTilde", rows.flatMap(\.qTilde), shape: [rows.count, o.tested.count],
      attributes: words("test statistic for limits, eq. (16) of arXiv:1007.1727"))
    try writer.attachScale(dataset: "qTilde", scale: "toy")
    try writer.attachScale(dataset: "qTilde", scale: "testedStrength", dimension: 1)
    return try writer.finish()
  }

  /// Reads a file of toys.
  ///
  /// - Throws: `ToyTableError.file` where it is something else.
  public init(decoding file: HDF5File) throws {
    func broken(_ reason: String) -> ToyTableError { .file(name: file.name, reason: reason) }
    func text(_ name: String) throws -> String {
      guard case .string(let value) = try file.attribute("/", name) else {
        throw broken("attribute '\(name)' is missing")
      }
      return value
    }
    func number(_ name: String) throws -> Double {
      guard case .double(let value) = try file.attribute("/", name) else {
        throw broken("attribute '\(name)' is missing")
      }
      return value
    }
    func numbers(_ name: String) throws -> [Double] {
      switch try file.attribute("/", name) {
      case .doubles(let values): return values
      case .double(let value): return [value]
      default: throw broken("attribute '\(name)' is missing")
      }
    }
    func whole(_ name: String) throws -> UInt64 {
      guard let value = UInt64(try text(name)) else { throw broken("'\(name)' is not a number") }
      return value
    }
    guard case .string("toys") = try file.attribute("/", "content"),
      case .int(let layout) = try file.attribute("/", "layoutVersion")
    else { throw broken("it says nothing of toys") }
    guard layout == Self.layoutVersion else {
      throw broken("its layout has version \(layout), this program reads \(Self.layoutVersion)")
    }
    func values(_ name: String) throws -> [Double] {
      file.contains(name) ? try file.dataset(name).values(of: Double.self) : []
    }
    let tested = try values("testedStrength")
    origin = Origin(
      mass: try number("mass"), signal: try text("signal"), window: try numbers("window"),
      strength: try number("strength"), unit: try text("strengthUnits"), tested: tested,
      nuisanceValues: try values("nuisanceValue"),
      nuisances: file.contains("nuisance") ? try file.dataset("nuisance").strings() : [],
      expectedEvents: try number("expectedEvents"), clusterSizes: try numbers("clusterSizes"),
      seed: try whole("seed"), stream: try whole("stream"), construction: try text("construction"),
      model: try text("model"), version: try text("version"))
    let toys = try file.dataset("toy").integers()
    let status = try file.dataset("status").integers()
    let columns = try Self.columns.map { try values($0.name) }
    let qTilde = try values("qTilde")
    guard status.count == toys.count, columns.allSatisfy({ $0.count == toys.count }),
      qTilde.count == toys.count * tested.count
    else { throw broken("its columns differ in length") }
    guard zip(toys, toys.dropFirst()).allSatisfy({ $0 < $1 }) else {
      throw broken("its toys are not ascending")
    }
    rows = try toys.indices.map { i in
      guard let outcome = ToyStatistics.Status(rawValue: Int(status[i])) else {
        throw broken("status \(status[i]) is unknown")
      }
      return Row(
        toy: toys[i],
        statistics: ToyStatistics(
          status: outcome, events: columns[0][i], value: columns[1][i], error: columns[2][i],
          nll: columns[3][i], nullNLL: columns[4][i], q0: columns[5][i], signedRoot: columns[6][i]),
        qTilde: Array(qTilde[(i * tested.count)..<((i + 1) * tested.count)]))
    }
  }
}
