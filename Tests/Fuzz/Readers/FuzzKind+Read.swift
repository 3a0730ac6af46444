import Columns
import Diagnostics
import Networks
import Ntuples
import PipelineSpec

extension FuzzKind {
  /// Rows that are read of an ntuple from its start, and as many from its end: a header may promise
  /// any number of rows that were never written.
  private static let rowLimit = 1 << 18

  /// Reads a file as the program does.
  ///
  /// - Throws: What the reader says of a damaged file.
  public func read(_ path: String) throws {
    switch self {
    case .hdf5, .root: try Self.readNtuple(path)
    case .onnx: try Self.readNetwork(path)
    case .pipeline: try Self.readPipeline(path)
    case .ntupleSchema: _ = try NtupleSchema.load(path: path)
    }
  }

  private static func readNtuple(_ path: String) throws {
    let file = try NtupleFile.open(path: path)
    let cursor = try NtupleCursor(file: file, columns: Array(file.columns.indices))
    let buffers = cursor.makeBuffers()
    let offsets = cursor.makeOffsets()
    let count = file.rowCount
    // Blocks that are no whole chunks, then whole ones.
    for step in [997, 1 << 14] {
      for start in stride(from: 0, to: min(count, rowLimit), by: step) {
        try cursor.read(start..<min(count, rowLimit, start + step), into: buffers, offsets: offsets)
      }
    }
    if count > rowLimit {
      try cursor.read(count - min(count, 1 << 14)..<count, into: buffers, offsets: offsets)
    }
    _ = JobMetadata(path: path).entries.map(\.short)
    _ = file.ranges(approximateRows: max(1, count / 8))
  }

  private static func readNetwork(_ path: String) throws {
    let network = try Network(path: path)
    let evaluator = NetworkEvaluator(network)
    let rows = 3
    let features = (0..<rows * network.inputCount).map { Float($0 % 7) - 3 }
    var scores = [Float](repeating: 0, count: rows * network.outputCount)
    evaluator.evaluate(features, rows: rows, into: &scores)
  }

  private static func readPipeline(_ path: String) throws {
    let file = try PipelineFile.load(path: path) { (schema) throws(Diagnostics) in
      try NtupleSchema.load(path: schema).catalogue
    }
    for network in file.pipeline.skim.score?.networks ?? [] { _ = try Network(path: network.value) }
  }
}
