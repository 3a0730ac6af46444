import CBlosc
import CHDF5
import Codecs
import Columns
import Kernels

/// Undoes the filters of chunks outside libhdf5's lock; one decoder and its buffers a thread.
///
/// The byte shuffle is left in place where it can be: members are then taken out of its planes.
package final class ChunkDecoder {
  /// Chunks larger than this are refused.
  static let chunkLimit = 1 << 30

  private let codecs = Decompressor()
  private let raw = ScratchMemory()
  private let first = ScratchMemory()
  private let second = ScratchMemory()

  /// Creates a decoder with empty buffers.
  package init() {}

  /// Fetches and decodes one chunk; `nil` where the chunk was never written.
  ///
  /// The result is valid until the next call.
  func decode(
    _ dataset: HDF5Dataset, start: Int, chunkBytes: Int
  ) throws(HDF5Error) -> DecodedChunk? {
    ch5_silence()
    var offset = hsize_t(start)
    var size: hsize_t = 0
    let place = dataset.place
    // Fails for chunks that were never written: H5Dread then gives the fill value, or the error.
    guard H5Dget_chunk_storage_size(dataset.handle.id, &offset, &size) >= 0 else {
      H5Eclear2(hid_t(H5E_DEFAULT))
      return nil
    }
    if size == 0 { return nil }
    guard size <= hsize_t(dataset.file.source.byteCount) else {
      throw .damaged(place: place, what: "chunk at row \(start) claims \(size) bytes")
    }
    let count = Int(size)
    let bytes = raw.reserve(count)
    var mask: UInt32 = 0
    try HDF5Library.check(
      H5Dread_chunk(dataset.handle.id, HDF5Library.byDefault, &offset, &mask, bytes),
      "H5Dread_chunk", place)
    return try decode(
      count, mask: mask, dataset.filters, chunkBytes: chunkBytes,
      rowBytes: dataset.elementByteCount, Chunk(place: place, start: start))
  }

  /// Which chunk, for messages.
  private struct Chunk {
    var place: String
    var start: Int
    func damaged(_ what: String) -> HDF5Error {
      .damaged(place: place, what: "chunk at row \(start): \(what)")
    }
  }

  private struct State {
    var bytes: UnsafeMutableRawPointer
    var count: Int
    var planes: Int?
  }

  private func decode(
    _ count: Int, mask: UInt32, _ filters: [FilterStep], chunkBytes: Int, rowBytes: Int,
    _ chunk: Chunk
  ) throws(HDF5Error) -> DecodedChunk {
    var state = State(bytes: raw.bytes, count: count, planes: nil)
    // What the bytes must count to before each step, known while only checksums were added.
    var applied = 0
    var checksums = 0
    for (index, step) in filters.enumerated() where mask >> UInt32(min(index, 31)) & 1 == 0 {
      applied += 1
      if step.number == FilterStep.fletcherNumber { checksums += 1 }
    }
    for index in filters.indices.reversed() where mask >> UInt32(min(index, 31)) & 1 == 0 {
      applied -= 1
      let step = filters[index]
      switch step.number {
      case FilterStep.fletcherNumber:
        checksums -= 1
        try verify(&state, chunk)
      case FilterStep.deflateNumber:
        try inflate(&state, chunkBytes + 4 * checksums, chunk)
      case FilterStep.shuffleNumber:
        try unshuffle(
          &state, step, isLast: applied == 0, chunkBytes: chunkBytes, rowBytes: rowBytes, chunk)
      case FilterStep.bloscNumber:
        try unblosc(
          &state, chunkBytes + 4 * checksums, isLast: applied == 0, rowBytes: rowBytes, chunk)
      default: throw .unsupportedFilter(place: chunk.place, filter: step.name)
      }
    }
    guard state.count == chunkBytes else {
      throw chunk.damaged("\(state.count) bytes decoded of \(chunkBytes)")
    }
    return DecodedChunk(
      bytes: UnsafeRawPointer(state.bytes), byteCount: chunkBytes, rowBytes: rowBytes,
      planeBlockBytes: state.planes)
  }

  /// The buffer that does not hold `bytes` now.
  private func spare(_ bytes: UnsafeMutableRawPointer, _ count: Int) -> UnsafeMutableRawPointer {
    bytes == first.bytes ? second.reserve(count) : first.reserve(count)
  }

  private func verify(_ state: inout State, _ chunk: Chunk) throws(HDF5Error) {
    guard state.count >= 4 else { throw chunk.damaged("no room for its checksum") }
    state.count -= 4
    let stored = UInt32(
      littleEndian: state.bytes.loadUnaligned(fromByteOffset: state.count, as: UInt32.self))
    let found = nj_fletcher32(state.bytes, state.count)
    // Old big-endian writers swapped the bytes of each half.
    let swapped = (found & 0x00ff_00ff) << 8 | (found & 0xff00_ff00) >> 8
    guard stored == found || stored == swapped else { throw chunk.damaged("wrong checksum") }
  }

  private func inflate(
    _ state: inout State, _ expected: Int, _ chunk: Chunk
  ) throws(HDF5Error) {
    guard expected <= Decompressor.mostOfZlib(state.count) else {
      throw chunk.damaged("\(state.count) bytes cannot hold \(expected)")
    }
    let target = spare(state.bytes, expected)
    guard
      codecs.decompress(
        .zlib, .init(start: state.bytes, count: state.count),
        into: .init(start: target, count: expected))
    else { throw chunk.damaged("its deflate stream is broken") }
    state = State(bytes: target, count: expected, planes: nil)
  }

  private func unshuffle(
    _ state: inout State, _ step: FilterStep, isLast: Bool, chunkBytes: Int, rowBytes: Int,
    _ chunk: Chunk
  ) throws(HDF5Error) {
    let width = step.parameters.first.map { Int($0) } ?? rowBytes
    guard width > 0 else { throw chunk.damaged("shuffle of width 0") }
    let elements = state.count / width
    if width == 1 || elements <= 1 { return }
    if isLast && width == rowBytes && state.count == chunkBytes {
      state.planes = chunkBytes
      return
    }
    let target = spare(state.bytes, state.count)
    nj_unshuffle(state.bytes, target, elements, 0, elements, Int32(clamping: width), 0)
    let rest = elements * width
    (target + rest).copyMemory(from: state.bytes + rest, byteCount: state.count - rest)
    state.bytes = target
  }

  private func unblosc(
    _ state: inout State, _ expected: Int, isLast: Bool, rowBytes: Int, _ chunk: Chunk
  ) throws(HDF5Error) {
    var claimed = 0
    guard state.count >= 16, blosc_cbuffer_validate(state.bytes, state.count, &claimed) == 0,
      claimed == expected
    else { throw chunk.damaged("its Blosc header is broken") }
    let flags = state.bytes.load(fromByteOffset: 2, as: UInt8.self)
    let width = Int(state.bytes.load(fromByteOffset: 3, as: UInt8.self))
    let block = Int(
      UInt32(littleEndian: state.bytes.loadUnaligned(fromByteOffset: 8, as: UInt32.self)))
    let target = spare(state.bytes, expected)
    let isShuffled = flags & 1 != 0 && flags & 2 == 0 && flags & 4 == 0
    let keepsPlanes =
      isLast && isShuffled && width == rowBytes && width > 1 && block > 0 && block % width == 0
      && expected % width == 0
    // Without its shuffle flag libblosc leaves the planes, and members are taken out of them.
    if keepsPlanes { state.bytes.storeBytes(of: flags & ~1, toByteOffset: 2, as: UInt8.self) }
    let written = blosc_decompress_ctx(state.bytes, target, expected, 1)
    guard Int(written) == expected else { throw chunk.damaged("its Blosc stream is broken") }
    state = State(bytes: target, count: expected, planes: keepsPlanes ? block : nil)
  }
}

/// The bytes of a chunk of rows, possibly still in planes of bytes.
struct DecodedChunk {
  let bytes: UnsafeRawPointer
  let byteCount: Int
  let rowBytes: Int
  /// Length of the blocks that were shuffled on their own; `nil` if rows lie as they are.
  let planeBlockBytes: Int?

  /// Takes one member out of some rows.
  func copy(
    _ field: HDF5Field, rows: Range<Int>, to target: UnsafeMutableRawPointer
  ) {
    let width = Int32(field.byteCount)
    let swap: Int32 = field.isBigEndian ? 1 : 0
    guard let planeBlockBytes else {
      nj_gather(
        bytes + rows.lowerBound * rowBytes + field.offset, target, rowBytes, rows.count, width,
        swap)
      return
    }
    let blockRows = planeBlockBytes / rowBytes
    let total = byteCount / rowBytes
    var row = rows.lowerBound
    var out = target
    while row < rows.upperBound {
      let start = row / blockRows * blockRows
      let length = min(blockRows, total - start)
      let part = min(rows.upperBound, start + length) - row
      nj_unshuffle(
        bytes + start * rowBytes + field.offset * length, out, length, row - start, part, width,
        swap)
      row += part
      out += part * field.byteCount
    }
  }
}
