import Columns
import Glibc
import Platform

/// The bytes of a ROOT file, mapped or read by `pread`; safe to share between threads.
package final class ROOTSource: Sendable {
  /// Path of the file, for messages.
  package let path: String
  /// Size of the file when it was opened.
  package let byteCount: Int
  private let descriptor: Int32
  private let mapping: MappedFile?

  /// Opens a file for reading.
  ///
  /// - Parameters:
  ///   - path: Path of the file.
  ///   - isMapped: Whether it is mapped where that is possible; it changes no byte.
  /// - Throws: `ROOTError.unreadable`: no such file, a folder, no permission.
  package init(path: String, isMapped: Bool = true) throws(ROOTError) {
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
    mapping = isMapped ? MappedFile(descriptor: file, byteCount: byteCount) : nil
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

  /// Calls `body` with bytes of the file: those of the mapped file, else copied to `memory`.
  ///
  /// They are valid during the call only. What `body` wrote is undefined where this throws.
  /// - Throws: what `body` throws; `truncated`, `unreadable` also where the file was cut or its disk
  ///   failed meanwhile.
  package func withBytes(
    _ range: Range<Int>, memory: ScratchMemory, _ place: String,
    _ body: (UnsafeRawBufferPointer) throws(ROOTError) -> Void
  ) throws(ROOTError) {
    guard range.lowerBound >= 0, range.upperBound <= byteCount else {
      throw .truncated(place: place, needed: range.upperBound, found: byteCount)
    }
    let outcome = try mapping?.withBytes(range, body) ?? .unavailable
    if outcome == .used { return }
    // Reading the same by a call tells why; where it cannot, the file was cut and made whole again.
    memory.reserve(range.count)
    let bytes = memory.first(range.count)
    try read(at: range.lowerBound, into: bytes, place)
    guard outcome == .unavailable, mapping?.isBroken != true else {
      throw .unreadable(place: place, reason: "the file was changed while it was read")
    }
    try body(UnsafeRawBufferPointer(bytes))
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
