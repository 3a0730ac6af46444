import CHDF5
import Columns
import Kernels

/// A number inside each element of a one-dimensional dataset.
public struct HDF5Field: Equatable, Sendable {
  /// Name of the compound's member; empty for a dataset of numbers.
  public var name: String
  /// Bytes from the start of the element.
  public var offset: Int
  /// What it becomes in memory.
  public var number: ColumnType
  /// How it lies in the file.
  public var stored: HDF5StoredNumber

  var byteCount: Int { number.byteCount }
  var isBigEndian: Bool { stored.isBigEndian }
}

extension HDF5Dataset {
  /// The numbers of each element: itself, or the members of a compound that are numbers.
  public var fields: [HDF5Field] {
    switch type {
    case .number(let number, let stored):
      [HDF5Field(name: "", offset: 0, number: number, stored: stored)]
    case .compound(let members, _):
      members.compactMap { member in
        guard case .number(let number, let stored) = member.type else { return nil }
        return HDF5Field(
          name: member.name, offset: member.offset, number: number, stored: stored)
      }
    default: []
    }
  }
}

/// Reads rows of some fields of a one-dimensional dataset, block after block; one a thread.
///
/// Contiguous data come by `pread`, chunks are decoded outside libhdf5's lock, anything unusual is
/// read by libhdf5. Once its buffers have grown it allocates nothing on the first two ways.
package final class HDF5RowReader {
  /// The fields that are read.
  package let fields: [HDF5Field]
  let dataset: HDF5Dataset
  private let shared: ChunkDecoder
  private var own: ChunkDecoder?
  private var kept: (start: Int, chunk: DecodedChunk?)?
  let way: Way
  private let scratch = ScratchMemory()
  private lazy var rowMemory = RowMemory(fields)

  /// How the bytes are reached.
  enum Way {
    case contiguous(offset: Int)
    case chunks(rows: Int)
    case library
  }

  /// Rows that are gathered at a time from contiguous compounds, or converted by libhdf5.
  private static let pieceBytes = 1 << 18

  /// Prepares for reading `fields` (default: all); `workspace` is shared by the readers of a thread.
  package init(
    _ dataset: HDF5Dataset, fields: [HDF5Field]? = nil, workspace: ChunkDecoder
  ) throws(HDF5Error) {
    let fields = fields ?? dataset.fields
    self.dataset = dataset
    self.fields = fields
    shared = workspace
    guard dataset.shape.count == 1 else {
      throw .wrongShape(place: dataset.place, found: dataset.shape, allowed: "one dimension")
    }
    try dataset.refuseUnsupportedFilter()
    // The library tells the offsets in memory, which differ where a row holds pointers.
    let isPlain =
      fields.allSatisfy { $0.stored.isPlain } && !dataset.type.hasVariableLength
    let isDecodable = dataset.filters.allSatisfy { step in
      [
        FilterStep.deflateNumber, FilterStep.shuffleNumber, FilterStep.fletcherNumber,
        FilterStep.bloscNumber,
      ].contains(step.number)
    }
    let compressors = dataset.filters.filter { step in
      step.number == FilterStep.deflateNumber || step.number == FilterStep.bloscNumber
    }
    let hasBlosc = compressors.contains { $0.number == FilterStep.bloscNumber }
    switch dataset.layout {
    case .contiguous(let offset?) where isPlain: way = .contiguous(offset: offset)
    // Of chunks without filters H5Dread_chunk reads as many bytes as the index says, whatever
    // H5Dget_chunk_storage_size says (1.10.8): a damaged index would write beyond our buffer.
    case .chunked(let chunk)
    where isPlain && isDecodable && compressors.count <= 1 && !dataset.filters.isEmpty:
      let bytes = chunk[0] * dataset.elementByteCount
      guard bytes <= ChunkDecoder.chunkLimit else {
        throw .tooLarge(
          place: dataset.place, byteCount: bytes, limit: ChunkDecoder.chunkLimit)
      }
      way = .chunks(rows: chunk[0])
    default:
      if hasBlosc {
        throw .unsupportedFilter(
          place: dataset.place, filter: "blosc (32001) together with others or unusual numbers")
      }
      way = .library
    }
  }

  /// Reads rows into one buffer a field, native byte order.
  package func read(
    _ rows: Range<Int>, into targets: [UnsafeMutableRawPointer]
  ) throws(HDF5Error) {
    try dataset.check(rows)
    if rows.isEmpty { return }
    switch way {
    case .contiguous(let offset): try readContiguous(rows, offset, targets)
    case .chunks(let chunkRows): try readChunks(rows, chunkRows, targets)
    case .library: try readByLibrary(rows, rows.lowerBound, targets)
    }
    for (field, target) in zip(fields, targets) where field.number == .bool {
      try dataset.requireBools(target, rows.count)
    }
  }

  private func readContiguous(
    _ rows: Range<Int>, _ offset: Int, _ targets: [UnsafeMutableRawPointer]
  ) throws(HDF5Error) {
    let rowBytes = dataset.elementByteCount
    if fields.count == 1 && fields[0].byteCount == rowBytes {
      let bytes = UnsafeMutableRawBufferPointer(
        start: targets[0], count: rows.count * rowBytes)
      try dataset.file.source.read(
        at: offset + rows.lowerBound * rowBytes, into: bytes, dataset.place)
      if fields[0].isBigEndian { nj_swap(targets[0], rows.count, Int32(rowBytes)) }
      return
    }
    let piece = max(1, Self.pieceBytes / rowBytes)
    var row = rows.lowerBound
    while row < rows.upperBound {
      let count = min(piece, rows.upperBound - row)
      let bytes = UnsafeMutableRawBufferPointer(
        start: scratch.reserve(count * rowBytes), count: count * rowBytes)
      try dataset.file.source.read(at: offset + row * rowBytes, into: bytes, dataset.place)
      let done = row - rows.lowerBound
      for (index, field) in fields.enumerated() {
        nj_gather(
          scratch.bytes + field.offset, targets[index] + done * field.byteCount, rowBytes, count,
          Int32(field.byteCount), field.isBigEndian ? 1 : 0)
      }
      row += count
    }
  }

  private func readChunks(
    _ rows: Range<Int>, _ chunkRows: Int, _ targets: [UnsafeMutableRawPointer]
  ) throws(HDF5Error) {
    var row = rows.lowerBound
    while row < rows.upperBound {
      let start = row / chunkRows * chunkRows
      let end = min(rows.upperBound, start + chunkRows)
      let isWhole = row == start && (end == start + chunkRows || end == dataset.count)
      let part = (row - start)..<(end - start)
      let done = row - rows.lowerBound
      if let chunk = try decoded(start, chunkRows, isWhole: isWhole) {
        for (index, field) in fields.enumerated() {
          chunk.copy(field, rows: part, to: targets[index] + done * field.byteCount)
        }
      } else {
        try readByLibrary(row..<end, rows.lowerBound, targets)
      }
      row = end
    }
  }

  /// Chunks that are read in parts are kept in a workspace of this reader's own.
  private func decoded(
    _ start: Int, _ chunkRows: Int, isWhole: Bool
  ) throws(HDF5Error) -> DecodedChunk? {
    if let kept, kept.start == start { return kept.chunk }
    let bytes = chunkRows * dataset.elementByteCount
    if isWhole { return try shared.decode(dataset, start: start, chunkBytes: bytes) }
    let decoder = own ?? ChunkDecoder()
    own = decoder
    kept = nil
    let chunk = try decoder.decode(dataset, start: start, chunkBytes: bytes)
    kept = (start, chunk)
    return chunk
  }

  /// Reads by H5Dread what has no fast way: fill values, conversions, rare filters and layouts.
  private func readByLibrary(
    _ rows: Range<Int>, _ first: Int, _ targets: [UnsafeMutableRawPointer]
  ) throws(HDF5Error) {
    try HDF5Library.enter(dataset.place)
    let memory = try rowMemory.type(dataset)
    let rowBytes = rowMemory.rowBytes
    let piece = max(1, Self.pieceBytes / rowBytes)
    var row = rows.lowerBound
    while row < rows.upperBound {
      let count = min(piece, rows.upperBound - row)
      let target = scratch.reserve(count * rowBytes)
      try dataset.readRows(row, count, memory, target)
      let done = row - first
      for (index, field) in fields.enumerated() {
        nj_gather(
          target + rowMemory.offsets[index], targets[index] + done * field.byteCount, rowBytes,
          count, Int32(field.byteCount), field.stored.isPlain && field.isBigEndian ? 1 : 0)
      }
      row += count
    }
  }
}

