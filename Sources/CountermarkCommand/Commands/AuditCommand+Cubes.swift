import ArgumentParser
import BiasMetrics
import FoundationEssentials
import Tabular

/// Counts that are handed on instead of rows.
struct AuditCubeOptions: ParsableArguments {
  @Option(
    name: .long,
    help: ArgumentHelp(
      "Save the counts, to be audited elsewhere or merged with others; give them as tables.",
      valueName: "file"))
  var saveCube: String?
  @Option(
    name: .long,
    help: ArgumentHelp(
      "Take cells of fewer rows, and those that one known total would give away, out of the saved counts. It does not protect from somebody who sets several totals, or several files of the same rows, against each other.",
      valueName: "n"))
  var suppressBelow: Int?

  func validate() throws {
    guard suppressBelow == nil || saveCube != nil else {
      throw ValidationError("--suppress-below is for counts that are saved: add --save-cube FILE.")
    }
  }

  func save(_ cube: CountingCube) throws {
    guard let saveCube else { return }
    let kept = try suppressBelow.map { try cube.suppressing(below: $0) } ?? cube
    try AuditOutputOptions.save(try kept.saved(), saveCube)
  }
}

extension DeclaredPlan {
  /// Counts the rows of tables and takes in counts that were saved, as one.
  func counted(_ inputs: [String], workers: Int) async throws -> CountingCube {
    let saved = inputs.filter { CountingCube.isSaved($0) }
    let tables = inputs.filter { !saved.contains($0) }
    var cubes: [CountingCube] = []
    for path in saved { cubes.append(try CountingCube(contentsOfFile: path)) }
    // Counts know their columns; a plan that names none takes them as they are.
    let wanted = columns.groups.isEmpty && tables.isEmpty ? cubes.first?.schema : nil
    let schema = try wanted ?? self.schema()
    cubes = try cubes.map { try $0.rolled(to: schema) }
    if !tables.isEmpty {
      cubes.append(
        try await CountingCube.counting(
          paths: tables, schema: schema, missing: missing, workers: workers,
          limits: columns.cluster.map { [$0: 1 << 22] } ?? [:]))
    }
    return cubes.count == 1 ? cubes[0] : try CountingCube.merging(cubes)
  }
}
