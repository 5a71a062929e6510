import Tabular

extension CountingCube {
  /// The same rows under fewer columns: counts of columns that are left out are added up.
  ///
  /// Groups and controls may change parts. Throws, naming the column, when the cube has not counted it, or with other classes.
  public func rolled(to wanted: CubeSchema) throws(BiasMetricsError) -> CountingCube {
    if wanted == schema { return self }
    let own = schema.dimensions
    func missing(_ what: String, _ known: [String]) -> BiasMetricsError {
      BiasMetricsError(
        .incompatible, "a saved cube was made without \(what)",
        hint: "it has counted \(known.joined(separator: ", ")); count the table again for others")
    }
    var places: [Int] = []
    for column in wanted.groups + wanted.controls {
      guard
        let place = own.indices.first(where: {
          own[$0] == column && $0 < schema.groups.count + schema.controls.count
        })
      else { throw missing("the column '\(column.name)' as it is asked for", own.map(\.name)) }
      places.append(place)
    }
    for (column, place, kept) in [
      (wanted.label, labelDimension, schema.label),
      (wanted.prediction, predictionDimension, schema.prediction),
    ] {
      guard let column else { continue }
      guard let place, column == kept else {
        throw missing("'\(column.name)' as label or decision", own.map(\.name))
      }
      places.append(place)
    }
    if let score = wanted.score, score != schema.score {
      throw missing("the scores '\(score)'", own.map(\.name))
    }
    guard wanted.weight == schema.weight else {
      throw missing(
        wanted.weight.map { "the weights '\($0)'" } ?? "counts free of the weights '\(schema.weight ?? "")'",
        own.map(\.name))
    }
    var part = self
    part.schema = wanted
    part.dimensions = places.map { dimensions[$0] }
    let kept = places.prefix(wanted.groups.count + wanted.controls.count)
    if let gone = suppression {
      part.suppression?.combinations = Set(gone.combinations.map { values in kept.map { values[$0] } })
    }
    // Cells of one place are added up by the merger.
    part.cells = cells.map { cell in
      var cell = cell
      cell.coordinates = places.map { cell.coordinates[$0] }
      if wanted.score == nil { cell.scores = [] }
      return cell
    }
    var merger = CubeMerger(schema: wanted)
    merger.add(part)
    return merger.cube()
  }
}
