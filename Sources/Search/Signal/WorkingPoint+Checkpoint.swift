import HDF5Files

extension WorkingPoint {
  /// The content of a working point's checkpoint: an HDF5 image whose first 512 bytes are free.
  public func encoded() throws -> [UInt8] { try SignalImage.encoded(self, as: "workingPoint") }

  /// Reads the content back.
  public init(decoding file: HDF5File) throws {
    self = try SignalImage.decoded(WorkingPoint.self, "workingPoint", file)
  }
}
