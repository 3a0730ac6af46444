import Glibc
import Platform

/// The bytes of a ROOT file, read by `pread`; safe to share between threads.
package final class ROOTSource: Sendable {
  /// Path of the file, for messages.
  package let path: String
  /// Size of the file when it was opened.
  package let byteCount: Int
  private let descriptor: Int32

  /// Opens a file for reading.
  ///
  /// - Throws: `ROOTError.unreadable`: no such file, a folder, no permission.
  package init(path: String) throws(ROOTError) {
    let file = open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { throw .unreadable(place: path, reason: PlatformError.systemReason()) }
    var status = stat()
    guard fstat(file, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      close(file)
      throw .unreadable(place: path, reason: "not a regular file")
    }
    self.path = path
    descriptor = file
    byteCount = Int(status.st_size)
  }

  deinit { close(descriptor) }

  /// Fills `destination` with the bytes from `offset` on.
  package func read(
    at offset: Int, into destination: UnsafeMutableRawBufferPointer, _ place: String
  ) throws(ROOTError) {
    let end = offset.addingReportingOverflow(destination.count)
    guard offset >= 0, !end.overflow, end.partialValue <= byteCount else {
      throw .truncated(
        place: place, needed: end.overflow || offset < 0 ? Int.max : end.partialValue,
        found: byteCount)
    }
    do throws(PositionedRead.Failure) {
      try PositionedRead.fill(destination, from: descriptor, at: offset)
    } catch {
      switch error {
      case .ended(let found):
        throw .truncated(place: place, needed: end.partialValue, found: found)
      case .system(let reason): throw .unreadable(place: place, reason: reason)
      }
    }
  }

  /// The bytes from `offset` on; the count is checked against the file before memory is taken.
  package func bytes(
    at offset: Int, count: Int, _ place: String
  ) throws(ROOTError) -> [UInt8] {
    let end = offset.addingReportingOverflow(count)
    guard offset >= 0, count >= 0, !end.overflow, end.partialValue <= byteCount else {
      throw .truncated(place: place, needed: max(count, end.partialValue), found: byteCount)
    }
    var failure: ROOTError?
    let result = [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
      do throws(ROOTError) {
        try read(at: offset, into: .init(start: buffer.baseAddress, count: count), place)
        initialized = count
      } catch {
        failure = error
      }
    }
    if let failure { throw failure }
    return result
  }
}
