/// The type of an expression: a number (double precision) or a truth value.
public enum ValueType: String, Sendable {
  case number, boolean
}
