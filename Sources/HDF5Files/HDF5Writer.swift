/// Writes a small HDF5 file in memory and returns its bytes, the same for the same calls.
///
/// No times are stored. Parent groups are made as needed. Use from one thread.
public final class HDF5Writer {
  /// Options of one dataset's storage.
  public struct Storage: Equatable, Sendable {
    /// Chunk shape; `nil` is contiguous.
    public var chunk: [Int]?
    /// Deflate level 1 to 9, or `nil`; needs `chunk`.
    public var deflate: Int?
    /// Whether bytes are shuffled before compression; needs `chunk`.
    public var shuffle: Bool
    /// Whether chunks carry a Fletcher checksum; needs `chunk`.
    public var fletcher32: Bool
    /// Whether values are stored big-endian.
    public var bigEndian: Bool

    /// Creates storage options; the default is contiguous and uncompressed.
    public init(
      chunk: [Int]? = nil, deflate: Int? = nil, shuffle: Bool = false, fletcher32: Bool = false,
      bigEndian: Bool = false
    ) {
      self.chunk = chunk
      self.deflate = deflate
      self.shuffle = shuffle
      self.fletcher32 = fletcher32
      self.bigEndian = bigEndian
    }
  }

  /// Starts an empty file; `userBlock` is 0 or a power of two from 512 bytes on.
  public init(userBlock: Int = 0) throws(HDF5Error) { fatalError("not written yet") }

  /// Creates a group and its parents; does nothing where it exists.
  public func createGroup(_ path: String) throws(HDF5Error) { fatalError("not written yet") }

  /// Writes numbers as a new dataset of the given shape, row-major (default: one dimension).
  public func write<T: HDF5Element>(
    _ path: String, _ values: [T], shape: [Int]? = nil,
    attributes: [String: HDF5Attribute.Value] = [:], storage: Storage = Storage()
  ) throws(HDF5Error) { fatalError("not written yet") }

  /// Writes text as a new dataset of variable-length UTF-8 strings.
  public func write(
    _ path: String, _ values: [String], shape: [Int]? = nil,
    attributes: [String: HDF5Attribute.Value] = [:]
  ) throws(HDF5Error) { fatalError("not written yet") }

  /// Sets an attribute of a group or dataset ("/" is the root group).
  public func setAttribute(
    _ path: String, _ name: String, _ value: HDF5Attribute.Value
  ) throws(HDF5Error) { fatalError("not written yet") }

  /// Makes a dataset a dimension scale (an axis) of the given name.
  public func makeScale(_ path: String, name: String) throws(HDF5Error) {
    fatalError("not written yet")
  }

  /// Attaches an axis to one dimension of a dataset.
  public func attachScale(
    dataset: String, scale: String, dimension: Int = 0
  ) throws(HDF5Error) { fatalError("not written yet") }

  /// Closes the file and returns its bytes; the writer cannot be used afterwards.
  public func finish() throws(HDF5Error) -> [UInt8] { fatalError("not written yet") }
}
