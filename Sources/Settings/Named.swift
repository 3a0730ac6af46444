/// A value under its name, as it stands in an ordered map of a settings file.
public struct Named<Value> {
  /// The name.
  public var name: String
  /// What it names.
  public var value: Value

  /// Pairs a name and a value.
  public init(_ name: String, _ value: Value) {
    self.name = name
    self.value = value
  }
}

extension Named: Sendable where Value: Sendable {}
extension Named: Equatable where Value: Equatable {}
extension Named: Hashable where Value: Hashable {}

extension Sequence {
  /// Returns the value under a name, or nil.
  public func value<Value>(named name: String) -> Value? where Element == Named<Value> {
    first { $0.name == name }?.value
  }
}
