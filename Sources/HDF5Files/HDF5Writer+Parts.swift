import CHDF5

extension HDF5Writer {
  /// Creates a dataset and its parent groups; the parts that `write` fills.
  func create(
    _ path: String, type: HDF5Handle, shape: [Int], count: Int, storage: Storage,
    allocateEarly: Bool = false
  ) throws(HDF5Error) -> HDF5Handle {
    let id = try open()
    let path = Self.absolute(path)
    guard shape.reduce(1, *) == count else {
      throw .wrongShape(place: place(path), found: shape, allowed: "a product of \(count)")
    }
    if let slash = path.lastIndex(of: "/") { try createGroup(String(path[..<slash])) }
    let lengths = shape.map { hsize_t($0) }
    let space = try HDF5Library.own(
      shape.isEmpty
        ? H5Screate(H5S_SCALAR) : H5Screate_simple(Int32(shape.count), lengths, nil),
      "H5Screate_simple", place(path))
    let options = try HDF5Library.own(
      H5Pcreate(ch5_p_dataset_create()), "H5Pcreate", place(path))
    try HDF5Library.check(
      H5Pset_obj_track_times(options.id, false), "H5Pset_obj_track_times", place(path))
    if allocateEarly {
      try HDF5Library.check(
        H5Pset_alloc_time(options.id, H5D_ALLOC_TIME_EARLY), "H5Pset_alloc_time", place(path))
      try HDF5Library.check(
        H5Pset_fill_time(options.id, H5D_FILL_TIME_NEVER), "H5Pset_fill_time", place(path))
    }
    try apply(storage, to: options, path)
    return try HDF5Library.own(
      H5Dcreate2(
        id, path, type.id, space.id, HDF5Library.byDefault, options.id, HDF5Library.byDefault),
      "H5Dcreate2", place(path))
  }

  private func apply(
    _ storage: Storage, to options: HDF5Handle, _ path: String
  ) throws(HDF5Error) {
    guard let chunk = storage.chunk else {
      guard storage.deflate == nil, !storage.shuffle, !storage.fletcher32 else {
        throw .unwritable(place: place(path), reason: "filters need a chunk shape")
      }
      return
    }
    try HDF5Library.check(
      H5Pset_chunk(options.id, Int32(chunk.count), chunk.map { hsize_t($0) }), "H5Pset_chunk",
      place(path))
    if storage.shuffle {
      try HDF5Library.check(H5Pset_shuffle(options.id), "H5Pset_shuffle", place(path))
    }
    if let level = storage.deflate {
      try HDF5Library.check(
        H5Pset_deflate(options.id, UInt32(clamping: level)), "H5Pset_deflate", place(path))
    }
    if storage.fletcher32 {
      try HDF5Library.check(H5Pset_fletcher32(options.id), "H5Pset_fletcher32", place(path))
    }
  }

  /// A UTF-8 text type, of variable length where `byteCount` is `nil`.
  func textType(byteCount: Int?, _ path: String) throws(HDF5Error) -> HDF5Handle {
    let type = try HDF5Library.own(H5Tcopy(ch5_c_s1()), "H5Tcopy", place(path))
    try HDF5Library.check(
      H5Tset_size(type.id, byteCount ?? ch5_variable()), "H5Tset_size", place(path))
    try HDF5Library.check(H5Tset_cset(type.id, H5T_CSET_UTF8), "H5Tset_cset", place(path))
    return type
  }

  /// Calls `body` with pointers to zero-terminated copies of the texts.
  func withCStrings(
    _ values: [String], _ path: String, _ body: (UnsafePointer<UnsafePointer<CChar>?>?) -> herr_t
  ) throws(HDF5Error) -> herr_t {
    var bytes: [CChar] = []
    var starts: [Int] = []
    for value in values {
      guard !value.utf8.contains(0) else {
        throw .unwritable(place: place(path), reason: "text with a zero byte")
      }
      starts.append(bytes.count)
      bytes.append(contentsOf: value.utf8.lazy.map { CChar(bitPattern: $0) })
      bytes.append(0)
    }
    return bytes.withUnsafeBufferPointer { buffer in
      let pointers = starts.map { start in buffer.baseAddress.map { $0 + start } }
      return pointers.withUnsafeBufferPointer { body($0.baseAddress) }
    }
  }

  func setAttributes(
    _ path: String, _ attributes: [String: HDF5Attribute.Value]
  ) throws(HDF5Error) {
    for (name, value) in attributes.sorted(by: { $0.key < $1.key }) {
      try setAttribute(path, name, value)
    }
  }

