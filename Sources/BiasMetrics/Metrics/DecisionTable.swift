/// A cube whose labels and predictions have been read as favourable or not.
public struct DecisionTable: Hashable, Sendable {
  /// Rows that share groups, controls, label and decision.
  public struct Cell: Hashable, Sendable {
    /// Coordinates of groups, then of controls; 0 is missing.
    public var coordinates: [Int]
    /// What was true; false where there is no label column.
    public var label: Bool
    /// What was decided; the label where there is no prediction column.
    public var prediction: Bool
    /// How many rows.
    public var count: Int
    /// Their weights' sum.
    public var weight: Double
    /// The sum of the squares of their weights.
    public var squaredWeight: Double
    /// Their scores.
    public var scores: [CountingCube.ScoreCount]
  }

  /// Groups, then controls.
  public let dimensions: [CountingCube.Dimension]
  /// How many of the dimensions are groups.
  public let groupDimensions: Int
  /// The cells, sorted by coordinates.
  public internal(set) var cells: [Cell]
  /// Whether there are labels beside decisions.
  public let hasLabels: Bool
  /// Whether rows have weights.
  public let isWeighted: Bool
  /// Whether rows have scores.
  public let hasScores: Bool
  /// The favourable label, as the table writes it.
  public internal(set) var positiveLabel: String
  /// The favourable decision, as the table writes it.
  public internal(set) var positivePrediction: String
  /// Rows without a label or decision, which are not in the cells: by coordinates of groups and controls.
  public internal(set) var undecided: [[Int]: Int]

  /// What to do with rows that lack a label or a decision.
  public enum MissingLabels: String, CaseIterable, Hashable, Sendable {
    /// Refuse to go on.
    case error
    /// Leave them out and count them.
    case exclude
  }

  /// Reads a cube's labels and predictions.
  ///
  /// - Parameters:
  ///   - positive: the favourable value; may be left out where labels are 0 and 1, −1 and 1, or false and true.
  ///   - positivePrediction: the favourable decision, where it is written otherwise than the label.
  ///   - missingLabels: what to do with rows that lack one.
  public init(
    _ cube: CountingCube, positive: String? = nil, positivePrediction: String? = nil,
    missingLabels: MissingLabels = .error
  )
    throws(BiasMetricsError)
  {
    let labelPlace = cube.labelDimension
    let predictionPlace = cube.predictionDimension
    guard labelPlace != nil || predictionPlace != nil else {
      throw BiasMetricsError(
        .invalidPlan, "there is neither a label nor a prediction", hint: "add --prediction COLUMN")
    }
    guard cube.rows > 0 else {
      throw BiasMetricsError(
        .noRows, "the table has no rows that can be read", hint: "look at the row errors")
    }
    let label = try labelPlace.map { place throws(BiasMetricsError) in
      try Self.favourable(cube.dimensions[place], positive)
    }
    let prediction = try predictionPlace.map { place throws(BiasMetricsError) in
      try Self.favourable(cube.dimensions[place], positivePrediction ?? positive)
    }
    let kept = cube.schema.groups.count + cube.schema.controls.count
    var cells: [Cell] = []
    var undecided: [[Int]: Int] = [:]
    for cell in cube.cells {
      let coordinates = Array(cell.coordinates[..<kept])
      let isMissing =
        (labelPlace.map { cell.coordinates[$0] == 0 } ?? false)
        || (predictionPlace.map { cell.coordinates[$0] == 0 } ?? false)
      if isMissing {
        undecided[coordinates, default: 0] += cell.count
        continue
      }
      let isLabelled = labelPlace.map { cell.coordinates[$0] == label! + 1 }
      let isSelected = predictionPlace.map { cell.coordinates[$0] == prediction! + 1 }
      cells.append(
        Cell(
          coordinates: coordinates, label: isLabelled ?? false, prediction: isSelected ?? isLabelled ?? false,
          count: cell.count, weight: cell.weight, squaredWeight: cell.squaredWeight, scores: cell.scores))
    }
    let lacking = undecided.values.reduce(0, +)
    guard lacking == 0 || missingLabels == .exclude else {
      throw BiasMetricsError(
        .missingLabels, "\(lacking) of \(cube.rows) rows have no label or no prediction",
        hint: "mend the table, or leave them out, counted, with --missing-labels exclude")
    }
    guard !cells.isEmpty else {
      throw BiasMetricsError(
        .noRows, "no row has both a label and a prediction", hint: "look at the columns' names")
    }
    if cube.schema.weight != nil {
      for cell in cells { try Self.check(cell) }
    }
    dimensions = cube.dimensions[..<kept].map { dimension in
      var dimension = dimension
      dimension.labels = dimension.labels.map(Self.shown)
      return dimension
    }
    groupDimensions = cube.schema.groups.count
    self.cells = cells
    hasLabels = labelPlace != nil && predictionPlace != nil
    isWeighted = cube.schema.weight != nil
    hasScores = cube.schema.score != nil
    positiveLabel = labelPlace.map { Self.text(cube.dimensions[$0], label!) } ?? ""
    self.positivePrediction =
      predictionPlace.map { Self.text(cube.dimensions[$0], prediction!) } ?? positiveLabel
    self.undecided = undecided
  }

