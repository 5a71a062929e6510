// swift-tools-version: 6.2

import PackageDescription

// A package of its own, so that the tests' build does not pay for benchmarks.
let package = Package(
  name: "countermark-benchmarks",
  dependencies: [
    .package(name: "countermark", path: ".."),
    .package(url: "https://github.com/apple/swift-crypto", from: "4.0.0"),
  ],
  targets: [
    .executableTarget(
      name: "BiasBench", dependencies: [.product(name: "Countermark", package: "countermark")]),
    .executableTarget(
      name: "DetectorBench",
      dependencies: [
        .product(name: "Countermark", package: "countermark"),
        .product(name: "Crypto", package: "swift-crypto"),
      ]),
    .executableTarget(
      name: "ImageNulls", dependencies: [.product(name: "Countermark", package: "countermark")]),
    .executableTarget(
      name: "ImageStages", dependencies: [.product(name: "Countermark", package: "countermark")]),
    .executableTarget(
      name: "MarkingBench", dependencies: [.product(name: "Countermark", package: "countermark")]),
    .executableTarget(
      name: "ModelBench", dependencies: [.product(name: "Countermark", package: "countermark")]),
    .executableTarget(
      name: "ScanBench", dependencies: [.product(name: "Countermark", package: "countermark")]),
    .executableTarget(
      name: "TokenizerBench", dependencies: [.product(name: "Countermark", package: "countermark")]),
  ]
)
