// swift-tools-version: 6.2

import PackageDescription

// A package of its own: libFuzzer brings its own main, and no user of the library should build it.
let library: [Target.Dependency] = [.product(name: "Countermark", package: "countermark")]

let package = Package(
  name: "countermark-fuzz",
  products: [
    .library(name: "FuzzTokenizer", type: .static, targets: ["FuzzTokenizer"]),
    .library(name: "FuzzJSONLines", type: .static, targets: ["FuzzJSONLines"]),
    .library(name: "FuzzTable", type: .static, targets: ["FuzzTable"]),
    .library(name: "FuzzLexicon", type: .static, targets: ["FuzzLexicon"]),
    .library(name: "FuzzOutputs", type: .static, targets: ["FuzzOutputs"]),
    .library(name: "FuzzProfile", type: .static, targets: ["FuzzProfile"]),
    .library(name: "FuzzInput", type: .static, targets: ["FuzzInput"]),
    .library(name: "FuzzImage", type: .static, targets: ["FuzzImage"]),
    .library(name: "FuzzAudit", type: .static, targets: ["FuzzAudit"]),
    .library(name: "FuzzGGUF", type: .static, targets: ["FuzzGGUF"]),
    .library(name: "FuzzResults", type: .static, targets: ["FuzzResults"]),
  ],
  dependencies: [.package(name: "countermark", path: "..")],
  targets: [
    .target(name: "FuzzTokenizer", dependencies: library),
    .target(name: "FuzzJSONLines", dependencies: library),
    .target(name: "FuzzTable", dependencies: library),
    .target(name: "FuzzLexicon", dependencies: library),
    .target(name: "FuzzOutputs", dependencies: library),
    .target(name: "FuzzProfile", dependencies: library),
    .target(name: "FuzzInput", dependencies: library),
    .target(name: "FuzzImage", dependencies: library),
    .target(name: "FuzzAudit", dependencies: library),
    .target(name: "FuzzGGUF", dependencies: library),
    .target(name: "FuzzResults", dependencies: library),
  ]
)
