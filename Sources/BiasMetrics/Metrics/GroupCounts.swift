/// The rows of one group within one stratum.
public struct GroupCounts: Hashable, Sendable {
  /// The values of the attributes, in the order they were asked for.
  public var values: [String]
  /// How many rows.
  public var rows = 0
  /// Counts of rows.
  public var counts = Confusion()
  /// Sums of weights; the counts where there are none.
  public var weights = Confusion()
  /// Sums of squared weights.
  public var squaredWeights = Confusion()
  /// Scores by label.
  public var scores: [LabelledScore] = []

  /// Rows with the same score, weight and label.
  public struct LabelledScore: Hashable, Sendable {
    /// The score.
    public var score: Double
    /// Whether the label is positive.
    public var label: Bool
    /// The weight of each row.
    public var weight: Double
    /// How many rows.
    public var count: Int
  }

  /// The values, joined by `|`.
  public var name: String { values.joined(separator: "|") }

  mutating func add(_ cell: DecisionTable.Cell) {
    rows += cell.count
    counts.add(Double(cell.count), label: cell.label, prediction: cell.prediction)
    weights.add(cell.weight, label: cell.label, prediction: cell.prediction)
    squaredWeights.add(cell.squaredWeight, label: cell.label, prediction: cell.prediction)
    for entry in cell.scores {
      scores.append(
        LabelledScore(score: entry.score, label: cell.label, weight: entry.weight, count: entry.count))
    }
  }

  mutating func add(_ other: GroupCounts) {
    rows += other.rows
    counts = counts + other.counts
    weights = weights + other.weights
    squaredWeights = squaredWeights + other.squaredWeights
    scores += other.scores
  }
}

extension DecisionTable {
  /// The name that stands for a missing value of a group or control.
  public static let missingName = "(missing)"

  /// The place of a dimension by its column's name.
  public func dimension(_ name: String) -> Int? { dimensions.firstIndex { $0.name == name } }

  /// A label as it is shown: one that reads as the name of missing values is put in quotes, so that names tell groups apart.
  static func shown(_ label: String) -> String {
    var core = label[...]
    while core.utf8.count > missingName.utf8.count, core.utf8.first == 0x27, core.utf8.last == 0x27 {
      core = core.dropFirst().dropLast()
    }
    return core == missingName ? "'\(label)'" : label
  }

  func text(_ dimension: Int, _ coordinate: Int) -> String {
    coordinate == 0 ? Self.missingName : dimensions[dimension].labels[coordinate - 1]
  }

  /// The groups that some attributes make, sorted by their labels; missing values first, as a group of their own.
  ///
  /// - Parameters:
  ///   - places: the attributes' places among ``dimensions``.
  ///   - keepsScores: whether scores are wanted too.
  public func groups(by places: [Int], keepsScores: Bool = false) -> [GroupCounts] {
    var sums: [[Int]: GroupCounts] = [:]
    for cell in cells {
      let key = places.map { cell.coordinates[$0] }
      var sum = sums[key] ?? GroupCounts(values: zip(places, key).map { text($0, $1) })
      var cell = cell
      if !keepsScores { cell.scores = [] }
      sum.add(cell)
      sums[key] = sum
    }
    return sums.sorted { $0.key.lexicographicallyPrecedes($1.key) }.map(\.value)
  }

  /// All rows as one group.
  public func overall(keepsScores: Bool = false) -> GroupCounts {
    groups(by: [], keepsScores: keepsScores).first ?? GroupCounts(values: [])
  }

  /// The strata that some dimensions make, in the order of their labels, each as a table of its own.
  ///
  /// Cost: one pass over the cells, however many strata there are.
  ///
  /// - Parameter places: the dimensions' places among ``dimensions``.
  public func strata(by places: [Int]) -> [(values: [String], table: DecisionTable)] {
    var buckets: [[Int]: [Cell]] = [:]
    for cell in cells { buckets[places.map { cell.coordinates[$0] }, default: []].append(cell) }
    var lacking: [[Int]: [[Int]: Int]] = [:]
    for (coordinates, rows) in undecided {
      lacking[places.map { coordinates[$0] }, default: [:]][coordinates] = rows
    }
    var frame = self
    (frame.cells, frame.undecided) = ([], [:])
    return buckets.sorted { $0.key.lexicographicallyPrecedes($1.key) }.map { key, cells in
      var part = frame
      (part.cells, part.undecided) = (cells, lacking[key] ?? [:])
      return (zip(places, key).map { text($0, $1) }, part)
    }
  }

  /// The rows with given values of some dimensions, as a table of its own.
  public func stratum(_ values: [Int: String]) -> DecisionTable {
    var part = self
    func holds(_ coordinates: [Int]) -> Bool {
      values.allSatisfy { text($0.key, coordinates[$0.key]) == $0.value }
    }
    part.cells = cells.filter { holds($0.coordinates) }
    part.undecided = undecided.filter { holds($0.key) }
    return part
  }
}
