// swift-tools-version: 6.2

import PackageDescription

// No unsafe flags: packages that depend on this one could not build. C is raised to higher CPU levels by attributes.

// MARK: - Public API

let publicModules: [Target] = [
  .target(name: "Kernels", dependencies: ["CKernels"]),
  .target(name: "Statistics"),
  .target(name: "Randomness", dependencies: ["Kernels", .product(name: "Crypto", package: "swift-crypto")]),
  .target(name: "Tokenization", dependencies: ["Kernels", "CPCRE2", "CUTF8Proc"]),
  .target(name: "TextWatermark", dependencies: ["Kernels", "Statistics", "Randomness", "CUTF8Proc"]),
  .target(name: "LanguageModel", dependencies: ["Kernels", "Statistics", "Tokenization"]),
  .target(
    name: "TextMarking",
    dependencies: ["LanguageModel", "Statistics", "Tabular", "TextWatermark", "Tokenization"]),
  .target(
    name: "Evaluation",
    dependencies: ["LanguageModel", "Statistics", "TextMarking", "TextWatermark", "Tokenization"]),
  .target(name: "Tabular", dependencies: ["Kernels"]),
  .target(name: "BiasMetrics", dependencies: ["Kernels", "Statistics", "Randomness", "Tabular"]),
  .target(name: "Raster", dependencies: ["CCodecs", "CZlib"]),
  .target(
    name: "ImageWatermark", dependencies: ["Kernels", "Statistics", "Randomness", "Raster"]),
  .target(
    name: "Scan",
    dependencies: [
      "Kernels", "Statistics", "Randomness", "Tokenization", "TextWatermark", "Raster", "ImageWatermark",
      "Tabular", "CZlib", "CArchive",
    ]),
  .target(
    name: "Reports",
    dependencies: [
      "Evaluation", "BiasMetrics", "Randomness", "Raster", "Scan", "Statistics", "Tabular", "TextWatermark",
    ]),
  .target(
    name: "Countermark",
    dependencies: [
      "Kernels", "Statistics", "Randomness", "Tokenization", "TextWatermark", "LanguageModel", "TextMarking",
      "Evaluation", "Raster", "ImageWatermark", "Tabular", "BiasMetrics", "Scan", "Reports",
    ]),
]

// MARK: - The command

let command: [Target] = [
  .executableTarget(
    name: "CountermarkCommand",
    dependencies: [
      "Countermark", "Raster", "ImageWatermark", "BiasMetrics", "Tabular", "Statistics", "Reports",
      .product(name: "ArgumentParser", package: "swift-argument-parser"),
    ])
]

// MARK: - Implementation details

let implementation: [Target] = [
  .target(name: "CKernels"),
  .target(name: "CCodecs", dependencies: ["CPNG", "CJPEG"]),
  .systemLibrary(name: "CPNG", pkgConfig: "libpng", providers: [.apt(["libpng-dev"])]),
  .systemLibrary(name: "CJPEG", pkgConfig: "libjpeg", providers: [.apt(["libjpeg-dev"])]),
  .systemLibrary(name: "CPCRE2", pkgConfig: "libpcre2-8", providers: [.apt(["libpcre2-dev"])]),
  .systemLibrary(name: "CUTF8Proc", providers: [.apt(["libutf8proc-dev"])]),
  .systemLibrary(name: "CArchive", pkgConfig: "libarchive", providers: [.apt(["libarchive-dev"])]),
  .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
]

// MARK: - Unit tests

let tests: [Target] = [
  .target(
    name: "TestSupport", dependencies: ["LanguageModel", .product(name: "Crypto", package: "swift-crypto")],
    path: "Tests/TestSupport"),
  .testTarget(name: "KernelsTests", dependencies: ["Kernels", "TestSupport"]),
  .testTarget(name: "RandomnessTests", dependencies: ["Randomness", "TestSupport"]),
  .testTarget(
    name: "TokenizationTests", dependencies: ["Tokenization", "TestSupport"],
    exclude: ["Fixtures", "FuzzCorpus"]),
  .testTarget(name: "StatisticsTests", dependencies: ["Statistics", "TestSupport"], exclude: ["References"]),
  .testTarget(
    name: "TextWatermarkTests", dependencies: ["TextWatermark", "Tokenization", "Statistics", "TestSupport"],
    exclude: ["FuzzCorpus"]),
  .testTarget(
    name: "LanguageModelTests",
    dependencies: ["LanguageModel", "Kernels", "Statistics", "Tokenization", "TestSupport"],
    exclude: ["FuzzCorpus", "References"]),
  .testTarget(
    name: "EvaluationTests",
    dependencies: [
      "Evaluation", "TextMarking", "LanguageModel", "TextWatermark", "Tokenization", "Statistics",
      "TestSupport",
    ]),
  .testTarget(
    name: "BiasMetricsTests", dependencies: ["BiasMetrics", "Tabular", "Statistics", "TestSupport"],
    exclude: ["FuzzCorpus", "LexiconCorpus", "OutputsCorpus", "References"]),
  .testTarget(
    name: "TabularTests", dependencies: ["Tabular", "TestSupport"], exclude: ["FuzzCorpus", "TableCorpus"]),
  .testTarget(
    name: "ImageWatermarkTests",
    dependencies: [
      "ImageWatermark", "Raster", "Kernels", "Statistics", "TestSupport",
      .product(name: "Crypto", package: "swift-crypto"),
    ]),
  .testTarget(
    name: "RasterTests",
    dependencies: ["Raster", "TestSupport", .product(name: "Crypto", package: "swift-crypto")],
    exclude: ["Fixtures", "FuzzCorpus"]),
  .testTarget(
    name: "ScanTests", dependencies: ["Randomness", "Scan", "TestSupport", "TextWatermark"],
    exclude: ["FuzzCorpus", "ResultsCorpus", "make_archives.py", "make_results.py"]),
  .testTarget(
    name: "ReportsTests",
    dependencies: [
      "Reports", "BiasMetrics", "Randomness", "Raster", "Scan", "Statistics", "Tabular", "TestSupport",
    ],
    exclude: ["render.py", "sarif.py"]),
  .testTarget(name: "CommandTests", dependencies: ["CountermarkCommand", "Raster", "TestSupport"]),
]

let package = Package(
  name: "countermark",
  products: [
    .library(name: "Countermark", targets: ["Countermark"]),
    .executable(name: "countermark", targets: ["CountermarkCommand"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.6.0"),
    .package(url: "https://github.com/apple/swift-crypto", from: "4.0.0"),
  ],
  targets: publicModules + command + implementation + tests
)
