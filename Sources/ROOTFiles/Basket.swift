/// The decoded bytes of a basket: entries behind each other, and where they begin if they differ.
struct Basket {
  /// Header of a basket behind that of its key: version, sizes, rows, end of the data, a flag.
  private static let tailByteCount = 19
  /// The part of a key with fixed places.
  private static let keyByteCount = 18

  /// Bytes of the entries.
  var data: UnsafeRawBufferPointer
  /// Rows.
  var rows: Int
  /// Big-endian starts of the entries, counted from `offsetOrigin`; nil: none are stored.
  var offsets: UnsafeRawPointer?
  /// What the starts count from.
  var offsetOrigin: Int

  /// A basket on disk with its lengths checked.
  struct Header {
    var headerByteCount: Int
    var contentByteCount: Int
    var dataByteCount: Int
    var rows: Int

    /// Reads the header of the bytes of a basket.
    init(_ bytes: UnsafeRawBufferPointer, place: String) throws(ROOTError) {
      func int32(_ at: Int) -> Int {
        Int(Int32(bigEndian: bytes.loadUnaligned(fromByteOffset: at, as: Int32.self)))
      }
      guard bytes.count > Basket.keyByteCount + Basket.tailByteCount else {
        throw .damaged(place: place, what: "a basket of \(bytes.count) bytes")
      }
      headerByteCount = Int(
        Int16(bigEndian: bytes.loadUnaligned(fromByteOffset: 14, as: Int16.self)))
      contentByteCount = int32(6)
      guard int32(0) == bytes.count,
        headerByteCount >= Basket.keyByteCount + Basket.tailByteCount,
        headerByteCount <= bytes.count, contentByteCount >= 0
      else { throw .damaged(place: place, what: "the header of a basket contradicts its length") }
      guard contentByteCount <= BlockDecompressor.limit else {
        throw .tooLarge(
          place: place, byteCount: contentByteCount, limit: BlockDecompressor.limit)
      }
      rows = int32(headerByteCount - 9)
      dataByteCount = int32(headerByteCount - 5) - headerByteCount
      guard dataByteCount >= 0, dataByteCount <= contentByteCount, rows >= 0 else {
        throw .damaged(place: place, what: "the data of a basket do not fit into it")
      }
    }
  }

  /// Takes a decompressed basket apart.
  init(_ content: UnsafeRawBufferPointer, header: Header) {
    data = UnsafeRawBufferPointer(rebasing: content[..<header.dataByteCount])
    rows = header.rows
    offsetOrigin = header.headerByteCount
    // Behind the data: how many numbers follow, then the starts.
    let rest = content.count - header.dataByteCount
    offsets =
      rest >= 4 * (rows + 1) && rows > 0
      ? content.baseAddress.map { $0 + header.dataByteCount + 4 } : nil
  }

  /// A basket inside of the tree's record.
  init(data: UnsafeRawBufferPointer, rows: Int, offsets: UnsafeRawPointer?, origin: Int) {
    self.data = data
    self.rows = rows
    self.offsets = offsets
    offsetOrigin = origin
  }

  /// Start of an entry in `data`; the end of the data for the one behind the last.
  @inline(__always)
  func start(_ entry: Int, _ offsets: UnsafeRawPointer) -> Int {
    entry == rows
      ? data.count
      : Int(Int32(bigEndian: offsets.loadUnaligned(fromByteOffset: 4 * entry, as: Int32.self)))
        - offsetOrigin
  }
}
