import Columns
import Platform

/// Candidates of consecutive events, column by column, reused from block to block.
///
/// One owner at a time.
protocol CandidateBlock: AnyObject, Sendable {
  /// Candidates in it.
  var rows: Int { get }
  func removeAll()
}

extension NtupleSink {
  /// Makes events in blocks side by side and adds their candidates in the order of the events.
  ///
  /// - Parameters:
  ///   - events: Number of events.
  ///   - blockEvents: Events of a block; any value gives the same file.
  ///   - pool: Threads for generation and compression.
  ///   - stop: Ends the work between blocks.
  ///   - block: Makes an empty block.
  ///   - generate: Appends the candidates of an event.
  ///   - fill: Copies a block's values of a column behind the first rows of a buffer.
  ///   - progress: Called with the number of events just finished.
  /// - Throws: `SimulationError.interrupted`, `HDF5Error`.
  func add<Block: CandidateBlock>(
    events: Int, blockEvents: Int, pool: WorkerPool, stop: StopSignal?, block: () -> Block,
    generate: @Sendable (_ event: Int, Block) -> Void,
    fill: @Sendable (_ column: Int, _ buffer: ColumnBuffer, _ start: Int, Block) -> Void,
    progress: (Int) -> Void = { _ in }
  ) throws {
    let blocks = (0..<16 * pool.threads).map { _ in block() }
    var first = 0
    while first < events {
      if stop?.isSet == true { throw SimulationError.interrupted }
      let start = first
      let count = min(blocks.count, (events - start + blockEvents - 1) / blockEvents)
      try pool.forEach(count: count) { _, index in
        blocks[index].removeAll()
        let from = start + index * blockEvents
        for event in from..<min(from + blockEvents, events) { generate(event, blocks[index]) }
      }
      let added = blocks[..<count]
      try add(rows: added.reduce(0) { $0 + $1.rows }, pool: pool) { column, buffer, start in
        var row = start
        for block in added {
          fill(column, buffer, row, block)
          row += block.rows
        }
      }
      first = min(events, start + count * blockEvents)
      progress(first - start)
    }
  }
}