  init(
    dimensions: [CountingCube.Dimension], groupDimensions: Int, cells: [Cell], hasLabels: Bool,
    isWeighted: Bool, hasScores: Bool, positiveLabel: String, positivePrediction: String,
    undecided: [[Int]: Int]
  ) {
    (self.dimensions, self.groupDimensions, self.cells) = (dimensions, groupDimensions, cells)
    (self.hasLabels, self.isWeighted, self.hasScores) = (hasLabels, isWeighted, hasScores)
    (self.positiveLabel, self.positivePrediction) = (positiveLabel, positivePrediction)
    self.undecided = undecided
  }

  /// Weights whose squares a Double cannot add up would make counts that are no numbers.
  private static func check(_ cell: Cell) throws(BiasMetricsError) {
    guard cell.weight.isFinite, cell.weight > 0 else {
      throw BiasMetricsError(
        .invalidWeights, "a group's weights are missing or sum to \(cell.weight)",
        hint: "give each row a weight above zero, or leave --weight out")
    }
    let squares = cell.squaredWeight
    guard squares >= 1e-280, squares <= 1e280, cell.weight <= 1e140,
      cell.weight <= squares.squareRoot() * Double(cell.count).squareRoot() * (1 + 1e-9)
    else {
      throw BiasMetricsError(
        .invalidWeights,
        "\(cell.count) rows have weights that sum to \(cell.weight), their squares to \(squares)",
        hint: "scale the weights, so that they lie near 1")
    }
  }

  private static func text(_ dimension: CountingCube.Dimension, _ place: Int) -> String {
    place < dimension.labels.count ? dimension.labels[place] : "1"
  }

  private static func refuseProbabilities(
    _ dimension: CountingCube.Dimension, _ numbers: [Double?]
  ) throws(BiasMetricsError) {
    if numbers.contains(where: { $0.map { $0 > 0 && $0 < 1 } ?? false }) {
      throw BiasMetricsError(
        .probabilitiesAsPredictions,
        "column '\(dimension.name)' holds numbers between 0 and 1, not decisions",
        hint: "give the column as --score, and the cut as --threshold")
    }
  }

  /// The favourable label's place among a dimension's labels.
  private static func favourable(
    _ dimension: CountingCube.Dimension, _ positive: String?
  )
    throws(BiasMetricsError) -> Int
  {
    let labels = dimension.labels
    let numbers = labels.map { Double($0) }
    let shown = labels.prefix(6).joined(separator: ", ") + (labels.count > 6 ? ", …" : "")
    if let positive {
      let wanted = Double(positive)
      // Only an exact 1 would count as selected, and 0.99 as rejected.
      if let wanted, wanted == 0 || abs(wanted) == 1 { try refuseProbabilities(dimension, numbers) }
      if let place = labels.firstIndex(of: positive)
        ?? numbers.firstIndex(where: { $0 != nil && $0 == wanted })
      {
        return place
      }
      // A column of zeros lacks its one: nobody favourable is a finding, not an error.
      if wanted == 1, numbers.allSatisfy({ $0 == 0 || $0 == -1 }) { return labels.count }
      throw BiasMetricsError(
        .noSuchLabel, "column '\(dimension.name)' has no value '\(positive)'", hint: "it has \(shown)")
    }
    try refuseProbabilities(dimension, numbers)
    let isBinary = numbers.allSatisfy { $0 == 0 || $0 == 1 } || numbers.allSatisfy { $0 == -1 || $0 == 1 }
    // Nobody favourable is a finding, not an error: no label has the place then.
    if isBinary { return numbers.firstIndex(of: 1) ?? labels.count }
    let words = labels.map { $0.lowercased() }
    if words.allSatisfy({ $0 == "true" || $0 == "false" }), let place = words.firstIndex(of: "true") {
      return place
    }
    throw BiasMetricsError(
      .ambiguousLabels, "column '\(dimension.name)' holds \(shown); which is favourable is not known",
      hint: "name it: --positive VALUE")
  }
}
