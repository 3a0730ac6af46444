import Foundation

/// Functions of the C library, independent of the kernels under test.
extension Double {
  var logarithm: Double { Foundation.log(self) }
  var exponential: Double { Foundation.exp(self) }
}
