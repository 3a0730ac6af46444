import CHDF5

/// A dataset of an open file; safe to use from several threads.
public final class HDF5Dataset: @unchecked Sendable {
  /// Where the elements lie in the file.
  public enum Layout: Equatable, Sendable {
    /// In the object's header.
    case compact
    /// One after another; `offset` counts from the start of the file, `nil` if nothing is stored.
    case contiguous(offset: Int?)
    /// In chunks of this shape.
    case chunked([Int])
  }

  /// The file it belongs to.
  public let file: HDF5File
  /// Absolute path.
  public let path: String
  /// Lengths of the dimensions; empty for a scalar, `[0]` for a null data space.
  public let shape: [Int]
  /// Type of the elements as stored.
  public let type: HDF5Type
  /// Where the elements lie.
  public let layout: Layout
  /// The filter pipeline in the order of writing.
  public let filters: [FilterStep]
  /// Number of elements.
  public let count: Int
  /// Bytes of one element in the file.
  public let elementByteCount: Int

  let handle: HDF5Handle
  let storedType: HDF5Handle
  /// Name for messages.
  var place: String { file.place(path) }

  init(file: HDF5File, path: String) throws(HDF5Error) {
    try HDF5Library.enter(file.name)
    let path = HDF5Writer.absolute(path)
    let place = file.place(path)
    self.file = file
    self.path = path
    let id = H5Dopen2(file.handle.id, path, HDF5Library.byDefault)
    guard id >= 0 else {
      throw file.failure(opening: path, "dataset", HDF5Library.reason())
    }
    handle = HDF5Handle(id)
    let options = try HDF5Library.own(H5Dget_create_plist(id), "H5Dget_create_plist", place)
    // The layout comes first: asking a virtual dataset for its shape may open other files.
    let layoutClass = H5Pget_layout(options.id)
    guard layoutClass != H5D_VIRTUAL else { throw .virtualDataset(place: place) }
    let externalFiles = H5Pget_external_count(options.id)
    guard externalFiles == 0 else { throw .externalStorage(place: place) }
    storedType = try HDF5Library.own(H5Dget_type(id), "H5Dget_type", place)
    type = try HDF5Type.read(storedType.id, place)
    elementByteCount = H5Tget_size(storedType.id)
    shape = try Self.shape(id, place)
    count = try Self.product(shape, place)
    filters = try Self.filters(options, place)
    layout = try Self.layout(
      id, layoutClass, options, rank: shape.count, bytes: (count, elementByteCount), file, place)
  }

  private static func shape(_ id: hid_t, _ place: String) throws(HDF5Error) -> [Int] {
    let space = try HDF5Library.own(H5Dget_space(id), "H5Dget_space", place)
    let kind = H5Sget_simple_extent_type(space.id)
    if kind == H5S_NULL { return [0] }
    if kind == H5S_SCALAR { return [] }
    let rank = H5Sget_simple_extent_ndims(space.id)
    guard rank >= 0, rank <= 32 else {
      throw .damaged(place: place, what: "data space of rank \(rank)")
    }
    var lengths = [hsize_t](repeating: 0, count: Int(rank))
    try HDF5Library.check(
      H5Sget_simple_extent_dims(space.id, &lengths, nil), "H5Sget_simple_extent_dims", place)
    return lengths.map { Int(clamping: $0) }
  }

  private static func product(_ lengths: [Int], _ place: String) throws(HDF5Error) -> Int {
    var product = 1
    for length in lengths {
      let next = product.multipliedReportingOverflow(by: length)
      guard !next.overflow, next.partialValue <= Int.max / 65_536 else {
        throw .wrongShape(place: place, found: lengths, allowed: "at most 2^47 elements")
      }
      product = next.partialValue
    }
    return product
  }

  private static func filters(
    _ options: HDF5Handle, _ place: String
  ) throws(HDF5Error) -> [FilterStep] {
    let count = H5Pget_nfilters(options.id)
    try HDF5Library.check(count, "H5Pget_nfilters", place)
    var steps: [FilterStep] = []
    for index in 0..<UInt32(count) {
      var flags: UInt32 = 0
      var parameters = [UInt32](repeating: 0, count: 64)
      var used = parameters.count
      var configuration: UInt32 = 0
      let number = H5Pget_filter2(
        options.id, index, &flags, &used, &parameters, 0, nil, &configuration)
      try HDF5Library.check(number, "H5Pget_filter2", place)
      steps.append(
        FilterStep(
          number: Int(number), isOptional: flags & UInt32(H5Z_FLAG_OPTIONAL) != 0,
          parameters: Array(parameters.prefix(used))))
    }
    return steps
  }

  private static func layout(
    _ id: hid_t, _ layoutClass: H5D_layout_t, _ options: HDF5Handle, rank: Int,
    bytes: (count: Int, each: Int), _ file: HDF5File, _ place: String
  ) throws(HDF5Error) -> Layout {
    switch layoutClass {
    case H5D_COMPACT: return .compact
    case H5D_CONTIGUOUS:
      let offset = H5Dget_offset(id)
      guard offset != ch5_haddr_undef() else { return .contiguous(offset: nil) }
      let size = bytes.count.multipliedReportingOverflow(by: bytes.each)
      guard !size.overflow, let start = Int(exactly: offset),
        start <= file.source.byteCount, size.partialValue <= file.source.byteCount - start
      else {
        throw .damaged(
          place: place,
          what: "\(bytes.count) elements at byte \(offset) do not fit the file of "
            + "\(file.source.byteCount) bytes")
      }
      return .contiguous(offset: start)
    case H5D_CHUNKED:
      var lengths = [hsize_t](repeating: 0, count: 33)
      let found = H5Pget_chunk(options.id, 33, &lengths)
      let chunk = lengths.prefix(Int(max(0, found))).map { Int(clamping: $0) }
      guard Int(found) == rank, !chunk.contains(0) else {
        throw .damaged(place: place, what: "chunk shape \(chunk) for \(rank) dimensions")
      }
      _ = try product(chunk, place)
      return .chunked(chunk)
    default:
      throw .unsupportedType(
        place: place, found: "unknown layout", allowed: "compact, contiguous, chunked")
    }
  }

  /// Reads an attribute; `nil` where there is none.
  public func attribute(_ name: String) throws(HDF5Error) -> HDF5Attribute.Value? {
    try file.attribute(path, name)
  }

  /// Rows of a chunk where there are more chunks than the file can hold; `nil` where they fit.
  package var chunkRowsBeyondFile: Int? {
    // Every stored chunk needs some bytes of index or data.
    guard case .chunked(let chunk) = layout, count / chunk[0] > 64 + file.byteCount / 4 else {
      return nil
    }
    return chunk[0]
  }

  /// The first filter that cannot be undone here; `nil` if all can.
  public var unsupportedFilter: FilterStep? {
    filters.first { step in
      switch step.number {
      case FilterStep.deflateNumber, FilterStep.shuffleNumber, FilterStep.fletcherNumber:
        return false
      case FilterStep.bloscNumber: return shape.count != 1
      default:
        ch5_silence()
        return H5Zfilter_avail(H5Z_filter_t(step.number)) <= 0
      }
    }
  }
}

extension HDF5File {
  /// Opens a dataset.
  public func dataset(_ path: String) throws(HDF5Error) -> HDF5Dataset {
    try HDF5Dataset(file: self, path: path)
  }
}
