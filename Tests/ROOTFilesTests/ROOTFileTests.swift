import Foundation
import ROOTFiles
import Testing

@Suite struct ROOTFileTests {
  @Test func placeholder() throws {
    let f = try ROOTFile(path: "/work/shared/data/root/uproot-nesteddirs.root")
    for e in f.entries { print(e.path, e.key.className, e.key.byteCount, e.key.cycle) }
    print(f.version, f.isRecovered, try f.streamerRecord()?.bytes.count as Any)
  }
}
