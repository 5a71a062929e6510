// swift-tools-version: 6.2

import PackageDescription

// No unsafe flags: packages that depend on this one could not build. C is raised to higher CPU levels by attributes.

// MARK: - Public API

let publicModules: [Target] = [
  .target(name: "Kernels", dependencies: ["CKernels"]),
  .target(name: "Randomness", dependencies: ["Kernels"]),
  .target(name: "TextWatermark", dependencies: ["Kernels"]),
]

// MARK: - Implementation details

let implementation: [Target] = [
  .target(name: "CKernels")
]

// MARK: - Unit tests

let tests: [Target] = [
  .target(
    name: "TestSupport", dependencies: [.product(name: "Crypto", package: "swift-crypto")],
    path: "Tests/TestSupport"),
  .testTarget(name: "KernelsTests", dependencies: ["Kernels", "TestSupport"]),
  .testTarget(name: "RandomnessTests", dependencies: ["Randomness", "TestSupport"]),
  .testTarget(name: "TextWatermarkTests", dependencies: ["TextWatermark", "TestSupport"]),
]

let package = Package(
  name: "countermark",
  dependencies: [
    .package(url: "https://github.com/apple/swift-crypto", from: "4.0.0")
  ],
  targets: publicModules + implementation + tests
)
