/// Writes a large file of contiguous columns of known length with bounded memory.
///
/// Metadata come first; the values are then written in any order, from any thread, straight to
/// their place in the file. The file appears under its name only in `finish`.
public final class ColumnFileWriter: @unchecked Sendable {
  /// One column to be written.
  public struct Column: Equatable, Sendable {
    /// Full path of the dataset, as `events/mass`.
    public var path: String
    /// Type of the values.
    public var number: HDF5Number
    /// Number of values.
    public var count: Int
    /// Attributes of the dataset (`units`, `long_name`).
    public var attributes: [String: HDF5Attribute.Value]

    /// Describes a column.
    public init(
      path: String, number: HDF5Number, count: Int,
      attributes: [String: HDF5Attribute.Value] = [:]
    ) {
      self.path = path
      self.number = number
      self.count = count
      self.attributes = attributes
    }
  }

  /// The columns, in the order in which they were given.
  public let columns: [Column]

  /// Creates `path.partial` with all metadata; `metadata` may add groups, attributes, small datasets.
  public init(
    path: String, columns: [Column], userBlock: Int = 0,
    metadata: (HDF5Writer) throws(HDF5Error) -> Void = { _ throws(HDF5Error) in }
  ) throws(HDF5Error) { fatalError("not written yet") }

  /// Writes values of one column (an index into `columns`) from a row on; thread-safe.
  public func write(
    _ bytes: UnsafeRawBufferPointer, column: Int, row: Int
  ) throws(HDF5Error) { fatalError("not written yet") }

  /// Writes values of one column (an index into `columns`) from a row on; thread-safe.
  public func write<T: HDF5Element>(
    _ values: [T], column: Int, row: Int
  ) throws(HDF5Error) { fatalError("not written yet") }

  /// Fills the user block, syncs the file and gives it its name.
  public func finish(userBlock: [UInt8] = []) throws(HDF5Error) { fatalError("not written yet") }

  /// Removes the unfinished file.
  public func cancel() {}
}
