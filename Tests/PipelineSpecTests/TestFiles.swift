import Diagnostics
import Expressions
import Glibc
import Ntuples
import PipelineSpec
import Settings

/// Files of the repository and of the fixtures.
enum TestFiles {
  /// Folder of the tests.
  static let tests = String(#filePath.dropLast("/TestFiles.swift".count))
  /// Top folder of the repository.
  static let root = String(tests.dropLast("/Tests/PipelineSpecTests".count))
  /// Folder of the fixtures.
  static let fixtures = tests + "/Fixtures"

  static func text(_ path: String) throws -> String {
    try TextFile.read(path, as: "a file of the tests")
  }

  static func write(_ text: String, to path: String) {
    guard let file = fopen(path, "wb") else { return }
    defer { fclose(file) }
    fputs(text, file)
  }

  /// Paths of the files of a folder that end so, sorted.
  static func files(in folder: String, ending: String) -> [String] {
    guard let directory = opendir(folder) else { return [] }
    defer { closedir(directory) }
    var found: [String] = []
    while let entry = readdir(directory) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if name.hasSuffix(ending) { found.append("\(folder)/\(name)") }
    }
    return found.sorted()
  }

  /// What a schema file offers to expressions, as the search hands it over.
  static func catalogue(_ path: String) throws(Diagnostics) -> ColumnCatalogue {
    let schema = try NtupleSchema.load(path: path)
    return schema.catalogue
  }

  /// The faults of a pipeline text, one line each, with the file's name as `file`.
  static func faults(of text: String, path: String? = nil) -> [String] {
    let path = path ?? fixtures + "/pipeline.yaml"
    do throws(Diagnostics) {
      _ = try PipelineFile.load(text: text, path: path, catalogue: catalogue)
      return []
    } catch {
      let folder = String(path.prefix(upTo: path.lastIndex(of: "/") ?? path.startIndex))
      return error.sorted.map {
        var line = $0.description
        if line.hasPrefix(folder + "/") { line.removeFirst(folder.count + 1) }
        return line
      }
    }
  }
}
