import Statistics
import Tabular

/// How many of a lexicon's hits are what they seem, from a sample that people have looked at.
///
/// A count without this is a count of strings. The check corrects for hits that are none; what a lexicon misses it cannot correct.
public struct LexiconPrecision: Hashable, Sendable {
  /// A hit to be looked at.
  public struct Sample: Hashable, Sendable {
    /// The output.
    public var prompt: String
    /// Which sample of its prompt.
    public var sample: String
    /// The category.
    public var category: String
    /// What stands before, the hit, and what stands after.
    public var context: [String]
  }

  /// Hits to be looked at: of each category some outputs that mention it, drawn from a seed, with the first mention in each.
  ///
  /// - Parameter size: how many of each category; all where there are fewer.
  public static func samples(
    of lexicon: Lexicon, in outputs: [GeneratedOutput], size: Int, seed: UInt64 = 20_260_101
  ) -> [Sample] {
    var found: [[Sample]] = lexicon.categories.map { _ in [] }
    for output in outputs {
      guard let text = output.text else { continue }
      let words = WordText(text, letters: lexicon.isByLetter)
      var seen = Set<Int>()
      for hit in lexicon.hits(in: words) where !hit.isNegated && seen.insert(hit.category).inserted {
        let start = words.words[hit.words.lowerBound].range.lowerBound
        let end = words.words[hit.words.upperBound - 1].range.upperBound
        // From the begin and to the end of a word, so that no letter is cut.
        let first = words.words[max(0, hit.words.lowerBound - 12)].range.lowerBound
        let last = words.words[min(words.words.count - 1, hit.words.upperBound + 11)].range.upperBound
        found[hit.category].append(
          Sample(
            prompt: output.prompt, sample: output.sample, category: lexicon.categories[hit.category].name,
            context: [words.excerpt(first..<start), words.excerpt(start..<end), words.excerpt(end..<last)]))
      }
    }
    var random = SeededStream(seed: seed)
    return found.flatMap { samples -> [Sample] in
      var places = Array(samples.indices)
      let wanted = min(max(0, size), places.count)
      for place in 0..<wanted { places.swapAt(place, place + random.below(places.count - place)) }
      return places.prefix(wanted).sorted().map { samples[$0] }
    }
  }

  /// The samples as a table to be filled in: a last column `correct` takes yes or no.
  public static func table(_ samples: [Sample]) -> [UInt8] {
    var text = "prompt_id,sample_id,category,before,hit,after,correct\n"
    for sample in samples {
      let cells = [sample.prompt, sample.sample, sample.category] + sample.context
      text += cells.map(quoted).joined(separator: ",") + ",\n"
    }
    return Array(text.utf8)
  }

  private static func quoted(_ text: String) -> String {
    let folded = text.map { $0.isNewline || $0 == "\u{1f}" ? " " : String($0) }.joined()
    return "\"" + folded.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"")
      + "\""
  }

  /// Hits looked at and those found right, by category.
  public private(set) var checked: [String: Count] = [:]

  /// Hits that were looked at.
  public struct Count: Hashable, Sendable {
    /// How many.
    public var checked = 0
    /// How many are what they seem.
    public var correct = 0
    /// Makes one.
    public init(checked: Int = 0, correct: Int = 0) { (self.checked, self.correct) = (checked, correct) }
  }

  /// Takes counts.
  public init(_ checked: [String: Count]) { self.checked = checked }

  /// Reads a table of samples whose column `correct` was filled in; rows left empty were not looked at.
  public init(path: String) throws(TabularError) {
    var table = try RoleTable(
      paths: [path],
      roles: [.init("category", ["category"]), .init("correct", ["correct"], isRequired: false)])
    let rows = table.map { row throws(FieldProblem) in (row.values[0] ?? "", try row.truth(1)) }
    if let problem = table.problems.first {
      var error = problem.error
      error.message = "\(path), line \(problem.line): \(error.message)"
      throw error
    }
    for case (let category, let correct?) in rows {
      checked[category, default: Count()].checked += 1
      checked[category, default: Count()].correct += correct ? 1 : 0
    }
    guard !checked.isEmpty else {
      throw TabularError(
        code: .noSuchColumn, message: "\(path): no row says whether its hit is right",
        hint: "fill in the column 'correct' with yes or no", offset: 0)
    }
  }

  /// The share of right hits with Wilson's interval; nil for a category that was not looked at.
  public func precision(
    of category: String, level: Double = 0.95
  ) -> (value: Double, interval: ConfidenceInterval)? {
    guard let count = checked[category], count.checked > 0,
      let interval = Intervals.wilson(count.correct, of: count.checked, level)
    else { return nil }
    return (Double(count.correct) / Double(count.checked), interval)
  }

  /// A rate of mentions times the share that is right.
  ///
  /// The interval multiplies the bounds of both at half the error each, so that it covers at least at the level.
  ///
  /// - Parameter mentions: the rate's interval at a level.
  public func corrected(
    _ category: String, rate: Double, mentions: (Double) -> ConfidenceInterval?, level: Double = 0.95
  ) -> (value: Double, interval: ConfidenceInterval?)? {
    let half = (1 + level) / 2
    guard let precision = precision(of: category, level: half) else { return nil }
    let interval = mentions(half).map {
      ConfidenceInterval($0.lower * precision.interval.lower, $0.upper * precision.interval.upper)
    }
    return (rate * precision.value, interval)
  }
}
