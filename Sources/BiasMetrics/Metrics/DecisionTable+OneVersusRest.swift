extension DecisionTable {
  /// Reads a cube of several classes as decisions for or against one of them.
  ///
  /// A class that is never predicted, or never true, is a finding and no error. Rows without label or prediction are treated as in
  /// ``init(_:positive:positivePrediction:missingLabels:)``.
  init(
    _ cube: CountingCube, oneVersusRest name: String, missingLabels: MissingLabels
  ) throws(BiasMetricsError) {
    // Every label becomes 1 or 0, so that both columns have the same two.
    var binary = cube
    for place in [cube.labelDimension, cube.predictionDimension].compactMap({ $0 }) {
      let wanted = cube.dimensions[place].labels.firstIndex(of: name).map { $0 + 1 }
      binary.dimensions[place].labels = ["0", "1"]
      for index in binary.cells.indices where binary.cells[index].coordinates[place] > 0 {
        binary.cells[index].coordinates[place] = binary.cells[index].coordinates[place] == wanted ? 2 : 1
      }
    }
    try self.init(binary, positive: "1", missingLabels: missingLabels)
    (positiveLabel, positivePrediction) = (hasLabels ? name : positiveLabel, name)
  }
}
