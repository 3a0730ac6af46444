import Kernels

/// Evaluates a program over blocks of rows; one per thread, since it owns the registers.
public final class ExpressionEvaluator {
  /// The program it runs.
  public let program: ExpressionProgram

  /// Creates an evaluator with its own registers.
  public init(_ program: ExpressionProgram) { self.program = program }

  /// Evaluates all numbers and masks for a block of rows, allocating nothing.
  ///
  /// - Parameters:
  ///   - columns: Values of `program.columns` in that order and of `program.kinds`, shape [rows].
  ///   - rows: Number of rows, any.
  ///   - numbers: Where each of `program.numbers` goes, shape [rows].
  ///   - masks: Where each of `program.masks` goes, 0 or 1, shape [rows].
  public func evaluate(
    columns: [UnsafeRawPointer], rows: Int, numbers: [UnsafeMutablePointer<Double>],
    masks: [UnsafeMutablePointer<UInt8>]
  ) {
    fatalError("not there yet")
  }
}
