import CHDF5
import Columns

/// The element type of a dataset as stored in the file.
public indirect enum HDF5Type: Equatable, Sendable {
  /// A number; `number` is what it becomes in memory.
  case number(ColumnType, HDF5StoredNumber)
  /// Text of a fixed number of bytes, or of variable length where `nil`.
  case text(byteCount: Int?)
  /// Named members.
  case compound([HDF5Member], byteCount: Int)
  /// A fixed-size array.
  case array(HDF5Type, [Int])
  /// Anything else, with a name for messages.
  case other(String)

  /// Whether elements point to data elsewhere: then sizes in the file differ from those in memory.
  var hasVariableLength: Bool {
    switch self {
    case .number: false
    case .text(let byteCount): byteCount == nil
    case .compound(let members, _): members.contains { $0.type.hasVariableLength }
    case .array(let element, _): element.hasVariableLength
    case .other: true
    }
  }

  /// The name for messages.
  public var name: String {
    switch self {
    case .number(let number, let stored):
      number.rawValue
        + (stored.isPlain ? "" : " (stored in \(stored.byteCount) bytes of its own kind)")
    case .text: "text"
    case .compound(let members, _): "compound of \(members.count) members"
    case .array(let element, let shape): "array \(shape) of \(element.name)"
    case .other(let name): name
    }
  }
}

/// How a number lies in the file.
public struct HDF5StoredNumber: Equatable, Sendable {
  /// Bytes of one value in the file.
  public var byteCount: Int
  /// Whether the most significant byte comes first.
  public var isBigEndian: Bool
  /// Whether swapping bytes is all it takes; if not libhdf5 converts.
  public var isPlain: Bool
}

/// A member of a compound.
public struct HDF5Member: Equatable, Sendable {
  /// Name as stored.
  public var name: String
  /// Bytes from the start of the row.
  public var offset: Int
  /// Type of the member.
  public var type: HDF5Type
}

extension HDF5Type {
  /// Nesting beyond this is refused.
  private static let depthLimit = 16

  /// Reads the description of a type.
  static func read(_ id: hid_t, _ place: String, depth: Int = 0) throws(HDF5Error) -> HDF5Type {
    guard depth < depthLimit else {
      throw .damaged(place: place, what: "types nested more than \(depthLimit) deep")
    }
    let size = H5Tget_size(id)
    guard size > 0 else {
      throw .library(place: place, operation: "H5Tget_size", reason: HDF5Library.reason())
    }
    let typeClass = H5Tget_class(id)
    if typeClass == H5T_INTEGER || typeClass == H5T_BITFIELD {
      return integer(id, size, isBits: typeClass == H5T_BITFIELD)
    }
    if typeClass == H5T_FLOAT { return float(id, size) }
    if typeClass == H5T_STRING {
      return .text(byteCount: H5Tis_variable_str(id) > 0 ? nil : size)
    }
    if typeClass == H5T_COMPOUND { return try compound(id, size, place, depth) }
    if typeClass == H5T_ENUM { return try enumeration(id, place, depth) }
    if typeClass == H5T_ARRAY { return try array(id, place, depth) }
    if typeClass == H5T_REFERENCE { return .other("reference") }
    if typeClass == H5T_VLEN { return .other("variable-length sequence") }
    if typeClass == H5T_OPAQUE { return .other("opaque") }
    return .other(typeClass == H5T_TIME ? "time" : "unknown")
  }

  private static func integer(_ id: hid_t, _ size: Int, isBits: Bool) -> HDF5Type {
    let order = H5Tget_order(id)
    let isSigned = !isBits && H5Tget_sign(id) == H5T_SGN_2
    guard size <= 8 else { return .other("integer of \(size) bytes") }
    let isPlain =
      [1, 2, 4, 8].contains(size) && H5Tget_precision(id) == 8 * size && H5Tget_offset(id) == 0
      && (order == H5T_ORDER_LE || order == H5T_ORDER_BE)
    let number: ColumnType =
      switch size {
      case 1: isBits ? .bool : isSigned ? .int8 : .uint8
      case 2: isSigned ? .int16 : .uint16
      case 3, 4: isSigned ? .int32 : .uint32
      default: isSigned ? .int64 : .uint64
      }
    if isBits && !isPlain { return .other("bit field of \(size) bytes") }
    return .number(
      number,
      HDF5StoredNumber(
        byteCount: size, isBigEndian: order == H5T_ORDER_BE, isPlain: isPlain))
  }

  private static func float(_ id: hid_t, _ size: Int) -> HDF5Type {
    let order = ch5_ieee_order(id)
    return .number(
      size <= 4 ? .float32 : .float64,
      HDF5StoredNumber(
        byteCount: size, isBigEndian: order == 2, isPlain: order != 0))
  }

  private static func compound(
    _ id: hid_t, _ size: Int, _ place: String, _ depth: Int
  ) throws(HDF5Error) -> HDF5Type {
    let count = H5Tget_nmembers(id)
    try HDF5Library.check(count, "H5Tget_nmembers", place)
    var members: [HDF5Member] = []
    for index in 0..<UInt32(count) {
      guard let text = H5Tget_member_name(id, index) else {
        throw .library(place: place, operation: "H5Tget_member_name", reason: HDF5Library.reason())
      }
      let name = String(cString: text)
      H5free_memory(text)
      let member = try HDF5Library.own(
        H5Tget_member_type(id, index), "H5Tget_member_type", place)
      let offset = H5Tget_member_offset(id, index)
      let end = offset.addingReportingOverflow(H5Tget_size(member.id))
      guard offset >= 0, !end.overflow, end.partialValue <= size else {
        throw .damaged(place: place, what: "member '\(name)' lies outside its row")
      }
      members.append(
        HDF5Member(
          name: name, offset: offset, type: try read(member.id, place, depth: depth + 1)))
    }
    return .compound(members, byteCount: size)
  }

  private static func enumeration(
    _ id: hid_t, _ place: String, _ depth: Int
  ) throws(HDF5Error) -> HDF5Type {
    let base = try HDF5Library.own(H5Tget_super(id), "H5Tget_super", place)
    let type = try read(base.id, place, depth: depth + 1)
    guard case .number(let number, let stored) = type else { return .other("enum") }
    guard number.byteCount == 1, H5Tget_nmembers(id) == 2 else { return type }
    var falseValue: UInt8 = 0
    var trueValue: UInt8 = 0
    let isBool =
      H5Tenum_valueof(id, "FALSE", &falseValue) >= 0
      && H5Tenum_valueof(id, "TRUE", &trueValue) >= 0 && falseValue == 0 && trueValue == 1
    H5Eclear2(hid_t(H5E_DEFAULT))
    return isBool ? .number(.bool, stored) : type
  }

  private static func array(
    _ id: hid_t, _ place: String, _ depth: Int
  ) throws(HDF5Error) -> HDF5Type {
    let rank = H5Tget_array_ndims(id)
    guard rank > 0, rank <= 32 else {
      throw .damaged(place: place, what: "array type of rank \(rank)")
    }
    var lengths = [hsize_t](repeating: 0, count: Int(rank))
    try HDF5Library.check(H5Tget_array_dims2(id, &lengths), "H5Tget_array_dims2", place)
    let base = try HDF5Library.own(H5Tget_super(id), "H5Tget_super", place)
    return .array(
      try read(base.id, place, depth: depth + 1), lengths.map { Int(clamping: $0) })
  }
}
