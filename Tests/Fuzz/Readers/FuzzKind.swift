import Foundation

/// A reader that is tried with damaged files; its name is that of its folder in `Corpus`.
///
/// A new one is a case here, a case of `read`, and a folder.
public enum FuzzKind: String, CaseIterable, Sendable {
  case hdf5, onnx, pipeline
  case ntupleSchema = "ntuple-schema"
  /// Ntuples in ROOT files: trees and RNTuples.
  case root

  /// Root folder of the repository.
  public static let repository = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().path

  /// Whether its files are text.
  public var isText: Bool {
    switch self {
    case .pipeline, .ntupleSchema: true
    case .hdf5, .onnx, .root: false
    }
  }
}

/// The files of a kind that are damaged, in the order of their names.
public struct Corpus: Sendable {
  /// A whole file.
  public struct File: Sendable {
    /// Path from the root of the repository.
    public var path: String
    /// What it holds.
    public var bytes: [UInt8]
  }

  /// The files.
  public let files: [File]

  /// Reads the files of `Corpus/KIND`, and those of the repository that its list `FILES` names.
  ///
  /// - Throws: An error of Foundation where one cannot be read.
  public init(_ kind: FuzzKind) throws {
    let root = FuzzKind.repository
    let folder = "Tests/Fuzz/Corpus/\(kind.rawValue)"
    var paths: [String] = []
    if FileManager.default.fileExists(atPath: "\(root)/\(folder)") {
      for name in try FileManager.default.contentsOfDirectory(atPath: "\(root)/\(folder)") {
        if name == "FILES" {
          let list = try String(contentsOfFile: "\(root)/\(folder)/FILES", encoding: .utf8)
          paths += list.split(separator: "\n").map(String.init)
        } else if !name.hasPrefix("."), ![".md", ".py"].contains(where: name.hasSuffix) {
          paths.append("\(folder)/\(name)")
        }
      }
    }
    files = try paths.sorted().map { path in
      File(path: path, bytes: [UInt8](try Data(contentsOf: URL(filePath: "\(root)/\(path)"))))
    }
  }
}

/// Where a worker writes damaged files: each lies as its original does, so that paths in it lead on.
public final class CaseFolder {
  private let root: String
  private var prepared: Set<String> = []

  /// Takes a folder that exists.
  public init(_ root: String) { self.root = root }

  /// Writes what a damaged copy of a file holds; says where.
  ///
  /// - Throws: An error of Foundation.
  public func write(_ bytes: [UInt8], as file: Corpus.File, _ kind: FuzzKind) throws -> String {
    let path = try place(of: file, kind)
    try Data(bytes).write(to: URL(filePath: path))
    return path
  }

  private func place(of file: Corpus.File, _ kind: FuzzKind) throws -> String {
    let parts = file.path.split(separator: "/").map(String.init)
    // Binary files lead nowhere.
    guard kind.isText else { return "\(root)/\(parts[parts.count - 1])" }
    let own = "\(root)/\(parts.joined(separator: "-"))"
    let path = "\(own)/\(file.path)"
    guard prepared.insert(file.path).inserted else { return path }
    var folder = ""
    for part in parts {
      let here = folder.isEmpty ? own : "\(own)/\(folder)"
      try FileManager.default.createDirectory(atPath: here, withIntermediateDirectories: true)
      let original = "\(FuzzKind.repository)/\(folder)"
      for name in try FileManager.default.contentsOfDirectory(atPath: original)
      where name != part && !name.hasPrefix(".")
        && !FileManager.default.fileExists(atPath: "\(here)/\(name)")
      {
        try FileManager.default.createSymbolicLink(
          atPath: "\(here)/\(name)", withDestinationPath: "\(original)/\(name)")
      }
      folder += (folder.isEmpty ? "" : "/") + part
    }
    return path
  }
}
