import Foundation
import Inference
import Testing

@testable import Search

struct HS3DocumentTests {
  @Test(arguments: HS3Examples.names)
  func `what is written reads back to the same document and the same bytes`(name: String) throws {
    let document = HS3Examples.document(name)
    let bytes = try document.bytes()
    if let folder = ProcessInfo.processInfo.environment["NIGHTJAR_HS3_OUTPUT"] {
      try Data(bytes).write(to: URL(fileURLWithPath: "\(folder)/\(name).hs3.json"))
    }
    let back = try HS3Document.read(bytes)
    #expect(back == document)
    #expect(try back.bytes() == bytes)
  }
}
