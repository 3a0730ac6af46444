import Foundation
import Testing

/// Holds the floor table of Sources/README.md against the import lines.
@Suite struct FloorTests {
  static let root = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()

  static let floors: [String: Int] = [
    "Kernels": 0, "Columns": 0, "Diagnostics": 0, "Platform": 0, "NumericalMethods": 0,
    "Codecs": 0, "HDF5Files": 1, "ROOTFiles": 1, "Expressions": 1, "Settings": 1, "Networks": 1,
    "Theory": 1,
    "Ntuples": 2, "PipelineSpec": 2, "Inference": 2,
    "Search": 3, "Simulation": 3, "Execution": 3,
    "nightjar": 4,
  ]

  /// NumericalMethods stands on Kernels, both on the ground.
  static let groundExceptions: Set<[String]> = [["NumericalMethods", "Kernels"]]

  static let wrapped: [String: Set<String>] = [
    "CHDF5": ["HDF5Files"], "CDeflate": ["Codecs"], "CLZ4": ["Codecs"], "CZstd": ["Codecs"],
    "CLZMA": ["Codecs"], "CBlosc": ["HDF5Files"],
    "CCrypto": ["Platform"], "CMalloc": ["Platform"], "CPageGuard": ["Platform"],
    "CXXHash": ["Platform"], "Yams": ["Settings"],
    "ArgumentParser": ["nightjar"],
  ]

  static func imports(ofTarget target: String) throws -> [(file: String, module: String)] {
    let folder = root.appending(path: "Sources/\(target)")
    let files = FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil)
    var found: [(String, String)] = []
    for case let file as URL in try #require(files) where file.pathExtension == "swift" {
      let text = try String(contentsOf: file, encoding: .utf8)
      for line in text.split(separator: "\n") {
        let words = line.split(separator: " ").filter { !$0.hasPrefix("@") && $0 != "public" }
        guard words.count >= 2, words[0] == "import" else { continue }
        found.append(
          (file.lastPathComponent, String(words[words.count - 1].split(separator: ".")[0])))
      }
    }
    return found
  }

  @Test func everyTargetStandsOnAFloor() throws {
    let folders = try FileManager.default.contentsOfDirectory(
      at: Self.root.appending(path: "Sources"), includingPropertiesForKeys: [.isDirectoryKey])
    let targets = folders.filter(\.hasDirectoryPath).map(\.lastPathComponent)
    let known = Set(Self.floors.keys).union(Self.wrapped.keys)
    #expect(Set(targets).subtracting(known).isEmpty)
    #expect(Set(Self.floors.keys).subtracting(targets).isEmpty)
  }

  @Test(arguments: floors.keys.sorted())
  func aTargetImportsOnlyLowerFloors(target: String) throws {
    let own = try #require(Self.floors[target])
    for (file, module) in try Self.imports(ofTarget: target) {
      if let floor = Self.floors[module] {
        let allowed = floor < own || Self.groundExceptions.contains([target, module])
        #expect(allowed, "\(target)/\(file) imports \(module)")
      }
      if let owners = Self.wrapped[module] {
        #expect(owners.contains(target), "\(target)/\(file) imports \(module)")
      }
    }
  }

  @Test(arguments: floors.keys.sorted())
  func aTargetImportsOnlyWhatItDeclares(target: String) throws {
    let package = try String(
      contentsOf: Self.root.appending(path: "Package.swift"), encoding: .utf8)
    let ours = Set(Self.floors.keys)
    let marker = target == "nightjar" ? "name: \"nightjar\"," : "\"\(target)\""
    let start = try #require(package.range(of: marker)).upperBound
    let declaration = package[start...].prefix { $0 != "]" }
    for (file, module) in try Self.imports(ofTarget: target) where ours.contains(module) {
      #expect(declaration.contains("\"\(module)\""), "\(target)/\(file) imports \(module)")
    }
  }

  @Test func nothingElseStandsAtTheTop() throws {
    let listed = try FileManager.default.contentsOfDirectory(atPath: Self.root.path)
    let allowed: Set<String> = [
      "Package.swift", "Sources", "Tests", "Pipelines", "Schemas", "Makefile", "README.md",
      "CHANGELOG.md", "DECISIONS.md", "CITATION.cff", "LICENSE", ".swift-format", ".ci",
      ".gitignore", ".git", ".build", "Package.resolved",
    ]
    let extra = listed.filter { name in
      !allowed.contains(name) && !name.hasPrefix(".build") && !name.hasSuffix(".output")
    }
    #expect(extra.isEmpty)
  }
}
