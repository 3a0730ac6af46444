import Columns
import Kernels

/// Reads rows of some columns of an RNTuple; one a thread.
///
/// Two passes: numbers and the ends of lists, then the values of the lists. Each pass reads all
/// pages it needs in the order of the file and decodes them straight to the buffers. A page of
/// which rows are left over stays decoded, so reading in small blocks costs no more.
package final class RNTupleCursor {
  /// The rows asked for in one cluster.
  private struct Segment {
    var cluster: Int
    /// Rows of the cluster.
    var rows: Range<Int>
    /// Rows before these in the buffers.
    var row: Int
  }

  /// Largest buffer that is filled at once.
  private static let limit = 1 << 32
  /// Ends of lists beyond this are taken for damage.
  private static let mostElements: Int64 = 1 << 48

  private let ntuple: RNTuple
  private let columns: [ROOTColumn]
  private var streams: [RNTupleStream] = []
  private let reader: RNTuplePageReader
  private var pages: [Int: [RNTuplePages]] = [:]
  private var segments: [Segment] = []

  /// Makes ready to read columns.
  ///
  /// - Parameters:
  ///   - ntuple: The table.
  ///   - columns: Indices into `ntuple.columns`, in the order of the buffers.
  /// - Throws: `missing` for an index beyond the columns.
  package init(_ ntuple: RNTuple, columns: [Int]) throws(ROOTError) {
    self.ntuple = ntuple
    reader = RNTuplePageReader(ntuple)
    for column in columns where !ntuple.columns.indices.contains(column) {
      throw .missing(place: ntuple.place, name: "column \(column)", nearest: nil)
    }
    self.columns = columns.map { ntuple.columns[$0] }
    var streamOfPart: [Int: Int] = [:]
    func stream(_ part: Int, _ name: String) -> Int {
      if let known = streamOfPart[part] { return known }
      streams.append(
        RNTupleStream(ntuple.layout.parts[part], place: "\(ntuple.place)/\(name)"))
      let number = streams.count - 1
      streamOfPart[part] = number
      return number
    }
    for (i, column) in columns.enumerated() {
      let leaf = ntuple.layout.leaves[column]
      let number = stream(leaf.part, leaf.column.name)
      let target = RNTupleStream.Target(column: i, component: leaf.component)
      if leaf.isLengths {
        streams[number].lengths.append(target)
      } else {
        streams[number].targets.append(target)
      }
      if let part = streams[number].part.list {
        let list = stream(part, leaf.column.name)
        streams[list].lists.append(i)
        streams[number].list = list
      }
    }
  }

  /// Fills buffers with rows.
  ///
  /// - Parameters:
  ///   - rows: Rows of the table.
  ///   - buffers: One a column, of its type; gets the values in native order.
  ///   - offsets: One for each list column, of type `int64`; gets the places where the rows' values
  ///     start, from 0 on, and the number of values.
  /// - Throws: `outOfRange`, `damaged`, `truncated`, `tooLarge`, `unsupportedCompression`; the
  ///   content of the buffers is undefined then.
  package func read(
    _ rows: Range<Int>, into buffers: [ColumnBuffer], offsets: [ColumnBuffer?]
  ) throws(ROOTError) {
    precondition(buffers.count == columns.count && offsets.count == columns.count)
    for (i, column) in columns.enumerated() {
      precondition(buffers[i].type == column.type)
      precondition(!column.isList || offsets[i]?.type == .int64)
    }
    guard rows.lowerBound >= 0, rows.upperBound <= ntuple.rowCount else {
      throw .outOfRange(place: ntuple.place, rows: rows, count: ntuple.rowCount)
    }
    try checkSize(rows.count, 8, ntuple.place)
    try cut(rows)
    try readRows(rows.count, buffers)
    try finishLists(rows.count, buffers, offsets)
    try readLists(buffers, offsets)
  }

  private func checkSize(_ count: Int, _ width: Int, _ place: String) throws(ROOTError) {
    guard count <= Self.limit / width else {
      let byteCount = count.multipliedReportingOverflow(by: width)
      throw .tooLarge(
        place: place, byteCount: byteCount.overflow ? .max : byteCount.partialValue,
        limit: Self.limit)
    }
  }

  /// Finds the clusters of the rows and reads where their pages are.
  private func cut(_ rows: Range<Int>) throws(ROOTError) {
    segments.removeAll(keepingCapacity: true)
    let clusters = ntuple.clusters.clusters
    var row = rows.lowerBound
    var cluster = ntuple.clusters.index(ofRow: row)
    while row < rows.upperBound {
      let found = clusters[cluster]
      let end = min(rows.upperBound, found.firstRow + found.rowCount)
      segments.append(
        Segment(
          cluster: cluster, rows: (row - found.firstRow)..<(end - found.firstRow),
          row: row - rows.lowerBound))
      row = end
      cluster += 1
    }
    guard let first = segments.first?.cluster, let last = segments.last?.cluster else { return }
    if pages.keys.contains(where: { $0 < first || $0 > last }) {
      pages = pages.filter { $0.key >= first && $0.key <= last }
    }
    for cluster in first...last where pages[cluster] == nil {
      pages[cluster] = try RNTuplePages.load(
        streams.map { ($0.part, $0.place) }, cluster: cluster, of: ntuple)
    }
  }

  /// First pass: numbers, and the ends of lists.
  private func readRows(_ count: Int, _ buffers: [ColumnBuffer]) throws(ROOTError) {
    reader.clear()
    for (number, stream) in streams.enumerated() where stream.list == nil {
      if let ends = stream.ends {
        ends.resize(to: count + segments.count)
        stream.targets = [RNTupleStream.Target(column: -1, component: 0, base: ends.bytes)]
      } else {
        resize(stream, buffers, to: count)
      }
      for (k, segment) in segments.enumerated() {
        guard let pages = pages[segment.cluster]?[number] else { continue }
        let step = stream.part.repetition
        var elements = (segment.rows.lowerBound * step)..<(segment.rows.upperBound * step)
        var item = segment.row
        if let ends = stream.ends {
          item += k + 1
          if let start = start(of: segment, stream) {
            ends.bytes.storeBytes(of: start, toByteOffset: 8 * (item - 1), as: Int64.self)
          } else {
            elements = (elements.lowerBound - 1)..<elements.upperBound
            item -= 1
          }
        }
        reader.plan(
          RNTupleStream.Span(
            cluster: segment.cluster, elements: elements, item: item, form: pages.form),
          pages, streams, number)
      }
    }
    try reader.run(streams)
  }

  /// Where the first list of a segment starts, if that is known without reading.
  private func start(of segment: Segment, _ stream: RNTupleStream) -> Int64? {
    if segment.rows.lowerBound == 0 { return 0 }
    let known = stream.known
    let isNext = known.cluster == segment.cluster && known.row == segment.rows.lowerBound
    return isNext ? known.start : nil
  }

  private func resize(_ stream: RNTupleStream, _ buffers: [ColumnBuffer], to count: Int) {
    for i in stream.targets.indices {
      let buffer = buffers[stream.targets[i].column]
      buffer.resize(to: count)
      stream.targets[i].base = buffer.bytes
    }
  }

  /// Makes offsets and lengths of the ends.
  private func finishLists(
    _ count: Int, _ buffers: [ColumnBuffer], _ offsets: [ColumnBuffer?]
  ) throws(ROOTError) {
    for stream in streams {
      guard let ends = stream.ends else { continue }
      for column in stream.lists { offsets[column]?.resize(to: count + 1) }
      for target in stream.lengths { buffers[target.column].resize(to: count) }
      var base: Int64 = 0
      for column in stream.lists { offsets[column]?.bytes.storeBytes(of: 0, as: Int64.self) }
      for (k, segment) in segments.enumerated() {
        let start = ends.bytes.assumingMemoryBound(to: Int64.self) + segment.row + k
        let n = segment.rows.count
        var isGood = start[0] >= 0
        for column in stream.lists {
          guard let offsets = offsets[column] else { continue }
          isGood =
            isGood
            && nj_page_offsets(
              start + 1, offsets.bytes.assumingMemoryBound(to: Int64.self) + segment.row + 1, n,
              start[0], Self.mostElements, base) == 1
        }
        for target in stream.lengths {
          let buffer = buffers[target.column]
          let width = buffer.type.byteCount
          isGood =
            isGood
            && nj_page_lengths(
              start + 1, buffer.bytes + segment.row * width, n, start[0],
              width == 4 ? Int64(UInt32.max) : Self.mostElements, Int32(width)) == 1
        }
        guard isGood else {
          throw .damaged(
            place: stream.place,
            what: "the ends of its lists do not ascend in cluster \(segment.cluster)")
        }
        base += start[n] - start[0]
        guard base <= Self.mostElements else {
          throw .tooLarge(place: stream.place, byteCount: Int(base), limit: Self.limit)
        }
        stream.known = (segment.cluster, segment.rows.upperBound, start[n])
      }
    }
  }

  /// Second pass: the values of lists.
  private func readLists(_ buffers: [ColumnBuffer], _ offsets: [ColumnBuffer?]) throws(ROOTError) {
    reader.clear()
    for (number, stream) in streams.enumerated() {
      guard let list = stream.list, let ends = streams[list].ends else { continue }
      let starts = ends.bytes.assumingMemoryBound(to: Int64.self)
      var total = 0
      for (k, segment) in segments.enumerated() {
        let from = segment.row + k
        total += Int(starts[from + segment.rows.count] - starts[from])
        try checkSize(total, stream.width, stream.place)
      }
      try checkElements(number, stream, starts)
      resize(stream, buffers, to: total)
      var item = 0
      for (k, segment) in segments.enumerated() {
        guard let pages = pages[segment.cluster]?[number] else { continue }
        let from = segment.row + k
        let (low, high) = (Int(starts[from]), Int(starts[from + segment.rows.count]))
        let step = stream.part.repetition
        reader.plan(
          RNTupleStream.Span(
            cluster: segment.cluster, elements: (low * step)..<(high * step), item: item,
            form: pages.form),
          pages, streams, number)
        item += high - low
      }
    }
    try reader.run(streams)
  }

  /// Checks that the pages have the elements that the ends of the lists promise.
  private func checkElements(
    _ number: Int, _ stream: RNTupleStream, _ starts: UnsafeMutablePointer<Int64>
  ) throws(ROOTError) {
    for (k, segment) in segments.enumerated() {
      guard let pages = pages[segment.cluster]?[number] else { continue }
      let end = Int(starts[segment.row + k + segment.rows.count])
      let needed = end * stream.part.repetition
      let isLast =
        segment.rows.upperBound == ntuple.clusters.clusters[segment.cluster].rowCount
      guard isLast ? pages.elementCount == needed : pages.elementCount >= needed else {
        throw .damaged(
          place: stream.place,
          what: "cluster \(segment.cluster) has \(pages.elementCount) elements, its lists end at "
            + "\(needed)")
      }
    }
  }
}
