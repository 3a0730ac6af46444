import Platform

/// The bytes of a file: read from disk by `pread`, or held in memory.
enum ByteSource: Sendable {
  case descriptor(Int32, byteCount: Int)
  case image([UInt8])

  var byteCount: Int {
    switch self {
    case .descriptor(_, let byteCount): byteCount
    case .image(let bytes): bytes.count
    }
  }

  /// Fills `destination` with the bytes from `offset` on.
  func read(
    at offset: Int, into destination: UnsafeMutableRawBufferPointer, _ place: String
  ) throws(HDF5Error) {
    let end = offset.addingReportingOverflow(destination.count)
    guard offset >= 0, !end.overflow, end.partialValue <= byteCount else {
      throw .truncated(
        place: place, needed: end.overflow ? Int.max : end.partialValue, found: byteCount)
    }
    switch self {
    case .image(let bytes):
      bytes.withUnsafeBytes { source in
        destination.copyMemory(
          from: UnsafeRawBufferPointer(
            rebasing: source[offset...]
              .prefix(destination.count)))
      }
    case .descriptor(let file, _):
      do throws(PositionedRead.Failure) {
        try PositionedRead.fill(destination, from: file, at: offset)
      } catch {
        switch error {
        case .ended(let found):
          throw .truncated(place: place, needed: end.partialValue, found: found)
        case .system(let reason): throw .unreadable(place: place, reason: reason)
        }
      }
    }
  }
}
