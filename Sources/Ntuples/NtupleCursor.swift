import Columns
import HDF5Files
import ROOTFiles

/// Reads blocks of rows of some columns; one cursor a thread.
///
/// Chunks, baskets and pages are decoded outside libhdf5's lock into reused buffers; one that a
/// block covers in part stays decoded for the next. Blocks along `NtupleFile.ranges` are the
/// fastest.
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
  private var root: ROOTTableCursor?

  /// Creates a cursor for columns given by their index in `file.columns`.
  ///
  /// - Throws: `NtupleError.file` where a column's storage cannot be read.
  public init(file: NtupleFile, columns: [Int]) throws(NtupleError) {
    self.file = file
    self.columns = columns
    let stored: [ColumnSource]
    switch file.storage {
    case .hdf5(let columns): stored = columns
    case .root(let table):
      do throws(ROOTError) {
        root = try ROOTTableCursor(table, columns: columns)
      } catch {
        throw .root(error)
      }
      return
    }
    let workspace = ChunkDecoder()
    do throws(HDF5Error) {
      switch file.layout {
      case .columns, .tree, .rntuple:
        for (slot, column) in columns.enumerated() {
          let source = stored[column]
          let reader = try HDF5RowReader(
            source.dataset, fields: [source.field], workspace: workspace)
          sources.append(Source(reader: reader, slots: [slot], targets: []))
        }
      case .table:
        guard let first = columns.first else { return }
        let reader = try HDF5RowReader(
          stored[first].dataset, fields: columns.map { stored[$0].field },
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

  /// Buffers for where the lists of each row begin; nil for columns that are no lists.
  public func makeOffsets() -> [ColumnBuffer?] {
    columns.map { file.columns[$0].isList ? ColumnBuffer(type: .int64) : nil }
  }

  /// Reads rows into one buffer a column (resized to the number of values).
  ///
  /// - Parameters:
  ///   - rows: Rows of the file.
  ///   - buffers: One a column, of its type: a value a row, or the lists behind each other.
  ///   - offsets: One for each list, nil for others (`makeOffsets`); row r holds the values from
  ///     offsets[r] to offsets[r + 1], shape [rows + 1]. Empty: no column is a list.
  /// - Throws: `NtupleError.file`, `.root`: damaged chunks, a file that has become shorter, no such
  ///   rows.
  public func read(
    _ rows: Range<Int>, into buffers: [ColumnBuffer], offsets: [ColumnBuffer?] = []
  ) throws(NtupleError) {
    precondition(buffers.count == columns.count, "one buffer a column")
    precondition(offsets.isEmpty || offsets.count == columns.count, "one place a column")
    for (slot, column) in columns.enumerated() {
      precondition(buffers[slot].type == file.columns[column].type, "buffers of the columns' types")
      precondition(
        !file.columns[column].isList || (!offsets.isEmpty && offsets[slot] != nil),
        "offsets for lists")
    }
    if let root {
      do throws(ROOTError) {
        try root.read(
          rows, into: buffers,
          offsets: offsets.isEmpty ? [ColumnBuffer?](repeating: nil, count: columns.count) : offsets
        )
      } catch {
        throw .root(error)
      }
      return
    }
    for buffer in buffers { buffer.resize(to: rows.count) }
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
