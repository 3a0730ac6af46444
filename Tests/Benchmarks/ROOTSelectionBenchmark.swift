import Foundation
import Glibc
import Platform
import ROOTFiles

/// The selection on ROOT files that ROOT wrote from the same ntuple, beside ROOT and uproot.
struct ROOTSelectionBenchmark {
  /// Names of the files without their ending.
  static let variants = ["tree-zlib", "tree-lz4", "tree-zstd", "tree-small", "rntuple"]

  let peers: Peers
  let folder: String
  let scratch: String
  let repeats: Int

  /// Writes the files that are missing; false without ROOT.
  ///
  /// All are in memory then as reading them from disk leaves them: what was just written lies there
  /// in smaller pieces.
  func prepare(from columns: String) throws -> Bool {
    guard write(from: columns) else { return false }
    for variant in Self.variants { try Self.readAnew("\(folder)/\(variant).root") }
    return true
  }

  private static func readAnew(_ path: String) throws {
    let file = open(path, O_RDONLY)
    defer { close(file) }
    guard file >= 0, fsync(file) == 0, posix_fadvise(file, 0, 0, POSIX_FADV_DONTNEED) == 0
    else { throw Missing(path: path) }
    let piece = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 64)
    defer { piece.deallocate() }
    while Glibc.read(file, piece.baseAddress, piece.count) > 0 {}
  }

  private func write(from columns: String) -> Bool {
    let missing = Self.variants.contains {
      !FileManager.default.fileExists(atPath: "\(folder)/\($0).root")
    }
    guard missing else { return true }
    guard let python = peers.python, peers.has("ROOT", "h5py") else { return false }
    let arguments = [Peers.scripts + "/write_root.py", columns, folder]
    note("  " + arguments.joined(separator: " "))
    guard let result = try? Subprocess.run(python, arguments), result.status == 0 else {
      note("  ROOT did not write its files")
      return false
    }
    return true
  }

  /// The compiled ROOT program, or nil.
  func compile() -> String? {
    guard let python = peers.python, peers.has("ROOT") else { return nil }
    let find = "import importlib.util as u;print(u.find_spec('ROOT').submodule_search_locations[0])"
    guard let found = try? Subprocess.run(python, ["-c", find]), found.status == 0 else {
      return nil
    }
    let root = String(decoding: found.output, as: UTF8.self)
      .trimmingCharacters(in: .whitespacesAndNewlines)
    let binary = scratch + "/select_root"
    let libraries = [
      "Core", "Imt", "RIO", "Hist", "MathCore", "Tree", "TreePlayer", "ROOTNTuple", "ROOTVecOps",
      "ROOTDataFrame",
    ]
    let arguments =
      ["-O3", "-std=c++17", "-pthread", "-I\(root)/include", Peers.scripts + "/select_root.cpp"]
      + ["-o", binary, "-L\(root)/lib"] + libraries.map { "-l\($0)" }
      + ["-Wl,-rpath,\(root)/lib", "-Wl,--allow-shlib-undefined"]
    for compiler in ["c++", "g++", "clang++"] {
      if let result = try? Subprocess.run(compiler, arguments), result.status == 0 {
        return binary
      }
    }
    return nil
  }

  /// All measurements with a number of threads.
  func run(threads: Int, program: String?) throws -> [Measurement] {
    var found: [Measurement] = []
    for variant in Self.variants {
      let path = "\(folder)/\(variant).root"
      found += try inTurn([
        { try SelectionBenchmark.run(path: path, variant: variant, threads: threads, repeats: 0) },
        { try SelectionBenchmark.read(path: path, variant: variant, threads: threads, repeats: 0) },
        { try codec(path, variant, threads: threads) },
      ])
      let count = "\(threads)"
      if let program {
        let modes = variant == "rntuple" || threads > 1 ? ["rdf"] : ["rdf", "reader", "loop"]
        for mode in modes {
          found += peers.collect(program, [path, variant, mode, count, "\(repeats)"])
        }
      }
      guard peers.has("uproot") else { continue }
      found += peers.run(
        "select_uproot.py", [path, variant, "--threads", count, "--repeats", "\(repeats)"])
    }
    return found
  }

  /// The fastest of each, repeated in turn: what slows the machine for a while slows all of them.
  private func inTurn(_ measure: [() throws -> Measurement]) throws -> [Measurement] {
    var found = try measure.map { try $0() }
    for _ in 0..<repeats {
      for (index, next) in measure.enumerated() {
        let again = try next()
        if again.seconds < found[index].seconds { found[index] = again }
      }
    }
    return found
  }

  /// What the decompressor alone reaches on the same baskets or pages, held in memory.
  private func codec(_ path: String, _ variant: String, threads: Int) throws -> Measurement {
    let file = try ROOTFile(path: path)
    guard let entry = file.newestTables.first else { throw Missing(path: path) }
    let table = try ROOTTable(file, entry: entry)
    let names = Set(SelectionBenchmark.columnNames)
    let columns = table.columns.indices.filter { names.contains(table.columns[$0].name) }
    let blocks = try table.storedBlocks(ofColumns: columns).map { block in
      (
        stored: try file.source.bytes(at: block.offset, count: block.byteCount, path),
        count: block.contentByteCount
      )
    }
    let most = blocks.map(\.count).max() ?? 0
    let batch = 64
    let seconds = try fastest(of: 1) {
      let workers = (0..<threads).map { _ in Inflater(most: most) }
      try WorkerPool(threads: threads).forEach(count: (blocks.count + batch - 1) / batch) {
        worker, index in
        for block in blocks[(index * batch)..<min(blocks.count, (index + 1) * batch)]
        where block.stored.count != block.count {
          try workers[worker].inflate(block.stored, block.count, path)
        }
      }
    }
    return Measurement(
      task: "select", peer: Measurement.limit, variant: variant, threads: threads,
      items: Double(table.rowCount), seconds: seconds)
  }

  struct Missing: Error { var path: String }

  private final class Inflater: @unchecked Sendable {
    private let decompressor = BlockDecompressor()
    private let target: UnsafeMutableRawBufferPointer

    init(most: Int) { target = .allocate(byteCount: max(1, most), alignment: 64) }

    deinit { target.deallocate() }

    func inflate(_ stored: [UInt8], _ count: Int, _ path: String) throws {
      var failure: ROOTError?
      stored.withUnsafeBytes { source in
        do throws(ROOTError) {
          try decompressor.decompress(
            source, into: .init(rebasing: target[..<count]), place: path)
        } catch {
          failure = error
        }
      }
      if let failure { throw failure }
    }
  }
}
