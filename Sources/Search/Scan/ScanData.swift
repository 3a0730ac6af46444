import Inference

/// Data of some neighbouring windows in memory: the observable, ascending, and the rules passed.
struct ScanData: Sendable {
  private(set) var values: [Double] = []
  private(set) var rules: [UInt64] = []

  /// Loads what the windows need from one or more samples.
  init(_ samples: [SkimmedSample], windows: some Collection<MassWindow>) throws {
    guard let low = windows.map(\.range.lowerBound).min(),
      let high = windows.map(\.range.upperBound).max()
    else { return }
    for sample in samples {
      let rows = try sample.rows(in: low...high)
      values += try sample.values(sample.columns[0], rows: rows)
      if let passed = try sample.rules(rows: rows) { rules += passed }
    }
    guard samples.count > 1 else { return }
    let order = SortByObservable.order(values)
    values = order.map { values[Int($0)] }
    if !rules.isEmpty { rules = order.map { rules[Int($0)] } }
  }

  /// Calls `body` with the events of a window: ascending, inside its segments, its rules passed.
  func withEvents<R>(
    of window: MassWindow, buffer: inout [Double],
    _ body: (UnsafeBufferPointer<Double>) throws -> R
  ) rethrows -> R {
    let slices = window.segments.map { segment in
      let start = firstIndex { $0 >= segment.lowerBound }
      return start..<max(start, firstIndex { $0 > segment.upperBound })
    }
    if slices.count == 1, window.rules == 0 {
      return try values.withUnsafeBufferPointer {
        try body(UnsafeBufferPointer(rebasing: $0[slices[0]]))
      }
    }
    buffer.removeAll(keepingCapacity: true)
    for slice in slices {
      if window.rules == 0 {
        buffer += values[slice]
      } else {
        for index in slice where window.rules & ~rules[index] == 0 { buffer.append(values[index]) }
      }
    }
    return try buffer.withUnsafeBufferPointer(body)
  }

  private func firstIndex(where matches: (Double) -> Bool) -> Int {
    var low = 0
    var high = values.count
    while low < high {
      let middle = (low + high) / 2
      if matches(values[middle]) { high = middle } else { low = middle + 1 }
    }
    return low
  }
}
