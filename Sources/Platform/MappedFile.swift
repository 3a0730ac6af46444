import CPageGuard
import Glibc
import Synchronization

/// A file in the address space: its bytes are used where the system keeps them, without a copy.
///
/// Only of local file systems, where a page is there or not; over a network reading by calls fetches
/// more at once. Whether pages went away while they were used (a file that was cut, a disk that
/// fails) is told by the result of every use; the process lives on. Safe to share between threads.
public final class MappedFile: Sendable {
  /// What came of a use of bytes.
  public enum Outcome: Sendable {
    /// The bytes were there from start to end.
    case used
    /// The bytes could not be had; nothing was called.
    case unavailable
    /// Bytes went away meanwhile: what was handed out is wrong in part.
    case broken
  }

  /// `MADV_POPULATE_READ` of Linux 5.14; older kernels know no such advice.
  private static let populate: Int32 = 22
  /// Pages in use that count as memory of this process, before they are given back.
  private static let mostResident = 1 << 24

  private let descriptor: Int32
  private let address: UInt
  private let byteCount: Int
  private let mappedByteCount: Int
  private let region: Int32
  private let resident = Atomic<Int>(0)

  /// Maps a whole file, whose descriptor must stay open.
  ///
  /// - Returns: nil where that is not possible or no good: an empty file, a network file system, no
  ///   room in the address space, too many files at once.
  public init?(descriptor: Int32, byteCount: Int) {
    let page = Int(getpagesize())
    guard byteCount > 0, byteCount < Int.max - 2 * page, nj_is_local_file(descriptor) != 0 else {
      return nil
    }
    // One page of zeroes behind the file: vector kernels may look a little beyond their end.
    mappedByteCount = (byteCount + page - 1) / page * page + page
    let (nothing, flags) = (Int32(-1), MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE)
    guard let start = mmap(nil, mappedByteCount, PROT_READ, flags, nothing, 0), start != MAP_FAILED
    else { return nil }
    let mapped = mmap(start, byteCount, PROT_READ, MAP_SHARED | MAP_FIXED, descriptor, 0)
    region = mapped == start ? nj_page_guard(start, byteCount) : -1
    guard region >= 0 else {
      munmap(start, mappedByteCount)
      return nil
    }
    self.descriptor = descriptor
    address = UInt(bitPattern: start)
    self.byteCount = byteCount
  }

  deinit {
    nj_page_guard_end(region)
    munmap(UnsafeMutableRawPointer(bitPattern: address), mappedByteCount)
  }

  /// Whether bytes went away since the file was mapped.
  ///
  /// The rest of the last page of a file that was cut reads as zeroes: only its length tells.
  public var isBroken: Bool {
    if nj_page_guard_is_broken(region) != 0 { return true }
    var status = stat()
    return fstat(descriptor, &status) != 0 || status.st_size < byteCount
  }

  /// Calls `body` with the bytes of a range of the file, which are valid during the call only.
  ///
  /// What `body` throws is thrown if the bytes were there.
  public func withBytes<Failure>(
    _ range: Range<Int>, _ body: (UnsafeRawBufferPointer) throws(Failure) -> Void
  ) throws(Failure) -> Outcome {
    precondition(range.lowerBound >= 0 && range.upperBound <= byteCount)
    guard nj_page_guard_is_broken(region) == 0,
      let start = UnsafeMutableRawPointer(bitPattern: address), bring(range, start)
    else { return .unavailable }
    do throws(Failure) {
      try body(UnsafeRawBufferPointer(start: start + range.lowerBound, count: range.count))
    } catch {
      if isBroken { return .broken }
      throw error
    }
    return isBroken ? .broken : .used
  }

  /// Makes the pages of a range readable without a fault for each, and gives others back before they
  /// become many.
  private func bring(_ range: Range<Int>, _ start: UnsafeMutableRawPointer) -> Bool {
    let page = range.lowerBound & ~(Int(getpagesize()) - 1)
    let count = range.upperBound - page
    let (before, _) = resident.add(count, ordering: .relaxed)
    if before + count > Self.mostResident {
      resident.store(count, ordering: .relaxed)
      // Others that use some of them now get them again by a fault.
      madvise(start, byteCount, MADV_DONTNEED)
    }
    while madvise(start + page, count, Self.populate) != 0 {
      guard errno == EINTR else { return false }
    }
    return true
  }
}
