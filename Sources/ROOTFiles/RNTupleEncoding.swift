import Columns
import Kernels

/// How the elements of a column lie in its pages.
///
/// Source: "RNTuple Binary Format Specification" 1.0, section Column Description.
struct RNTupleEncoding: Sendable, Equatable {
  /// What the elements are.
  enum Content: Sendable, Equatable {
    case bit, byte, signed, unsigned, real, index
    case truncated
    case quantized(ClosedRange<Double>)
    /// Nothing that is read, with its name.
    case other(String)
  }

  /// What the elements are.
  let content: Content
  /// Size of an element in bits.
  let bits: Int
  /// Whether all first bytes come first; signed numbers are then zigzag, indices differences.
  let isSplit: Bool

  private static let names = [
    "Bit", "Byte", "Char", "Int8", "UInt8", "Int16", "UInt16", "Int32", "UInt32", "Int64",
    "UInt64", "Real16", "Real32", "Real64", "Index32", "Index64", "Switch", "SplitInt16",
    "SplitUInt16", "SplitInt32", "SplitUInt32", "SplitInt64", "SplitUInt64", "SplitReal16",
    "SplitReal32", "SplitReal64", "SplitIndex32", "SplitIndex64", "Real32Trunc", "Real32Quant",
  ]

  /// Takes the numbers of a column record; what is not understood becomes `other`.
  init(type: Int, bits: Int, range: ClosedRange<Double>?) {
    let (content, allowed, isSplit): (Content?, ClosedRange<Int>, Bool) =
      switch type {
      case 0x00: (.bit, 1...1, false)
      case 0x01, 0x02: (.byte, 8...8, false)
      case 0x03: (.signed, 8...8, false)
      case 0x04: (.unsigned, 8...8, false)
      case 0x05: (.signed, 16...16, false)
      case 0x06: (.unsigned, 16...16, false)
      case 0x07: (.signed, 32...32, false)
      case 0x08: (.unsigned, 32...32, false)
      case 0x09: (.signed, 64...64, false)
      case 0x0a: (.unsigned, 64...64, false)
      case 0x0b: (.real, 16...16, false)
      case 0x0c: (.real, 32...32, false)
      case 0x0d: (.real, 64...64, false)
      case 0x0e: (.index, 32...32, false)
      case 0x0f: (.index, 64...64, false)
      case 0x11: (.signed, 16...16, true)
      case 0x12: (.unsigned, 16...16, true)
      case 0x13: (.signed, 32...32, true)
      case 0x14: (.unsigned, 32...32, true)
      case 0x15: (.signed, 64...64, true)
      case 0x16: (.unsigned, 64...64, true)
      case 0x17: (.real, 16...16, true)
      case 0x18: (.real, 32...32, true)
      case 0x19: (.real, 64...64, true)
      case 0x1a: (.index, 32...32, true)
      case 0x1b: (.index, 64...64, true)
      case 0x1c: (.truncated, 10...31, false)
      case 0x1d: (range.map { .quantized($0) }, 1...32, false)
      default: (nil, 0...0, false)
      }
    let name = type < Self.names.count ? Self.names[type] : "type \(type)"
    let fits = content != nil && allowed.contains(bits)
    self.content = fits ? content ?? .bit : .other("\(name) with \(bits) bits")
    self.bits = bits
    self.isSplit = isSplit
  }

  /// Bytes of a page, or nil beyond any memory.
  func byteCount(of elements: Int) -> Int? {
    let product = elements.multipliedReportingOverflow(by: bits)
    return product.overflow ? nil : product.partialValue / 8 + (product.partialValue % 8 + 7) / 8
  }

  /// The type in memory where the field's own name says nothing.
  var naturalType: ColumnType? {
    switch (content, bits) {
    case (.bit, _): .bool
    case (.byte, _): .uint8
    case (.signed, 8): .int8
    case (.signed, 16): .int16
    case (.signed, 32): .int32
    case (.signed, _): .int64
    case (.unsigned, 8): .uint8
    case (.unsigned, 16): .uint16
    case (.unsigned, 32): .uint32
    case (.unsigned, _): .uint64
    case (.real, 64): .float64
    case (.real, _), (.truncated, _), (.quantized, _): .float32
    case (.index, _), (.other, _): nil
    }
  }

  /// How pages are decoded to values of a type; nil where they cannot be without loss.
  func form(to type: ColumnType) -> nj_page_form? {
    let isReal = type == .float32 || type == .float64
    let width = type.byteCount
    var form = nj_page_form(
      kind: NJ_PAGE_PLAIN, bits: Int32(bits), width: Int32(width), split: isSplit ? 1 : 0,
      smallest: 0, step: 0)
    switch content {
    case .bit:
      guard width == 1, !isReal else { return nil }
      form.kind = NJ_PAGE_BIT
    case .byte:
      guard width == 1, type != .bool else { return nil }
    case .signed, .unsigned:
      guard type == naturalType || (bits == 8 && width == 1 && type != .bool) else { return nil }
      if content == .signed, isSplit { form.kind = NJ_PAGE_ZIGZAG }
    case .real:
      guard isReal, bits <= 8 * width else { return nil }
      form.kind = NJ_PAGE_REAL
    case .truncated:
      guard isReal else { return nil }
      form.kind = NJ_PAGE_TRUNCATED
    case .quantized(let range):
      guard isReal else { return nil }
      form.kind = NJ_PAGE_QUANTIZED
      form.smallest = range.lowerBound
      form.step = (range.upperBound - range.lowerBound) / Double((1 << bits) - 1)
    case .index:
      guard type == .int64 else { return nil }
      form.kind = NJ_PAGE_INDEX
    case .other: return nil
    }
    return form
  }
}