/// The packed row of some fields that H5Dread fills; plain numbers keep their stored order.
private struct RowMemory {
  let fields: [HDF5Field]
  private(set) var offsets: [Int] = []
  private(set) var rowBytes = 0
  private var made: HDF5Handle?

  init(_ fields: [HDF5Field]) {
    self.fields = fields
    for field in fields {
      offsets.append(rowBytes)
      rowBytes += field.byteCount
    }
  }

  mutating func type(_ dataset: HDF5Dataset) throws(HDF5Error) -> HDF5Handle {
    if let made { return made }
    let place = dataset.place
    let type: HDF5Handle
    if fields.count == 1 && fields[0].name.isEmpty {
      type =
        fields[0].stored.isPlain
        ? dataset.storedType : HDF5Handle(H5Tcopy(ch5_native(fields[0].number.code)))
    } else {
      type = try HDF5Library.own(H5Tcreate(H5T_COMPOUND, rowBytes), "H5Tcreate", place)
      for (field, offset) in zip(fields, offsets) {
        let index = H5Tget_member_index(dataset.storedType.id, field.name)
        let member = try HDF5Library.own(
          field.stored.isPlain
            ? H5Tget_member_type(dataset.storedType.id, UInt32(max(0, index)))
            : H5Tcopy(ch5_native(field.number.code)), "H5Tget_member_type", place)
        try HDF5Library.check(
          H5Tinsert(type.id, field.name, offset, member.id), "H5Tinsert", place)
      }
    }
    made = type
    return type
  }
}

extension HDF5Dataset {
  /// Reads a slab of rows of a one-dimensional dataset by libhdf5.
  fileprivate func readRows(
    _ first: Int, _ count: Int, _ memoryType: HDF5Handle, _ target: UnsafeMutableRawPointer
  ) throws(HDF5Error) {
    var start = hsize_t(first)
    var length = hsize_t(count)
    let space = try HDF5Library.own(H5Dget_space(handle.id), "H5Dget_space", place)
    try HDF5Library.check(
      H5Sselect_hyperslab(space.id, H5S_SELECT_SET, &start, nil, &length, nil),
      "H5Sselect_hyperslab", place)
    let memory = try HDF5Library.own(
      H5Screate_simple(1, &length, nil), "H5Screate_simple", place)
    try HDF5Library.check(
      H5Dread(handle.id, memoryType.id, memory.id, space.id, HDF5Library.byDefault, target),
      "H5Dread", place)
  }
}
