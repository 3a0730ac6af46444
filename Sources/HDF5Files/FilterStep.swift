import CHDF5

/// One step of a dataset's filter pipeline, as the file declares it.
public struct FilterStep: Equatable, Sendable {
  /// The number registered with the HDF Group.
  public var number: Int
  /// Whether a chunk may lack this step.
  public var isOptional: Bool
  /// Client data.
  public var parameters: [UInt32]

  static let deflateNumber = 1
  static let shuffleNumber = 2
  static let fletcherNumber = 3
  static let bloscNumber = 32001

  /// The filter's name and number for messages.
  public var name: String {
    let known =
      switch number {
      case 1: "deflate"
      case 2: "shuffle"
      case 3: "fletcher32"
      case 4: "szip"
      case 5: "n-bit"
      case 6: "scale-offset"
      case 305: "LZO"
      case 307: "bzip2"
      case 32000: "LZF"
      case 32001: "blosc"
      case 32004: "LZ4"
      case 32008: "bitshuffle"
      case 32013: "ZFP"
      case 32015: "zstd"
      case 32026: "blosc2"
      default: "unknown"
      }
    return "\(known) (\(number))"
  }
}
