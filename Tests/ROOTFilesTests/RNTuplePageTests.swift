import Kernels
import Testing

/// Pages encoded by the letter of the specification and decoded by the kernels of every level.
@Suite(.serialized) struct RNTuplePageTests {
  private static let counts = [1, 7, 8, 9, 63, 1023, 1024, 1025, 3000]

  /// Decodes some elements at each level; all levels must give the same bytes.
  private func decode<T: Equatable>(
    _ form: nj_page_form, _ page: [UInt8], total: Int, _ elements: Range<Int>, zero: T
  ) -> [T] {
    var results: [[T]] = []
    let padded = page + [UInt8](repeating: 0xff, count: 8)
    for level in [NJ_SIMD_BASELINE, NJ_SIMD_V3, NJ_SIMD_V4] {
      let before = nj_simd_level_force(level)
      defer { _ = nj_simd_level_force(before) }
      var out = [T](repeating: zero, count: elements.count + 1)
      withUnsafePointer(to: form) { form in
        out.withUnsafeMutableBytes {
          nj_page_decode(
            form, padded, total, $0.baseAddress, elements.lowerBound, elements.count)
        }
      }
      #expect(out[elements.count] == zero, "written behind the end")
      results.append(out.dropLast())
    }
    #expect(results[0] == results[1] && results[1] == results[2])
    return results[0]
  }

  private func form(
    _ kind: nj_page_kind, bits: Int, width: Int, split: Bool = false, smallest: Double = 0,
    step: Double = 0
  ) -> nj_page_form {
    nj_page_form(
      kind: kind, bits: Int32(bits), width: Int32(width), split: split ? 1 : 0,
      smallest: smallest, step: step)
  }

  /// All first bytes, then all second bytes, ...
  private func split<T: FixedWidthInteger>(_ values: [T]) -> [UInt8] {
    (0..<(T.bitWidth / 8)).flatMap { k in
      values.map { UInt8(truncatingIfNeeded: $0 >> T(8 * k)) }
    }
  }

  private func plain<T: FixedWidthInteger>(_ values: [T]) -> [UInt8] {
    values.flatMap { value in withUnsafeBytes(of: value.littleEndian, Array.init) }
  }

