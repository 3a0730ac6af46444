import Columns
import HDF5Files

/// Reads blocks of rows of some columns; one cursor a thread.
///
/// Chunks are decoded outside libhdf5's lock into reused buffers; a chunk that a block covers in
/// part stays decoded for the next block. Blocks along `NtupleFile.ranges` are the fastest.
public final class NtupleCursor {
  /// The file that is read.
  public let file: NtupleFile
  /// Indices into `file.columns`, in the order of the buffers.
  public let columns: [Int]

  private struct Source {
    var reader: HDF5RowReader
    /// Which of the cursor's buffers the reader fills, in order of its fields.
    var slots: [Int]
    var targets: [UnsafeMutableRawPointer]
  }

  private var sources: [Source] = []

  /// Creates a cursor for columns given by their index in `file.columns`.
  ///
  /// - Throws: `NtupleError.file` where a column's storage cannot be read.
  public init(file: NtupleFile, columns: [Int]) throws(NtupleError) {
    self.file = file
    self.columns = columns
    let workspace = ChunkDecoder()
    do throws(HDF5Error) {
      switch file.layout {
      case .columns:
        for (slot, column) in columns.enumerated() {
          let source = file.sources[column]
          let reader = try HDF5RowReader(
            source.dataset, fields: [source.field], workspace: workspace)
          sources.append(Source(reader: reader, slots: [slot], targets: []))
        }
      case .table:
        guard let first = columns.first else { return }
        let reader = try HDF5RowReader(
          file.sources[first].dataset, fields: columns.map { file.sources[$0].field },
          workspace: workspace)
        sources.append(Source(reader: reader, slots: Array(columns.indices), targets: []))
      }
    } catch {
      throw .file(error)
    }
  }

  /// Buffers of the right types for `read`.
  public func makeBuffers() -> [ColumnBuffer] {
    columns.map { ColumnBuffer(type: file.columns[$0].type) }
  }

  /// Reads rows into one buffer a column (resized to the number of rows).
  ///
  /// - Throws: `NtupleError.file`: damaged chunks, a file that has become shorter, no such rows.
  public func read(_ rows: Range<Int>, into buffers: [ColumnBuffer]) throws(NtupleError) {
    precondition(buffers.count == columns.count, "one buffer a column")
    for (buffer, column) in zip(buffers, columns) {
      precondition(buffer.type == file.columns[column].type, "buffers of the columns' types")
      buffer.resize(to: rows.count)
    }
    do throws(HDF5Error) {
      for index in sources.indices {
        sources[index].targets.removeAll(keepingCapacity: true)
        for slot in sources[index].slots { sources[index].targets.append(buffers[slot].bytes) }
        try sources[index].reader.read(rows, into: sources[index].targets)
      }
    } catch {
      throw .file(error)
    }
  }
}
