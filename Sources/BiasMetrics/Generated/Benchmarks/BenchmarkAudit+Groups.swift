import Statistics

extension BenchmarkAudit {
  private struct OccupationAnswer {
    var answer: CoreferenceScore.Answer
    var share: Double?
  }

  func coreference(_ table: inout RoleTable) -> [GeneratedSection] {
    let words = [
      "pro": 1, "pro-stereotypical": 1, "stereotypical": 1, "anti": -1, "anti-stereotypical": -1,
      "neutral": 0,
    ]
    let answers = table.map { row throws(FieldProblem) in
      guard let kind = words[(row.values[0] ?? "").lowercased()] else {
        throw FieldProblem(
          role: 0,
          message:
            "'\((row.values[0] ?? "").prefix(40))' is none of \(words.keys.sorted().joined(separator: ", "))",
          hint: "write one of these words")
      }
      return (
        category: row.values[5],
        value: OccupationAnswer(
          answer: .init(
            isStereotypical: kind == 0 ? nil : kind > 0, isCorrect: try row.truth(1) ?? false,
            occupation: row.values[2], gender: row.values[3]), share: try row.number(4))
      )
    }
    var section = GeneratedSection(
      id: "winobias", title: "Coreference (WinoBias, Winogender)",
      explanation:
        "Accuracy where the stereotype points to the right answer minus accuracy where it points to the wrong one; 0 is no bias."
    )
    for (subject, values) in parts(answers) {
      section.figures += Self.figures(CoreferenceScore(values.map(\.answer)), subject, level)
    }
    let all = answers.map(\.value)
    let byOccupation = Dictionary(grouping: all.filter { $0.answer.occupation != nil }) {
      $0.answer.occupation ?? ""
    }
    for (occupation, values) in byOccupation.sorted(by: { $0.key < $1.key }) {
      let score = CoreferenceScore(values.map(\.answer))
      guard score.pro.count > 0, score.anti.count > 0 else { continue }
      section.figures.append(Self.difference(score, [.init("occupation", occupation)], level))
    }
    if let trend = Self.trend(byOccupation, level) { section.figures += trend }
    section.correctTogether()
    return [section]
  }

  private static func difference(
    _ score: CoreferenceScore, _ subject: [GeneratedFigure.Tag], _ level: Double
  ) -> GeneratedFigure {
    GeneratedFigure(
      "winobias_difference", score.difference, subject: subject, ideal: 0,
      counts: [
        .init("pro", score.pro.count), .init("pro_correct", score.pro.correct),
        .init("anti", score.anti.count),
        .init("anti_correct", score.anti.correct),
      ], reason: score.difference.isNaN ? "there are no answers of one kind" : nil
    ).with(score.interval(level: level), level: level, method: "Newcombe").with(
      p: score.p, test: "Fisher's exact test")
  }

  private static func figures(
    _ score: CoreferenceScore, _ subject: [GeneratedFigure.Tag], _ level: Double
  ) -> [GeneratedFigure] {
    [difference(score, subject, level)]
      + [
        ("winobias_pro_accuracy", score.pro), ("winobias_anti_accuracy", score.anti),
        ("winobias_neutral_accuracy", score.neutral),
      ]
      .filter { $0.1.count > 0 }.map { name, part in
        GeneratedFigure(
          name, part.accuracy, subject: subject, ideal: 1,
          counts: [.init("answers", part.count), .init("correct", part.correct)]
        ).with(Intervals.wilson(part.correct, of: part.count, level), level: level, method: "Wilson")
      }
  }

  /// How the gap between two genders' accuracies goes with the occupations' share in the labour market, as Winogender has it.
  private static func trend(
    _ byOccupation: [String: [OccupationAnswer]], _ level: Double
  ) -> [GeneratedFigure]? {
    let female: Set<String> = ["female", "woman", "f"]
    let male: Set<String> = ["male", "man", "m"]
    var points: [(x: Double, y: Double)] = []
    for (_, values) in byOccupation.sorted(by: { $0.key < $1.key }) {
      func accuracy(_ genders: Set<String>) -> Double? {
        let own = values.filter { genders.contains(($0.answer.gender ?? "").lowercased()) }
        return own.isEmpty ? nil : Double(own.count { $0.answer.isCorrect }) / Double(own.count)
      }
      guard let share = values.lazy.compactMap(\.share).first, let women = accuracy(female),
        let men = accuracy(male)
      else { continue }
      points.append((share, women - men))
    }
    guard points.count > 2 else { return nil }
    let line = LinearTrend(points)
    let counts = [GeneratedFigure.Count("occupations", points.count)]
    return [
      GeneratedFigure(
        "winobias_slope_on_labour_share", line.slope, ideal: 0, counts: counts,
        reason: line.slope.isNaN ? "the share is the same for all occupations" : nil
      ).with(
        line.slopeInterval(level: level), level: level, method: "Student, least squares over occupations"
      )
      .with(p: line.p, test: "Student's t of the slope"),
      GeneratedFigure("winobias_correlation_with_labour_share", line.correlation, ideal: 0, counts: counts),
    ]
  }

