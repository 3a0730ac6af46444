import Platform

public struct Network: Sendable {
  public init(path: String) throws(NetworkError) { throw .unreadable(path: path, reason: "") }
  public let inputNames: [String] = []
  public let inputCount: Int = 0
  public let outputCount: Int = 0
  public let digest: SHA256Digest = SHA256Digest.of([])
}
public final class NetworkEvaluator {
  public init(_ network: Network) {}
  public func evaluate(
    _ features: UnsafePointer<Float>, rows: Int, into scores: UnsafeMutablePointer<Float>
  ) {}
}
