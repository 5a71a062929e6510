/// What disparities would have been at other cuts of the score.
///
/// An audit at one cut says nothing of its neighbours: a cut moved by a little may turn a finding around. Exact: every distinct score
/// is a possible cut, and counts come from the scores themselves. Weights count where the table has them.
public struct ThresholdSweep: Hashable, Sendable {
  /// Disparities at one cut: scores from here on are favourable.
  public struct Point: Hashable, Sendable {
    /// The cut.
    public var cut: Double
    /// The selected among all rows.
    public var selected: Double
    /// The least selection rate over the greatest; NaN where nobody is selected.
    public var selectionRatio: Double
    /// The group with the least selection rate.
    public var least: [String]
    /// The group with the greatest.
    public var greatest: [String]
    /// The greatest difference of true positive rates; NaN without labels.
    public var truePositiveDifference: Double
    /// The greatest difference of false positive rates; NaN without labels.
    public var falsePositiveDifference: Double
    /// The greater of the two, fairlearn's equalized odds difference.
    public var equalizedOddsDifference: Double
    /// The groups that make it: the lower rate first.
    public var equalizedOddsBetween: [[String]]
  }

  /// The attributes that make the groups.
  public var attributes: [String]
  /// Groups that have at least the plan's least count of scores, and are compared.
  public var groups: [[String]]
  /// The cuts, ascending.
  public var points: [Point]
  /// The cut that the audit used.
  public var chosen: Double?
  /// Distinct scores; more than there are points where cuts were thinned out.
  public var distinctScores: Int

  /// Walks through the cuts of groups that keep their scores; nil with fewer than two groups of enough scores.
  ///
  /// - Parameter points: the most cuts; where there are more distinct scores, those nearest to evenly spaced shares of the rows
  ///   are kept, and the chosen cut always. Cost: O(distinct scores × groups).
  public init?(
    _ groups: [GroupCounts], attributes: [String], chosen: Double? = nil, hasLabels: Bool,
    isWeighted: Bool = false, minimumCount: Int = 30, points limit: Int = 200
  ) {
    let tallies = groups.map { Tally($0, isWeighted: isWeighted) }.filter { $0.rows >= minimumCount }
    guard tallies.count > 1 else { return nil }
    self.attributes = attributes
    self.groups = tallies.map(\.values)
    self.chosen = chosen
    points = []
    let scores = Set(tallies.flatMap { $0.scores }).sorted(by: >)
    distinctScores = scores.count
    var cursors = tallies.map { Cursor($0) }
    let total = cursors.reduce(0) { $0 + $1.total }
    var nextShare = 0.0
    // The chosen cut need not be a score: scores from it on are the same rows.
    var pending = chosen.map { [$0] } ?? []
    for score in scores {
      if let cut = pending.first, cut > score {
        points.append(Self.point(at: cut, cursors, total, hasLabels))
        pending.removeAll()
      }
      for index in cursors.indices { cursors[index].take(downTo: score) }
      let selected = cursors.reduce(0) { $0 + $1.selected } / total
      let isChosen = pending.first == score
      if scores.count <= limit || selected >= nextShare || isChosen {
        points.append(Self.point(at: score, cursors, total, hasLabels))
        // The first of the evenly spaced shares beyond this one, however far that is.
        let steps = Double(max(1, limit))
        nextShare = max(nextShare, ((selected * steps).rounded(.down) + 1) / steps)
        if isChosen { pending.removeAll() }
      }
    }
    if let cut = pending.first { points.append(Self.point(at: cut, cursors, total, hasLabels)) }
    points.reverse()
  }

  private struct Tally {
    var values: [String]
    var rows = 0
    /// Scores descending, with the weight of both labels.
    var steps: [(score: Double, positive: Double, negative: Double)] = []
    var scores: [Double] { steps.map(\.score) }

    init(_ group: GroupCounts, isWeighted: Bool) {
      values = group.values
      let known = group.scores.filter { !$0.score.isNaN }.sorted {
        ($0.score, $0.label ? 1 : 0, $0.weight) > ($1.score, $1.label ? 1 : 0, $1.weight)
      }
      for entry in known {
        rows += entry.count
        let weight = isWeighted ? entry.weight * Double(entry.count) : Double(entry.count)
        if steps.last?.score != entry.score { steps.append((entry.score, 0, 0)) }
        if entry.label {
          steps[steps.count - 1].positive += weight
        } else {
          steps[steps.count - 1].negative += weight
        }
      }
    }
  }

  private struct Cursor {
    let tally: Tally
    let positives: Double
    let negatives: Double
    var next = 0
    var truePositives = 0.0
    var falsePositives = 0.0
    var total: Double { positives + negatives }
    var selected: Double { truePositives + falsePositives }

    init(_ tally: Tally) {
      self.tally = tally
      positives = tally.steps.reduce(0) { $0 + $1.positive }
      negatives = tally.steps.reduce(0) { $0 + $1.negative }
    }

    mutating func take(downTo score: Double) {
      while next < tally.steps.count, tally.steps[next].score >= score {
        truePositives += tally.steps[next].positive
        falsePositives += tally.steps[next].negative
        next += 1
      }
    }
  }

  private static func point(
    at cut: Double, _ cursors: [Cursor], _ total: Double, _ hasLabels: Bool
  ) -> Point {
    func extremes(_ rate: (Cursor) -> Double) -> (low: Int, high: Int, from: Double, to: Double)? {
      let known = cursors.indices.map { ($0, rate(cursors[$0])) }.filter { !$0.1.isNaN }
      guard let low = known.min(by: { $0.1 < $1.1 }), let high = known.max(by: { $0.1 < $1.1 }) else {
        return nil
      }
      return (low.0, high.0, low.1, high.1)
    }
    let selection = extremes { $0.selected / $0.total }
    let truePositive = hasLabels ? extremes { $0.truePositives / $0.positives } : nil
    let falsePositive = hasLabels ? extremes { $0.falsePositives / $0.negatives } : nil
    let (t, f) = (truePositive.map { $0.to - $0.from } ?? .nan, falsePositive.map { $0.to - $0.from } ?? .nan)
    let odds = t.isNaN ? f : f.isNaN ? t : max(t, f)
    let between = odds == t ? truePositive : falsePositive
    func values(_ index: Int?) -> [String] { index.map { cursors[$0].tally.values } ?? [] }
    return Point(
      cut: cut, selected: cursors.reduce(0) { $0 + $1.selected } / total,
      selectionRatio: selection.map { $0.from / $0.to } ?? .nan, least: values(selection?.low),
      greatest: values(selection?.high), truePositiveDifference: t, falsePositiveDifference: f,
      equalizedOddsDifference: odds,
      equalizedOddsBetween: odds.isNaN ? [] : [values(between?.low), values(between?.high)])
  }
}
