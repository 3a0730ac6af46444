import Glibc

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
      var done = 0
      while done < destination.count {
        let got = pread(
          file, destination.baseAddress.map { $0 + done }, destination.count - done, offset + done)
        if got < 0 && errno == EINTR { continue }
        guard got >= 0 else {
          throw .unreadable(place: place, reason: String(cString: strerror(errno)).lowercased())
        }
        guard got > 0 else {
          throw .truncated(place: place, needed: end.partialValue, found: offset + done)
        }
        done += got
      }
    }
  }
}

/// Memory that grows and is reused, 64-byte aligned.
final class ScratchBuffer {
  private(set) var bytes: UnsafeMutableRawPointer
  private(set) var capacity: Int

  init() {
    capacity = 64
    bytes = .allocate(byteCount: 64, alignment: 64)
  }

  deinit { bytes.deallocate() }

  /// Makes room for `count` bytes; what was there is lost when it grows.
  func reserve(_ count: Int) -> UnsafeMutableRawPointer {
    if count > capacity {
      bytes.deallocate()
      capacity = (count + 63) & ~63
      bytes = .allocate(byteCount: capacity, alignment: 64)
    }
    return bytes
  }
}