  /// Numbers of a few bits one behind the other, lowest bits first.
  private func packed(_ values: [UInt32], bits: Int) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: (values.count * bits + 7) / 8)
    for (i, value) in values.enumerated() {
      for k in 0..<bits where value >> UInt32(k) & 1 == 1 {
        bytes[(i * bits + k) / 8] |= 1 << UInt8((i * bits + k) % 8)
      }
    }
    return bytes
  }

  /// Some elements of pages of several lengths.
  private func ranges(_ count: Int) -> [Range<Int>] {
    [0..<count, (count / 3)..<count, (count / 5)..<(count - count / 7)]
  }

  private func check<T: FixedWidthInteger & SignedInteger>(zigzag type: T.Type) {
    var random = SplitMix(state: 3)
    for count in Self.counts {
      var values = (0..<count).map { _ in T.random(in: T.min...T.max, using: &random) }
      values[0] = .min
      let codes = values.map { ($0 << 1) ^ ($0 >> T(T.bitWidth - 1)) }
      let form = form(NJ_PAGE_ZIGZAG, bits: T.bitWidth, width: T.bitWidth / 8, split: true)
      for range in ranges(count) {
        let found = decode(form, split(codes), total: count, range, zero: T(0))
        #expect(found == Array(values[range]))
      }
    }
  }

  @Test func splitSignedNumbers() {
    check(zigzag: Int16.self)
    check(zigzag: Int32.self)
    check(zigzag: Int64.self)
  }

  @Test func splitAndPlainNumbers() {
    var random = SplitMix(state: 4)
    for count in Self.counts {
      let values = (0..<count).map { _ in UInt64.random(in: 0...UInt64.max, using: &random) }
      let narrow = values.map { UInt16(truncatingIfNeeded: $0) }
      for range in ranges(count) {
        let wide = Array(values[range])
        #expect(
          decode(
            form(NJ_PAGE_PLAIN, bits: 64, width: 8, split: true), split(values), total: count,
            range, zero: UInt64(0)) == wide)
        #expect(
          decode(
            form(NJ_PAGE_PLAIN, bits: 64, width: 8), plain(values), total: count, range,
            zero: UInt64(0)) == wide)
        #expect(
          decode(
            form(NJ_PAGE_PLAIN, bits: 16, width: 2, split: true), split(narrow), total: count,
            range, zero: UInt16(0)) == Array(narrow[range]))
      }
    }
  }

  @Test func endsOfLists() {
    var random = SplitMix(state: 5)
    for count in Self.counts {
      let steps = (0..<count).map { _ in UInt32.random(in: 0...5, using: &random) }
      var sum: Int64 = 0
      let ends = steps.map { step -> Int64 in
        sum += Int64(step)
        return sum
      }
      let whole = 0..<count
      for bits in [32, 64] {
        let isNarrow = bits == 32
        let differences = isNarrow ? split(steps) : split(steps.map(UInt64.init))
        #expect(
          decode(
            form(NJ_PAGE_INDEX, bits: bits, width: 8, split: true), differences, total: count,
            whole, zero: Int64(0)) == ends)
        #expect(
          decode(
            form(NJ_PAGE_INDEX, bits: bits, width: 8),
            isNarrow ? plain(ends.map(UInt32.init)) : plain(ends), total: count, whole,
            zero: Int64(0)) == ends)
      }
    }
  }

  @Test func bits() {
    var random = SplitMix(state: 6)
    for count in Self.counts {
      let values = (0..<count).map { _ in UInt32.random(in: 0...1, using: &random) }
      for range in ranges(count) {
        let found = decode(
          form(NJ_PAGE_BIT, bits: 1, width: 1), packed(values, bits: 1), total: count, range,
          zero: UInt8(0))
        #expect(found == values[range].map(UInt8.init))
      }
    }
  }

  @Test func halfPrecisionNumbersOfEveryPattern() {
    let values = (0...UInt16.max).map { $0 }
    for isSplit in [false, true] {
      let page = isSplit ? split(values) : plain(values)
      let single = decode(
        form(NJ_PAGE_REAL, bits: 16, width: 4, split: isSplit), page, total: values.count,
        0..<values.count, zero: UInt32(0))
      for (bits, found) in zip(values, single) {
        let exponent = Int(bits >> 10 & 31)
        let fraction = Double(bits & 1023) / 1024
        let size =
          switch exponent {
          case 31: fraction == 0 ? Double.infinity : .nan
          case 0: fraction * 0x1p-14
          default: (1 + fraction) * Double(sign: .plus, exponent: exponent - 15, significand: 1)
          }
        let value = Double(Float(bitPattern: found))
        #expect(value == (bits >> 15 == 1 ? -size : size) || (value.isNaN && size.isNaN))
        #expect(found >> 31 == UInt32(bits >> 15))
      }
      let double = decode(
        form(NJ_PAGE_REAL, bits: 16, width: 8, split: isSplit), page, total: values.count,
        5..<2000, zero: UInt64(0))
      #expect(
        double == single[5..<2000].map { Double(Float(bitPattern: $0)).bitPattern })
    }
  }

  @Test func truncatedAndQuantizedNumbers() {
    var random = SplitMix(state: 8)
    for bits in 1...32 {
      for count in [1, 9, 1025] {
        let values = (0..<count).map { _ in
          UInt32.random(in: 0...UInt32((1 << UInt64(bits)) - 1), using: &random)
        }
        let page = packed(values, bits: bits)
        let step = 5.0 / Double((1 << UInt64(bits)) - 1)
        for range in ranges(count) {
          let quantized = form(
            NJ_PAGE_QUANTIZED, bits: bits, width: 8, smallest: -2, step: step)
          let expected = values[range].map { Double($0) * step - 2 }
          #expect(decode(quantized, page, total: count, range, zero: 0.0) == expected)
          var narrow = quantized
          narrow.width = 4
          #expect(
            decode(narrow, page, total: count, range, zero: Float(0)) == expected.map { Float($0) })
          guard (10...31).contains(bits) else { continue }
          #expect(
            decode(
              form(NJ_PAGE_TRUNCATED, bits: bits, width: 4), page, total: count, range,
              zero: UInt32(0)) == values[range].map { $0 << UInt32(32 - bits) })
        }
      }
    }
  }

  @Test func endsThatDoNotAscendAreRefused() {
    let ends: [Int64] = [3, 3, 7, 12]
    var offsets = [Int64](repeating: 0, count: 4)
    #expect(nj_page_offsets(ends, &offsets, 4, 3, 12, 100) == 1)
    #expect(offsets == [100, 100, 104, 109])
    #expect(nj_page_offsets(ends, &offsets, 4, 4, 12, 0) == 0)
    #expect(nj_page_offsets(ends, &offsets, 4, 3, 11, 0) == 0)
    #expect(nj_page_offsets([3, 2, 5], &offsets, 3, 0, 99, 0) == 0)
    var lengths = [UInt32](repeating: 0, count: 4)
    #expect(nj_page_lengths(ends, &lengths, 4, 1, 12, 4) == 1)
    #expect(lengths == [2, 0, 4, 5])
    #expect(nj_page_lengths([-1, 2], &lengths, 2, 0, 12, 4) == 0)
  }
}
