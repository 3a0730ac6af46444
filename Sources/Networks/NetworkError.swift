/// What is wrong with a model file.
public enum NetworkError: Error, Equatable, Sendable {
  /// The file cannot be read as an ONNX model.
  case unreadable(path: String, reason: String)
}
