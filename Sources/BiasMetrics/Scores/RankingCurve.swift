/// A group's ROC curve: the shares of positives and of negatives above every cut, joined by straight lines.
public struct RankingCurve: Hashable, Sendable {
  /// A corner of the curve.
  public struct Point: Hashable, Sendable {
    /// The share of negatives at or above the cut.
    public var falsePositiveRate: Double
    /// The share of positives at or above the cut.
    public var truePositiveRate: Double
  }

  /// The corners, from (0, 0) to (1, 1).
  public let points: [Point]

  /// Makes the curve of a group's scores, rows without one left out; nil unless both labels occur.
  public init?(_ group: GroupCounts, isWeighted: Bool = false) {
    let entries = group.scores.filter { !$0.score.isNaN }.sorted {
      ($0.score, $0.label ? 1 : 0, $0.weight) > ($1.score, $1.label ? 1 : 0, $1.weight)
    }
    func weight(_ entry: GroupCounts.LabelledScore) -> Double {
      isWeighted ? entry.weight * Double(entry.count) : Double(entry.count)
    }
    let positives = entries.reduce(0) { $0 + ($1.label ? weight($1) : 0) }
    let negatives = entries.reduce(0) { $0 + ($1.label ? 0 : weight($1)) }
    guard positives > 0, negatives > 0 else { return nil }
    var (above, over) = (0.0, 0.0)
    var points = [Point(falsePositiveRate: 0, truePositiveRate: 0)]
    for (place, entry) in entries.enumerated() {
      if entry.label { above += weight(entry) } else { over += weight(entry) }
      if place + 1 < entries.count, entries[place + 1].score == entry.score { continue }
      points.append(Point(falsePositiveRate: over / negatives, truePositiveRate: above / positives))
    }
    self.points = points
  }

  /// ∫ |ROC₁ − ROC₂| over false positive rates, crossings included: how far two groups' curves lie apart.
  ///
  /// Equal areas under curves that cross hide what this shows. Source: Gardner, Brooks and Baker, "Evaluating the Fairness of
  /// Predictive Student Models Through Slicing Analysis", LAK 2019.
  public func absoluteArea(to other: RankingCurve) -> Double {
    var (a, b) = (Walk(points), Walk(other.points))
    var (at, sum) = (0.0, 0.0)
    while at < 1 {
      let next = min(a.end(after: at), b.end(after: at), 1)
      guard next > at else { break }
      let (left, right) = (a.value(at) - b.value(at), a.value(next) - b.value(next))
      let width = next - at
      if (left > 0) == (right > 0) || left == 0 || right == 0 {
        sum += (abs(left) + abs(right)) / 2 * width
      } else {
        // Two triangles, left and right of the crossing.
        sum += (left * left + right * right) / (2 * (abs(left) + abs(right))) * width
      }
      at = next
    }
    return sum
  }

  /// The sloping and level parts of a curve, in order; upright ones have no width.
  private struct Walk {
    let points: [Point]
    var place = 0

    init(_ points: [Point]) { self.points = points }

    /// Goes to the part that begins at, or reaches beyond, a rate, and says where it ends.
    mutating func end(after rate: Double) -> Double {
      while place + 2 < points.count, points[place + 1].falsePositiveRate <= rate { place += 1 }
      return points[place + 1].falsePositiveRate
    }

    func value(_ rate: Double) -> Double {
      let (a, b) = (points[place], points[place + 1])
      let width = b.falsePositiveRate - a.falsePositiveRate
      guard width > 0 else { return b.truePositiveRate }
      return a.truePositiveRate + (b.truePositiveRate - a.truePositiveRate) * (rate - a.falsePositiveRate)
        / width
    }
  }
}
