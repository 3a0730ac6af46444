import CHDF5
import Glibc
import Platform

/// Visits everything of files that reading an ntuple may visit, so that libhdf5 crashes here.
///
/// What a child process does for `HDF5Precheck`. Errors are no finding: whoever opens the file is
/// told them.
public enum HDF5Walk {
  /// Bytes of address space that the process may use from then on.
  private static let memory = 4 << 30

  /// Elapsed seconds for one of processor time: disks may be slow.
  static let waiting = 30

  /// Walks files one after the other and writes a line to standard output after each.
  ///
  /// Address space is limited for good, processor and elapsed time anew for each file.
  /// - Parameters:
  ///   - paths: The files.
  ///   - seconds: Seconds of processor time for each; nil: what its size allows.
  public static func run(_ paths: [String], seconds: Int? = nil) {
    ch5_be_fragile()
    ResourceLimit.noCoreFile()
    ResourceLimit.addressSpace(memory)
    for path in paths {
      let seconds = seconds ?? self.seconds(for: path)
      ResourceLimit.processorTime(seconds)
      alarm(UInt32(clamping: waiting * seconds))
      walk(path)
      ch5_settle()
      write(STDOUT_FILENO, "\n", 1)
    }
  }

  /// Seconds of processor time for a file: the index of any file can be walked in it.
  static func seconds(for path: String) -> Int {
    var information = stat()
    return stat(path, &information) == 0 ? 10 + Int(information.st_size) >> 24 : 10
  }

  private static func walk(_ path: String) {
    do throws(HDF5Error) {
      let file = try HDF5File(path: path)
      for object in try file.walk() {
        switch object.kind {
        case .group: walkAttributes(of: object.path, in: file)
        case .dataset, .softLink:
          walkAttributes(of: object.path, in: file)
          walkDataset(object.path, in: file)
        case .namedType, .externalLink, .unreadable: break
        }
      }
    } catch { return }
  }

  private static func walkAttributes(of path: String, in file: HDF5File) {
    do throws(HDF5Error) {
      for name in try file.attributeNames(path) {
        do throws(HDF5Error) { _ = try file.attribute(path, name) } catch { continue }
      }
    } catch { return }
  }

  private static func walkDataset(_ path: String, in file: HDF5File) {
    do throws(HDF5Error) {
      let dataset = try file.dataset(path)
      guard dataset.shape.count == 1, dataset.chunkRowsBeyondFile == nil,
        !dataset.fields.isEmpty
      else { return }
      try HDF5RowReader(dataset, workspace: ChunkDecoder()).walk()
    } catch { return }
  }
}

extension HDF5RowReader {
  /// Rows that are read in order: gaps may stand for any number of rows.
  private static var rowsInOrder: Int { 1 << 22 }

  /// Looks every chunk up; rows that libhdf5 reads or converts itself are read.
  fileprivate func walk() throws(HDF5Error) {
    let rows = dataset.count
    switch way {
    case .contiguous: return
    case .chunks(let chunkRows):
      let absent = storedChunks(of: chunkRows).firstIndex(of: false)
      if let absent { try touch(absent * chunkRows..<min(rows, absent * chunkRows + 1)) }
    case .library:
      // As a cursor would, blocks across chunks; then chunk by chunk, which finds more where there are gaps.
      for start in stride(from: 0, to: min(rows, Self.rowsInOrder), by: 1 << 16) {
        do throws(HDF5Error) {
          try touch(start..<min(rows, start + 1 << 16))
        } catch { continue }
      }
      guard case .chunked(let shape) = dataset.layout else { return }
      var isAbsentRead = false
      for (index, isStored) in storedChunks(of: shape[0]).enumerated() {
        guard isStored || !isAbsentRead else { continue }
        isAbsentRead = isAbsentRead || !isStored
        let end = isStored ? (index + 1) * shape[0] : index * shape[0] + 1
        for start in stride(from: index * shape[0], to: min(rows, end), by: 1 << 16) {
          do throws(HDF5Error) {
            try touch(start..<min(rows, end, start + 1 << 16))
          } catch { continue }
        }
      }
    }
  }

  /// Whether each chunk was written.
  private func storedChunks(of chunkRows: Int) -> [Bool] {
    ch5_silence()
    return stride(from: 0, to: dataset.count, by: chunkRows).map { start in
      var offset = hsize_t(start)
      var size: hsize_t = 0
      if H5Dget_chunk_storage_size(dataset.handle.id, &offset, &size) >= 0 { return size > 0 }
      H5Eclear2(hid_t(H5E_DEFAULT))
      return false
    }
  }

  /// Reads rows and forgets them.
  private func touch(_ rows: Range<Int>) throws(HDF5Error) {
    let targets = fields.map { field in
      UnsafeMutableRawPointer.allocate(byteCount: rows.count * field.byteCount, alignment: 64)
    }
    defer { for target in targets { target.deallocate() } }
    try read(rows, into: targets)
  }
}
