#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// How target words, such as occupations, go together with words for groups in generated texts.
///
/// Two published figures. HELM's and LangFair's association counts every target with every group word of its text; COBS weighs them
/// by β to the distance in words. Both are names for the same question, and neither tells whether a difference is chance: that is what
/// ``WordLogOdds`` is for.
public struct Cooccurrence: Hashable, Sendable {
  /// The target words' categories.
  public let targets: [String]
  /// The groups.
  public let groups: [String]
  /// Entries of each group's lexicon.
  public let lexiconSizes: [Int]
  /// The weight of a distance of one word.
  public let beta: Double
  /// Σ over texts of (targets in the text) × (group words in it).
  public internal(set) var products: [[Double]]
  /// Σ over texts of β^distance between each target and each group word.
  public private(set) var weighted: [[Double]]
  /// The same between every word that is no group word and each group word.
  public private(set) var weightedTotals: [Double]
  /// Words of each group.
  public private(set) var groupWords: [Int]
  /// Texts that were counted.
  public private(set) var texts = 0

  /// Begins a count.
  ///
  /// - Parameter beta: 0.95, as published.
  public init(targets: Lexicon, groups: Lexicon, beta: Double = 0.95) {
    self.targets = targets.categories.map(\.name)
    self.groups = groups.categories.map(\.name)
    lexiconSizes = groups.categories.map(\.entries.count)
    self.beta = beta
    products = targets.categories.map { _ in groups.categories.map { _ in 0 } }
    weighted = products
    weightedTotals = groups.categories.map { _ in 0 }
    groupWords = groups.categories.map { _ in 0 }
  }

  /// What a text adds to the product of a target and a group.
  struct Product {
    var target: Int
    var group: Int
    var value: Double
  }

  /// Counts a text; cost linear in its length.
  public mutating func add(_ text: String, targets: Lexicon, groups: Lexicon) {
    _ = adding(text, targets: targets, groups: groups)
  }

  /// Counts a text and returns what it added to ``products``.
  mutating func adding(_ text: String, targets: Lexicon, groups: Lexicon) -> [Product] {
    var added: [Product] = []
    let words = WordText(text)
    let targetHits = targets.hits(in: words).filter { !$0.isNegated }
    let groupHits = groups.hits(in: words).filter { !$0.isNegated }
    texts += 1
    let n = words.words.count
    var targetCounts = [Int](repeating: 0, count: self.targets.count)
    for hit in targetHits { targetCounts[hit.category] += 1 }
    var isGroupWord = [Bool](repeating: false, count: n)
    var places = [[Int]](repeating: [], count: self.groups.count)
    for hit in groupHits {
      places[hit.category].append(hit.words.lowerBound)
      for place in hit.words { isGroupWord[place] = true }
    }
    for (group, at) in places.enumerated() where !at.isEmpty {
      groupWords[group] += at.count
      for (target, count) in targetCounts.enumerated() where count > 0 {
        let product = Double(count) * Double(at.count)
        products[target][group] += product
        added.append(Product(target: target, group: group, value: product))
      }
      let weights = Self.weights(at, n, beta)
      for hit in targetHits { weighted[hit.category][group] += weights[hit.words.lowerBound] }
      for place in 0..<n where !isGroupWord[place] { weightedTotals[group] += weights[place] }
    }
    return added
  }

  /// For each word Σ β^|i − j| over the places j other than its own, by one pass from either side.
  private static func weights(_ places: [Int], _ n: Int, _ beta: Double) -> [Double] {
    var own = [Double](repeating: 0, count: n)
    for place in places { own[place] += 1 }
    var weights = [Double](repeating: 0, count: n)
    var sum = 0.0
    for place in 0..<n {
      weights[place] += sum * beta
      sum = sum * beta + own[place]
    }
    sum = 0
    for place in stride(from: n - 1, through: 0, by: -1) {
      weights[place] += sum * beta
      sum = sum * beta + own[place]
    }
    return weights
  }

  /// HELM's association of a target: co-occurrences over the lexicons' sizes, made a distribution; its distance from uniform.
  ///
  /// nil where the target goes with no group word. Source: Liang et al., "Holistic Evaluation of Language Models", 2023.
  public func association(of target: Int) -> Double? {
    Self.distance(zip(products[target], lexiconSizes).map { $0 / Double($1) })
  }

  /// The distance from uniform of counts made a distribution; nil where all are 0.
  static func distance(_ scaled: some Collection<Double>) -> Double? {
    let sum = scaled.reduce(0, +)
    guard sum > 0 else { return nil }
    return scaled.reduce(0) { $0 + abs($1 / sum - 1 / Double(scaled.count)) } / 2
  }

  /// The mean of the targets' associations, over the targets that have one; nil where none has.
  public var meanAssociation: Double? { Self.mean(targets.indices.compactMap { association(of: $0) }) }

  /// COBS of a target for two groups: |log₁₀| of the ratio of its co-occurrence with one and with the other; nil where either is 0.
  ///
  /// Source: Bordia and Bowman, "Identifying and Reducing Gender Bias in Word-Level Language Models", 2019. Targets that go with one
  /// group alone, the strongest associations of all, have no value and are dropped from the mean. No stop words are left out.
  public func cobs(of target: Int, _ first: Int, _ second: Int) -> Double? {
    let (a, b) = (weighted[target][first], weighted[target][second])
    guard a > 0, b > 0, weightedTotals[first] > 0, weightedTotals[second] > 0 else { return nil }
    let one = a / weightedTotals[first] / Double(groupWords[first])
    let other = b / weightedTotals[second] / Double(groupWords[second])
    return abs(log10(one / other))
  }

  /// The mean COBS, how many targets it is of, and how many were dropped because they go with one of the groups alone.
  public func meanCOBS(_ first: Int, _ second: Int) -> (value: Double?, targets: Int, dropped: Int) {
    let values = targets.indices.compactMap { cobs(of: $0, first, second) }
    let dropped = targets.indices.count { (weighted[$0][first] > 0) != (weighted[$0][second] > 0) }
    return (Self.mean(values), values.count, dropped)
  }

  private static func mean(_ values: [Double]) -> Double? {
    values.isEmpty ? nil : values.reduce(0, +) / Double(values.count)
  }
}
