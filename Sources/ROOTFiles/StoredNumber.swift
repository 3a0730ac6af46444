import Columns
import Kernels

/// How one number lies in a basket.
enum StoredNumber: Sendable, Equatable {
  /// Big endian, of the type it has in memory.
  case plain(ColumnType)
  /// A Double32 or Float16 that is shortened.
  case packed(PackedReal)

  /// Type in memory.
  var type: ColumnType {
    switch self {
    case .plain(let type): type
    case .packed(let packed): packed.type
    }
  }

  /// Bytes in the file.
  var byteCount: Int {
    switch self {
    case .plain(let type): type.byteCount
    case .packed(let packed): packed.byteCount
    }
  }

  /// By the type number of ROOT's `TVirtualStreamerInfo::EReadWrite`; nil: no number.
  init?(code: Int, title: String) {
    switch code {
    case 1: self = .plain(.int8)
    case 2: self = .plain(.int16)
    case 3, 6: self = .plain(.int32)
    case 4, 16: self = .plain(.int64)
    case 5: self = .plain(.float32)
    case 8: self = .plain(.float64)
    case 9: self = .packed(PackedReal(type: .float64, title: title))
    case 11: self = .plain(.uint8)
    case 12: self = .plain(.uint16)
    case 13, 15: self = .plain(.uint32)
    case 14, 17: self = .plain(.uint64)
    case 18: self = .plain(.bool)
    case 19: self = .packed(PackedReal(type: .float32, title: title))
    default: return nil
    }
  }

  /// By the class of a leaf; nil: text, or unknown.
  init?(leaf className: String, isUnsigned: Bool, title: String) {
    switch (className, isUnsigned) {
    case ("TLeafB", false): self = .plain(.int8)
    case ("TLeafB", true): self = .plain(.uint8)
    case ("TLeafS", false): self = .plain(.int16)
    case ("TLeafS", true): self = .plain(.uint16)
    case ("TLeafI", false): self = .plain(.int32)
    case ("TLeafI", true): self = .plain(.uint32)
    case ("TLeafL", false), ("TLeafG", false): self = .plain(.int64)
    case ("TLeafL", true), ("TLeafG", true): self = .plain(.uint64)
    case ("TLeafF", _): self = .plain(.float32)
    case ("TLeafD", _): self = .plain(.float64)
    case ("TLeafO", _): self = .plain(.bool)
    case ("TLeafD32", _): self = .packed(PackedReal(type: .float64, title: title))
    case ("TLeafF16", _): self = .packed(PackedReal(type: .float32, title: title))
    default: return nil
    }
  }

  /// By a C++ type, as in `vector<float>`; nil: no number.
  init?(cxx name: String) {
    switch name {
    case "char", "signed char", "Char_t", "int8_t": self = .plain(.int8)
    case "unsigned char", "UChar_t", "uint8_t": self = .plain(.uint8)
    case "short", "Short_t", "int16_t": self = .plain(.int16)
    case "unsigned short", "UShort_t", "uint16_t": self = .plain(.uint16)
    case "int", "Int_t", "int32_t": self = .plain(.int32)
    case "unsigned int", "UInt_t", "uint32_t", "unsigned": self = .plain(.uint32)
    case "long", "Long_t", "long long", "Long64_t", "int64_t": self = .plain(.int64)
    case "unsigned long", "ULong_t", "unsigned long long", "ULong64_t", "uint64_t", "size_t":
      self = .plain(.uint64)
    case "float", "Float_t": self = .plain(.float32)
    case "double", "Double_t": self = .plain(.float64)
    case "bool", "Bool_t": self = .plain(.bool)
    case "Double32_t": self = .packed(PackedReal(type: .float64, title: ""))
    case "Float16_t": self = .packed(PackedReal(type: .float32, title: ""))
    default: return nil
    }
  }
}

extension StoredNumber {
  /// Copies numbers that lie `stride` bytes apart to packed ones in native order.
  func copy(
    _ source: UnsafeRawPointer, stride: Int, count: Int, to target: UnsafeMutableRawPointer
  ) {
    switch self {
    case .plain(let type): nj_gather(source, target, stride, count, Int32(type.byteCount), 1)
    case .packed(let packed): packed.decode(source, stride: stride, count: count, into: target)
    }
  }
}

