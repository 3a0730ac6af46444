import Columns

extension DimuonColumn {
  /// Copies a block's values of this column behind the first `start` rows of a buffer.
  ///
  /// The buffer has this column's `type` or `tableType` and room for them.
  func fill(_ buffer: ColumnBuffer, from start: Int, block: DimuonBlock, file: DimuonFile) {
    let rows = block.rows
    switch origin {
    case .experiment: repeated(Int32(1), buffer, start, rows)
    case .run: repeated(file.run, buffer, start, rows)
    case .production: repeated(file.production, buffer, start, rows)
    case .event: copy(block.events, buffer, start, rows)
    case .candidate: copy(block.candidates, buffer, start, rows)
    case .candidateCount: copy(block.candidateCounts, buffer, start, rows)
    case .charge(let muon):
      let values = block.charges(ofMuon: muon)
      if buffer.type == .float64 {
        let target = buffer.doubles
        for row in 0..<rows { target[start + row] = Double(values[row]) }
      } else {
        copy(values, buffer, start, rows)
      }
    case .number(let number):
      let values = block.column(number)
      if buffer.type == .float64 {
        let target = buffer.doubles
        for row in 0..<rows { target[start + row] = Double(values[row]) }
      } else {
        copy(values, buffer, start, rows)
      }
    }
  }

  private func copy<T>(
    _ values: UnsafeMutablePointer<T>, _ buffer: ColumnBuffer, _ start: Int, _ rows: Int
  ) {
    precondition(buffer.type.byteCount == MemoryLayout<T>.size)
    let target = buffer.bytes + start * MemoryLayout<T>.size
    target.copyMemory(from: values, byteCount: rows * MemoryLayout<T>.size)
  }

  private func repeated<T>(_ value: T, _ buffer: ColumnBuffer, _ start: Int, _ rows: Int) {
    precondition(buffer.type.byteCount == MemoryLayout<T>.size)
    let target = (buffer.bytes + start * MemoryLayout<T>.size).assumingMemoryBound(to: T.self)
    for row in 0..<rows { target[row] = value }
  }
}
