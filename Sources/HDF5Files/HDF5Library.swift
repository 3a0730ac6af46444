import CHDF5
import Columns

/// Entry to libhdf5: prepared once a process, silenced once a call (error stacks are per thread).
enum HDF5Library {
  /// `H5P_DEFAULT` as an identifier.
  static let byDefault = hid_t(H5P_DEFAULT)
  /// `H5S_ALL` as an identifier.
  static let all = hid_t(H5S_ALL)

  /// No plugins and no links into other files, for the whole process.
  private static let isPrepared = ch5_prepare() >= 0

  /// To be called before the first libhdf5 call of every entry.
  static func enter(_ place: String) throws(HDF5Error) {
    guard isPrepared else {
      throw .library(place: place, operation: "H5open", reason: "the library does not start")
    }
    ch5_silence()
  }

  /// What libhdf5 has to say about the last failure on this thread, innermost cause first.
  static func reason() -> String {
    var text = [CChar](repeating: 0, count: 512)
    ch5_error_text(&text, text.count)
    // One line: libhdf5 puts the time with its end of line into some of its texts.
    let bytes = text.prefix { $0 != 0 }.map { $0 == 10 ? 32 : UInt8(bitPattern: $0) }
    return bytes.isEmpty ? "no reason given" : String(decoding: bytes, as: UTF8.self)
  }

  /// Takes ownership of a new identifier or throws what the library says.
  static func own(
    _ id: hid_t, _ operation: String, _ place: String
  ) throws(HDF5Error) -> HDF5Handle {
    guard id >= 0 else {
      throw .library(place: place, operation: operation, reason: reason())
    }
    return HDF5Handle(id)
  }

  /// Throws what the library says where a status is negative.
  static func check(
    _ status: herr_t, _ operation: String, _ place: String
  ) throws(HDF5Error) {
    guard status < 0 else { return }
    throw .library(place: place, operation: operation, reason: reason())
  }
}

/// An open libhdf5 identifier, closed with the last reference.
final class HDF5Handle: Sendable {
  let id: hid_t

  init(_ id: hid_t) { self.id = id }

  deinit {
    ch5_silence()
    H5Idec_ref(id)
  }
}

extension ColumnType {
  /// Position in the order that the C shim counts in.
  var code: Int32 {
    switch self {
    case .int8: 0
    case .int16: 1
    case .int32: 2
    case .int64: 3
    case .uint8: 4
    case .uint16: 5
    case .uint32: 6
    case .uint64: 7
    case .float32: 8
    case .float64: 9
    case .bool: 10
    }
  }

  /// The stored type; h5py's enum for `bool`.
  func storedType(bigEndian: Bool, place: String) throws(HDF5Error) -> HDF5Handle {
    if self == .bool { return try HDF5Library.own(ch5_bool_type(), "H5Tenum_create", place) }
    return try HDF5Library.own(H5Tcopy(ch5_stored(code, bigEndian ? 1 : 0)), "H5Tcopy", place)
  }

  /// The type in memory; h5py's enum for `bool`.
  func memoryType(place: String) throws(HDF5Error) -> HDF5Handle {
    if self == .bool { return try HDF5Library.own(ch5_bool_type(), "H5Tenum_create", place) }
    return try HDF5Library.own(H5Tcopy(ch5_native(code)), "H5Tcopy", place)
  }
}