/// A real number that ROOT stores with fewer bits: a whole number in a range, or a short mantissa.
///
/// Source: ROOT `TStreamerElement::GetRange`, `TBufferFile::ReadDouble32`, `ReadWithFactor`,
/// `ReadWithNbits`.
struct PackedReal: Sendable, Equatable {
  /// How the bits are meant.
  enum Form: Sendable, Equatable {
    /// A float32.
    case float
    /// A 32-bit whole number n: low + n / factor.
    case scaled(low: Double, factor: Double)
    /// One byte of exponent, two of a mantissa of so many bits and the sign.
    case shortened(bits: Int)
  }

  /// Type in memory: float64 for Double32, float32 for Float16.
  var type: ColumnType
  var form: Form

  /// Bytes in the file.
  var byteCount: Int { if case .shortened = form { 3 } else { 4 } }

  /// Takes the range from the last "[low,high,bits]" of a title.
  init(type: ColumnType, title: String) {
    self.type = type
    form = type == .float64 ? .float : .shortened(bits: 12)
    guard let open = title.lastIndex(of: "["), let close = title[open...].firstIndex(of: "]")
    else { return }
    let parts = title[title.index(after: open)..<close].split(separator: ",").map {
      String($0.filter { !$0.isWhitespace })
    }
    guard parts.count >= 2, let low = Self.number(parts[0]), let high = Self.number(parts[1])
    else { return }
    var bits = parts.count > 2 ? Int(parts[2]) ?? 32 : 32
    if bits < 2 || bits > 32 { bits = 32 }
    if low < high {
      let steps = bits < 32 ? Double(UInt64(1) << UInt64(bits)) : Double(UInt32.max)
      form = .scaled(low: low, factor: steps / (high - low))
    } else if bits < 15 {
      form = .shortened(bits: bits)
    }
  }

  /// A limit of a range: a number, or a multiple of pi as ROOT writes it.
  private static func number(_ text: String) -> Double? {
    if let value = Double(text) { return value }
    let isNegative = text.hasPrefix("-")
    let value: Double? =
      switch isNegative ? String(text.dropFirst()) : text {
      case "pi": Double.pi
      case "2pi", "2*pi", "twopi": 2 * Double.pi
      case "pi/2": Double.pi / 2
      case "pi/4": Double.pi / 4
      default: nil
      }
    return value.map { isNegative ? -$0 : $0 }
  }

  /// Decodes `count` numbers of a basket, `stride` bytes apart.
  func decode(
    _ source: UnsafeRawPointer, stride: Int, count: Int, into target: UnsafeMutableRawPointer
  ) {
    for index in 0..<count {
      let value = decode(source + index * stride)
      if type == .float64 {
        target.storeBytes(of: value, toByteOffset: 8 * index, as: Double.self)
      } else {
        target.storeBytes(of: Float(value), toByteOffset: 4 * index, as: Float.self)
      }
    }
  }

  private func decode(_ bytes: UnsafeRawPointer) -> Double {
    switch form {
    case .float:
      Double(Float(bitPattern: UInt32(bigEndian: bytes.loadUnaligned(as: UInt32.self))))
    case .scaled(let low, let factor):
      Double(UInt32(bigEndian: bytes.loadUnaligned(as: UInt32.self))) / factor + low
    case .shortened(let bits):
      Self.shortened(bytes, bits)
    }
  }

  private static func shortened(_ bytes: UnsafeRawPointer, _ bits: Int) -> Double {
    let exponent = UInt32(bytes.load(as: UInt8.self))
    let mantissa = UInt32(
      UInt16(bigEndian: bytes.loadUnaligned(fromByteOffset: 1, as: UInt16.self)))
    let mask = UInt32(1) << UInt32(bits + 1) - 1
    let pattern = exponent << 23 | (mantissa & mask) << UInt32(23 - bits)
    let value = Double(Float(bitPattern: pattern))
    return mantissa & 1 << UInt32(bits + 1) != 0 ? -value : value
  }
}
