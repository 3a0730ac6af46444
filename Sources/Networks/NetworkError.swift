/// What is wrong with a model file.
public enum NetworkError: Error, Equatable, Sendable {
  /// The file cannot be read.
  case unreadable(path: String, reason: String)
  /// The bytes are no ONNX model, or a damaged one.
  case damaged(model: String, reason: String)
  /// A node's operator is none of the supported ones.
  case unsupportedOperator(model: String, node: String, operator: String)
  /// A node asks of a supported operator what is not supported, or is wrong.
  case node(model: String, node: String, operator: String, finding: String, remedy: String?)
  /// The graph's inputs, outputs or initialisers are not what a network of rows has.
  case graph(model: String, finding: String, remedy: String?)
  /// No output has the wanted name.
  case missingOutput(model: String, name: String, found: [String], nearest: String?)
}

extension NetworkError: CustomStringConvertible {
  /// The text for people: `where: what is wrong; found and allowed; remedy`.
  public var description: String {
    switch self {
    case .unreadable(let path, let reason):
      "\(path): cannot be read; \(reason)"
    case .damaged(let model, let reason):
      "\(model): not a readable ONNX model; \(reason); export it again"
    case .unsupportedOperator(let model, let node, let name):
      "\(model): node '\(node)' (\(name)): operator is not supported; supported: "
        + Operator.list + "; export the network without it"
    case .node(let model, let node, let name, let finding, let remedy):
      "\(model): node '\(node)' (\(name)): \(finding)" + (remedy.map { "; \($0)" } ?? "")
    case .graph(let model, let finding, let remedy):
      "\(model): \(finding)" + (remedy.map { "; \($0)" } ?? "")
    case .missingOutput(let model, let name, let found, let nearest):
      "\(model): no output named '\(name)'; found: "
        + found.prefix(8).map { "'\($0)'" }.joined(separator: ", ")
        + (nearest.map { "; did you mean '\($0)'?" } ?? "")
    }
  }
}
