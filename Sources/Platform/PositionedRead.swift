import Glibc

/// Reading from a place of an open file, whole or not at all.
public enum PositionedRead {
  /// Why less was read.
  public enum Failure: Error, Equatable, Sendable {
    /// The file ended there.
    case ended(at: Int)
    /// The system's reason.
    case system(reason: String)
  }

  /// Fills `destination` with the bytes of a file from `offset` on.
  ///
  /// - Throws: `Failure`; what was read until then is in `destination`.
  public static func fill(
    _ destination: UnsafeMutableRawBufferPointer, from descriptor: Int32, at offset: Int
  ) throws(Failure) {
    var done = 0
    while done < destination.count {
      let got = pread(
        descriptor, destination.baseAddress.map { $0 + done }, destination.count - done,
        offset + done)
      if got < 0 && errno == EINTR { continue }
      guard got >= 0 else { throw .system(reason: PlatformError.systemReason()) }
      guard got > 0 else {
        var status = stat()
        let length = fstat(descriptor, &status) == 0 ? Int(status.st_size) : offset + done
        throw .ended(at: min(offset + done, length))
      }
      done += got
    }
  }
}
