import Statistics
import Tabular

extension CountingCube {
  /// The middle of some scores, each as often as it occurs, or the mean of the two in the middle; NaN where there are none.
  static func median(_ scores: [(score: Double, count: Int)]) -> Double {
    let sorted = scores.filter { !$0.score.isNaN }.sorted { $0.score < $1.score }
    let count = sorted.reduce(0) { $0 + $1.count }
    guard count > 0 else { return .nan }
    func at(_ place: Int) -> Double {
      var seen = 0
      for entry in sorted {
        seen += entry.count
        if seen > place { return entry.score }
      }
      return .nan
    }
    return (at((count - 1) / 2) + at(count / 2)) / 2
  }

  /// The median of all scores; NaN where there are none.
  public var medianScore: Double {
    Self.median(cells.flatMap { $0.scores.map { ($0.score, $0.count) } })
  }

  /// The same rows, decided by their scores: favourable above a cut, and missing where the score is.
  ///
  /// For cuts that are known only after the rows were counted, such as their median. The cube keeps scores and has no predictions
  /// yet; the decisions are called `>cut` and `<=cut`.
  public func decided(above cut: Double) throws(BiasMetricsError) -> CountingCube {
    guard let score = schema.score, schema.prediction == nil else {
      throw BiasMetricsError(
        .invalidPlan, "decisions can be made only of scores, and only where there are none yet",
        hint: "give --score, and leave --prediction out")
    }
    guard !cut.isNaN else {
      throw BiasMetricsError(.invalidScores, "no row has a score", hint: "look at the column '\(score)'")
    }
    let names = [">\(cut)", "<=\(cut)"]
    var made = self
    made.schema.prediction = TableColumn(score, .labels)
    made.dimensions.append(Dimension(name: score, labels: names))
    made.cells = []
    for cell in cells {
      for (decision, part) in [
        (0, cell.scores.filter { $0.score.isNaN }), (1, cell.scores.filter { $0.score > cut }),
        (2, cell.scores.filter { $0.score <= cut }),
      ] where !part.isEmpty {
        var (weight, squared) = (ExactSum(), ExactSum())
        for entry in part {
          weight.add(entry.weight * Double(entry.count))
          squared.add(entry.weight * entry.weight * Double(entry.count))
        }
        made.cells.append(
          Cell(
            coordinates: cell.coordinates + [decision], count: part.reduce(0) { $0 + $1.count },
            weight: weight.value, squaredWeight: squared.value, scores: part))
      }
    }
    return made
  }
}
