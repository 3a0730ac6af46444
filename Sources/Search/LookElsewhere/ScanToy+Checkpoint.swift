import HDF5Files
import Platform

extension ScanToy {
  private static let counts: [(String, WritableKeyPath<ScanToy, Int> & Sendable)] = [
    ("toy", \.toy), ("point", \.point), ("crossings", \.crossings), ("failed", \.failed),
    ("candidates", \.candidates),
  ]

  /// The content of a checkpoint: an HDF5 image whose first 512 bytes are free.
  public static func encoded(_ toys: [ScanToy]) throws -> [UInt8] {
    let writer = try HDF5Writer(userBlock: SealedFile.blockSize)
    try writer.write("largest", toys.map(\.largest))
    for (name, path) in counts {
      try writer.write(name, toys.map { Int64($0[keyPath: path]) })
    }
    return try writer.finish()
  }

  /// Reads the content back.
  public static func decoded(_ file: HDF5File) throws -> [ScanToy] {
    var toys = try file.dataset("largest").values(of: Double.self).map {
      ScanToy(toy: 0, largest: $0, point: -1, crossings: 0, failed: 0, candidates: 0)
    }
    for (name, path) in counts {
      let values = try file.dataset(name).integers()
      guard values.count == toys.count else {
        throw SearchError.checkpoint(
          place: file.name, reason: "columns of scan toys do not fit together")
      }
      for index in toys.indices { toys[index][keyPath: path] = Int(values[index]) }
    }
    return toys
  }
}
