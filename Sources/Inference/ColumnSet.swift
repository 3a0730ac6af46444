import Kernels

/// The columns of a general density at its points.
final class ColumnSet {
  let x = AlignedArray(capacity: 64)
  let u = AlignedArray(capacity: 64)
  let weight = AlignedArray(capacity: 64)
  let share = AlignedArray(capacity: 64)
  let signal = AlignedArray(capacity: 64)
  let signalFirst = AlignedArray(capacity: 64)
  let signalSecond = AlignedArray(capacity: 64)
  private let backing = AlignedArray(capacity: 64)
  /// T_0…T_order and the peaks of the background, then value and two derivatives of each exponential:
  /// into the backing array.
  let linear: UnsafeMutablePointer<UnsafeMutablePointer<Double>?>
  let exponential: UnsafeMutablePointer<UnsafeMutablePointer<Double>?>
  let pointers = ColumnPointers()
  var binEdges: [(Double, Double)] = []

  init() {
    linear = .allocate(capacity: 20)
    linear.initialize(repeating: nil, count: 20)
    exponential = .allocate(capacity: 12)
    exponential.initialize(repeating: nil, count: 12)
  }

  deinit {
    linear.deallocate()
    exponential.deallocate()
  }

  func reserve(_ count: Int, linear columns: Int, exponentials: Int) {
    let room = (count + 31) / 16 * 16
    x.reserve(room)
    u.reserve(room)
    weight.reserve(room)
    share.reserve(room)
    signal.reserve(room)
    signalFirst.reserve(room)
    signalSecond.reserve(room)
    backing.reserve(room * (columns + 3 * exponentials + 1))
    for k in 0..<columns { linear[k] = backing.base + k * room }
    for k in 0..<(3 * exponentials) { exponential[k] = backing.base + (columns + k) * room }
  }

  /// Pads positions after the last point.
  func finish(_ count: Int) {
    for i in count..<((count + 15) / 16 * 16) {
      x.base[i] = count > 0 ? x.base[count - 1] : 0
      u.base[i] = 0
      weight.base[i] = 0
      share.base[i] = 0
      signal.base[i] = 0
      signalFirst.base[i] = 0
      signalSecond.base[i] = 0
    }
  }
}

/// A list of column pointers for the kernels.
final class ColumnPointers {
  let withoutOptionals: UnsafeMutablePointer<UnsafePointer<Double>?>

  init() {
    withoutOptionals = .allocate(capacity: Int(NJ_COLUMN_LIMIT))
    withoutOptionals.initialize(repeating: nil, count: Int(NJ_COLUMN_LIMIT))
  }

  deinit { withoutOptionals.deallocate() }

  subscript(index: Int) -> UnsafePointer<Double>? {
    get { withoutOptionals[index] }
    set { withoutOptionals[index] = newValue }
  }
}
