/// An HDF5 file open for reading; safe to use from several threads.
///
/// Links into other files, external storage, virtual datasets and filter plugins are refused.
public final class HDF5File: @unchecked Sendable {
  /// Name for messages: the path, or the name given with an image.
  public let name: String

  init(name: String) { self.name = name }

  /// Opens a file.
  public convenience init(path: String) throws(HDF5Error) { fatalError("not written yet") }

  /// Opens a file held in memory.
  public convenience init(image: [UInt8], name: String) throws(HDF5Error) {
    fatalError("not written yet")
  }

  /// One object found by `objects`.
  public struct Object: Equatable, Sendable {
    /// Kinds of objects and of links that are not followed.
    public enum Kind: Equatable, Sendable {
      case group, dataset, namedType
      /// A link to another path of the file.
      case softLink(to: String)
      /// A link into another file.
      case externalLink
      /// An object that libhdf5 cannot open, with its reason.
      case unreadable(String)
    }
    /// Absolute path.
    public var path: String
    /// What is there.
    public var kind: Kind
  }

  /// Lists what a group holds, by name, not deeper.
  public func objects(in group: String = "/") throws(HDF5Error) -> [Object] {
    fatalError("not written yet")
  }

  /// Lists everything below a group; each object once, links not followed.
  public func walk(from group: String = "/") throws(HDF5Error) -> [Object] {
    fatalError("not written yet")
  }

  /// Whether an object can be reached at a path.
  public func contains(_ path: String) -> Bool { fatalError("not written yet") }

  /// Opens a dataset.
  public func dataset(_ path: String) throws(HDF5Error) -> HDF5Dataset {
    fatalError("not written yet")
  }

  /// Reads an attribute of a group or dataset; `nil` where there is none.
  public func attribute(
    _ path: String, _ name: String
  ) throws(HDF5Error) -> HDF5Attribute.Value? { fatalError("not written yet") }

  /// Names of the attributes of a group or dataset, sorted.
  public func attributeNames(_ path: String) throws(HDF5Error) -> [String] {
    fatalError("not written yet")
  }

  /// Bytes of the user block before the HDF5 data; empty where there is none.
  public func userBlock() throws(HDF5Error) -> [UInt8] { fatalError("not written yet") }
}

/// A dataset of an open file; safe to use from several threads.
public final class HDF5Dataset: @unchecked Sendable {
  /// Lengths of the dimensions; empty for a scalar.
  public let shape: [Int]
  /// Number of elements.
  public var count: Int { shape.reduce(1, *) }

  init(shape: [Int]) { self.shape = shape }

  /// Reads all elements as doubles, row-major; integers beyond 2^53 are rounded.
  public func doubles() throws(HDF5Error) -> [Double] { fatalError("not written yet") }

  /// Reads all elements as 64-bit integers; floating point and uint64 beyond Int64 are refused.
  public func integers() throws(HDF5Error) -> [Int64] { fatalError("not written yet") }

  /// Reads all elements as text.
  public func strings() throws(HDF5Error) -> [String] { fatalError("not written yet") }

  /// Reads all elements as they are; the type must be the one stored.
  public func values<T: HDF5Element>(of type: T.Type) throws(HDF5Error) -> [T] {
    fatalError("not written yet")
  }

  /// Reads rows of a one-dimensional dataset as they are; the type must be the one stored.
  public func values<T: HDF5Element>(
    of type: T.Type, rows: Range<Int>
  ) throws(HDF5Error) -> [T] { fatalError("not written yet") }

  /// Reads rows of a one-dimensional dataset into memory, native byte order, no allocation.
  public func read(
    rows: Range<Int>, into destination: UnsafeMutableRawBufferPointer
  ) throws(HDF5Error) { fatalError("not written yet") }

  /// Reads an attribute; `nil` where there is none.
  public func attribute(_ name: String) throws(HDF5Error) -> HDF5Attribute.Value? {
    fatalError("not written yet")
  }
}
