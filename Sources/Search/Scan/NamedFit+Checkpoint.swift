import Foundation
import HDF5Files
import Platform

extension NamedFit {
  /// The content of a fit task's checkpoint: an HDF5 image whose first 512 bytes are free.
  public func encoded() throws -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    let writer = try HDF5Writer(userBlock: SealedFile.blockSize)
    try writer.write("fit", [String(decoding: try encoder.encode(self), as: UTF8.self)])
    return try writer.finish()
  }

  /// Reads the content back.
  public init(decoding file: HDF5File) throws {
    let decoder = JSONDecoder()
    decoder.nonConformingFloatDecodingStrategy = .convertFromString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    guard let text = try file.dataset("fit").strings().first else {
      throw SearchError.checkpoint(place: file.name, reason: "a fit without content")
    }
    self = try decoder.decode(NamedFit.self, from: Data(text.utf8))
  }
}
