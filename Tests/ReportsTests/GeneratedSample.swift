import BiasMetrics
import Reports
import Statistics

/// A result of an audit of generated content with all that its page must cope with.
enum GeneratedSample {
  static func report() -> GeneratedReport {
    var words: [GeneratedFigure] = []
    for place in 0..<70 {
      let name = place == 0 ? String(repeating: "x", count: 4_000) : place == 1 ? "<b>" : "word \(place)"
      words.append(
        GeneratedFigure(
          "log_odds", Double(place) * 0.3 - 10, subject: [.init("word", name)], versus: [.init("g", "men")]
        )
        .with(p: 1 / Double(place + 1), test: "z"))
    }
    let gaps = AuditVerdict.allCases.enumerated().map { place, verdict in
      var figure = GeneratedFigure(
        "refusal_difference", place == 3 ? nil : 0.1 * Double(place), subject: [.init("g", "women \(place)")],
        versus: [.init("g", "men")], ideal: 0, counts: [.init("pairs", 120), .init("only the first", 12)],
        reason: place == 3 ? "fewer than 30 pairs" : nil
      ).with(
        ConfidenceInterval(-0.05 + 0.1 * Double(place), 0.05 + 0.1 * Double(place)), level: 0.99,
        method: "Newcombe, paired")
      (figure.verdict, figure.noiseFloor, figure.adjustedP) = (verdict, 0.02, 0.04)
      return figure
    }
    return GeneratedReport(
      result: GeneratedResult(
        kind: "generated-text", rowsRead: 1_000, rowsAnalysed: 990, excluded: [.init("no output", 10)],
        settings: [.init("tolerance", "0.1"), .init("lexicon", "pronouns 1, sha256:ab")],
        sections: [
          GeneratedSection(
            id: "parity", title: "Refusals", explanation: "Pairs of outputs to the same template.",
            figures: gaps,
            notes: ["clustered by template"]),
          GeneratedSection(
            id: "words", title: "Words that differ", explanation: "Log-odds by word.", figures: words),
          GeneratedSection(
            id: "single", title: "One figure", explanation: "Nothing to compare.",
            figures: [
              GeneratedFigure("total_variation", 0.25),
              GeneratedFigure("odds", 3).with(
                ConfidenceInterval(0.5, .infinity), level: 0.95, method: "exact"),
            ]),
        ], notes: ["two models"]), version: "test")
  }
}
