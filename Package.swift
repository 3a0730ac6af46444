// swift-tools-version: 6.2
import PackageDescription

// Sources/ is a building: a target imports only lower floors, and only what it declares.
// Tests/FloorTests holds the same table against the import lines.

let strict: [SwiftSetting] = [.treatAllWarnings(as: .error)]
let strictC: [CSetting] = [.treatAllWarnings(as: .error)]

func swift(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
  .target(name: name, dependencies: dependencies, swiftSettings: strict)
}

func tests(_ name: String, _ dependencies: [Target.Dependency], exclude: [String] = []) -> Target {
  .testTarget(
    name: name, dependencies: dependencies + ["TestSupport"], exclude: exclude,
    swiftSettings: strict)
}

let argumentParser: Target.Dependency = .product(
  name: "ArgumentParser", package: "swift-argument-parser")

let libraries: [Target] = [
  .systemLibrary(name: "CHDF5", pkgConfig: "hdf5", providers: [.apt(["libhdf5-dev"])]),
  .systemLibrary(
    name: "CDeflate", pkgConfig: "libdeflate", providers: [.apt(["libdeflate-dev"])]),
  .systemLibrary(name: "CLZ4", pkgConfig: "liblz4", providers: [.apt(["liblz4-dev"])]),
  .systemLibrary(name: "CZstd", pkgConfig: "libzstd", providers: [.apt(["libzstd-dev"])]),
  .systemLibrary(name: "CLZMA", pkgConfig: "liblzma", providers: [.apt(["liblzma-dev"])]),
  .systemLibrary(name: "CBlosc", providers: [.apt(["libblosc-dev"])]),
  .systemLibrary(name: "CCrypto", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
  .systemLibrary(name: "CXXHash", pkgConfig: "libxxhash", providers: [.apt(["libxxhash-dev"])]),
]

let ground: [Target] = [
  .target(name: "Kernels", cSettings: strictC),
  swift("Columns", []),
  swift("Diagnostics", []),
  swift("Platform", ["CCrypto", "CXXHash"]),
  swift("NumericalMethods", ["Kernels"]),
  swift("Codecs", ["CDeflate", "CLZ4", "CZstd", "CLZMA"]),
]


let first: [Target] = [
  swift("ROOTFiles", ["Codecs", "Columns", "Kernels", "Platform"]),
  .target(
    name: "TestSupport", dependencies: ["NumericalMethods"], path: "Tests/TestSupport",
    swiftSettings: strict),
  tests(
    "ROOTFilesTests", ["ROOTFiles", "Columns", "Kernels", "Platform"], exclude: ["Fixtures"]),
]
let package = Package(
  name: "nightjar",
  targets: libraries + ground + first,
  swiftLanguageModes: [.v6],
  cLanguageStandard: .gnu17
)
