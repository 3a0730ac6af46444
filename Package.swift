// swift-tools-version: 6.2
import PackageDescription

// Sources/ is a building: a target imports only lower floors, and only what it declares.
// Tests/FloorTests holds the same table against the import lines.

let strict: [SwiftSetting] = [.treatAllWarnings(as: .error)]
let strictC: [CSetting] = [.treatAllWarnings(as: .error)]

func swift(
  _ name: String, _ dependencies: [Target.Dependency], exclude: [String] = []
) -> Target {
  .target(name: name, dependencies: dependencies, exclude: exclude, swiftSettings: strict)
}

/// Tests that mostly start the program need no optimisation of their own, which takes minutes.
func tests(
  _ name: String, _ dependencies: [Target.Dependency], exclude: [String] = [],
  isOptimized: Bool = true
) -> Target {
  .testTarget(
    name: name, dependencies: dependencies + ["TestSupport"], exclude: exclude,
    swiftSettings: strict + (isOptimized ? [] : [.unsafeFlags(["-Onone"])]))
}

let yams: Target.Dependency = .product(name: "Yams", package: "Yams")
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
  .systemLibrary(name: "CMalloc"),
  .systemLibrary(name: "CCrypto", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
  .systemLibrary(name: "CXXHash", pkgConfig: "libxxhash", providers: [.apt(["libxxhash-dev"])]),
]

let ground: [Target] = [
  .target(name: "Kernels", cSettings: strictC),
  .target(name: "CPageGuard", cSettings: strictC),
  swift("Columns", []),
  swift("Diagnostics", []),
  swift("Platform", ["CCrypto", "CMalloc", "CPageGuard", "CXXHash"]),
  swift("NumericalMethods", ["Kernels"]),
  swift("Codecs", ["CDeflate", "CLZ4", "CZstd", "CLZMA"]),
]

let first: [Target] = [
  swift(
    "HDF5Files",
    ["CHDF5", "CBlosc", "Codecs", "Columns", "Kernels", "Diagnostics", "Platform"]),
  swift("ROOTFiles", ["Codecs", "Columns", "Kernels", "Platform"], exclude: ["README.md"]),
  swift("Expressions", ["Columns", "Kernels", "Diagnostics", "NumericalMethods"]),
  swift("Settings", [yams, "Diagnostics"]),
  swift("Networks", ["Kernels", "Platform", "Diagnostics"]),
  swift("Theory", ["NumericalMethods", "Kernels"]),
]

let second: [Target] = [
  swift(
    "Ntuples",
    [
      "HDF5Files", "ROOTFiles", "Expressions", "Columns", "Settings", "Diagnostics", "Platform",
      "Kernels",
    ]),
  swift("PipelineSpec", ["Settings", "Expressions", "Columns", "Diagnostics", "Theory"]),
  swift("Inference", ["Kernels", "NumericalMethods", "Diagnostics"]),
]

let third: [Target] = [
  swift(
    "Search",
    [
      "PipelineSpec", "Ntuples", "Inference", "Expressions", "Columns", "HDF5Files", "Settings",
      "NumericalMethods", "Platform", "Diagnostics", "Kernels", "Networks", "Theory",
    ]),
  swift(
    "Simulation",
    [
      "Theory", "Ntuples", "HDF5Files", "Columns", "NumericalMethods", "Platform", "Diagnostics",
      "Kernels",
    ]),
  swift("Execution", ["PipelineSpec", "HDF5Files", "Settings", "Platform", "Diagnostics"]),
]

let top: [Target] = [
  .executableTarget(
    name: "nightjar",
    dependencies: [
      argumentParser, "Search", "Simulation", "Execution", "PipelineSpec", "Ntuples", "Inference",
      "Expressions", "Columns", "HDF5Files", "Settings", "NumericalMethods", "Platform",
      "Diagnostics", "Kernels",
    ],
    swiftSettings: strict)
]

