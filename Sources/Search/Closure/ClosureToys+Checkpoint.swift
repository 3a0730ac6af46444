import HDF5Files
import Platform

extension ClosurePiece {
  /// The content of a closure task's checkpoint: an HDF5 image whose first 512 bytes are free.
  public static func encoded(_ pieces: [ClosurePiece]) throws -> [UInt8] {
    let writer = try HDF5Writer(userBlock: SealedFile.blockSize)
    try writer.write("point", pieces.map { Int64($0.point) })
    try writer.write("strength", pieces.map { Int64($0.strength) })
    try writer.write("firstToy", pieces.map { Int64($0.toys.lowerBound) })
    try writer.write("toys", pieces.map { Int64($0.toys.count) })
    try writer.write("fits", pieces.map { Int64($0.fits.count) })
    try writer.write("backgroundUnderPeak", pieces.map(\.reference.backgroundUnderPeak))
    try writer.write("expectedError", pieces.map(\.reference.expectedError))
    try writer.write("message", pieces.map(\.reference.message))
    for (name, column) in ClosureToys.columns {
      try writer.write(name, pieces.flatMap { $0.fits[keyPath: column] })
    }
    try writer.write("nullStatistics", pieces.map { Int64($0.fits.nullStatistics.count) })
    try writer.write("nullStatistic", pieces.flatMap(\.fits.nullStatistics))
    return try writer.finish()
  }

  /// Reads the content back.
  public static func decoded(_ file: HDF5File) throws -> [ClosurePiece] {
    func damaged() -> SearchError {
      .checkpoint(place: file.name, reason: "columns of a closure do not fit together")
    }
    func integers(_ name: String) throws -> [Int] {
      try file.dataset(name).integers().map { Int($0) }
    }
    let (points, strengths) = (try integers("point"), try integers("strength"))
    let (first, toys, fits) = (try integers("firstToy"), try integers("toys"), try integers("fits"))
    let background = try file.dataset("backgroundUnderPeak").doubles()
    let error = try file.dataset("expectedError").doubles()
    let messages = try file.dataset("message").strings()
    guard
      [strengths, first, toys, fits].allSatisfy({
        $0.count == points.count && $0.allSatisfy { $0 >= 0 }
      }), background.count == points.count, error.count == points.count,
      messages.count == points.count
    else { throw damaged() }
    var pieces = points.indices.map { index in
      var piece = ClosurePiece(
        point: points[index], strength: strengths[index],
        toys: first[index]..<(first[index] + toys[index]))
      piece.reference.backgroundUnderPeak = background[index]
      piece.reference.expectedError = error[index]
      piece.reference.message = messages[index]
      return piece
    }
    for (name, column) in ClosureToys.columns {
      guard let parts = Self.parts(try file.dataset(name).doubles(), fits) else { throw damaged() }
      for index in pieces.indices { pieces[index].fits[keyPath: column] = parts[index] }
    }
    let nulls = try integers("nullStatistics")
    guard nulls.count == points.count,
      let parts = Self.parts(try file.dataset("nullStatistic").doubles(), nulls)
    else { throw damaged() }
    for index in pieces.indices { pieces[index].fits.nullStatistics = parts[index] }
    return pieces
  }

  /// Divides a column into parts of these lengths; nil where they do not fit.
  private static func parts(_ values: [Double], _ lengths: [Int]) -> [[Double]]? {
    guard lengths.allSatisfy({ $0 >= 0 && $0 <= values.count }),
      lengths.reduce(0, +) == values.count
    else { return nil }
    var start = 0
    return lengths.map { length in
      defer { start += length }
      return Array(values[start..<(start + length)])
    }
  }
}
