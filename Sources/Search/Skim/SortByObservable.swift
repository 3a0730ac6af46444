/// Orders rows by the observable, ties by their place in the file.
package enum SortByObservable {
  /// Returns the row numbers in ascending order of `values`; equal values keep their order.
  ///
  /// Values are finite or infinite, not NaN; −0 sorts before +0. A stable radix sort on the bits:
  /// 8 passes of 8 bits, those that move nothing left out.
  package static func order(_ values: [Double]) -> [Int32] {
    order(ofKeys: values.map(ascendingBits))
  }

  /// Returns the row numbers in ascending order of unsigned keys; equal keys keep their order.
  package static func order(ofKeys values: [UInt64]) -> [Int32] {
    let count = values.count
    precondition(count <= Int(Int32.max))
    guard count > 1 else { return count == 1 ? [0] : [] }
    var keys = values
    var rows = (0..<Int32(count)).map { $0 }
    var otherKeys = [UInt64](repeating: 0, count: count)
    var otherRows = [Int32](repeating: 0, count: count)
    var histograms = [Int](repeating: 0, count: 8 * 256)
    for key in keys {
      for digit in 0..<8 { histograms[digit * 256 + Int((key >> (8 * digit)) & 255)] += 1 }
    }
    for digit in 0..<8 {
      let histogram = histograms[(digit * 256)..<(digit * 256 + 256)]
      if histogram.contains(count) { continue }
      var place = [Int](repeating: 0, count: 256)
      var total = 0
      for value in 0..<256 {
        place[value] = total
        total += histogram[digit * 256 + value]
      }
      let shift = 8 * digit
      keys.withUnsafeBufferPointer { keys in
        rows.withUnsafeBufferPointer { rows in
          otherKeys.withUnsafeMutableBufferPointer { otherKeys in
            otherRows.withUnsafeMutableBufferPointer { otherRows in
              place.withUnsafeMutableBufferPointer { place in
                for index in 0..<count {
                  let value = Int((keys[index] >> shift) & 255)
                  let target = place[value]
                  place[value] = target + 1
                  otherKeys[target] = keys[index]
                  otherRows[target] = rows[index]
                }
              }
            }
          }
        }
      }
      swap(&keys, &otherKeys)
      swap(&rows, &otherRows)
    }
    return rows
  }

  /// Bits of a double that order like the double itself.
  package static func ascendingBits(_ value: Double) -> UInt64 {
    let bits = value.bitPattern
    return bits >> 63 == 1 ? ~bits : bits | 1 << 63
  }
}
