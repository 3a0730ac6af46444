import Foundation
import HDF5Files
import Platform

extension MeasuredSignal {
  fileprivate struct Content: Codable {
    var name: String
    var settings: SignalMeasurementSettings
    var interpolation: SignalInterpolation
    var grid: BenchmarkGrid?
    var measurements: [SignalMeasurement]
  }

  fileprivate var content: Content {
    Content(
      name: name, settings: settings, interpolation: interpolation, grid: grid,
      measurements: measurements)
  }

  fileprivate init(_ content: Content) throws(SignalError) {
    try self.init(
      name: content.name, settings: content.settings, interpolation: content.interpolation,
      grid: content.grid, measurements: content.measurements)
  }

  /// The signal as an HDF5 image whose first 512 bytes are free.
  public func encoded() throws -> [UInt8] { try SignalImage.encoded(content, as: "signal") }

  /// Reads the content back.
  public init(decoding file: HDF5File) throws {
    try self.init(try SignalImage.decoded(Content.self, "signal", file))
  }
}

extension SignalByCuts {
  private struct Content: Codable {
    var low: Double
    var high: Double
    var signal: MeasuredSignal.Content
  }

  /// The content of a signal task's checkpoint: an HDF5 image whose first 512 bytes are free.
  public func encoded() throws -> [UInt8] {
    try SignalImage.encoded(
      parts.map {
        Content(
          low: $0.masses.lowerBound, high: $0.masses.upperBound, signal: $0.signal.content)
      }, as: "parts")
  }

  /// Reads the content back.
  public init(decoding file: HDF5File) throws {
    let parts = try SignalImage.decoded([Content].self, "parts", file)
    guard parts.allSatisfy({ $0.low <= $0.high }) else {
      throw SignalError.checkpoint(place: file.name, reason: "parts are not ranges")
    }
    try self.init(
      name: file.name,
      parts: try parts.map {
        Part(masses: $0.low...$0.high, signal: try MeasuredSignal($0.signal))
      })
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
