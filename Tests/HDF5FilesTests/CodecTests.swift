import Kernels
import Testing

@Suite struct CodecTests {
  private static let bytes: [UInt8] = (0..<9000).map {
    UInt8(truncatingIfNeeded: $0 &* 167 &+ $0 >> 5)
  }

  @Test(arguments: [1, 2, 3, 4, 5, 8, 16], [0, 1])
  func unshuffleTakesOneByteOfEachPlane(width: Int, swap: Int) {
    for (stride, first, count) in [(100, 0, 100), (100, 3, 50), (533, 17, 500), (40, 1, 15)] {
      var out = [UInt8](repeating: 0, count: count * width)
      nj_unshuffle(Self.bytes, &out, stride, first, count, Int32(width), Int32(swap))
      for row in 0..<count {
        for byte in 0..<width {
          let plane = swap == 1 ? width - 1 - byte : byte
          let expected = Self.bytes[plane * stride + first + row]
          guard out[row * width + byte] == expected else {
            Issue.record("width \(width), row \(row), byte \(byte)")
            return
          }
        }
      }
    }
  }

  @Test(arguments: [1, 2, 3, 4, 8, 12], [0, 1])
  func gatherTakesOneMemberOfEachRow(width: Int, swap: Int) {
    for (stride, count) in [(width, 77), (width + 1, 100), (37, 100)] {
      var out = [UInt8](repeating: 0, count: count * width)
      nj_gather(Self.bytes, &out, stride, count, Int32(width), Int32(swap))
      // Swapping is defined for the widths of numbers.
      let isSwapped = swap == 1 && [2, 4, 8].contains(width)
      let expected = (0..<count * width).map { index in
        let byte = index % width
        return Self.bytes[index / width * stride + (isSwapped ? width - 1 - byte : byte)]
      }
      #expect(out == expected)
    }
  }

  @Test func fletcherSumsBigEndianWords() {
    // Worked by hand: words 0x0102, 0x0304; sums 0x0406 and 0x0102 + 0x0406 = 0x0508.
    #expect(nj_fletcher32([1, 2, 3, 4], 4) == 0x0508_0406)
    #expect(nj_fletcher32([1], 1) == 0x0100_0100)
    #expect(nj_fletcher32([], 0) == 0)
  }
}
