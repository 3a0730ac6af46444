import CHDF5
import Columns

/// A named value attached to a group or dataset.
public enum HDF5Attribute {
  /// The value of an attribute; other types are read as `.other` with a description.
  public enum Value: Equatable, Sendable {
    case string(String)
    case int(Int64)
    case double(Double)
    case strings([String])
    case ints([Int64])
    case doubles([Double])
    /// A type that is not read (pickled objects, references, compounds).
    case other(String)
  }

  /// Attributes larger than this are described, not read.
  static let byteLimit = 1 << 24
}

extension HDF5File {
  /// Names of the attributes of a group or dataset, sorted.
  public func attributeNames(_ path: String) throws(HDF5Error) -> [String] {
    let object = try open(object: path)
    var names: [String] = []
    let status = withUnsafeMutablePointer(to: &names) { list in
      H5Aiterate2(
        object.id, H5_INDEX_NAME, H5_ITER_INC, nil,
        { _, name, _, data in
          guard let name, let data else { return -1 }
          data.assumingMemoryBound(to: [String].self).pointee.append(String(cString: name))
          return 0
        }, list)
    }
    try HDF5Library.check(status, "H5Aiterate2", place(path))
    return names.sorted()
  }

  /// Reads an attribute of a group or dataset; `nil` where there is none.
  public func attribute(
    _ path: String, _ name: String
  ) throws(HDF5Error) -> HDF5Attribute.Value? {
    let object = try open(object: path)
    let place = "\(place(path))@\(name)"
    guard H5Aexists(object.id, name) > 0 else { return nil }
    let attribute = try HDF5Library.own(
      H5Aopen(object.id, name, HDF5Library.byDefault), "H5Aopen", place)
    let type = try HDF5Library.own(H5Aget_type(attribute.id), "H5Aget_type", place)
    let space = try HDF5Library.own(H5Aget_space(attribute.id), "H5Aget_space", place)
    let kind = H5Sget_simple_extent_type(space.id)
    let points = kind == H5S_NULL ? 0 : H5Sget_simple_extent_npoints(space.id)
    guard points >= 0, points <= HDF5Attribute.byteLimit else {
      throw .damaged(place: place, what: "attribute of \(points) elements")
    }
    let isScalar = kind == H5S_SCALAR || (kind == H5S_NULL)
    switch try HDF5Type.read(type.id, place) {
    case .text(let byteCount):
      let texts = try HDF5Text.read(
        type, count: Int(points), byteCount: byteCount, space: space, place: place
      ) { memory, target in H5Aread(attribute.id, memory, target) }
      return isScalar ? .string(texts.first ?? "") : .strings(texts)
    case .number(let number, _) where number == .float32 || number == .float64:
      var values = [Double](repeating: 0, count: Int(points))
      if points > 0 {
        try HDF5Library.check(
          H5Aread(attribute.id, ch5_native(ColumnType.float64.code), &values), "H5Aread", place)
      }
      return isScalar && points > 0 ? .double(values[0]) : .doubles(values)
    case .number(let number, _) where number != .bool && number != .uint64:
      var values = [Int64](repeating: 0, count: Int(points))
      if points > 0 {
        try HDF5Library.check(
          H5Aread(attribute.id, ch5_native(ColumnType.int64.code), &values), "H5Aread", place)
      }
      return isScalar && points > 0 ? .int(values[0]) : .ints(values)
    case .number(.uint64, _):
      var values = [UInt64](repeating: 0, count: Int(points))
      if points > 0 {
        try HDF5Library.check(
          H5Aread(attribute.id, ch5_native(ColumnType.uint64.code), &values), "H5Aread", place)
      }
      let signed = values.compactMap { Int64(exactly: $0) }
      guard signed.count == values.count else { return .doubles(values.map { Double($0) }) }
      return isScalar && points > 0 ? .int(signed[0]) : .ints(signed)
    case .number(let number, let stored) where stored.isPlain && number == .bool:
      var values = [UInt8](repeating: 0, count: Int(points))
      if points > 0 {
        try HDF5Library.check(H5Aread(attribute.id, type.id, &values), "H5Aread", place)
      }
      return isScalar && points > 0 ? .int(Int64(values[0])) : .ints(values.map { Int64($0) })
    case let other: return .other(other.name)
    }
  }

  private func open(object path: String) throws(HDF5Error) -> HDF5Handle {
    try HDF5Library.enter(name)
    let path = HDF5Writer.absolute(path)
    let id = H5Oopen(handle.id, path, HDF5Library.byDefault)
    if id >= 0 { return HDF5Handle(id) }
    throw failure(opening: path, "group or dataset", HDF5Library.reason())
  }
}

/// Reading of fixed and variable-length text.
enum HDF5Text {
  /// Reads `count` texts by way of `fetch(memory type, target)`.
  static func read(
    _ type: HDF5Handle, count: Int, byteCount: Int?, space: HDF5Handle, place: String,
    fetch: (hid_t, UnsafeMutableRawPointer) -> herr_t
  ) throws(HDF5Error) -> [String] {
    if count == 0 { return [] }
    guard let byteCount else { return try readVariable(type, count, space, place, fetch) }
    let size = count.multipliedReportingOverflow(by: byteCount)
    guard !size.overflow, size.partialValue <= HDF5Dataset.wholeLimit else {
      throw .tooLarge(
        place: place, byteCount: size.overflow ? Int.max : size.partialValue,
        limit: HDF5Dataset.wholeLimit)
    }
    let isSpacePadded = H5Tget_strpad(type.id) == H5T_STR_SPACEPAD
    var bytes = [UInt8](repeating: 0, count: size.partialValue)
    let status = bytes.withUnsafeMutableBytes { buffer in
      buffer.baseAddress.map { fetch(type.id, $0) } ?? -1
    }
    try HDF5Library.check(status, "reading text", place)
    return (0..<count).map { index in
      let cell = bytes[index * byteCount..<(index + 1) * byteCount]
      var text = cell.prefix { $0 != 0 }
      if isSpacePadded { while text.last == 0x20 { text.removeLast() } }
      return String(decoding: text, as: UTF8.self)
    }
  }

  private static func readVariable(
    _ type: HDF5Handle, _ count: Int, _ space: HDF5Handle, _ place: String,
    _ fetch: (hid_t, UnsafeMutableRawPointer) -> herr_t
  ) throws(HDF5Error) -> [String] {
    guard count <= HDF5Dataset.wholeLimit / 16 else {
      throw .tooLarge(place: place, byteCount: count * 16, limit: HDF5Dataset.wholeLimit)
    }
    var pointers = [UnsafeMutablePointer<CChar>?](repeating: nil, count: count)
    let status = pointers.withUnsafeMutableBytes { buffer in
      buffer.baseAddress.map { fetch(type.id, $0) } ?? -1
    }
    try HDF5Library.check(status, "reading text", place)
    let texts = pointers.map { pointer in pointer.map { String(cString: $0) } ?? "" }
    H5Dvlen_reclaim(type.id, space.id, HDF5Library.byDefault, &pointers)
    return texts
  }
}
