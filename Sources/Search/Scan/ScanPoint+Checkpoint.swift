import HDF5Files
import Platform

extension ScanPoint {
  private static let numbers: [(String, WritableKeyPath<ScanPoint, Double> & Sendable)] = [
    ("mass", \.mass), ("observable", \.observable), ("resolution", \.resolution),
    ("windowLow", \.windowLow), ("windowHigh", \.windowHigh), ("efficiency", \.efficiency),
    ("acceptance", \.acceptance), ("signalYield", \.signalYield),
    ("signalYieldError", \.signalYieldError), ("parameter", \.parameter),
    ("parameterError", \.parameterError), ("backgroundYield", \.backgroundYield),
    ("backgroundYieldError", \.backgroundYieldError),
    ("backgroundUnderPeak", \.backgroundUnderPeak),
    ("negativeLogLikelihood", \.negativeLogLikelihood), ("q0", \.q0),
    ("signedRoot", \.signedRoot), ("pValue", \.pValue), ("observedLimit", \.observedLimit),
    ("reducedMass", \.reducedMass), ("entriesPerEvent", \.entriesPerEvent),
    ("scoreCut", \.scoreCut),
  ]

  /// The content of a scan task's checkpoint: an HDF5 image whose first 512 bytes are free.
  public static func encoded(_ points: [ScanPoint]) throws -> [UInt8] {
    let writer = try HDF5Writer(userBlock: SealedFile.blockSize)
    for (name, path) in numbers { try writer.write(name, points.map { $0[keyPath: path] }) }
    try writer.write("events", points.map(\.events))
    try writer.write("status", points.map { Int64($0.status.rawValue) })
    try writer.write("limitStatus", points.map { Int64($0.limitStatus.rawValue) })
    try writer.write("message", points.map(\.message))
    try writer.write("coefficientCounts", points.map { Int64($0.backgroundCoefficients.count) })
    try writer.write("coefficients", points.flatMap(\.backgroundCoefficients))
    try writer.write("expectedCounts", points.map { Int64($0.expectedLimits.count) })
    try writer.write("expected", points.flatMap(\.expectedLimits))
    if points.contains(where: { $0.profiles != nil }) { try write(profilesOf: points, writer) }
    if points.contains(where: { $0.beside != nil }) {
      let none = [Double](repeating: .nan, count: BesideLimit.count)
      try writer.write("beside", points.flatMap { $0.beside?.numbers ?? none })
    }
    if points.contains(where: { $0.count != nil }) {
      let none = [Double](repeating: .nan, count: WindowCount.count)
      try writer.write("counts", points.flatMap { $0.count?.numbers ?? none })
    }
    if points.contains(where: { $0.limitToys != nil }) { try encodeToys(points, writer) }
    return try writer.finish()
  }

  private static func encodeToys(_ points: [ScanPoint], _ writer: HDF5Writer) throws {
    try writer.write("limitToys", points.map { $0.limitToys?.count ?? -1 })
    try writer.write("limitToyFailures", points.map { $0.limitToys?.failed ?? 0 })
    try writer.write("observedLimitError", points.map { $0.limitToys?.observedError ?? .nan })
    try writer.write(
      "expectedErrorCounts", points.map { Int64($0.limitToys?.expectedErrors.count ?? 0) })
    try writer.write("expectedErrors", points.flatMap { $0.limitToys?.expectedErrors ?? [] })
  }

  /// Reads the content back.
  public static func decoded(_ file: HDF5File) throws -> [ScanPoint] {
    func damaged() -> SearchError {
      .checkpoint(place: file.name, reason: "columns of a scan do not fit together")
    }
    let status = try file.dataset("status").integers()
    let count = status.count
    var points = status.map { raw in
      ScanPoint(
        mass: .nan, observable: .nan, resolution: .nan,
        status: PointStatus(rawValue: Int32(truncatingIfNeeded: raw)) ?? .failed)
    }
    for (name, path) in numbers {
      let values = try file.dataset(name).values(of: Double.self)
      guard values.count == count else { throw damaged() }
      for index in 0..<count { points[index][keyPath: path] = values[index] }
    }
    let events = try file.dataset("events").integers()
    let limits = try file.dataset("limitStatus").integers()
    let messages = try file.dataset("message").strings()
    guard events.count == count, limits.count == count, messages.count == count else {
      throw damaged()
    }
    func ragged(_ counts: String, _ values: String) throws -> [[Double]] {
      let lengths = try file.dataset(counts).integers().map(Int.init)
      let all = try file.dataset(values).values(of: Double.self)
      guard lengths.count == count, lengths.allSatisfy({ $0 >= 0 && $0 <= all.count }),
        lengths.reduce(0, +) == all.count
      else { throw damaged() }
      var start = 0
      return lengths.map { length in
        defer { start += length }
        return Array(all[start..<(start + length)])
      }
    }
    let coefficients = try ragged("coefficientCounts", "coefficients")
    let expected = try ragged("expectedCounts", "expected")
    for index in 0..<count {
      points[index].events = events[index]
      points[index].limitStatus =
        LimitStatus(rawValue: Int32(truncatingIfNeeded: limits[index])) ?? .absent
      points[index].message = messages[index]
      points[index].backgroundCoefficients = coefficients[index]
      points[index].expectedLimits = expected[index]
    }
    if file.contains("profile") { try readProfiles(file, into: &points) }
    if file.contains("beside") {
      let values = try file.dataset("beside").values(of: Double.self)
      guard values.count == BesideLimit.count * count else { throw damaged() }
      for index in 0..<count {
        let own = BesideLimit(values[(BesideLimit.count * index)...].prefix(BesideLimit.count))
        if !own.toys.isNaN { points[index].beside = own }
      }
    }
    if file.contains("counts") {
      let values = try file.dataset("counts").values(of: Double.self)
      guard values.count == WindowCount.count * count else { throw damaged() }
      for index in 0..<count {
        let own = WindowCount(values[(WindowCount.count * index)...].prefix(WindowCount.count))
        if !own.backgroundHigh.isNaN { points[index].count = own }
      }
    }
    guard file.contains("limitToys") else { return points }
    let toys = try file.dataset("limitToys").integers()
    let failed = try file.dataset("limitToyFailures").integers()
    let errors = try file.dataset("observedLimitError").values(of: Double.self)
    let bands = try ragged("expectedErrorCounts", "expectedErrors")
    guard toys.count == count, failed.count == count, errors.count == count else {
      throw damaged()
    }
    for index in 0..<count where toys[index] >= 0 {
      points[index].limitToys = LimitToys(
        observedError: errors[index], expectedErrors: bands[index], count: toys[index],
        failed: failed[index])
    }
    return points
  }
}
