import Columns

/// The lists of some rows of a basket.
struct ListBasket {
  let basket: Basket
  let source: TreeColumnSource
  /// Rows inside the basket.
  let rows: Range<Int>
  let place: String

  /// Appends the values of the rows to a column.
  ///
  /// - Parameters:
  ///   - buffer: The values so far.
  ///   - offsets: Where the lists begin; those of the rows are written behind `row`.
  ///   - row: Place of the first row among the wanted ones.
  ///   - lengths: Lengths of the lists from the basket's first row on, where it has no offsets.
  /// - Throws: `damaged`.
  func append(
    to buffer: ColumnBuffer, offsets: ColumnBuffer, row: Int, lengths: [Int]?
  ) throws(ROOTError) {
    let ends = offsets.bytes.assumingMemoryBound(to: Int64.self) + row
    guard let bytes = basket.data.baseAddress else {
      for index in 0..<rows.count { ends[index + 1] = ends[0] }
      return
    }
    var inner = 1
    var index = 0
    var header = 0
    switch source.shape {
    case .counted(let number, let own): (inner, index) = (number, own)
    case .headed(let byteCount): header = byteCount
    case .fixed: preconditionFailure("fixed entries are no lists")
    }
    let width = source.number.byteCount
    let stride = inner * width
    var start = 0
    var end = 0
    if let starts = basket.offsets {
      start = basket.start(rows.lowerBound, starts)
      end = basket.start(rows.upperBound, starts)
      var before = start
      var total = Int(ends[0])
      var isGood = start >= 0 && end <= basket.data.count
      for entry in 0..<rows.count {
        let next = basket.start(rows.lowerBound + entry + 1, starts)
        // An entry without a header byte is an empty one.
        let bytes = next - before
        let length = bytes < header ? 0 : (bytes - header) / stride
        isGood =
          isGood && bytes >= 0 && (bytes < header ? bytes == 0 : length * stride + header == bytes)
        total &+= length
        ends[entry + 1] = Int64(total)
        before = next
      }
      guard isGood else { throw damaged("the entries of a basket overlap or are of odd lengths") }
    } else if let lengths {
      (start, end) = try span(lengths, stride: stride, ends: ends)
    } else {
      throw damaged("a basket of lists tells neither where they begin nor how long they are")
    }
    let before = Int(ends[0])
    let count = Int(ends[rows.count]) - before
    guard count >= 0, count <= basket.data.count / width else {
      throw damaged("lists longer than their basket")
    }
    buffer.resize(to: before + count)
    let target = buffer.bytes + before * source.number.type.byteCount
    if header == 0 {
      source.number.copy(bytes + start + index * width, stride: stride, count: count, to: target)
    } else if let starts = basket.offsets {
      var out = target
      for entry in 0..<rows.count {
        let length = Int(ends[entry + 1] - ends[entry])
        if length == 0 { continue }
        source.number.copy(
          bytes + basket.start(rows.lowerBound + entry, starts) + header, stride: width,
          count: length, to: out)
        out += length * source.number.type.byteCount
      }
    }
  }

  private func damaged(_ what: String) -> ROOTError { .damaged(place: place, what: what) }

  /// Where the rows begin and end, by the lengths of all lists from the basket's first on.
  private func span(
    _ lengths: [Int], stride: Int, ends: UnsafeMutablePointer<Int64>
  ) throws(ROOTError) -> (Int, Int) {
    var place = 0
    var start = 0
    var total = Int(ends[0])
    let most = basket.data.count / stride
    for (entry, length) in lengths.enumerated() {
      guard length >= 0, length <= most else { throw damaged("a list of \(length) elements") }
      if entry == rows.lowerBound { start = place }
      place += length * stride
      guard place <= basket.data.count else { throw damaged("lists longer than their basket") }
      if entry >= rows.lowerBound {
        total += length
        ends[entry - rows.lowerBound + 1] = Int64(total)
      }
    }
    return (start, place)
  }
}
