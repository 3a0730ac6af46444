/// A named value attached to a group or dataset.
public enum HDF5Attribute: Equatable, Sendable {
  /// The value of an attribute; other types are read as `.other` with a description.
  public enum Value: Equatable, Sendable {
    case string(String)
    case int(Int64)
    case double(Double)
    case strings([String])
    case ints([Int64])
    case doubles([Double])
    /// A type that is not read (pickled objects, references, compounds).
    case other(String)
  }
}
