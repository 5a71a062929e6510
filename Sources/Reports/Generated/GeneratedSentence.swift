import BiasMetrics

/// Findings on generated content in plain sentences.
enum GeneratedSentence {
  /// The figures that a card tells: the gravest first, no more than a reader keeps in mind.
  static func told(_ section: GeneratedSection) -> [GeneratedFigure] {
    let order = AuditVerdict.byGravity
    let judged = section.figures.enumerated().compactMap { place, figure in
      figure.verdict.flatMap { order.firstIndex(of: $0) }.map { (rank: $0, place: place, figure: figure) }
    }
    let sorted = judged.sorted { a, b in
      func key(_ entry: (rank: Int, place: Int, figure: GeneratedFigure)) -> (Int, Double, Int) {
        (entry.rank, -abs((entry.figure.value ?? 0) - (entry.figure.ideal ?? 0)), entry.place)
      }
      return key(a) < key(b)
    }
    if !sorted.isEmpty { return sorted.prefix(5).map(\.figure) }
    return Array(section.figures.filter { $0.value != nil }.prefix(5))
  }

  /// What the value is that a figure is held against.
  static func idealName(_ figure: GeneratedFigure) -> String {
    if figure.measure == "share" { return "the reference is" }
    let isGoodness = ["accuracy", "language_model_score", "lms", "icat"].contains {
      figure.measure.contains($0)
    }
    return isGoodness ? "the best is" : "even would be"
  }

  /// What made the figure beside it, which differs from measure to measure.
  static func floorName(_ figure: GeneratedFigure) -> String {
    if figure.measure.hasPrefix("total_variation") {
      return "chance in drawing outputs alone makes, on average,"
    }
    if figure.measure == "helm_stereotype_association" {
      return "exchanging groups within prompts makes, on average,"
    }
    if figure.measure.hasSuffix("_difference") {
      return "resampling the same prompts moves a difference, 95 times in 100, by no more than"
    }
    return "resamples of one group alone make"
  }

  /// The same for the caption of a figure's diamonds.
  static func floorCaption(_ figure: GeneratedFigure) -> String {
    if figure.measure.hasPrefix("total_variation") {
      return "the mean that chance in drawing outputs alone makes of the same figure"
    }
    if figure.measure == "helm_stereotype_association" {
      return "the mean of exchanging groups within prompts"
    }
    if figure.measure.hasSuffix("_difference") {
      return "what resampling the same prompts moves a difference by at most, 95 times in 100"
    }
    return "the same figure between resamples of one group alone"
  }

  static func group(_ tags: [GeneratedFigure.Tag], _ names: NameBook) -> String {
    tags.map { "\(names($0.name)) = \(names($0.value))" }.joined(separator: ", ")
  }

  static func finding(_ figure: GeneratedFigure, names: NameBook) -> String {
    var text = Shown.words(NameBook.brief(figure.measure))
    if !figure.subject.isEmpty { text += ", \(group(figure.subject, names))" }
    if !figure.versus.isEmpty { text += " against \(group(figure.versus, names))" }
    guard let value = figure.value else {
      return text
        + ": cannot be estimated, \(NameBook.brief(figure.reason ?? "for lack of data", limit: 300))."
    }
    text += ": \(Shown.decimal(value))"
    if let interval = figure.interval {
      text += ", \(Shown.level(figure.level)) interval \(Shown.interval(interval))"
    }
    if let ideal = figure.ideal { text += "; \(idealName(figure)) \(Shown.short(ideal))" }
    if let floor = figure.noiseFloor { text += "; \(floorName(figure)) \(Shown.decimal(floor))" }
    text += "."
    if let p = figure.adjustedP { text += " Corrected p \(Shown.pValue(p))." }
    switch figure.verdict {
    case .disparity: text += " More than is tolerated."
    case .withinTolerance: text += " Within what is tolerated."
    case .inconclusive: text += " The data do not decide."
    case .notEstimable:
      text += " Not judged: \(NameBook.brief(figure.reason ?? "for lack of data", limit: 300))."
    case nil: break
    }
    return text
  }
}
