// swift-tools-version: 6.2

import PackageDescription

// A package of its own, so that the tests' build does not pay for benchmarks.
let package = Package(
  name: "countermark-benchmarks",
  dependencies: [.package(name: "countermark", path: "..")],
  targets: [
    .executableTarget(
      name: "TokenizerBench", dependencies: [.product(name: "Countermark", package: "countermark")])
  ]
)
