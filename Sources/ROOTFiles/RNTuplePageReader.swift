import Columns
import Kernels
import Platform

/// Reads pages in the order of the file, many by one system call, and decodes them to their places.
final class RNTuplePageReader {
  /// One page to be read.
  struct Job {
    var page: RNTuplePages.Page
    var stream: Int
    /// Which of the spans that were planned.
    var span: Int
  }

  private let ntuple: RNTuple
  private let decompressor = BlockDecompressor()
  private let extents: ExtentReader
  private let raw = ScratchMemory()
  private let decoded = ScratchMemory()
  private var jobs: [Job] = []
  private var pieces: [ExtentReader.Piece] = []
  private var spans: [RNTupleStream.Span] = []

  init(_ ntuple: RNTuple) {
    self.ntuple = ntuple
    extents = ExtentReader(ntuple.file.source)
  }

  /// Forgets what was planned.
  func clear() {
    jobs.removeAll(keepingCapacity: true)
    spans.removeAll(keepingCapacity: true)
  }

  /// Plans to read a span; delivers what needs no reading at once.
  func plan(
    _ span: RNTupleStream.Span, _ pages: RNTuplePages, _ streams: [RNTupleStream], _ number: Int
  ) {
    guard !span.elements.isEmpty else { return }
    let stream = streams[number]
    let zeroes = (0..<pages.zeroCount).clamped(to: span.elements)
    if !zeroes.isEmpty { stream.deliverZeroes(zeroes, of: span) }
    var kept = 0..<0
    if let page = stream.keptPage(for: span) {
      kept = page.elements
      let elements = kept.clamped(to: span.elements)
      if stream.ends != nil {
        stream.deliver(elements, of: span, from: page.content, first: kept.lowerBound)
      } else {
        decode(elements, of: span, from: page.content, page: kept, stream)
      }
    }
    var index = pages.index(ofElement: max(span.elements.lowerBound, pages.zeroCount))
    while index < pages.pages.count {
      let page = pages.pages[index]
      guard page.firstElement < span.elements.upperBound else { break }
      if page.elements != kept {
        jobs.append(Job(page: page, stream: number, span: spans.count))
      }
      index += 1
    }
    spans.append(span)
  }

  /// Reads and decodes all that was planned.
  func run(_ streams: [RNTupleStream]) throws(ROOTError) {
    pieces.removeAll(keepingCapacity: true)
    for (number, job) in jobs.enumerated() {
      pieces.append(
        ExtentReader.Piece(
          offset: job.page.offset, count: job.page.end - job.page.offset, tag: number))
    }
    pieces.sort { $0.offset < $1.offset }
    try extents.read(pieces, place: ntuple.place) { (piece, bytes) throws(ROOTError) in
      let job = jobs[piece.tag]
      try take(
        job, UnsafeRawBufferPointer(rebasing: bytes[..<job.page.storedByteCount]),
        streams[job.stream])
    }
  }

  /// Brings one page to its targets.
  private func take(
    _ job: Job, _ bytes: UnsafeRawBufferPointer, _ stream: RNTupleStream
  ) throws(ROOTError) {
    let page = job.page
    let span = spans[job.span]
    if page.hasChecksum, let start = bytes.baseAddress {
      let sum = (start + bytes.count).loadUnaligned(as: UInt64.self)
      guard XXH3.digest64(bytes) == UInt64(littleEndian: sum) else {
        throw .damaged(
          place: stream.place,
          what: "the page of \(bytes.count) bytes at byte \(page.offset) of the file has another "
            + "checksum than the stored one")
      }
    }
    let elements = page.elements.clamped(to: span.elements)
    let isWhole = elements.count == page.elementCount
    let goesOn = elements.upperBound < page.elements.upperBound
    if isWhole, stream.isDirect, span.form.isCopy,
      let target = stream.address(of: elements.lowerBound, in: span)
    {
      return try decompress(bytes, to: target, page.byteCount, stream)
    }
    var content = bytes.baseAddress
    if goesOn, stream.ends == nil {
      let room = stream.makeRoom(byteCount: page.byteCount)
      try decompress(bytes, to: room, page.byteCount, stream)
      stream.keep(cluster: span.cluster, elements: page.elements)
      content = UnsafeRawPointer(room)
    } else if page.storedByteCount < page.byteCount {
      let room = raw.reserve(page.byteCount)
      try decompress(bytes, to: room, page.byteCount, stream)
      content = UnsafeRawPointer(room)
    }
    guard let content else { return }
    if stream.ends == nil || isWhole {
      return decode(elements, of: span, from: content, page: page.elements, stream)
    }
    // Differences are summed from the start of the page on.
    let byteCount = page.elementCount * stream.width
    let room = goesOn ? stream.makeRoom(byteCount: byteCount) : decoded.reserve(byteCount)
    withUnsafePointer(to: span.form) {
      nj_page_decode(
        $0, content.assumingMemoryBound(to: UInt8.self), page.elementCount, room, 0,
        page.elementCount)
    }
    if goesOn { stream.keep(cluster: span.cluster, elements: page.elements) }
    stream.deliver(elements, of: span, from: room, first: page.firstElement)
  }

  /// Makes the content of a page of what is stored.
  private func decompress(
    _ bytes: UnsafeRawBufferPointer, to room: UnsafeMutableRawPointer, _ byteCount: Int,
    _ stream: RNTupleStream
  ) throws(ROOTError) {
    let target = UnsafeMutableRawBufferPointer(start: room, count: byteCount)
    if bytes.count == byteCount {
      target.copyMemory(from: bytes)
    } else {
      try decompressor.decompress(bytes, into: target, place: stream.place)
    }
  }

  /// Decodes elements of a page to the targets.
  private func decode(
    _ elements: Range<Int>, of span: RNTupleStream.Span, from content: UnsafeRawPointer,
    page: Range<Int>, _ stream: RNTupleStream
  ) {
    let isDirect = stream.isDirect
    let room =
      isDirect
      ? stream.address(of: elements.lowerBound, in: span)
      : decoded.reserve(elements.count * stream.width)
    guard let room else { return }
    withUnsafePointer(to: span.form) {
      nj_page_decode(
        $0, content.assumingMemoryBound(to: UInt8.self), page.count, room,
        elements.lowerBound - page.lowerBound, elements.count)
    }
    if !isDirect {
      stream.deliver(elements, of: span, from: room, first: elements.lowerBound)
    }
  }
}

extension RNTuplePages.Page {
  /// Place behind the page and its checksum; checked to be in the file.
  fileprivate var end: Int { offset + storedByteCount + (hasChecksum ? 8 : 0) }
}

extension nj_page_form {
  /// Whether elements are stored as they are in memory.
  fileprivate var isCopy: Bool {
    split == 0 && bits == 8 * width
      && (kind == NJ_PAGE_PLAIN || kind == NJ_PAGE_REAL || kind == NJ_PAGE_INDEX)
  }
}