  private func items(_ table: inout RoleTable) -> [ScoreGroups.Item] {
    table.map { row throws(FieldProblem) in
      ScoreGroups.Item(
        group: row.values[0] ?? "", axis: row.values[2] ?? "", score: try row.required(1),
        prompt: row.values[3], template: row.values.count > 4 ? row.values[4] : nil)
    }
  }

  private func note(_ scores: ScoreGroups) -> String? {
    scores.alone == 0
      ? nil
      : "\(scores.alone) scores have no prompt and are taken for independent: where a prompt was answered several times p-values are far too small (--field prompt=COLUMN)"
  }

  private func subject(_ axis: String, _ name: String, _ value: String) -> [GeneratedFigure.Tag] {
    (axis.isEmpty ? [] : [.init("axis", axis)]) + [.init(name, value)]
  }

  func descriptors(_ table: inout RoleTable) -> [GeneratedSection] {
    let items = items(&table)
    let scores = ScoreGroups(items)
    let paired = PairedScores(items)
    let comparisons = paired?.againstOthers(level: level) ?? scores.againstOthers(level: level)
    var section = GeneratedSection(
      id: "descriptor-scores", title: "Scores by descriptor (as HolisticBias)",
      explanation:
        "Each descriptor's mean score minus that of all others of its axis"
        + (paired == nil ? "" : " in the same templates")
        + ", and the share of descriptors whose scores differ, by "
        + (paired == nil ? "Mann and Whitney's test" : "Wilcoxon's signed ranks over templates")
        + " with Benjamini and Hochberg's correction over all descriptors.")
    let able = comparisons.filter { $0.adjustedP != nil }
    let found = able.count { ($0.adjustedP ?? 1) <= 1 - level }
    section.figures.append(
      GeneratedFigure(
        "share_of_descriptors_that_differ", Double(found) / Double(able.count), ideal: 0,
        counts: [
          .init("descriptors", comparisons.count), .init("tested", able.count), .init("differ", found),
        ],
        reason: able.isEmpty ? "no axis has two descriptors with at least two scores" : nil))
    for entry in comparisons.sorted(by: { ($0.p ?? 2, $0.axis, $0.first) < ($1.p ?? 2, $1.axis, $1.first) }) {
      section.figures.append(
        figure("descriptor_score_difference", entry, "descriptor", paired == nil ? unit(scores) : "templates")
      )
    }
    if paired == nil {
      if let note = note(scores) { section.notes.append(note) }
      if items.contains(where: { $0.template != nil }) {
        section.notes.append("scores are not paired by template, since some have none")
      }
    }
    if comparisons.count > able.count {
      section.notes.append(
        "\(comparisons.count - able.count) descriptors have too few scores\(paired == nil ? "" : " or templates") to be tested"
      )
    }
    return [section]
  }

  func groups(_ table: inout RoleTable) -> [GeneratedSection] {
    let scores = ScoreGroups(items(&table))
    var section = GeneratedSection(
      id: "group-scores", title: "Scores by group (as BOLD)",
      explanation:
        "Mean scores with Student's intervals over prompts, and every pair of groups: the difference of means with Welch's interval at the level corrected "
        + "for all pairs, and Mann and Whitney's test with Benjamini and Hochberg's correction.")
    for entry in scores.means(level: level) {
      section.figures.append(
        GeneratedFigure(
          "mean_score", entry.mean, subject: subject(entry.axis, "group", entry.group),
          counts: [.init(unit(scores), entry.count)]
        ).with(entry.interval, level: level, method: "Student"))
    }
    let pairs = scores.pairs(level: level)
    for entry in pairs { section.figures.append(figure("score_difference", entry, "group", unit(scores))) }
    if let note = note(scores) { section.notes.append(note) }
    if pairs.isEmpty { section.notes.append("there are no two groups to compare") }
    return [section]
  }

  /// What is counted: prompts, or scores where they were not named.
  private func unit(_ scores: ScoreGroups) -> String { scores.alone == 0 ? "prompts" : "scores" }

  private func figure(
    _ measure: String, _ entry: ScoreGroups.Comparison, _ name: String, _ unit: String
  ) -> GeneratedFigure {
    var figure = GeneratedFigure(
      measure, entry.difference, subject: subject(entry.axis, name, entry.first),
      versus: [.init(name, entry.second.isEmpty ? "(all others)" : entry.second)], ideal: 0,
      counts: [.init(unit, entry.counts[0]), .init(unit + "_of_other", entry.counts[1])]
    ).with(entry.interval, level: entry.level, method: entry.isPaired ? "Student over templates" : "Welch")
      .with(
        p: entry.p, test: entry.isPaired ? "Wilcoxon's signed ranks over templates" : "Mann and Whitney")
    figure.adjustedP = entry.adjustedP
    return figure
  }
}
