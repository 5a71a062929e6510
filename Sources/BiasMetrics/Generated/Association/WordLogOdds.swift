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
/// exchanging the groups of outputs to one template, or of whole prompts where there are no templates, pooled over words, so that
/// neither templates nor samples are taken for independent; Benjamini and Hochberg's correction runs over the whole vocabulary. Seeded. Cost: exchanges × words of all outputs.
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
    /// The share of the exchanged statistics of all words that are as large: no p-value of this word alone, since words vary more or
    /// less than others, but right on average over the vocabulary, which is what the correction needs.
    public var pooledTail: Double
    /// The p-value corrected over the vocabulary.
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
    /// What is exchanged as a whole, such as a prompt with its outputs; nil where the output is exchanged alone.
    public var block: String?
    /// Makes one.
    public init(words: Set<String>, isInGroup: Bool, template: String, block: String? = nil) {
      (self.words, self.isInGroup, self.template, self.block) = (words, isInGroup, template, block)
    }
  }

  /// The words, the smallest p-value first.
  public let words: [Word]
  /// How many outputs are about the group.
  public let inGroup: Int
  /// How many are not.
  public let inOthers: Int
  /// Whether there were enough blocks to exchange.
  public let isExchangeable: Bool
  /// Below so many blocks on either side nothing is compared: exchanges of fewer are too alike.
  public static let fewestBlocks = 6

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
    // Sorted by template and block, so that the order of outputs does not matter: an exchange moves labels between a template's blocks.
    let sorted = documents.map {
      Placed(document: $0, ids: $0.words.compactMap { places[$0] }.sorted())
    }.sorted()
    let totals = vocabulary.map { frequency[$0] ?? 0 }
    let all = documents.count
    let own = Self.statistics(sorted, sorted.map(\.document.isInGroup), totals, prior)
    (inGroup, inOthers) = (own.size, all - own.size)
    var runs: [[Range<Int>]] = []
    for place in sorted.indices {
      if place > 0, sorted[place].isExchanged(with: sorted[place - 1]) {
        let last = runs[runs.count - 1].count - 1
        if sorted[place].isOneBlock(with: sorted[place - 1]) {
          runs[runs.count - 1][last] = runs[runs.count - 1][last].lowerBound..<(place + 1)
        } else {
          runs[runs.count - 1].append(place..<(place + 1))
        }
      } else {
        runs.append([place..<(place + 1)])
      }
    }
    let blocks = runs.joined().count { sorted[$0.lowerBound].document.isInGroup }
    isExchangeable =
      !documents.contains { $0.block != nil }
      || min(blocks, runs.joined().count - blocks) >= Self.fewestBlocks
    guard !vocabulary.isEmpty, own.size > 0, own.size < all, isExchangeable else {
      words = []
      return
    }
    var random = SeededStream(seed: seed)
    var null: [Double] = []
    var labels = sorted.map(\.document.isInGroup)
    var groups = runs.map { $0.map { sorted[$0.lowerBound].document.isInGroup } }
    for _ in 0..<min(100_000, max(1, exchanges)) {
      for run in runs.indices where runs[run].count > 1 {
        for place in 1..<runs[run].count { groups[run].swapAt(place, random.below(place + 1)) }
        for (range, isInGroup) in zip(runs[run], groups[run]) {
          for place in range { labels[place] = isInGroup }
        }
      }
      null += Self.statistics(sorted, labels, totals, prior).z.map { abs($0) }
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
        z: own.z[id], pooledTail: ps[id], adjustedP: adjusted[id])
    }.sorted { ($0.pooledTail, -abs($0.z), $0.word) < ($1.pooledTail, -abs($1.z), $1.word) }
  }

  /// An output with the places of its words.
  private struct Placed: Comparable {
    var document: Document
    var ids: [Int]

    static func < (left: Placed, right: Placed) -> Bool {
      let (a, b) = (left.document, right.document)
      if (a.template, a.block ?? "") != (b.template, b.block ?? "") {
        return (a.template, a.block ?? "") < (b.template, b.block ?? "")
      }
      if a.isInGroup != b.isInGroup { return a.isInGroup }
      return left.ids.lexicographicallyPrecedes(right.ids)
    }

    func isExchanged(with other: Placed) -> Bool { document.template == other.document.template }

    /// A prompt that speaks of both sides is two blocks.
    func isOneBlock(with other: Placed) -> Bool {
      document.block != nil && document.block == other.document.block
        && document.isInGroup == other.document.isInGroup
    }
  }

  private static func statistics(
    _ sorted: [Placed], _ labels: [Bool], _ totals: [Int], _ prior: Double
  ) -> (size: Int, counts: [Int], delta: [Double], z: [Double]) {
    var counts = [Int](repeating: 0, count: totals.count)
    var size = 0
    for (place, isInGroup) in labels.enumerated() where isInGroup {
      size += 1
      for id in sorted[place].ids { counts[id] += 1 }
    }
    let all = labels.count
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
    return (size, counts, deltas, scores)
  }
}
