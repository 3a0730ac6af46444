import Columns
import Foundation
import HDF5Files
import Ntuples
import Testing

/// What the index of chunks says wrongly of their lengths writes nowhere.
@Suite struct DamagedIndexTests {
  /// Length of the last chunk of `big` in `converted.h5`, a little-endian integer of 4 bytes.
  private static let place = 6936

  @Test func aChunkWithoutFiltersIsAsLongAsItsShapeSays() throws {
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    var bytes = [UInt8](
      try Data(contentsOf: root.appending(path: "Fuzz/Corpus/hdf5/converted.h5")))
    #expect(Array(bytes[Self.place..<Self.place + 4]) == [0x40, 1, 0, 0])
    // 8,192 bytes are in the file, but not in a buffer of 320.
    bytes.replaceSubrange(Self.place..<Self.place + 4, with: [0, 0x20, 0, 0])
    let file = try HDF5File(image: bytes, name: "damaged.h5")
    for _ in 0..<20 {
      #expect(try file.dataset("events/big").doubles() == (0..<100).map { Double($0) })
    }
  }
}
