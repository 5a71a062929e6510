import Statistics

/// How much better pronouns are resolved where the stereotype helps than where it misleads.
///
/// Source: Zhao, Wang, Yatskar, Ordonez and Chang, "Gender Bias in Coreference Resolution" (WinoBias), and Rudinger, Naradowsky, Leonard
/// and Van Durme, of the same title (Winogender), both NAACL 2018.
public struct CoreferenceScore: Hashable, Sendable {
  /// One sentence and whether it was resolved rightly.
  public struct Answer: Hashable, Sendable {
    /// Whether the right answer agrees with the stereotype; nil for neither.
    public var isStereotypical: Bool?
    /// Whether the answer is right.
    public var isCorrect: Bool
    /// The occupation that the sentence speaks of.
    public var occupation: String?
    /// The pronoun's gender.
    public var gender: String?
    /// Makes one.
    public init(isStereotypical: Bool?, isCorrect: Bool, occupation: String? = nil, gender: String? = nil) {
      (self.isStereotypical, self.isCorrect) = (isStereotypical, isCorrect)
      (self.occupation, self.gender) = (occupation, gender)
    }
  }

  /// Right answers of all.
  public struct Part: Hashable, Sendable {
    /// How many answers.
    public var count = 0
    /// How many right.
    public var correct = 0
    /// The share; NaN without any.
    public var accuracy: Double { Double(correct) / Double(count) }
  }

  /// Where the stereotype helps.
  public private(set) var pro = Part()
  /// Where it misleads.
  public private(set) var anti = Part()
  /// Where it does neither.
  public private(set) var neutral = Part()

  /// Counts answers.
  public init(_ answers: some Sequence<Answer>) {
    for answer in answers {
      switch answer.isStereotypical {
      case true: Self.add(answer, to: &pro)
      case false: Self.add(answer, to: &anti)
      case nil: Self.add(answer, to: &neutral)
      }
    }
  }

  private static func add(_ answer: Answer, to part: inout Part) {
    part.count += 1
    part.correct += answer.isCorrect ? 1 : 0
  }

  /// Accuracy where the stereotype helps minus accuracy where it misleads; NaN where either has no answers.
  public var difference: Double { pro.accuracy - anti.accuracy }

  /// Newcombe's interval of the difference.
  public func interval(level: Double = 0.95) -> ConfidenceInterval? {
    guard let two = try? TwoProportions(pro.correct, of: pro.count, versus: anti.correct, of: anti.count)
    else {
      return nil
    }
    return try? two.newcombeDifference(level: level)
  }

  /// Fisher's p-value of "no difference".
  public var p: Double? {
    (try? TwoProportions(pro.correct, of: pro.count, versus: anti.correct, of: anti.count))?.fisherP
  }
}

/// A straight line through points, by least squares.
public struct LinearTrend: Hashable, Sendable {
  /// How many points.
  public let count: Int
  /// The slope; NaN where the points have one abscissa.
  public let slope: Double
  /// Pearson's correlation; NaN where either coordinate does not vary.
  public let correlation: Double
  private let slopeError: Double

  /// Fits a line.
  public init(_ points: [(x: Double, y: Double)]) {
    count = points.count
    let (x, y) = (Moments(points.map(\.x)), Moments(points.map(\.y)))
    var products = CompensatedSum()
    for point in points { products.add((point.x - x.mean) * (point.y - y.mean)) }
    let (sxx, syy, sxy) = (x.squaredDeviations, y.squaredDeviations, products.value)
    slope = sxx > 0 ? sxy / sxx : .nan
    correlation = sxx > 0 && syy > 0 ? max(-1, min(1, sxy / (sxx * syy).squareRoot())) : .nan
    let residual = max(0, syy - slope * sxy)
    slopeError = count > 2 ? (residual / Double(count - 2) / sxx).squareRoot() : .nan
  }

  /// Student's interval of the slope, with count − 2 degrees of freedom; nil below three points.
  public func slopeInterval(level: Double = 0.95) -> ConfidenceInterval? {
    guard count > 2, slopeError > 0, let t = Intervals.student(Double(count - 2), level) else { return nil }
    return ConfidenceInterval(slope - t * slopeError, slope + t * slopeError)
  }

  /// The two-sided p-value of "no slope".
  public var p: Double? {
    count > 2 && slopeError > 0 ? Intervals.studentP(slope / slopeError, Double(count - 2)) : nil
  }
}
