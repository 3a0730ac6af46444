/// Writes a PyTables table as basf2's `VariablesToHDF5` does: one compound dataset under "/".
public final class PyTablesWriter {
  /// One member of the row.
  public struct Column: Equatable, Sendable {
    /// Name, any text without a slash.
    public var name: String
    /// Type of the values.
    public var number: HDF5Number

    /// Describes a column.
    public init(name: String, number: HDF5Number) {
      self.name = name
      self.number = number
    }
  }

  /// How chunks are compressed.
  public enum Compression: Equatable, Sendable {
    case none
    /// Blosc 1 with the given compressor, level 1 to 9.
    case blosc(Compressor, level: Int)
    /// Shuffle and deflate, level 1 to 9.
    case deflate(level: Int)
  }

  /// Compressors inside Blosc 1.
  public enum Compressor: String, Sendable, CaseIterable {
    case blosclz, lz4, lz4hc, zlib, zstd
  }

  /// Creates `path.partial` with an empty table; chunk length follows PyTables' rule.
  public init(
    path: String, table: String, columns: [Column], title: String = "",
    fileTitle: String = "Belle2 Variables to HDF5",
    compression: Compression = .blosc(.lz4, level: 1)
  ) throws(HDF5Error) { fatalError("not written yet") }

  /// Appends rows given column by column, native byte order, one pointer a column.
  public func append(rows: Int, columns: [UnsafeRawPointer]) throws(HDF5Error) {
    fatalError("not written yet")
  }

  /// Writes the last chunk and the attributes, syncs the file and gives it its name.
  public func finish() throws(HDF5Error) { fatalError("not written yet") }
}