let testTargets: [Target] = [
  .executableTarget(
    name: "nightjar-bench",
    dependencies: [
      argumentParser, "Ntuples", "Expressions", "Inference", "Networks", "Columns", "HDF5Files",
      "ROOTFiles", "NumericalMethods", "Platform", "Diagnostics", "Execution",
    ],
    path: "Tests/Benchmarks", exclude: ["peers"], swiftSettings: strict),
  .target(
    name: "FuzzReaders",
    dependencies: [
      "Ntuples", "Networks", "PipelineSpec", "Expressions", "Columns", "Diagnostics",
    ],
    path: "Tests/Fuzz/Readers", swiftSettings: strict),
  .executableTarget(
    name: "nightjar-fuzz",
    dependencies: [argumentParser, "FuzzReaders", "HDF5Files", "Platform"],
    path: "Tests/Fuzz/Runner", swiftSettings: strict),
  .target(
    name: "TestSupport", dependencies: ["NumericalMethods"], path: "Tests/TestSupport",
    swiftSettings: strict),
  tests("FloorTests", []),
  tests("FuzzTests", ["nightjar-fuzz", "FuzzReaders"]),
  tests("ExecutionTests", ["Execution", "HDF5Files", "Platform"], isOptimized: false),
  tests("PlatformTests", ["Platform"]),
  tests("DiagnosticsTests", ["Diagnostics"]),
  tests("NumericalMethodsTests", ["NumericalMethods", "Kernels"], exclude: ["Fixtures"]),
  tests(
    "ExpressionsTests",
    ["Expressions", "Columns", "Diagnostics", "Kernels", "NumericalMethods"],
    exclude: ["Fixtures"]),
  tests("NetworksTests", ["Networks", "Kernels", "Platform"], exclude: ["Fixtures"]),
  tests(
    "TheoryTests", ["Theory", "NumericalMethods", "PipelineSpec", "Diagnostics"],
    exclude: ["Fixtures"]),
  tests(
    "ROOTFilesTests", ["ROOTFiles", "Codecs", "Columns", "Kernels", "Platform"],
    exclude: ["Fixtures"]),
  tests("HDF5FilesTests", ["HDF5Files", "Columns", "Kernels", "Platform"]),
  tests("SettingsTests", ["Settings", "Diagnostics"], isOptimized: false),
  tests(
    "PipelineSpecTests", ["PipelineSpec", "Settings", "Expressions", "Ntuples", "Diagnostics"],
    exclude: ["Fixtures", "validate.py"], isOptimized: false),
  tests(
    "NtuplesTests", ["Ntuples", "Columns", "HDF5Files", "Platform"], exclude: ["Fixtures"]),
  tests(
    "InferenceTests", ["Inference", "NumericalMethods", "Kernels"],
    exclude: ["Fixtures", "Model/CONFORMANCE.md"]),
  tests(
    "SearchTests",
    ["Search", "PipelineSpec", "Inference", "HDF5Files", "NumericalMethods", "Platform"],
    exclude: ["Fixtures", "HS3/CONFORMANCE.md"]),
  tests(
    "SimulationTests",
    [
      "Simulation", "Theory", "Ntuples", "HDF5Files", "Columns", "NumericalMethods", "Platform",
      "Kernels", "Settings",
    ]),
  tests(
    "PipelineTests",
    ["nightjar", "HDF5Files", "NumericalMethods", "Execution", "Platform", "Search", "Simulation"],
    exclude: ["Fixtures"], isOptimized: false),
  tests("SlurmTests", ["nightjar", "Platform"], exclude: ["Cluster"], isOptimized: false),
  tests(
    "ToolTests", ["nightjar", "HDF5Files", "Search", "Inference"], exclude: ["Fixtures"],
    isOptimized: false),
]

// Has libFuzzer's main: Tests/Fuzz/libfuzzer.sh builds it alone, with its options.
let coverage: [Target] =
  Context.environment["NIGHTJAR_LIBFUZZER"] == nil
  ? []
  : [
    .executableTarget(
      name: "nightjar-libfuzzer", dependencies: ["FuzzReaders"], path: "Tests/Fuzz/Coverage",
      swiftSettings: strict + [.unsafeFlags(["-parse-as-library"])])
  ]

let package = Package(
  name: "nightjar",
  products: [.executable(name: "nightjar", targets: ["nightjar"])],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
    .package(url: "https://github.com/jpsim/Yams", exact: "6.2.2"),
  ],
  targets: libraries + ground + first + second + third + top + testTargets + coverage,
  swiftLanguageModes: [.v6],
  cLanguageStandard: .gnu17
)
