import Statistics

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Which words are more frequent in outputs about one group than in outputs about others: stereotypes that nobody listed beforehand.
///
/// Log-odds with an informative Dirichlet prior (Monroe, Colaresi and Quinn, "Fightin' Words", Political Analysis 16, 2008), the prior being
/// the words' frequency in all outputs. An output counts a word once, since words repeat within it. The p-values come from
/// exchanging the groups of outputs to one template, pooled over words, so that neither templates nor samples are taken for
/// independent; Benjamini and Hochberg's correction runs over the whole vocabulary. Seeded. Cost: exchanges × words of all outputs.
public struct WordLogOdds: Hashable, Sendable {
  /// A word's figures.
  public struct Word: Hashable, Sendable {
    /// The word, in lower case.
    public var word: String
    /// Outputs about the group that have it.
    public var inGroup: Int
    /// Other outputs that have it.
    public var inOthers: Int
    /// The difference of log-odds.
    public var delta: Double
    /// Delta over its standard error.
    public var z: Double
    /// The two-sided p-value.
    public var p: Double
    /// The same corrected over the vocabulary.
    public var adjustedP: Double
  }

  /// An output's words and where it belongs.
  public struct Document: Hashable, Sendable {
    /// Its distinct words.
    public var words: Set<String>
    /// Whether it is about the group.
    public var isInGroup: Bool
    /// The template; outputs of one are exchanged among themselves.
    public var template: String
    /// Makes one.
    public init(words: Set<String>, isInGroup: Bool, template: String) {
      (self.words, self.isInGroup, self.template) = (words, isInGroup, template)
    }
  }

  /// The words, the smallest p-value first.
  public let words: [Word]
  /// How many outputs are about the group.
  public let inGroup: Int
  /// How many are not.
  public let inOthers: Int

  /// Compares outputs.
  ///
  /// - Parameters:
  ///   - leastOutputs: words of fewer outputs are left out: they could not differ.
  ///   - prior: how many outputs the prior is worth.
  ///   - exchanges: how often groups are exchanged.
  public init(
    _ documents: [Document], leastOutputs: Int = 5, prior: Double = 10, exchanges: Int = 200,
    seed: UInt64 = 20_260_101
  ) {
    var frequency: [String: Int] = [:]
    for document in documents { for word in document.words { frequency[word, default: 0] += 1 } }
    let vocabulary = frequency.filter { $0.value >= max(1, leastOutputs) && $0.value < documents.count }.keys
      .sorted()
    let places = Dictionary(uniqueKeysWithValues: vocabulary.enumerated().map { ($1, $0) })
    // Sorted by template, so that the order of outputs does not matter: an exchange moves labels within a run.
    let sorted = documents.map { (document: $0, ids: $0.words.compactMap { places[$0] }.sorted()) }.sorted {
      ($0.document.template, $0.document.isInGroup ? 0 : 1) != (
        $1.document.template, $1.document.isInGroup ? 0 : 1
      )
        ? ($0.document.template, $0.document.isInGroup ? 0 : 1) < (
          $1.document.template, $1.document.isInGroup ? 0 : 1
        )
        : $0.ids.lexicographicallyPrecedes($1.ids)
    }
    let totals = vocabulary.map { frequency[$0] ?? 0 }
    let all = documents.count
    var labels = sorted.map(\.document.isInGroup)
    let size = labels.count { $0 }
    (inGroup, inOthers) = (size, all - size)

    func statistics(_ labels: [Bool]) -> (counts: [Int], delta: [Double], z: [Double]) {
      var counts = [Int](repeating: 0, count: vocabulary.count)
      for (place, isInGroup) in labels.enumerated() where isInGroup {
        for id in sorted[place].ids { counts[id] += 1 }
      }
      var (deltas, scores) = ([Double](), [Double]())
      for (id, count) in counts.enumerated() {
        let share = Double(totals[id]) / Double(all)
        let (with, without) = (prior * share, prior * (1 - share))
        let (a, b) = (Double(count) + with, Double(size - count) + without)
        let other = totals[id] - count
        let (c, d) = (Double(other) + with, Double(all - size - other) + without)
        let delta = log(a / b) - log(c / d)
        deltas.append(delta)
        scores.append(delta / (1 / a + 1 / b + 1 / c + 1 / d).squareRoot())
      }
      return (counts, deltas, scores)
    }
    guard !vocabulary.isEmpty, size > 0, size < all else {
      words = []
      return
    }
    let own = statistics(labels)
    var runs: [Range<Int>] = []
    var start = 0
    for place in 1...sorted.count
    where place == sorted.count || sorted[place].document.template != sorted[start].document.template {
      runs.append(start..<place)
      start = place
    }
    var random = SeededStream(seed: seed)
    var null: [Double] = []
    null.reserveCapacity(exchanges * vocabulary.count)
    for _ in 0..<max(1, exchanges) {
      for run in runs where run.count > 1 {
        for place in run.dropFirst() {
          labels.swapAt(place, run.lowerBound + random.below(place - run.lowerBound + 1))
        }
      }
      null += statistics(labels).z.map { abs($0) }
    }
    null.sort()
    let ps = own.z.map { z -> Double in
      // How many of the null's are as large, with a hair for rounding.
      let bound = abs(z) * (1 - 1e-12)
      var (low, high) = (0, null.count)
      while low < high {
        let middle = (low + high) / 2
        if null[middle] < bound { low = middle + 1 } else { high = middle }
      }
      return Double(null.count - low + 1) / Double(null.count + 1)
    }
    let adjusted = (try? Multiplicity.benjaminiHochberg.adjust(ps)) ?? ps
    words = vocabulary.indices.map { id in
      Word(
        word: vocabulary[id], inGroup: own.counts[id], inOthers: totals[id] - own.counts[id],
        delta: own.delta[id],
        z: own.z[id], p: ps[id], adjustedP: adjusted[id])
    }.sorted { ($0.p, -abs($0.z), $0.word) < ($1.p, -abs($1.z), $1.word) }
  }
}
