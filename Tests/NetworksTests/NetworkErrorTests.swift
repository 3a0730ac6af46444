import Networks
import Testing

@Suite struct NetworkErrorTests {
  @Test func errorsCarryTheirPlace() {
    let error = NetworkError.unreadable(path: "a.onnx", reason: "it is empty")
    #expect(error != .unreadable(path: "b.onnx", reason: "it is empty"))
  }
}
