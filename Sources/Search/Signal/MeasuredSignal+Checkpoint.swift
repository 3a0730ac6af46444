import Foundation
import HDF5Files
import Platform

extension MeasuredSignal {
  private struct Content: Codable {
    var name: String
    var settings: SignalMeasurementSettings
    var interpolation: SignalInterpolation
    var measurements: [SignalMeasurement]
  }

  /// The content of a signal task's checkpoint: an HDF5 image whose first 512 bytes are free.
  public func encoded() throws -> [UInt8] {
    try SignalImage.encoded(
      Content(
        name: name, settings: settings, interpolation: interpolation, measurements: measurements),
      as: "signal")
  }

  /// Reads the content back.
  public init(decoding file: HDF5File) throws {
    let content = try SignalImage.decoded(Content.self, "signal", file)
    try self.init(
      name: content.name, settings: content.settings, interpolation: content.interpolation,
      measurements: content.measurements)
  }
}

extension SignalMeasurement {
  /// The content of one mass's checkpoint: an HDF5 image whose first 512 bytes are free.
  public func encoded() throws -> [UInt8] { try SignalImage.encoded(self, as: "measurement") }

  /// Reads the content back.
  public init(decoding file: HDF5File) throws {
    self = try SignalImage.decoded(SignalMeasurement.self, "measurement", file)
  }
}

/// One value as sorted JSON in an HDF5 image: same value, same bytes.
enum SignalImage {
  static func encoded(_ value: some Encodable, as name: String) throws -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    let writer = try HDF5Writer(userBlock: SealedFile.blockSize)
    try writer.write(name, [String(decoding: try encoder.encode(value), as: UTF8.self)])
    return try writer.finish()
  }

  static func decoded<Value: Decodable>(_ type: Value.Type, _ name: String, _ file: HDF5File)
    throws -> Value
  {
    let decoder = JSONDecoder()
    decoder.nonConformingFloatDecodingStrategy = .convertFromString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    guard let text = try file.dataset(name).strings().first else {
      throw SignalError.checkpoint(place: file.name, reason: "'\(name)' without content")
    }
    return try decoder.decode(Value.self, from: Data(text.utf8))
  }
}
