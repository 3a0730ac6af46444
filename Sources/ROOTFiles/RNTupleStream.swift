import Columns
import Kernels

/// One part while it is read: where its elements go, and the page that was read last.
final class RNTupleStream {
  /// A column that takes elements.
  struct Target {
    /// Which of the columns asked for.
    var column: Int
    /// Which of the repeated elements.
    var component: Int
    /// First value, once the buffers have their size.
    var base: UnsafeMutableRawPointer?
  }

  /// Elements of one cluster on their way to the targets.
  struct Span {
    var cluster: Int
    var elements: Range<Int>
    /// Place of the first element in the targets, in items.
    var item: Int
    var form: nj_page_form
  }

  let part: RNTupleLayout.Part
  /// "file:/ntuple/column".
  let place: String
  let width: Int
  /// Columns with its elements as values.
  var targets: [Target] = []
  /// Columns with the lengths of its lists as values.
  var lengths: [Target] = []
  /// Columns whose lists have these ends.
  var lists: [Int] = []
  /// The stream with the ends of the lists that its elements are in.
  var list: Int?

  /// Ends of the lists of the present read: one start, then the ends, cluster by cluster.
  let ends: ColumnBuffer?
  /// The last end, of which row of which cluster it is the start.
  var known: (cluster: Int, row: Int, start: Int64) = (-1, 0, 0)

  /// A page of which elements are left over, decompressed; of ends, decoded.
  private let kept = ScratchMemory()
  private var keptCluster = -1
  private var keptElements = 0..<0

  init(_ part: RNTupleLayout.Part, place: String) {
    self.part = part
    self.place = place
    width = part.type.byteCount
    ends = part.isEnds ? ColumnBuffer(type: .int64) : nil
  }

  /// Whether elements lie in the target as in the page.
  var isDirect: Bool { part.repetition == 1 && targets.count == 1 }

  /// Where an element of a span lies in the only target.
  func address(of element: Int, in span: Span) -> UnsafeMutableRawPointer? {
    targets[0].base.map { $0 + (span.item + element - span.elements.lowerBound) * width }
  }

  /// Copies decoded elements, of which the first is `first`, to the targets.
  func deliver(
    _ elements: Range<Int>, of span: Span, from decoded: UnsafeRawPointer, first: Int
  ) {
    let source = decoded + (elements.lowerBound - first) * width
    if isDirect {
      address(of: elements.lowerBound, in: span)?.copyMemory(
        from: source, byteCount: elements.count * width)
      return
    }
    let step = part.repetition
    for target in targets {
      let (from, to) = items(elements, target.component)
      guard from < to, let base = target.base else { continue }
      nj_page_pick(
        source + (from * step + target.component - elements.lowerBound) * width,
        base + (span.item + from - span.elements.lowerBound / step) * width, step, to - from,
        Int32(width))
    }
  }

  /// Sets elements to zero in the targets.
  func deliverZeroes(_ elements: Range<Int>, of span: Span) {
    for target in targets {
      let (from, to) = items(elements, target.component)
      guard from < to, let base = target.base else { continue }
      let start = base + (span.item + from - span.elements.lowerBound / part.repetition) * width
      start.initializeMemory(as: UInt8.self, repeating: 0, count: (to - from) * width)
    }
  }

  /// Items whose element with this component is among some elements.
  private func items(_ elements: Range<Int>, _ component: Int) -> (from: Int, to: Int) {
    let step = part.repetition
    return (
      (elements.lowerBound - component + step - 1) / step,
      (elements.upperBound - component + step - 1) / step
    )
  }

  /// The kept page if it has elements of a span.
  func keptPage(for span: Span) -> (content: UnsafeRawPointer, elements: Range<Int>)? {
    guard keptCluster == span.cluster, keptElements.overlaps(span.elements) else { return nil }
    return (UnsafeRawPointer(kept.bytes), keptElements)
  }

  /// Room for a page that will be kept; what was kept is gone.
  func makeRoom(byteCount: Int) -> UnsafeMutableRawPointer {
    keptCluster = -1
    return kept.reserve(byteCount)
  }

  /// Keeps the page that is in the room.
  func keep(cluster: Int, elements: Range<Int>) {
    keptCluster = cluster
    keptElements = elements
  }
}