  /// Sets an attribute of a group or dataset ("/" is the root group), replacing one of that name.
  public func setAttribute(
    _ path: String, _ name: String, _ value: HDF5Attribute.Value
  ) throws(HDF5Error) {
    switch value {
    case .string(let text): try setTexts(path, name, [text], isScalar: true)
    case .strings(let texts): try setTexts(path, name, texts, isScalar: false)
    case .int(let number): try setNumbers(path, name, [number], isScalar: true)
    case .ints(let numbers): try setNumbers(path, name, numbers, isScalar: false)
    case .double(let number): try setNumbers(path, name, [number], isScalar: true)
    case .doubles(let numbers): try setNumbers(path, name, numbers, isScalar: false)
    case .other(let description):
      throw .unsupportedType(
        place: place(path), found: description, allowed: "text, integers and doubles")
    }
  }

  private func setTexts(
    _ path: String, _ name: String, _ texts: [String], isScalar: Bool
  ) throws(HDF5Error) {
    let type = try textType(byteCount: nil, path)
    let attribute = try createAttribute(
      path, name, type: type, length: isScalar ? nil : texts.count)
    let status = try withCStrings(texts, path) { pointers in
      texts.isEmpty ? 0 : H5Awrite(attribute.id, type.id, pointers)
    }
    try HDF5Library.check(status, "H5Awrite", place(path))
  }

  /// Writes text of fixed length as PyTables does; empty text has no data space.
  func setFixedText(_ path: String, _ name: String, _ text: String) throws(HDF5Error) {
    let type = try textType(byteCount: max(1, text.utf8.count), path)
    let space = try HDF5Library.own(
      H5Screate(text.isEmpty ? H5S_NULL : H5S_SCALAR), "H5Screate", place(path))
    let attribute = try createAttribute(path, name, type: type, space: space)
    if text.isEmpty { return }
    let status = Array(text.utf8).withUnsafeBytes { bytes in
      H5Awrite(attribute.id, type.id, bytes.baseAddress)
    }
    try HDF5Library.check(status, "H5Awrite", place(path))
  }

  /// Writes a zero of PyTables' bool type.
  func setFalse(_ path: String, _ name: String) throws(HDF5Error) {
    let type = try HDF5Library.own(H5Tcopy(ch5_bits8()), "H5Tcopy", place(path))
    let attribute = try createAttribute(path, name, type: type, length: nil)
    var value: UInt8 = 0
    try HDF5Library.check(H5Awrite(attribute.id, type.id, &value), "H5Awrite", place(path))
  }

  func setNumbers<T: HDF5Element>(
    _ path: String, _ name: String, _ values: [T], isScalar: Bool
  ) throws(HDF5Error) {
    let type = try T.number.storedType(bigEndian: false, place: place(path))
    let memory = try T.number.memoryType(place: place(path))
    let attribute = try createAttribute(
      path, name, type: type, length: isScalar ? nil : values.count)
    let status = values.withUnsafeBytes { bytes in
      bytes.isEmpty ? 0 : H5Awrite(attribute.id, memory.id, bytes.baseAddress)
    }
    try HDF5Library.check(status, "H5Awrite", place(path))
  }

  private func createAttribute(
    _ path: String, _ name: String, type: HDF5Handle, length: Int?
  ) throws(HDF5Error) -> HDF5Handle {
    var lengths = [hsize_t(length ?? 0)]
    let space = try HDF5Library.own(
      length == nil ? H5Screate(H5S_SCALAR) : H5Screate_simple(1, &lengths, nil),
      "H5Screate_simple", place(path))
    return try createAttribute(path, name, type: type, space: space)
  }

  private func createAttribute(
    _ path: String, _ name: String, type: HDF5Handle, space: HDF5Handle
  ) throws(HDF5Error) -> HDF5Handle {
    let id = try open()
    let path = Self.absolute(path)
    let object = try HDF5Library.own(
      H5Oopen(id, path, HDF5Library.byDefault), "H5Oopen", place(path))
    if H5Aexists(object.id, name) > 0 {
      try HDF5Library.check(H5Adelete(object.id, name), "H5Adelete", place(path))
    }
    return try HDF5Library.own(
      H5Acreate2(object.id, name, type.id, space.id, HDF5Library.byDefault, HDF5Library.byDefault),
      "H5Acreate2",
      place(path))
  }
}
