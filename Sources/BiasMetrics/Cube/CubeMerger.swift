import Statistics
import Tabular

/// Adds up cubes, and the counters of workers, so that no order of addition shows.
struct CubeMerger {
  let schema: CubeSchema
  /// The labels by themselves: texts that Unicode holds to be equal are one label, in the spelling whose bytes come first.
  private var labels: [[String: String]]
  private var sums: [[String?]: Sum] = [:]
  private var failedRows = 0
  private var problems: [RowProblem] = []
  private var suppression: CountingCube.Suppression?

  private struct ScoreKey: Hashable {
    var score: UInt64
    var weight: UInt64
  }

  private struct Sum {
    var count = 0
    var weight = ExactSum()
    var squaredWeight = ExactSum()
    var scores: [ScoreKey: Int] = [:]
  }

  init(schema: CubeSchema) {
    self.schema = schema
    labels = schema.dimensions.map { _ in [:] }
  }

  private mutating func note(_ label: String, _ place: Int) {
    if let known = labels[place][label], !label.utf8.lexicographicallyPrecedes(known.utf8) { return }
    labels[place][label] = label
  }

  mutating func add(_ cube: CountingCube) {
    failedRows += cube.failedRows
    problems += cube.problems
    if let other = cube.suppression {
      let own = suppression ?? CountingCube.Suppression(below: 0, rows: 0, combinations: [])
      suppression = CountingCube.Suppression(
        below: max(own.below, other.below), rows: own.rows + other.rows,
        combinations: own.combinations.union(other.combinations))
    }
    for cell in cube.cells {
      let key = cell.coordinates.enumerated().map { $1 == 0 ? nil : cube.dimensions[$0].labels[$1 - 1] }
      for (place, label) in key.enumerated() { if let label { note(label, place) } }
      var sum = sums[key] ?? Sum()
      sum.count += cell.count
      if schema.weight != nil {
        for part in [cell.weight] + cell.weightRest { sum.weight.add(part) }
        for part in [cell.squaredWeight] + cell.squaredWeightRest { sum.squaredWeight.add(part) }
      }
      for entry in cell.scores {
        sum.scores[ScoreKey(score: entry.score.bitPattern, weight: entry.weight.bitPattern), default: 0] +=
          entry.count
      }
      sums[key] = sum
    }
  }

  mutating func add(_ counter: CubeCounter) {
    failedRows += counter.failed
    problems += counter.problems
    counter.forEachCell { key, count, weight, squaredWeight in
      for (place, label) in key.enumerated() { if let label { note(label, place) } }
      var sum = sums[key] ?? Sum()
      sum.count += count
      if let weight, let squaredWeight {
        sum.weight.merge(weight)
        sum.squaredWeight.merge(squaredWeight)
      }
      sums[key] = sum
    }
    counter.forEachScore { key, score, weight, count in
      sums[key]?.scores[ScoreKey(score: score.bitPattern, weight: weight.bitPattern), default: 0] += count
    }
  }

  /// Fails when workers together met more labels than one column may have, which none of them need have noticed.
  func check(_ limits: [String: Int] = [:]) throws(TabularError) {
    for (place, column) in schema.dimensions.enumerated()
    where labels[place].count > limits[column.name] ?? LabelDictionary.largest {
      throw LabelDictionary.tooMany(column: column.name, offset: 0)
    }
  }

  func cube() -> CountingCube {
    let columns = schema.dimensions
    let dimensions = columns.enumerated().map { place, column in
      guard case .classes(let classes) = column.content else {
        return CountingCube.Dimension(
          name: column.name,
          labels: labels[place].values.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) })
      }
      return CountingCube.Dimension(
        name: column.name, labels: classes.map(\.label).compactMap { labels[place][$0] })
    }
    let codes = dimensions.map { dimension in
      Dictionary(uniqueKeysWithValues: dimension.labels.enumerated().map { ($1, $0 + 1) })
    }
    var cells: [CountingCube.Cell] = []
    for (key, sum) in sums {
      let isWeighted = schema.weight != nil
      var scores = sum.scores.map {
        CountingCube.ScoreCount(
          score: Double(bitPattern: $0.key.score), weight: Double(bitPattern: $0.key.weight), count: $0.value)
      }
      scores.sort {
        // Not-a-number has no order of its own.
        ($0.score.isNaN ? 0 : 1, $0.score.isNaN ? 0 : $0.score, $0.weight)
          < ($1.score.isNaN ? 0 : 1, $1.score.isNaN ? 0 : $1.score, $1.weight)
      }
      cells.append(
        CountingCube.Cell(
          coordinates: key.enumerated().map { place, label in label.flatMap { codes[place][$0] } ?? 0 },
          count: sum.count, weight: isWeighted ? sum.weight.value : Double(sum.count),
          squaredWeight: isWeighted ? sum.squaredWeight.value : Double(sum.count),
          weightRest: isWeighted ? Self.rest(sum.weight) : [],
          squaredWeightRest: isWeighted ? Self.rest(sum.squaredWeight) : [], scores: scores))
    }
    cells.sort { $0.coordinates.lexicographicallyPrecedes($1.coordinates) }
    let ordered = problems.sorted { ($0.source, $0.line) < ($1.source, $1.line) }
    return CountingCube(
      schema: schema, dimensions: dimensions, cells: cells, failedRows: failedRows,
      problems: Array(ordered.prefix(TableDecoder.problemLimit)), suppression: suppression)
  }

  /// What a sum has beyond its value as a double, in parts that add up exactly.
  private static func rest(_ sum: ExactSum) -> [Double] {
    var (sum, parts) = (sum, [Double]())
    var part = sum.value
    while part != 0, part.isFinite {
      sum.add(-part)
      part = sum.value
      if part != 0 { parts.append(part) }
    }
    return parts
  }
}
