import CHDF5
import Columns
import Kernels

extension HDF5Dataset {
  /// Whole datasets larger than this are refused; rows of large ones are read in blocks.
  static let wholeLimit = 1 << 30

  /// Reads all elements as doubles, row-major; integers beyond 2^53 are rounded, bool is 0 or 1.
  public func doubles() throws(HDF5Error) -> [Double] {
    let number = try numberType()
    switch number {
    case .float64: return try values(of: Double.self)
    case .float32: return try values(of: Float.self).map { Double($0) }
    case .int8: return try values(of: Int8.self).map { Double($0) }
    case .int16: return try values(of: Int16.self).map { Double($0) }
    case .int32: return try values(of: Int32.self).map { Double($0) }
    case .int64: return try values(of: Int64.self).map { Double($0) }
    case .uint8: return try values(of: UInt8.self).map { Double($0) }
    case .uint16: return try values(of: UInt16.self).map { Double($0) }
    case .uint32: return try values(of: UInt32.self).map { Double($0) }
    case .uint64: return try values(of: UInt64.self).map { Double($0) }
    case .bool: return try values(of: Bool.self).map { $0 ? 1 : 0 }
    }
  }

  /// Reads all elements as 64-bit integers; floating point and uint64 beyond Int64 are refused.
  public func integers() throws(HDF5Error) -> [Int64] {
    let number = try numberType()
    switch number {
    case .int8: return try values(of: Int8.self).map { Int64($0) }
    case .int16: return try values(of: Int16.self).map { Int64($0) }
    case .int32: return try values(of: Int32.self).map { Int64($0) }
    case .int64: return try values(of: Int64.self)
    case .uint8: return try values(of: UInt8.self).map { Int64($0) }
    case .uint16: return try values(of: UInt16.self).map { Int64($0) }
    case .uint32: return try values(of: UInt32.self).map { Int64($0) }
    case .uint64:
      let wide = try values(of: UInt64.self)
      let narrow = wide.compactMap { Int64(exactly: $0) }
      guard narrow.count == wide.count else {
        throw .unsupportedType(
          place: place, found: "uint64 beyond 2^63 - 1", allowed: "values that fit int64")
      }
      return narrow
    case .bool: return try values(of: Bool.self).map { $0 ? 1 : 0 }
    case .float32, .float64:
      throw .unsupportedType(place: place, found: number.rawValue, allowed: "integers")
    }
  }

  /// Reads all elements as text.
  public func strings() throws(HDF5Error) -> [String] {
    guard case .text(let byteCount) = type else {
      throw .unsupportedType(place: place, found: type.name, allowed: "text")
    }
    try HDF5Library.enter(place)
    try refuseUnsupportedFilter()
    let space = try HDF5Library.own(H5Dget_space(handle.id), "H5Dget_space", place)
    let id = handle.id
    return try HDF5Text.read(
      storedType, count: count, byteCount: byteCount, space: space, place: place
    ) { memory, target in
      H5Dread(id, memory, HDF5Library.all, HDF5Library.all, HDF5Library.byDefault, target)
    }
  }

  /// Reads all elements as they are, row-major; the type must be the one stored.
  public func values<T: HDF5Element>(of element: T.Type) throws(HDF5Error) -> [T] {
    if shape.count == 1 { return try values(of: element, rows: 0..<count) }
    try require(element)
    let buffer = try allocate(element, count)
    defer { buffer.deallocate() }
    try readWhole(into: UnsafeMutableRawBufferPointer(buffer))
    return Array(buffer)
  }

  /// Reads rows of a one-dimensional dataset as they are; the type must be the one stored.
  public func values<T: HDF5Element>(
    of element: T.Type, rows: Range<Int>
  ) throws(HDF5Error) -> [T] {
    try require(element)
    try check(rows)
    let buffer = try allocate(element, rows.count)
    defer { buffer.deallocate() }
    try read(rows: rows, into: UnsafeMutableRawBufferPointer(buffer))
    return Array(buffer)
  }

  /// Reads rows of a one-dimensional dataset of numbers into memory, native byte order.
  ///
  /// For many blocks of one dataset keep an `HDF5RowReader`.
  public func read(
    rows: Range<Int>, into destination: UnsafeMutableRawBufferPointer
  ) throws(HDF5Error) {
    let number = try numberType()
    try check(rows)
    guard destination.count >= rows.count * number.byteCount else {
      throw .tooLarge(
        place: place, byteCount: rows.count * number.byteCount, limit: destination.count)
    }
    guard let base = destination.baseAddress, !rows.isEmpty else { return }
    let reader = try HDF5RowReader(self, workspace: ChunkDecoder())
    try reader.read(rows, into: [base])
  }

  /// The type in memory, for datasets of numbers.
  public func numberType() throws(HDF5Error) -> ColumnType {
    guard case .number(let number, _) = type else {
      throw .unsupportedType(place: place, found: type.name, allowed: "numbers")
    }
    return number
  }

  private func require<T: HDF5Element>(_ element: T.Type) throws(HDF5Error) {
    let number = try numberType()
    guard number == T.number else {
      throw .unsupportedType(place: place, found: number.rawValue, allowed: T.number.rawValue)
    }
  }

  func check(_ rows: Range<Int>) throws(HDF5Error) {
    guard shape.count == 1 else {
      throw .wrongShape(place: place, found: shape, allowed: "one dimension")
    }
    guard rows.lowerBound >= 0, rows.upperBound <= count else {
      throw .outOfRange(place: place, rows: rows, count: count)
    }
  }

  private func allocate<T: HDF5Element>(
    _ element: T.Type, _ count: Int
  ) throws(HDF5Error) -> UnsafeMutableBufferPointer<T> {
    let size = count.multipliedReportingOverflow(by: T.number.byteCount)
    guard !size.overflow, size.partialValue <= Self.wholeLimit else {
      throw .tooLarge(
        place: place, byteCount: size.overflow ? Int.max : size.partialValue,
        limit: Self.wholeLimit)
    }
    return .allocate(capacity: count)
  }

  func refuseUnsupportedFilter() throws(HDF5Error) {
    if let step = unsupportedFilter {
      throw .unsupportedFilter(place: place, filter: step.name)
    }
  }

  /// Reads all elements of any shape.
  private func readWhole(into target: UnsafeMutableRawBufferPointer) throws(HDF5Error) {
    guard case .number(let number, let stored) = type, count > 0, let base = target.baseAddress
    else { return }
    if stored.isPlain, case .contiguous(let offset?) = layout {
      try file.source.read(at: offset, into: target, place)
    } else {
      try HDF5Library.enter(place)
      try refuseUnsupportedFilter()
      let memory = stored.isPlain ? storedType.id : ch5_native(number.code)
      try HDF5Library.check(
        H5Dread(
          handle.id, memory, HDF5Library.all, HDF5Library.all, HDF5Library.byDefault, base),
        "H5Dread", place)
    }
    if stored.isPlain && stored.isBigEndian { nj_swap(base, count, Int32(number.byteCount)) }
    if number == .bool { try requireBools(base, count) }
  }

  /// Bit fields of one byte are PyTables' bool only where each is 0 or 1.
  func requireBools(_ values: UnsafeRawPointer, _ count: Int) throws(HDF5Error) {
    guard nj_are_bools(values, count) == 0 else { return }
    throw .unsupportedType(
      place: place, found: "a bit field with values beyond 1", allowed: "bool as 0 or 1")
  }
}
